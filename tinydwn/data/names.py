"""Names of columns, categories and classes: their order, their repetitions, and lists of them for a reader."""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_LISTED = 40


def sorted_names(names: Iterable[str]) -> list[str]:
    """Return `names` in numeric order where all are numbers, else in the order of their characters.

    >>> sorted_names(["10", "9"]), sorted_names(["10", "9", "b"])
    (['9', '10'], ['10', '9', 'b'])
    """
    listed = sorted(names)
    return sorted(listed, key=float) if all(is_plain_number(name) for name in listed) else listed


def is_plain_number(text: str) -> bool:
    """Say whether `text` is a number as Python writes one, infinite ones included and NaN left out.

    Python reads 1_000 as a number too; in a table it is more likely a name.

    >>> [is_plain_number(text) for text in ("-1.5e3", "inf", "nan", "1_000", "3,14")]
    [True, True, False, False, False]
    """
    try:
        return "_" not in text and not math.isnan(float(text))
    except ValueError:
        return False


def first_repeated(names: Sequence[str]) -> str | None:
    """Return the first name that occurs a second time, None where there is none."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def first_unwritable(names: Iterable[str]) -> str | None:
    """Return the first name that no file can hold, as it has half of a surrogate pair; None where there is none.

    >>> first_unwritable(["size", "d\\udce4t"])
    'd\\udce4t'
    """
    for name in names:
        try:
            name.encode()
        except UnicodeEncodeError:
            return name
    return None


def choices(what: str, known: Sequence[str], wanted: str) -> str:
    """Return a hint that lists what is known, nearest matches first.

    >>> choices("columns", ["age", "label"], "lable")
    "did you mean 'label'? columns: 'age', 'label'"
    """
    near = difflib.get_close_matches(wanted, known, n=3)
    mean = f"did you mean {' or '.join(repr(one) for one in near)}? " if near else ""
    more = f", ... ({len(known)} in all)" if len(known) > MOST_LISTED else ""
    return f"{mean}{what}: {', '.join(repr(one) for one in known[:MOST_LISTED])}{more}"


def counted(count: int, what: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "category"), counted(2, "category"), counted(3, "missing value")
    ('1 category', '2 categories', '3 missing values')
    """
    plural = what.removesuffix("y") + "ies" if what.endswith("y") else what + "s"
    return f"{count} {what if count == 1 else plural}"


def listed(names: Iterable[str], most: int = 5) -> str:
    """Return `names` quoted and separated by commas, cut after `most`.

    >>> listed(["a", "b", "c"], most=2)
    "'a', 'b', ..."
    """
    every = list(names)
    return ", ".join(repr(one) for one in every[:most]) + (", ..." if len(every) > most else "")

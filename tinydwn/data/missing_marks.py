"""Which cells say that there is no value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydwn.data.names import is_plain_number

if TYPE_CHECKING:
    from collections.abc import Collection

# Compared without regard to case.
USUAL_MARKS = frozenset({"", "?", "na", "n/a", "#n/a", "nan", "<na>", "-", "--"})
# Among numbers these say that there is none; among words they are words.
MARKS_AMONG_NUMBERS = USUAL_MARKS | {"null", "none", "."}


def missing_among(texts: Collection[str], marks: tuple[str, ...] | None = None, *, numbers: bool = True) -> set[str]:
    """Return those of the `texts` of one column that stand for a missing value.

    The empty text always does. `marks` are the others, without regard to case, and a mark that is a number
    stands for that number however it is written. Without `marks` the usual ones are meant: ``?``, ``NA``,
    ``n/a``, ``#N/A``, ``NaN``, ``<NA>``, ``-`` and ``--``, and in a column of `numbers` ``null``,
    ``none`` and ``.`` too; beside a ``+``, the ``-`` is a value.

    >>> sorted(missing_among(["1", "?", "none"])), sorted(missing_among(["+", "-", "?"], numbers=False))
    (['?', 'none'], ['?'])
    >>> missing_among(["-999.0", "?"], ("-999",))
    {'-999.0'}
    """
    if marks is None:
        known = MARKS_AMONG_NUMBERS if numbers else USUAL_MARKS
        signs = {"-", "--"} if "+" in texts else set()
        return {text for text in texts if text.casefold() in known and text not in signs}
    named = {mark.casefold() for mark in marks} | {""}
    values = {float(mark) for mark in marks if is_plain_number(mark)}
    return {
        text
        for text in texts
        if text.casefold() in named or (values and is_plain_number(text) and float(text) in values)
    }

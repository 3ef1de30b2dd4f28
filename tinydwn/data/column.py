"""What one column of text cells means: numbers, yes or no, categories, or a mistake."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.complaints import and_more, first_places
from tinydwn.data.missing_marks import missing_among
from tinydwn.data.names import is_plain_number, listed, sorted_names
from tinydwn.data.number_form import (
    PLAIN,
    NumberForm,
    is_date,
    is_numberlike,
    mixed_units,
    number_form,
    refuse_unclear_dates,
)
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy.typing as npt

MOST_CATEGORIES = 100
# Up to so many texts are categories in however few rows.
FEW_CATEGORIES = 10
# Numbers and words are mixed on purpose where there are no more different values than this.
MOST_MIXED = 20
# The first of each pair is 0, the second 1; compared without regard to case.
BOOLEAN_PAIRS = (("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"))
BOOLEAN_VALUES = {word: float(value) for pair in BOOLEAN_PAIRS for value, word in enumerate(pair)}


class Kind(Enum):
    """What the cells of a column are."""

    NUMERIC = "numeric"
    BOOLEAN = "boolean"
    CATEGORICAL = "categorical"


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column whose cells are understood.

    values: (samples,) float64; numbers, 0 or 1, or indices into `categories`; NaN where missing.
    form: how its numbers are written. marks: the cells that were taken as missing, the empty one left out.
    """

    name: str
    kind: Kind
    values: npt.NDArray[np.float64]
    categories: tuple[str, ...] = ()
    form: NumberForm = PLAIN
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        values = self.values.view()
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """(samples,) bool: where there is no value."""
        return np.isnan(self.values)

    def rows(self, chosen: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Column:
        """Return the column with the chosen samples only."""
        return replace(self, values=self.values[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """One column before it is understood: its cells (samples,) without blanks around them, and how many there are."""

    name: str
    cells: Sequence[str]
    counts: Counter[str]

    @classmethod
    def of(cls, name: str, cells: Sequence[str]) -> TextColumn:
        """Return the column of raw `cells`."""
        stripped = [cell.strip() for cell in cells]
        return cls(name, stripped, Counter(stripped))

    def row_of(self, text: str) -> int:
        """Return the first row, from 1, that holds `text`."""
        return self.cells.index(text) + 1


def plain_numbers(name: str, cells: Sequence[str], marks: tuple[str, ...] | None) -> Column | None:
    """Return the column whose `cells` are all finite numbers as Python writes them, None where one is not."""
    try:
        numbers = np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
    except ValueError:
        return None
    # Python reads 1_000 as a number; in a data file it is more likely a name.
    if not np.isfinite(numbers).all() or "_" in "".join(cells):
        return None
    if marks and any(is_plain_number(mark) and (numbers == float(mark)).any() for mark in marks):
        return None
    return Column(name, Kind.NUMERIC, numbers)


def diagnose(
    text: TextColumn, *, marks: tuple[str, ...] | None = None, decimal: str | None = None, categorical: bool = False
) -> tuple[Column, tuple[str, ...]]:
    """Return what a text column means, and the notes that tell it.

    Cells that `marks` or the usual marks (see `missing_among`) name are missing. Of the others: numbers in
    one form (see `number_form`) make a numeric column; true/false, yes/no, t/f or y/n a boolean one;
    anything else is categorical, with at most 100 categories. Few values, some numbers and some words that
    occur more than once, are categories; among more numbers, words are refused. So are texts nearly all of
    which differ. `categorical` decides for categories in any case. `decimal` is the decimal mark where it
    is known.

    DataError, naming column, row (1 is the first sample) and value, for what is refused, for infinite
    numbers and for a column without any value.

    >>> column, notes = diagnose(TextColumn.of("mass", ["4,39", "1,4", "?"]))
    >>> column.values.tolist(), notes
    ([4.39, 1.4, nan], ("column 'mass': '?' taken as missing", "column 'mass' read as numbers: decimal commas"))
    """
    missing = missing_among(text.counts, marks)
    present = [one for one in text.counts if one not in missing]
    if not present:
        raise DataError(f"column {text.name!r} holds no value at all", hint=f"leave it out with --ignore {text.name}")
    column = None if categorical else _numbers(text, present, missing, decimal)
    if column is None:
        missing = missing_among(text.counts, marks, numbers=False)
        present = [one for one in text.counts if one not in missing]
        booleans = None if categorical else _booleans(text, present)
        column = booleans or _categories(text, present, declared=categorical)
    marked = tuple(sorted(missing - {""}))
    notes = [f"column {text.name!r}: {listed(marked)} taken as missing"] if marked else []
    if column.form.described:
        notes.append(f"column {text.name!r} {column.form.described}")
    return replace(column, marks=marked), tuple(notes)


def _booleans(text: TextColumn, present: Collection[str]) -> Column | None:
    spelled = {one.casefold() for one in present}
    if not any(spelled <= set(pair) for pair in BOOLEAN_PAIRS):
        return None
    code = {one: BOOLEAN_VALUES[one.casefold()] for one in present}
    return Column(text.name, Kind.BOOLEAN, coded_cells(text, code))


def _numbers(text: TextColumn, present: Collection[str], missing: set[str], decimal: str | None) -> Column | None:
    """Return the numeric column, None where the values are categories; DataError where they are neither."""
    refuse_unclear_dates(text.name, present)
    numberlike = [one for one in present if is_numberlike(one) or is_date(one)]
    words = [one for one in present if not (is_numberlike(one) or is_date(one))]
    if sum(text.counts[one] for one in numberlike) <= sum(text.counts[one] for one in words):
        return None
    if words and _is_mixed(text, words, present, missing):
        return None
    form = number_form(text.name, numberlike, decimal=decimal)
    if form is None:
        _refuse_mixed_units(text, numberlike)
        return None
    if words:
        told = first_places({one: text.row_of(one) for one in words})
        more, first = and_more(sum(text.counts[one] for one in words) - len(told)), told[0][1]
        raise DataError(
            f"column {text.name!r} holds text in {', '.join(f'row {row}: {one!r}' for row, one in told)}{more}",
            hint=f"write a number, pass --missing-marks {first!r} if it stands for a missing value, or "
            f"--categorical {text.name} if numbers and words are categories",
        )
    return Column(text.name, Kind.NUMERIC, coded_cells(text, _finite(text, numberlike, form)), form=form)


def _is_mixed(text: TextColumn, words: Collection[str], present: Collection[str], missing: set[str]) -> bool:
    rows = len(text.cells) - sum(text.counts[one] for one in missing)
    return len(present) <= MOST_MIXED and 2 * len(present) <= rows and min(text.counts[one] for one in words) >= 2


def _finite(text: TextColumn, numberlike: Collection[str], form: NumberForm) -> dict[str, float]:
    code = {}
    for one in numberlike:
        value = form.read(one)
        if value is None or math.isinf(value):
            what = "an infinite number" if value is not None else "a number in another form than the others"
            raise DataError(
                f"column {text.name!r} holds {what} in row {text.row_of(one)}: {one!r}",
                hint="write a finite number, or drop the row",
            )
        code[one] = value
    return code


def _refuse_mixed_units(text: TextColumn, numberlike: Collection[str]) -> None:
    pair = mixed_units(numberlike)
    if pair is not None:
        raise DataError(
            f"column {text.name!r} holds {pair[0]!r} in row {text.row_of(pair[0])} and {pair[1]!r} in row "
            f"{text.row_of(pair[1])}: numbers with different units",
            hint="write all of them with one unit or none",
        )


def _categories(text: TextColumn, present: Collection[str], *, declared: bool) -> Column:
    categories = sorted_names(present)
    rows = sum(text.counts[one] for one in present)
    nearly_all = len(categories) > FEW_CATEGORIES and 2 * len(categories) > rows and not declared
    if len(categories) > MOST_CATEGORIES or nearly_all:
        limit = f"at most {MOST_CATEGORIES} make categories"
        raise DataError(
            f"column {text.name!r} holds {len(categories)} different texts in {rows} rows, "
            f"{'too many for categories' if nearly_all else limit}: {listed(categories, 2)}",
            hint=f"leave the column out with --ignore {text.name}, or join rare values"
            if len(categories) > MOST_CATEGORIES
            else f"leave the column out with --ignore {text.name}, or pass --categorical {text.name}",
        )
    code = {category: float(index) for index, category in enumerate(categories)}
    return Column(text.name, Kind.CATEGORICAL, coded_cells(text, code), tuple(categories))


def coded_cells(text: TextColumn, code: dict[str, float]) -> npt.NDArray[np.float64]:
    """Return the values (samples,) of the cells, NaN for those that `code` does not know."""
    return np.fromiter(map(code.get, text.cells, repeat(math.nan)), dtype=np.float64, count=len(text.cells))

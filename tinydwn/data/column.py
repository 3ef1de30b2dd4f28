"""What one column of text cells means: numbers, yes or no, categories, or a mistake."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

MOST_CATEGORIES = 100
MISSING_MARKERS = frozenset({"", "?", "na", "n/a", "nan", "null", "none"})
# The first of each pair is 0, the second 1; compared without regard to case.
BOOLEAN_PAIRS = (("false", "true"), ("no", "yes"), ("f", "t"), ("n", "y"))


class Kind(Enum):
    """What the cells of a column are."""

    NUMERIC = "numeric"
    BOOLEAN = "boolean"
    CATEGORICAL = "categorical"


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One diagnosed column.

    values: (samples,) float64; numbers, 0 or 1, or indices into `categories`; NaN where missing.
    """

    name: str
    kind: Kind
    values: npt.NDArray[np.float64]
    categories: tuple[str, ...] = ()

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """(samples,) bool: where there is no value."""
        return np.isnan(self.values)


def diagnose(name: str, cells: Sequence[str], *, markers_allowed: bool, categorical: bool = False) -> Column:
    """Return what the text `cells` (samples,) mean.

    Numbers in every cell make a numeric column; true/false, yes/no, t/f or y/n a boolean one; anything
    else is categorical, with at most 100 categories. An empty cell is missing. So are "?", "NA", "n/a",
    "NaN", "null" and "none" among numbers, where `markers_allowed`. A column that mostly holds numbers
    is not made categorical for the text in it. `categorical` decides for categories in any case.

    DataError, naming column, row (1 is the first sample) and value, for text among numbers, for infinite
    numbers, for too many categories and for a column without any value.

    >>> diagnose("wet", ["yes", "no", "yes"], markers_allowed=False).values.tolist()
    [1.0, 0.0, 1.0]
    """
    if not categorical:
        numbers = _all_numbers(cells)
        if numbers is not None:
            return Column(name, Kind.NUMERIC, numbers)
    stripped = [cell.strip() for cell in cells]
    counts = Counter(stripped)
    if all(cell.casefold() in MISSING_MARKERS for cell in counts):
        raise DataError(f"column {name!r} holds no value at all", hint="remove the column")
    if categorical:
        return _categories(name, stripped, counts)
    numeric = sum(count for cell, count in counts.items() if _is_number(cell))
    text = sum(
        count for cell, count in counts.items() if not _is_number(cell) and cell.casefold() not in MISSING_MARKERS
    )
    if numeric > text:
        return _numbers(name, stripped, markers_allowed=markers_allowed)
    return _booleans(name, stripped, counts) or _categories(name, stripped, counts)


def _all_numbers(cells: Sequence[str]) -> npt.NDArray[np.float64] | None:
    """Return the cells as finite numbers, None where one of them is not."""
    try:
        numbers = np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
    except ValueError:
        return None
    # Python reads 1_000 as a number; in a data file it is more likely a name.
    return numbers if np.isfinite(numbers).all() and "_" not in "".join(cells) else None


def _is_number(cell: str) -> bool:
    try:
        return "_" not in cell and not math.isnan(float(cell))
    except ValueError:
        return False


def _numbers(name: str, cells: list[str], *, markers_allowed: bool) -> Column:
    values = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        if _is_number(cell):
            values[row] = float(cell)
            if math.isinf(values[row]):
                raise DataError(
                    f"column {name!r} holds an infinite number in row {row + 1}: {cell!r}",
                    hint="write a finite number, or drop the row",
                )
        elif cell.casefold() not in MISSING_MARKERS:
            raise DataError(
                f"column {name!r} holds text in row {row + 1}: {cell!r}",
                hint="write a number, or drop the row",
            )
        elif not markers_allowed and cell and cell.casefold() != "nan":
            raise DataError(
                f"column {name!r} holds text in row {row + 1}: {cell!r}",
                hint="drop the row or pass --missing mean",
            )
    return Column(name, Kind.NUMERIC, values)


def _booleans(name: str, cells: list[str], counts: Counter[str]) -> Column | None:
    spelled = {cell.casefold() for cell in counts if cell}
    for pair in BOOLEAN_PAIRS:
        if spelled <= set(pair):
            code = {pair[0]: 0.0, pair[1]: 1.0, "": math.nan}
            return Column(name, Kind.BOOLEAN, np.array([code[cell.casefold()] for cell in cells]))
    return None


def _categories(name: str, cells: list[str], counts: Counter[str]) -> Column:
    categories = sorted_names(cell for cell in counts if cell)
    if len(categories) > MOST_CATEGORIES:
        raise DataError(
            f"column {name!r} holds {len(categories)} different texts, at most {MOST_CATEGORIES} make categories: "
            f"{categories[0]!r}, {categories[1]!r}, ...",
            hint="remove the column, or join rare values",
        )
    code: dict[str, float] = {category: float(index) for index, category in enumerate(categories)}
    code[""] = math.nan
    return Column(name, Kind.CATEGORICAL, np.array([code[cell] for cell in cells]), tuple(categories))


def sorted_names(names: Iterable[str]) -> list[str]:
    """Return `names` in numeric order where all are numbers, else in the order of their characters.

    >>> sorted_names(["10", "9"]), sorted_names(["10", "9", "b"])
    (['9', '10'], ['10', '9', 'b'])
    """
    listed = sorted(names)
    return sorted(listed, key=float) if all(_is_number(name) for name in listed) else listed

"""Whether the first row of a table holds names or a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydwn.data.missing_marks import MARKS_AMONG_NUMBERS
from tinydwn.data.number_form import is_date, is_numberlike

if TYPE_CHECKING:
    from collections.abc import Sequence

ROWS_LOOKED_AT = 500
CELLS_LOOKED_AT = 200_000
FEWEST_ROWS_LOOKED_AT = 20
FEWEST_NUMBERED_NAMES = 3


def holds_names(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Say whether `first`, (columns,), holds names and no sample, in the light of the `rows` below it.

    A text above a column of numbers is a name. Where all columns of numbers begin with a number, the row
    is a sample, unless it counts its columns as table programs do for columns without names. Without
    columns of numbers, it is a sample where most of its texts come again further down in their column.

    >>> holds_names(["age", "class"], [["39", "a"], ["50", "b"]])
    True
    >>> holds_names(["39", "State-gov"], [["50", "Private"], ["38", "Private"]])
    False
    """
    share = CELLS_LOOKED_AT // max(len(first), 1)
    looked_at = rows[: max(FEWEST_ROWS_LOOKED_AT, min(ROWS_LOOKED_AT, share))]
    if not looked_at:
        return True
    cells = [cell.strip() for cell in first]
    columns = [[row[index].strip() for row in looked_at] for index in range(len(cells))]
    numeric = [index for index, column in enumerate(columns) if _is_numeric(column) and not _is_missing(cells[index])]
    if numeric:
        if not all(_is_number(cells[index]) for index in numeric):
            return True
        return _counts([cells[index] for index in numeric], numeric)
    told = [index for index, cell in enumerate(cells) if not _is_missing(cell)]
    again = [index for index in told if cells[index] in columns[index]]
    return 2 * len(again) <= len(told)


def _counts(cells: Sequence[str], positions: Sequence[int]) -> bool:
    if len(cells) < FEWEST_NUMBERED_NAMES:
        return False
    return any(cells == [str(position + start) for position in positions] for start in (-1, 0, 1))


def _is_numeric(column: Sequence[str]) -> bool:
    """Say whether nearly all cells that hold anything hold numbers."""
    present = [cell for cell in column if not _is_missing(cell)]
    return bool(present) and sum(map(_is_number, present)) >= 0.9 * len(present)


def _is_number(cell: str) -> bool:
    return is_numberlike(cell) or is_date(cell)


def _is_missing(cell: str) -> bool:
    return cell.casefold() in MARKS_AMONG_NUMBERS

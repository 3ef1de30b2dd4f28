"""How a table is laid out where it is wider than the terminal, so that no word is broken."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from tinydwn.report.sections import Table

_GAP = 3  # between two columns
_EDGES = 2


def fitted(table: Table, width: int) -> list[tuple[Table, list[int]]]:
    """Return a table, or the tables of fewer columns that it is split into, each with the widths of its columns.

    Cells wrap between words first. Only where that is not enough are the columns spread evenly over as few
    tables as fit, the first column in each; the title goes to the first of them, the note to the last.
    """
    others = len(table.columns) - 1
    for count in range(1, others + 1):
        bounds = [others * k // count for k in range(count + 1)]
        parts = [_part(table, low + 1, high + 1) for low, high in pairwise(bounds)]
        if count == others or all(sum(_least(part)) <= _room(part, width) for part in parts):
            parts[0] = replace(parts[0], title=table.title)
            parts[-1] = replace(parts[-1], note=table.note)
            return [(part, _widths(part, width)) for part in parts]
    return [(table, _widths(table, width))]


def _part(table: Table, low: int, high: int) -> Table:
    rows = tuple((row[0], *row[low:high]) for row in table.rows)
    numbers_from = min(max(table.numbers_from - low + 1, 1), high - low + 1) if table.numbers_from else 0
    return replace(
        table,
        title="",
        columns=(table.columns[0], *table.columns[low:high]),
        rows=rows,
        numbers_from=numbers_from,
        note="",
    )


def _widths(table: Table, width: int) -> list[int]:
    """Return the widths of the columns: what each needs, and what is left goes to the narrowest that wants more."""
    widths, wanted = _least(table), [max(map(cell_len, column)) for column in _columns(table)]
    for _ in range(_room(table, width) - sum(widths)):
        short = [k for k, have in enumerate(widths) if have < wanted[k]]
        if not short:
            break
        widths[min(short, key=lambda k: widths[k])] += 1
    return widths


def _room(table: Table, width: int) -> int:
    return width - _EDGES - _GAP * (len(table.columns) - 1)


def _least(table: Table) -> list[int]:
    """Return for each column the width below which a word, or a number and its unit, would be broken."""
    return [
        max(cell_len(piece) for cell in column for piece in _pieces(cell, whole=k >= table.numbers_from))
        for k, column in enumerate(_columns(table))
    ]


def _pieces(cell: str, *, whole: bool) -> list[str]:
    return [cell] if whole and cell[:1].isdigit() else cell.split() or [""]


def _columns(table: Table) -> list[tuple[str, ...]]:
    return list(zip(table.columns, *table.rows, strict=True))

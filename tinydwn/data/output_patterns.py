"""Several outputs of a table, 0 or 1 each, as one class: the pattern that they make."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.classes import plain_class
from tinydwn.data.column import Column
from tinydwn.data.names import counted, listed
from tinydwn.data.pattern_names import LEAST_OUTPUTS, MOST_OUTPUTS, pattern_names
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinydwn.data.table import Table


def chosen_outputs(table: Table, target: str | None) -> tuple[str, ...]:
    """Return the outputs that are to be learned together: all answers of a table, or those that `target` lists.

    Names are separated by spaces; () where there is one output or a column of classes. DataError for more than eight.
    """
    outputs = table.answers if target is None else tuple(target.split(" "))
    known, different = set(table.column_names), set(outputs)
    if target in known or not LEAST_OUTPUTS <= len(different) == len(outputs) or not different <= known:
        return ()
    if len(outputs) > MOST_OUTPUTS:
        raise DataError(
            f"{table.name!r} has {len(outputs)} outputs to learn together, at most {MOST_OUTPUTS} can be: "
            f"{listed(outputs)}",
            hint=f"choose some with --target '{outputs[0]} {outputs[1]}', or one with --target {outputs[0]}",
        )
    return outputs


def joined(table: Table, outputs: Sequence[str]) -> Table:
    """Return a table whose outputs are one answer, the last column: the pattern, "" where one of them is open.

    The column is called by the outputs, separated by spaces; no other answer becomes a feature. DataError for a cell
    of an output that is neither 0 nor 1 nor empty.

    >>> from tinydwn.data.pla import parse_pla
    >>> table = parse_pla(".i 1\\n.o 2\\n.type fr\\n0 01\\n1 1~\\n", name="p", where="p.pla")
    >>> joined(table, ("y0", "y1")).columns[-1]
    ('y0=0 y1=1', '')
    """
    told = [_bits(table, name) for name in outputs]
    cells = (
        "" if "" in row else " ".join(f"{name}={bit}" for name, bit in zip(outputs, row, strict=True))
        for row in zip(*told, strict=True)
    )
    name = " ".join(outputs)
    rest = table.without(outputs)
    others = tuple(one for one in table.answers if one not in outputs)
    return replace(
        rest,
        column_names=(*rest.column_names, name),
        columns=(*rest.columns, tuple(cells)),
        answers=(name, *others),
    )


def told_together(table: Table, outputs: Sequence[str]) -> tuple[Table, tuple[str, ...]]:
    """Return a table in which rows that leave outputs open tell together what each of them tells, and a note of that.

    As espresso reads rows of a PLA, each may be about some of the outputs: rows of the same inputs, in the same part,
    become one at the place of the first. What they contradict each other in stays open, and rows that tell all outputs
    stay as they are.
    """
    told = list(zip(*(_bits(table, name) for name in outputs), strict=True))
    left_open = [k for k, row in enumerate(told) if "" in row]
    answers = {*outputs, *table.answers}
    inputs = [cells for name, cells in zip(table.column_names, table.columns, strict=True) if name not in answers]
    boundary = len(told) - (table.test or 0)
    together: dict[tuple[bool, tuple[str, ...]], list[int]] = {}
    for k in left_open:
        together.setdefault((k >= boundary, tuple(cells[k] for cells in inputs)), []).append(k)
    if len(together) == len(left_open):
        return table, ()
    keep = [True] * len(told)
    for rows in together.values():
        told[rows[0]] = tuple(map(_agreed, zip(*(told[k] for k in rows), strict=True)))
        for k in rows[1:]:
            keep[k] = False
    merged = dict(zip(outputs, zip(*told, strict=True), strict=True))
    columns = tuple(
        tuple(compress(merged.get(name, cells), keep))
        for name, cells in zip(table.column_names, table.columns, strict=True)
    )
    test = None if table.test is None else sum(keep[boundary:])
    partial, samples = counted(len(left_open), "row"), counted(len(together), "sample")
    note = f"{partial} about some of the outputs tell {samples} together"
    return replace(table, columns=columns, test=test), (note,)


def over_all_patterns(classes: Column, outputs: Sequence[str]) -> Column:
    """Return a class column of patterns with all patterns of the outputs as its categories, in order."""
    names = pattern_names(outputs)
    place = np.array([names.index(one) for one in classes.categories], dtype=np.float64)
    return replace(classes, values=place[classes.values.astype(np.int64)], categories=names)


def _agreed(cells: Sequence[str]) -> str:
    """Return what cells tell of an output, "" where they tell nothing or contradict each other."""
    told = set(cells) - {""}
    return told.pop() if len(told) == 1 else ""


def _bits(table: Table, name: str) -> tuple[str, ...]:
    cells = table.columns[table.position(name)]
    plain = {cell: plain_class(cell.strip()) for cell in set(cells)}
    odd = sorted(cell for cell, bit in plain.items() if bit not in ("0", "1", ""))
    if odd:
        raise DataError(
            f"output {name!r} holds {odd[0]!r} in row {cells.index(odd[0]) + 1}",
            hint="outputs that are learned together hold 0, 1 or nothing",
        )
    return tuple(map(plain.__getitem__, cells))

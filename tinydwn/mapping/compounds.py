"""Small circuits of cells that are offered to ABC as if they were cells.

A mapper covers what the AIG has, and no AIG that ABC prefers has the shape of an XOR made of four NANDs. Where
cells are few that shape is the cheapest XOR: in `nand2` (4 against 5) and even in `egfet`, which has XOR cells.
The search is exact: the cheapest circuit of library cells for each wanted function of two inputs.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from tinydwn.technology.library import Cell

_A, _B, _XOR, _XNOR = 0b1010, 0b1100, 0b0110, 0b1001
_MAX_FANIN = 3
_MAX_STEPS = 5


@dataclass(frozen=True, slots=True)
class Compound:
    """A circuit over two inputs: step `k` drives place `2 + k`, places 0 and 1 are the inputs, the last step counts."""

    cell: Cell
    steps: tuple[tuple[Cell, tuple[int, ...]], ...]


@lru_cache(maxsize=64)
def compounds(cells: tuple[Cell, ...]) -> tuple[Compound, ...]:
    """Return the circuits for XOR and XNOR that are smaller than any one cell for them.

    >>> from tinydwn.technology import load_library
    >>> [(one.cell.name, len(one.steps)) for one in compounds(load_library("nand2").cells)]
    [('XOR', 4), ('XNOR', 5)]
    """
    found = []
    for name, table in (("XOR", _XOR), ("XNOR", _XNOR)):
        own = [cell.area_um2 for cell in cells if (len(cell.inputs), cell.table) == (2, table)]
        steps = _cheapest(cells, table, min(own, default=float("inf")))
        if steps:
            area = math.fsum(cell.area_um2 for cell, _ in steps)
            delays = tuple(_delay(steps, place) for place in (0, 1)) if all(cell.delay_ps for cell, _ in steps) else ()
            found.append(Compound(Cell(name, area, ("A", "B"), "Y", table, delay_ps=delays), steps))
    return tuple(found)


def _cheapest(cells: Sequence[Cell], wanted: int, bound: float) -> tuple[tuple[Cell, tuple[int, ...]], ...]:
    """Return the steps of the cheapest circuit below `bound`, `()` for none: uniform cost over sets of functions."""
    small = [cell for cell in cells if len(cell.inputs) <= _MAX_FANIN]
    heap: list[tuple[float, int, tuple[int, ...], tuple[tuple[Cell, tuple[int, ...]], ...]]] = [(0.0, 0, (_A, _B), ())]
    done: set[frozenset[int]] = set()
    ticket = 0
    while heap:
        cost, _, functions, steps = heapq.heappop(heap)
        if functions[-1] == wanted:
            return steps
        if frozenset(functions) in done or len(steps) == _MAX_STEPS:
            continue
        done.add(frozenset(functions))
        for cell, fanin, function in _next(small, functions):
            ticket += 1
            if cost + cell.area_um2 < bound:
                step = (cost + cell.area_um2, ticket, (*functions, function), (*steps, (cell, fanin)))
                heapq.heappush(heap, step)
    return ()


def _delay(steps: Sequence[tuple[Cell, tuple[int, ...]]], start: int) -> float:
    """Return the longest way from one input to the last step."""
    arrival = [-math.inf, -math.inf]
    arrival[start] = 0.0
    for cell, fanin in steps:
        arrival.append(max(arrival[place] + delay for place, delay in zip(fanin, cell.delay_ps, strict=True)))
    return arrival[-1]


def _next(cells: Sequence[Cell], functions: tuple[int, ...]) -> Iterator[tuple[Cell, tuple[int, ...], int]]:
    """Yield every cell on every choice of known functions that gives a new one."""
    for cell in cells:
        for fanin in product(range(len(functions)), repeat=len(cell.inputs)):
            function = 0
            for address in range(4):
                at = sum((functions[place] >> address & 1) << k for k, place in enumerate(fanin))
                function |= (cell.table >> at & 1) << address
            if function not in functions:
                yield cell, fanin, function

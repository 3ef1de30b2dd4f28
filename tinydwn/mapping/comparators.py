"""What a single comparator `word > constant` costs in cells, for every constant at once."""

from __future__ import annotations

from functools import cache
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from tinydwn.netlist.truth_table import from_bits, permute
from tinydwn.technology.library import Library, cheapest_cells

_MOST_STEPS = 3


def comparator_areas(library: Library, input_bits: int) -> NDArray[np.float64]:
    """Return the areas of `word > c`, (2**input_bits - 1,), in um2, for words of so many bits.

    From the lowest bit up, a bit of the word is ANDed to what is above so far where the constant's bit is 1, and ORed
    where it is 0; trailing ones of the constant cost nothing. Each cell takes up to three such steps, and inverters go
    wherever they make it cheaper: the smallest such chain, by dynamic programming. An estimate from above: a tree of
    cells may be smaller than the chain.

    >>> from tinydwn.technology import load_library
    >>> areas = comparator_areas(load_library("nand2"), 3)
    >>> [int(area) for area in areas]  # > 0 is an OR of three bits, > 3 the highest bit alone
    [6, 3, 3, 0, 5, 2, 4]
    """
    return np.array([comparator_area(library, constant, input_bits) for constant in range((1 << input_bits) - 1)])


def comparator_area(library: Library, constant: int, input_bits: int) -> float:
    """Return the area of `word > constant` alone, in um2, as `comparator_areas` reckons it."""
    trailing_ones = (constant ^ (constant + 1)).bit_length() - 1
    steps = tuple(constant >> bit & 1 for bit in range(trailing_ones + 1, input_bits))
    return _chain(library, steps)[0]


@cache
def _chain(library: Library, steps: tuple[int, ...]) -> tuple[float, float]:
    """Return the areas of a chain of steps, 1 an AND and 0 an OR, plain and inverted."""
    inverter = library.inverter.area_um2
    if not steps:
        return 0.0, inverter
    best = [float("inf"), float("inf")]
    areas = _step_areas(library)
    for taken in range(1, min(_MOST_STEPS, len(steps)) + 1):
        before = _chain(library, steps[:-taken])
        for inverted_in, inverted_out in product((0, 1), repeat=2):
            area = areas.get((steps[-taken:], inverted_in, inverted_out))
            if area is not None:
                best[inverted_out] = min(best[inverted_out], before[inverted_in] + area)
    return min(best[0], best[1] + inverter), min(best[1], best[0] + inverter)


@cache
def _step_areas(library: Library) -> dict[tuple[tuple[int, ...], int, int], float]:
    """Return the area of a cell that takes steps at once, by the steps and whether it reads and gives the inverse."""
    cells: dict[tuple[int, int], float] = {}
    for cell in cheapest_cells(library):
        n = len(cell.inputs)
        for order in permutations(range(n)) if n <= _MOST_STEPS + 1 else ():
            key = n, permute(cell.table, order, n)
            cells[key] = min(cells.get(key, float("inf")), cell.area_um2)
    found: dict[tuple[tuple[int, ...], int, int], float] = {}
    for taken in range(1, _MOST_STEPS + 1):
        for steps in product((0, 1), repeat=taken):
            for inverted_in, inverted_out, *flips in product((0, 1), repeat=taken + 2):
                table = _table(steps, inverted_in, inverted_out, flips)
                area = cells.get((taken + 1, table), float("inf")) + sum(flips) * library.inverter.area_um2
                key3 = steps, inverted_in, inverted_out
                if area < found.get(key3, float("inf")):
                    found[key3] = area
    return found


def _table(steps: tuple[int, ...], inverted_in: int, inverted_out: int, flips: list[int]) -> int:
    """Return steps as a table: input 0 is what was above so far, input `k` the bit of step `k`, inverted by `flips`."""

    def value(address: int) -> int:
        above = address & 1 ^ inverted_in
        for k, (conjunction, flip) in enumerate(zip(steps, flips, strict=True), start=1):
            bit = address >> k & 1 ^ flip
            above = bit & above if conjunction else bit | above
        return above ^ inverted_out

    return from_bits(value(address) for address in range(2 << len(steps)))

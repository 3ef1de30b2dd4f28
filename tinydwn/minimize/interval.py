"""One table with don't-cares: the simplest function between a lower and an upper one."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from tinydwn.minimize.size import gate_count
from tinydwn.netlist.truth_table import (
    cube_table,
    flip_input,
    full,
    invert,
    irredundant_cover,
    permute,
    shrink,
)

_SEARCHED_INPUTS = 6
"""Up to here every set of inputs is tried; above, inputs are dropped one by one."""


@lru_cache(maxsize=1 << 16)
def simplest(table: int, care: int, n: int) -> tuple[int, tuple[int, ...]]:
    """Return a table over few inputs that agrees with `table` wherever `care` is set, and the inputs it reads.

    Few inputs come first, then few gates, by `gate_count`, then the first inputs; a table that takes more gates
    than `table` itself is not returned.

    >>> simplest(0b0110, 0b0111, 2)
    (14, (0, 1))
    """
    given = shrink(table, n)
    lower, upper = table & care, table | invert(care, n)
    found = [_simplest_over(table, lower, upper, kept, n) for kept in _smallest_supports(lower, upper, n)]
    best = min(found, key=_gates)
    return best if _gates(best) <= _gates(given) else given


def _gates(found: tuple[int, tuple[int, ...]]) -> int:
    return gate_count(found[0], len(found[1]))


def _smallest_supports(lower: int, upper: int, n: int) -> list[tuple[int, ...]]:
    """Return the sets of inputs of least size that some function of the interval is content with."""
    if n > _SEARCHED_INPUTS:
        return [_greedy_support(lower, upper, n)]
    by_size = ([kept for kept in combinations(range(n), m) if _fits(lower, upper, kept, n)] for m in range(n + 1))
    return next(filter(None, by_size))


def _greedy_support(lower: int, upper: int, n: int) -> tuple[int, ...]:
    kept = list(range(n))
    for k in reversed(range(n)):
        fewer = tuple(j for j in kept if j != k)
        if _fits(lower, upper, fewer, n):
            kept.remove(k)
    return tuple(kept)


def _fits(lower: int, upper: int, kept: tuple[int, ...], n: int) -> bool:
    low, high = _quantified(lower, upper, kept, n)
    return low & ~high == 0


def _quantified(lower: int, upper: int, kept: tuple[int, ...], n: int) -> tuple[int, int]:
    """Take the inputs that are not kept out of an interval: it shrinks."""
    for k in range(n):
        if k not in kept:
            lower |= flip_input(lower, k, n)
            upper &= flip_input(upper, k, n)
    return lower, upper


def _simplest_over(table: int, lower: int, upper: int, kept: tuple[int, ...], n: int) -> tuple[int, tuple[int, ...]]:
    lower, upper = _quantified(lower, upper, kept, n)
    order = [*kept, *(k for k in range(n) if k not in kept)]
    m = len(kept)
    table, lower, upper = (permute(each, order, n) & full(m) for each in (table, lower, upper))
    candidates = (
        lower | (table & upper),
        lower,
        upper,
        cover_between(lower, upper, m),
        _covered_zeros(lower, upper, m),
    )
    best = min(candidates, key=lambda each: gate_count(each, m))
    small, places = shrink(best, m)
    return small, tuple(kept[k] for k in places)


def cover_between(lower: int, upper: int, n: int) -> int:
    """Return the table of an irredundant cover between two tables."""
    table = 0
    for cube in irredundant_cover(lower, upper, n):
        table |= cube_table(cube, n)
    return table


def _covered_zeros(lower: int, upper: int, n: int) -> int:
    return invert(cover_between(invert(upper, n), invert(lower, n), n), n)

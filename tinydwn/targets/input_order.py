"""In which order a table's inputs are expanded, so that few operations are left."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from tinydwn.netlist.truth_table import full, swap_inputs

MOST_INPUTS = 7
"""Larger tables keep their order: the search would take longer than it saves."""


@lru_cache(maxsize=1 << 16)
def expansion_order(table: int, n: int) -> tuple[int, ...]:
    """Return an order of the inputs, the one that is expanded first last, from which no exchange of two is cheaper.

    >>> chosen_by_the_first = 0b11100100
    >>> expansion_order(chosen_by_the_first, 3)
    (1, 2, 0)
    """
    order = list(range(n))
    cost, improved = expansion_cost(table, n), n <= MOST_INPUTS
    while improved:
        improved = False
        for i, j in combinations(range(n), 2):
            other = swap_inputs(table, i, j, n)
            found = expansion_cost(other, n)
            if found < cost:
                cost, table, improved = found, other, True
                order[i], order[j] = order[j], order[i]
    return tuple(order)


def expansion_cost(table: int, n: int) -> int:
    """Return how many different cofactors are left, opposite ones behind a parity counted once.

    >>> expansion_cost(0b0110, 2), expansion_cost(0b1000, 2), expansion_cost(0b1010, 2)
    (2, 2, 1)
    """
    seen: set[tuple[int, int]] = set()
    stack = [(table, n)]
    while stack:
        part, m = stack.pop()
        if part in (0, full(m)) or (part, m) in seen:
            continue
        low, high = part & full(m - 1), part >> (1 << (m - 1))
        if low != high:
            seen.add((part, m))
            if high != low ^ full(m - 1):
                stack.append((high, m - 1))
        stack.append((low, m - 1))
    return len(seen)

"""Cuts: sets of at most four nets that a gate is a function of."""

from __future__ import annotations

from functools import lru_cache

from tinydwn.minimize.xag import INPUTS, Xag
from tinydwn.netlist.truth_table import full, variable

Cut = tuple[tuple[int, ...], int]
"""Nets, ascending, and the function of four inputs that has net `k` of them as input `k`."""
_ALL = full(INPUTS)


def cuts_of(graph: Xag, *, most: int) -> list[list[Cut]]:
    """Return for each net up to `most` cuts, those of few nets first, and at last the net alone.

    A cut that contains another one is left out (Cong and Ding, "FlowMap", 1994; Mishchenko, Chatterjee and Brayton,
    "DAG-aware AIG rewriting", 2006).

    >>> graph = Xag(3)
    >>> product = graph.and_(graph.and_(2, 4), 6)
    >>> cuts_of(graph, most=4)[product >> 1] == [((3, 4), 0x8888), ((1, 2, 3), 0x8080), ((5,), 0xAAAA)]
    True
    """
    own = variable(0, INPUTS)
    found: list[list[Cut]] = [[((), 0)]]
    found += [[((net,), own)] for net in range(1, graph.first)]
    for net, (left, right, is_xor) in enumerate(graph.gates, start=graph.first):
        merged: dict[tuple[int, ...], int] = {}
        for one, one_table in found[left >> 1]:
            for other, other_table in found[right >> 1]:
                nets = _union(one, other)
                if len(nets) <= INPUTS and nets not in merged:
                    first = _spread(one_table, _places(one, nets)) ^ (_ALL if left & 1 else 0)
                    second = _spread(other_table, _places(other, nets)) ^ (_ALL if right & 1 else 0)
                    merged[nets] = first ^ second if is_xor else first & second
        found.append([*_least(merged, most), ((net,), own)])
    return found


def _union(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return one if one == other else tuple(sorted({*one, *other}))


def _places(some: tuple[int, ...], nets: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(nets.index, some))


def _least(merged: dict[tuple[int, ...], int], most: int) -> list[Cut]:
    """Return the first cuts, none of which contains another."""
    kept: list[tuple[frozenset[int], Cut]] = []
    for nets in sorted(merged, key=lambda nets: (len(nets), nets)):
        members = frozenset(nets)
        if not any(smaller <= members for smaller, _ in kept):
            kept.append((members, (nets, merged[nets])))
            if len(kept) == most:
                break
    return [cut for _, cut in kept]


@lru_cache(maxsize=1 << 16)
def _spread(table: int, places: tuple[int, ...]) -> int:
    """Return a table whose input `k` is input `places[k]` of four."""
    if places == tuple(range(len(places))):
        return table
    spread = 0
    for address in range(1 << INPUTS):
        source = sum((address >> place & 1) << k for k, place in enumerate(places))
        spread |= (table >> source & 1) << address
    return spread

"""How large a netlist is: the cost that decides whether a pass is kept."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from tinydwn.netlist import Netlist
from tinydwn.netlist.analysis import depth
from tinydwn.netlist.truth_table import full, invert, reads, shrink


class Size(NamedTuple):
    """Counts of one netlist, compared in this order; `size` measures them.

    `gates` are two-input AND gates with free inverters once every table is taken apart on its own (an XOR
    counts three), `literals` the variables read by these factored tables, `depth` is in nodes.
    """

    gates: int
    literals: int
    nodes: int
    depth: int


def size(netlist: Netlist) -> Size:
    """Measure a netlist; deterministic and without any outside program.

    >>> from tinydwn.netlist import Node
    >>> size(Netlist("xor", ("a", "b"), (Node(0b0110, (2, 3)),), (("y", 4),)))
    Size(gates=3, literals=4, nodes=1, depth=1)
    """
    gates = literals = 0
    for node in netlist.nodes:
        cost = gate_count(node.table, len(node.fanin))
        gates += cost
        literals += cost + 1 if node.table not in (0, full(len(node.fanin))) else 0
    return Size(gates, literals, len(netlist.nodes), depth(netlist))


def gate_count(table: int, n: int) -> int:
    """Return how many two-input AND gates a table takes; inverters are free and an XOR takes three.

    The table is split input by input, equal parts not shared: an upper bound, exact for read-once tables.

    >>> gate_count(0b1110, 2), gate_count(0b0110, 2), gate_count(0b10, 1)
    (1, 3, 0)
    """
    small, kept = shrink(table, n)
    return _gates(small, len(kept))


@lru_cache(maxsize=1 << 17)
def _gates(table: int, n: int) -> int:
    """Count for a table that reads all of its `n` inputs."""
    if n <= 1:
        return 0
    parts = [_halves(table, k, n) for k in range(n)]
    for low, high in parts:
        for one, other in ((low, high), (high, low)):
            if one in (0, full(n - 1)):
                return 1 + _shrunk(other, n - 1)
    for low, high in parts:
        if low == invert(high, n - 1):
            return 3 + _shrunk(low, n - 1)
    low, high = min(parts, key=lambda part: _weight(part, n - 1))
    if low & ~high == 0 or high & ~low == 0:
        # One half contains the other, so `x` joins it by an AND and an OR instead of a multiplexer.
        return 2 + _shrunk(low, n - 1) + _shrunk(high, n - 1)
    return 3 + _shrunk(low, n - 1) + _shrunk(high, n - 1)


def _shrunk(table: int, n: int) -> int:
    small, kept = shrink(table, n)
    return _gates(small, len(kept))


def _weight(part: tuple[int, int], n: int) -> tuple[int, int]:
    """Prefer the split whose halves read least, then the one whose halves agree most."""
    low, high = part
    read = sum(reads(low, k, n) + reads(high, k, n) for k in range(n))
    return read, (low ^ high).bit_count()


def _halves(table: int, k: int, n: int) -> tuple[int, int]:
    """Return both cofactors of input `k` over the other inputs, in order."""
    low = high = 0
    step = 1 << k
    for index, start in enumerate(range(0, 1 << n, 2 * step)):
        low |= (table >> start & _ones(step)) << index * step
        high |= (table >> (start + step) & _ones(step)) << index * step
    return low, high


@cache
def _ones(width: int) -> int:
    return (1 << width) - 1

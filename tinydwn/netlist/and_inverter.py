"""Netlists taken apart into two-input ANDs with inverters on their wires, numbered as AIGER numbers them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tinydwn.netlist.graph import Netlist
from tinydwn.netlist.truth_table import cofactor, full, invert, reads, shrink

FALSE_LITERAL, TRUE_LITERAL = 0, 1


class AndInverterGraph:
    """An AND-inverter graph under construction: literal `2 * v` is variable `v`, `2 * v + 1` its complement.

    Variable 0 is the constant 0, then come the inputs, then the ANDs, each of two smaller variables and there once.
    An OR takes one AND, an XOR three.

    >>> graph = AndInverterGraph(2)
    >>> graph.xor(2, 4), graph.ands
    (11, [(5, 2), (4, 3), (9, 7)])
    """

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.ands: list[tuple[int, int]] = []
        self._known: dict[tuple[int, int], int] = {}

    def and_(self, left: int, right: int) -> int:
        """Return the literal of an AND."""
        high, low = max(left, right), min(left, right)
        if low <= TRUE_LITERAL or high >> 1 == low >> 1:
            return high if low in (TRUE_LITERAL, high) else FALSE_LITERAL
        if (high, low) not in self._known:
            self.ands.append((high, low))
            self._known[high, low] = 2 * (self.inputs + len(self.ands))
        return self._known[high, low]

    def or_(self, left: int, right: int) -> int:
        """Return the literal of an OR."""
        return self.and_(left ^ 1, right ^ 1) ^ 1

    def xor(self, left: int, right: int) -> int:
        """Return the literal of an XOR."""
        return self.or_(self.and_(left, right ^ 1), self.and_(left ^ 1, right))

    def function(self, table: int, literals: Sequence[int]) -> int:
        """Return the literal of a truth table at the address made of `literals`, split input by input."""
        small, kept = shrink(table, len(literals))
        n, read = len(kept), [literals[k] for k in kept]
        if n == 0:
            return TRUE_LITERAL if small else FALSE_LITERAL
        if n == 1:
            return read[0] if small == 0b10 else read[0] ^ 1
        k, low, high = _split(small, n)
        select, others = read[k], read[:k] + read[k + 1 :]
        if low == invert(high, n - 1):
            return self.xor(select, self.function(low, others))
        if_true = self.function(high, others)
        if low & ~high == 0:
            return self.or_(self.function(low, others), self.and_(select, if_true))
        if high & ~low == 0:
            return self.or_(if_true, self.and_(select ^ 1, self.function(low, others)))
        return self.or_(self.and_(select ^ 1, self.function(low, others)), self.and_(select, if_true))


def to_ands(netlist: Netlist) -> tuple[AndInverterGraph, tuple[int, ...]]:
    """Return the ANDs that the outputs of a netlist depend on, and the literal of each output.

    Every table is taken apart on its own, equal ANDs are made once.
    """
    graph = AndInverterGraph(len(netlist.inputs))
    literals = [FALSE_LITERAL, TRUE_LITERAL, *(2 * (k + 1) for k in range(len(netlist.inputs)))]
    for node in netlist.nodes:
        literals.append(graph.function(node.table, [literals[net] for net in node.fanin]))
    return _read_alone(graph, [literals[net] for net in netlist.output_nets])


def _read_alone(graph: AndInverterGraph, outputs: Sequence[int]) -> tuple[AndInverterGraph, tuple[int, ...]]:
    """Return the graph without ANDs that no output depends on."""
    first = graph.inputs + 1
    wanted = {literal >> 1 for literal in outputs}
    for variable in range(first + len(graph.ands) - 1, first - 1, -1):
        if variable in wanted:
            wanted.update(literal >> 1 for literal in graph.ands[variable - first])
    kept = AndInverterGraph(graph.inputs)
    place = {variable: 2 * variable for variable in range(first)}
    for variable, (left, right) in enumerate(graph.ands, start=first):
        if variable in wanted:
            place[variable] = kept.and_(place[left >> 1] ^ left & 1, place[right >> 1] ^ right & 1)
    return kept, tuple(place[literal >> 1] ^ literal & 1 for literal in outputs)


@lru_cache(maxsize=1 << 14)
def _split(table: int, n: int) -> tuple[int, int, int]:
    """Return an input and both cofactors: split off by one gate where that can be, else where the halves read least."""
    halves = [(k, cofactor(table, k, 0, n), cofactor(table, k, 1, n)) for k in range(n)]
    return min(halves, key=lambda half: _weight(half[1], half[2], n - 1))


def _weight(low: int, high: int, n: int) -> tuple[int, int, int]:
    constant = low in (0, full(n)) or high in (0, full(n))
    kind = 0 if constant else 1 if low == invert(high, n) else 2
    read = sum(reads(low, k, n) + reads(high, k, n) for k in range(n))
    return kind, read, (low ^ high).bit_count()

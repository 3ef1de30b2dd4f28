"""Netlists of two-input ANDs and XORs with free inverters, under construction."""

from __future__ import annotations

from collections.abc import Sequence

from tinydwn.minimize.optimal import Chain, smallest_chains
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.truth_table import cofactor, full, invert, reads, shrink, variable

INPUTS = 4
Gate = tuple[int, int, bool]
"""Two literals, the smaller first, and whether it is an XOR, whose literals are plain."""


class Xag:
    """An XOR-AND graph: literal `2 * net` is a net, `2 * net + 1` its complement; net 0 is the constant 0.

    Then come the inputs, then the gates, each of which reads smaller nets and is there once.

    >>> graph = Xag(2)
    >>> graph.and_(2, 4) == graph.and_(4, 2), graph.xor(3, 4) == graph.xor(2, 4) ^ 1
    (True, True)
    """

    def __init__(self, inputs: int) -> None:
        self.first = inputs + 1
        self.gates: list[Gate] = []
        self.outputs: list[int] = []
        self.known: dict[Gate, int] = {}

    def gate(self, net: int) -> Gate:
        """Return the gate of a net."""
        return self.gates[net - self.first]

    def and_(self, left: int, right: int) -> int:
        """Return the literal of an AND."""
        form = and_form(left, right)
        return form if isinstance(form, int) else self._literal(form)

    def xor(self, left: int, right: int) -> int:
        """Return the literal of an XOR."""
        form, inverted = xor_form(left, right)
        return (form if isinstance(form, int) else self._literal(form)) ^ inverted

    def or_(self, left: int, right: int) -> int:
        """Return the literal of an OR."""
        return self.and_(left ^ 1, right ^ 1) ^ 1

    def chain(self, chain: Chain, literals: Sequence[int]) -> int:
        """Return the literal of a chain over four literals."""
        values = list(literals)
        for left, right, is_xor in chain.gates:
            one, other = values[left >> 1] ^ left & 1, values[right >> 1] ^ right & 1
            values.append(self.xor(one, other) if is_xor else self.and_(one, other))
        return -1 - chain.output if chain.output < 0 else values[chain.output >> 1] ^ chain.output & 1

    def function(self, table: int, literals: Sequence[int], *, xor_gates: int) -> int:
        """Return the literal of a truth table: split input by input down to four, which the smallest chain serves."""
        small, kept = shrink(table, len(literals))
        literals, n = [literals[k] for k in kept], len(kept)
        if n <= INPUTS:
            table = _widened(small, n)
            chain = min(smallest_chains(table, most_ways=1), key=lambda one: one.cost(xor_gates))
            return self.chain(chain, [*literals, *(0 for _ in range(INPUTS - n))])
        halves = [(cofactor(small, k, 0, n), cofactor(small, k, 1, n)) for k in range(n)]
        k = min(range(n), key=lambda k: _weight(halves[k], n - 1))
        (low, high), select, others = halves[k], literals[k], literals[:k] + literals[k + 1 :]
        if low == invert(high, n - 1):
            return self.xor(select, self.function(low, others, xor_gates=xor_gates))
        first = self.and_(select ^ 1, self.function(low, others, xor_gates=xor_gates))
        return self.or_(first, self.and_(select, self.function(high, others, xor_gates=xor_gates)))

    def cost(self, xor_gates: int) -> int:
        """Return the number of gates where an XOR counts `xor_gates`."""
        return sum(xor_gates if is_xor else 1 for _, _, is_xor in self.gates)

    def _literal(self, form: Gate) -> int:
        net = self.known.get(form)
        if net is None:
            net = self.known[form] = self.first + len(self.gates)
            self.gates.append(form)
        return 2 * net


def and_form(left: int, right: int) -> int | Gate:
    """Return the one form of an AND, or its literal where there is nothing to compute."""
    if left > right:
        left, right = right, left
    if left <= 1 or left >> 1 == right >> 1:
        return right if left in (1, right) else 0
    return left, right, False


def xor_form(left: int, right: int) -> tuple[int | Gate, int]:
    """Return the one form of an XOR, or its literal where there is nothing to compute, and 1 where it is inverted."""
    inverted, left, right = (left ^ right) & 1, left & ~1, right & ~1
    if left == right:
        return 0, inverted
    if left == 0 or right == 0:
        return left | right, inverted
    return (min(left, right), max(left, right), True), inverted


def to_xag(netlist: Netlist, *, xor_gates: int) -> Xag:
    """Return a netlist as ANDs and XORs, each table by its own smallest circuit, an XOR counting `xor_gates`."""
    graph = Xag(len(netlist.inputs))
    literals = [0, 1, *(2 * (k + 1) for k in range(len(netlist.inputs)))]
    for node in netlist.nodes:
        literals.append(graph.function(node.table, [literals[net] for net in node.fanin], xor_gates=xor_gates))
    graph.outputs = [literals[net] for net in netlist.output_nets]
    return graph


def without_unread(graph: Xag) -> Xag:
    """Return the graph without gates that no output depends on."""
    wanted = {literal >> 1 for literal in graph.outputs}
    for net in range(graph.first + len(graph.gates) - 1, graph.first - 1, -1):
        if net in wanted:
            wanted.update(literal >> 1 for literal in graph.gate(net)[:2])
    kept = Xag(graph.first - 1)
    literals = {net: 2 * net for net in range(graph.first)}
    for net, (left, right, is_xor) in enumerate(graph.gates, start=graph.first):
        if net in wanted:
            one, other = literals[left >> 1] ^ left & 1, literals[right >> 1] ^ right & 1
            literals[net] = kept.xor(one, other) if is_xor else kept.and_(one, other)
    kept.outputs = [literals[literal >> 1] ^ literal & 1 for literal in graph.outputs]
    return kept


def to_netlist(graph: Xag, like: Netlist) -> Netlist:
    """Return a graph as a netlist with the names of another; inverters go into the gates wherever they can."""
    builder = NetlistBuilder(like.name)
    nets = [0, *(builder.input(name) for name in like.inputs)]
    inverted = {literal >> 1: literal & 1 for literal in reversed(graph.outputs) if literal >> 1 >= graph.first}
    for net, (left, right, is_xor) in enumerate(graph.gates, start=graph.first):
        one = variable(0, 2) ^ (15 if left & 1 ^ inverted.get(left >> 1, 0) else 0)
        other = variable(1, 2) ^ (15 if right & 1 ^ inverted.get(right >> 1, 0) else 0)
        table = (one ^ other if is_xor else one & other) ^ (15 if inverted.get(net, 0) else 0)
        nets.append(builder.node(table, (nets[left >> 1], nets[right >> 1])))
    for name, literal in zip(like.output_names, graph.outputs, strict=True):
        plain = literal & 1 == inverted.get(literal >> 1, 0)
        net = nets[literal >> 1]
        builder.output(name, net if plain else 1 if net == 0 else builder.invert(net))
    return builder.build()


def _widened(table: int, n: int) -> int:
    """Return a table as one of four inputs, which does not read the last ones."""
    for width in range(n, INPUTS):
        table |= table << (1 << width)
    return table


def _weight(halves: tuple[int, int], n: int) -> tuple[bool, int, int]:
    """Prefer a split off by one gate, then halves that read little, then those that agree much."""
    low, high = halves
    simple = low in (0, full(n)) or high in (0, full(n)) or low == invert(high, n)
    read = sum(reads(low, k, n) + reads(high, k, n) for k in range(n))
    return not simple, read, (low ^ high).bit_count()

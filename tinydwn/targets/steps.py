"""A netlist as a list of operations on whole words, in an order that keeps few of them alive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE, Netlist
from tinydwn.netlist.truth_table import flip_input, full, permute
from tinydwn.targets.input_order import expansion_order

_MAJORITY = 0b11101000
_MAJORITIES = {_MAJORITY: (0, 1, 2), **{flip_input(_MAJORITY, k, 3): (k, (k + 1) % 3, (k + 2) % 3) for k in range(3)}}
"""Tables of a majority of three, one input inverted or none, with an order of the inputs: the inverted one first."""


class Kind(IntEnum):
    """What an operation does with the words that it reads, here called a, b and c."""

    NOT = 0  # ~a
    AND = 1  # a & b
    OR = 2  # a | b
    XOR = 3  # a ^ b
    AND_NOT = 4  # a & ~b
    OR_NOT = 5  # a | ~b
    CHOICE = 6  # c where a, else b


@dataclass(frozen=True, slots=True)
class Step:
    """One operation and the values it reads."""

    kind: Kind
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """Operations that give a netlist's outputs.

    A value is an `int`: 0 and 1 are the constants, then the inputs, then the steps in order, each of which reads
    smaller values only and is read by something.
    """

    inputs: int
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]

    @property
    def first(self) -> int:
        """The value of the first step."""
        return FIRST_INPUT + self.inputs

    def last_reads(self) -> list[int]:
        """Return for every value the largest value that reads it; one beyond all of them for outputs, -1 for none."""
        last = [-1] * (self.first + len(self.steps))
        for value, step in enumerate(self.steps, start=self.first):
            for source in step.sources:
                last[source] = value
        for value in self.outputs:
            last[value] = len(last)
        return last


def steps_of(netlist: Netlist) -> Steps:
    """Return the operations of a netlist: each table by Shannon expansion, equal operations once, unread ones never.

    Nodes come in the order in which a search in depth from the outputs ends with them, so that a value is soon read.

    >>> from tinydwn.netlist import Node
    >>> steps_of(Netlist("less", ("a", "b"), (Node(0b0100, (2, 3)),), (("y", 4),))).steps
    (Step(kind=<Kind.AND_NOT: 4>, sources=(3, 2)),)
    """
    maker = _Maker(len(netlist.inputs))
    values = list(range(netlist.first_node)) + [-1] * len(netlist.nodes)
    for net in _in_depth(netlist):
        node = netlist.node(net)
        values[net] = maker.table(node.table, [values[source] for source in node.fanin])
    return _without_unread(maker, [values[net] for net in netlist.output_nets])


def _in_depth(netlist: Netlist) -> list[int]:
    """Return the nets of the nodes that outputs read, sources first."""
    order: list[int] = []
    seen = [False] * netlist.nets
    stack = [(net, False) for net in reversed(netlist.output_nets)]
    while stack:
        net, ready = stack.pop()
        if ready:
            order.append(net)
        elif net >= netlist.first_node and not seen[net]:
            seen[net] = True
            stack.append((net, True))
            stack += [(source, False) for source in reversed(netlist.node(net).fanin)]
    return order


class _Maker:
    """Steps under construction: constants are folded, and an operation that exists is not made twice."""

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.steps: list[Step] = []
        self._known: dict[Step, int] = {}
        self._opposite: dict[int, int] = {FALSE: TRUE, TRUE: FALSE}

    def table(self, table: int, fanin: Sequence[int]) -> int:
        """Return the value of a table on the values of its fanin; equal cofactors are made once."""
        if len(fanin) == 3 and table in _MAJORITIES:
            return self._majority(*(fanin[k] for k in _MAJORITIES[table]), inverted=table != _MAJORITY)
        order = expansion_order(table, len(fanin))
        table, fanin = permute(table, order, len(fanin)), [fanin[k] for k in order]
        done: dict[tuple[int, int], int] = {}

        def value(part: int, n: int) -> int:
            if part in (0, full(n)):
                return TRUE if part else FALSE
            if (part, n) not in done:
                done[part, n] = expand(part, n)
            return done[part, n]

        def expand(part: int, n: int) -> int:
            low, high = part & full(n - 1), part >> (1 << (n - 1))
            if low == high:
                return value(low, n - 1)
            if high == low ^ full(n - 1):
                return self.xor(fanin[n - 1], value(low, n - 1))
            return self.choice(fanin[n - 1], value(low, n - 1), value(high, n - 1))

        return value(table, len(fanin))

    def invert(self, a: int) -> int:
        if a not in self._opposite:
            made = self._step(Kind.NOT, a)
            self._opposite[a], self._opposite[made] = made, a
        return self._opposite[a]

    def xor(self, a: int, b: int) -> int:
        if a == b:
            return FALSE
        for one, other in ((a, b), (b, a)):
            if one in (FALSE, TRUE):
                return other if one == FALSE else self.invert(other)
            if self._opposite.get(one) == other:
                return TRUE
        return self._step(Kind.XOR, *sorted((a, b)))

    def choice(self, select: int, low: int, high: int) -> int:
        """Return `high` where `select` holds, else `low`."""
        if select in (FALSE, TRUE):
            return high if select else low
        low, high = (self._given(select, value, known) for value, known in ((low, FALSE), (high, TRUE)))
        if low == high:
            return low
        if self._opposite.get(low) == high:
            return self.xor(select, low)
        if low == FALSE:
            return self._and(select, high)
        if high == FALSE:
            return self._and(self.invert(select), low)
        if low == TRUE:
            return self._or(self.invert(select), high)
        if high == TRUE:
            return self._or(select, low)
        return self._step(Kind.CHOICE, select, low, high)

    def _majority(self, a: int, b: int, c: int, *, inverted: bool) -> int:
        """Return the majority of three, the first inverted or not: where two agree they decide, else the third does.

        Beside the parity of the same three, which has the XOR already, it takes one operation.
        """
        differ = self.xor(a, b)
        return self.choice(differ, c, b) if inverted else self.choice(differ, a, c)

    def _given(self, select: int, value: int, known: int) -> int:
        """Return a value where `select` is known to be a constant."""
        if value == select:
            return known
        return self._opposite[known] if self._opposite.get(select) == value else value

    def _and(self, a: int, b: int) -> int:
        if self._is_not(a):
            a, b = b, a
        return self._step(Kind.AND_NOT, a, self._opposite[b]) if self._is_not(b) else self._commuting(Kind.AND, a, b)

    def _or(self, a: int, b: int) -> int:
        if self._is_not(a):
            a, b = b, a
        return self._step(Kind.OR_NOT, a, self._opposite[b]) if self._is_not(b) else self._commuting(Kind.OR, a, b)

    def _commuting(self, kind: Kind, a: int, b: int) -> int:
        return self._step(kind, *sorted((a, b)))

    def _is_not(self, value: int) -> bool:
        place = value - FIRST_INPUT - self.inputs
        return place >= 0 and self.steps[place].kind is Kind.NOT

    def _step(self, kind: Kind, *sources: int) -> int:
        step = Step(kind, sources)
        if step not in self._known:
            self.steps.append(step)
            self._known[step] = FIRST_INPUT + self.inputs + len(self.steps) - 1
        return self._known[step]


def _without_unread(maker: _Maker, outputs: Sequence[int]) -> Steps:
    first = FIRST_INPUT + maker.inputs
    wanted = [False] * (first + len(maker.steps))
    for value in outputs:
        wanted[value] = True
    for value in range(len(wanted) - 1, first - 1, -1):
        if wanted[value]:
            for source in maker.steps[value - first].sources:
                wanted[source] = True
    place = list(range(first)) + [0] * len(maker.steps)
    kept: list[Step] = []
    for value, step in enumerate(maker.steps, start=first):
        if wanted[value]:
            place[value] = first + len(kept)
            kept.append(Step(step.kind, tuple(place[source] for source in step.sources)))
    return Steps(maker.inputs, tuple(kept), tuple(place[value] for value in outputs))

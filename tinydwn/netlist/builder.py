"""The one mutable thing: a netlist under construction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from tinydwn.errors import NetlistError
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE, Netlist, Node
from tinydwn.netlist.truth_table import cofactor, flip_input, full, permute, shrink, support, variable

_MOST_KEPT = 6
"""Inputs of the widest nodes whose folding is remembered."""
_NOT, _AND, _OR, _XOR, _MUX, _MAJORITY, _PARITY = 0b01, 0b1000, 0b1110, 0b0110, 0b11001010, 0b11101000, 0b10010110


class NetlistBuilder:
    """Builds a netlist node by node; declare all inputs first.

    Nodes are put into one form as they are added: constants and repeated nets are folded, unread inputs
    dropped, inverters absorbed, fanins sorted, and a node that exists already is not made twice. `build`
    leaves out what no output reads.

    >>> builder = NetlistBuilder("gate")
    >>> a, b = builder.input("a"), builder.input("b")
    >>> builder.and_(a, builder.invert(builder.invert(b))) == builder.and_(b, a)
    True
    >>> builder.output("y", builder.and_(a, b))
    >>> len(builder.build().nodes)
    1
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._inputs: list[str] = []
        self._nodes: list[Node] = []
        self._outputs: list[tuple[str, int]] = []
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}
        self._inverted: dict[int, int] = {}

    def input(self, name: str) -> int:
        """Add an input and return its net; `NetlistError` once a node exists."""
        if self._nodes:
            raise NetlistError(f"input {name!r} comes after the first node of netlist '{self._name}'")
        self._inputs.append(name)
        return FIRST_INPUT + len(self._inputs) - 1

    def node(self, table: int, fanin: Sequence[int]) -> int:
        """Return a net with the value of `table` at the address made of `fanin`, input `k` being bit `k`."""
        table, nets = _fold(table, fanin, self._inverted)
        if not nets:
            return TRUE if table else FALSE
        if len(nets) == 1 and table == 0b10:
            return nets[0]
        return self._share(table, nets)

    def _share(self, table: int, nets: tuple[int, ...]) -> int:
        key = (table, nets)
        found = self._known.get(key)
        if found is None:
            found = FIRST_INPUT + len(self._inputs) + len(self._nodes)
            self._nodes.append(Node(table, nets))
            self._known[key] = found
            if len(nets) == 1:
                self._inverted[found] = nets[0]
        return found

    def invert(self, a: int) -> int:
        """Return NOT a."""
        return self._inverted[a] if a in self._inverted else self.node(_NOT, (a,))

    def and_(self, *nets: int) -> int:
        """Return the AND of any number of nets, as a balanced tree; true for none."""
        return self._tree(_AND, nets, TRUE)

    def or_(self, *nets: int) -> int:
        """Return the OR of any number of nets, as a balanced tree; false for none."""
        return self._tree(_OR, nets, FALSE)

    def xor(self, *nets: int) -> int:
        """Return the XOR of any number of nets, as a balanced tree; false for none."""
        return self._tree(_XOR, nets, FALSE)

    def mux(self, select: int, if_false: int, if_true: int) -> int:
        """Return `if_true` where `select` holds, else `if_false`."""
        return self.node(_MUX, (if_false, if_true, select))

    def full_adder(self, a: int, b: int, c: int) -> tuple[int, int]:
        """Return sum and carry of three nets."""
        return self.node(_PARITY, (a, b, c)), self.node(_MAJORITY, (a, b, c))

    def half_adder(self, a: int, b: int) -> tuple[int, int]:
        """Return sum and carry of two nets."""
        return self.xor(a, b), self.and_(a, b)

    def insert(self, netlist: Netlist, inputs: Sequence[int]) -> tuple[int, ...]:
        """Add a whole netlist, `inputs` being the nets on its inputs; return the nets of its outputs."""
        if len(inputs) != len(netlist.inputs):
            raise NetlistError(f"netlist '{netlist.name}' has {len(netlist.inputs)} inputs, {len(inputs)} were given")
        nets = [FALSE, TRUE, *inputs]
        for node in netlist.nodes:
            nets.append(self.node(node.table, [nets[net] for net in node.fanin]))
        return tuple(nets[net] for net in netlist.output_nets)

    def output(self, name: str, net: int) -> None:
        """Give a net to the outside under a name."""
        self._outputs.append((name, net))

    def build(self) -> Netlist:
        """Return the netlist of all that the outputs read."""
        first = FIRST_INPUT + len(self._inputs)
        needed = _reachable(self._nodes, first, (net for _, net in self._outputs))
        place = list(range(first)) + [0] * len(self._nodes)
        nodes: list[Node] = []
        for net in needed:
            node = self._nodes[net - first]
            place[net] = first + len(nodes)
            nodes.append(Node(node.table, tuple(place[old] for old in node.fanin)))
        outputs = tuple((name, place[net]) for name, net in self._outputs)
        return Netlist(self._name, tuple(self._inputs), tuple(nodes), outputs)

    def _tree(self, table: int, nets: Sequence[int], empty: int) -> int:
        level = list(nets)
        if not level:
            return empty
        while len(level) > 1:
            pairs = [self.node(table, level[k : k + 2]) for k in range(0, len(level) - 1, 2)]
            level = pairs + level[len(pairs) * 2 :]
        return level[0]


def _fold(table: int, fanin: Sequence[int], inverted: dict[int, int]) -> tuple[int, tuple[int, ...]]:
    """Bring a table and its fanin into the one form that equal functions share."""
    nets = list(fanin)
    if _is_folded(table, nets, inverted):
        return table, tuple(nets)
    sources = [inverted.get(net, net) for net in nets]
    distinct = sorted({net for net in sources if net >= FIRST_INPUT})
    number = {FALSE: FALSE, TRUE: TRUE, **{net: FIRST_INPUT + k for k, net in enumerate(distinct)}}
    flips = sum(1 << k for k, net in enumerate(nets) if net in inverted)
    form = _numbered if len(nets) <= _MOST_KEPT else _numbered.__wrapped__
    table, kept = form(table, flips, tuple(number[net] for net in sources))
    return table, tuple(distinct[k - FIRST_INPUT] for k in kept)


@lru_cache(maxsize=1 << 14)
def _numbered(table: int, flips: int, fanin: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """Return the one form of a table with the inputs of `flips` inverted, for nets numbered in their order."""
    nets = list(fanin)
    if not 0 <= table <= full(len(nets)):
        raise NetlistError(f"a table of {len(nets)} inputs lies between 0 and 2**{1 << len(nets)} - 1, not {table}")
    for k in range(len(nets)):
        if flips >> k & 1:
            table = flip_input(table, k, len(nets))
    table, nets = _merge(table, nets)
    table, kept = shrink(table, len(nets))
    nets = [nets[k] for k in kept]
    order = sorted(range(len(nets)), key=nets.__getitem__)
    return permute(table, order, len(nets)), tuple(nets[k] for k in order)


def _is_folded(table: int, nets: list[int], inverted: dict[int, int]) -> bool:
    """Say whether there is nothing to fold: the usual case, so it is kept quick."""
    previous = TRUE
    for net in nets:
        if net <= previous or net in inverted:
            return False
        previous = net
    return _reads_all(table, len(nets))


@lru_cache(maxsize=1 << 14)
def _reads_all(table: int, n: int) -> bool:
    return 0 <= table <= full(n) and len(support(table, n)) == n


def _merge(table: int, nets: list[int]) -> tuple[int, list[int]]:
    """Take constants and repeated nets out of a fanin."""
    k = 0
    while k < len(nets):
        n = len(nets)
        if nets[k] < FIRST_INPUT:
            table = cofactor(table, k, nets[k], n)
        elif nets[k] in nets[:k]:
            table = _identify(table, nets.index(nets[k]), k, n)
        else:
            k += 1
            continue
        del nets[k]
    return table, nets


def _identify(table: int, kept: int, dropped: int, n: int) -> int:
    """Return the table over `n - 1` inputs where input `dropped` always equals input `kept` (kept < dropped)."""
    low, high = cofactor(table, dropped, 0, n), cofactor(table, dropped, 1, n)
    chosen = variable(kept, n - 1)
    return (high & chosen) | (low & ~chosen & full(n - 1))


def _reachable(nodes: Sequence[Node], first: int, roots: Iterable[int]) -> list[int]:
    """Return the nets of all nodes that the roots read, ascending."""
    wanted = [False] * (first + len(nodes))
    for net in roots:
        wanted[net] = True
    for net in range(first + len(nodes) - 1, first - 1, -1):
        if wanted[net]:
            for source in nodes[net - first].fanin:
                wanted[source] = True
    return [net for net in range(first, first + len(nodes)) if wanted[net]]

"""Don't-cares from the order of thermometer bits: addresses of a table that no input pattern reaches.

The value of no net changes on any pattern that can occur, so all tables are chosen independently.
"""

from __future__ import annotations

from collections.abc import Mapping

from tinydwn.minimize.interval import simplest
from tinydwn.minimize.passes import Attempt, Pass
from tinydwn.minimize.patterns import addresses, chain_places, pattern_count, possible_integers
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder
from tinydwn.netlist.graph import FIRST_INPUT
from tinydwn.netlist.simulate import evaluate

Group = tuple[int, ...]


def dont_care(*, max_patterns: int = 4096, max_window: int = 64) -> Pass:
    """Return a pass that gives every table the simplest function on the addresses that can occur.

    Which addresses occur is computed exactly on a window behind the node, whose border is widened towards
    the inputs while it has at most `max_patterns` patterns and `max_window` nodes; inner nets on the border
    count as free, so nothing that occurs is overlooked.
    """

    def attempt(netlist: Netlist, assuming: Assumption) -> Attempt:
        return Attempt(_narrowed(netlist, assuming, max_patterns, max_window))

    return Pass("don't-cares of tables", attempt)


def _narrowed(netlist: Netlist, assuming: Assumption, max_patterns: int, max_window: int) -> Netlist:
    chains = _chain_of(netlist, assuming)
    builder = NetlistBuilder(netlist.name)
    nets = [0, 1, *(builder.input(name) for name in netlist.inputs)]
    for net, node in enumerate(netlist.nodes, start=netlist.first_node):
        window = _Window(netlist, net, chains, max_patterns, max_window)
        table, kept = simplest(node.table, window.reached(), len(node.fanin))
        nets.append(builder.node(table, [nets[node.fanin[k]] for k in kept]))
    for name, net in netlist.outputs:
        builder.output(name, nets[net])
    return builder.build()


def _chain_of(netlist: Netlist, assuming: Assumption) -> dict[int, tuple[int, int]]:
    """Return the chain and the place in it of every chained input net."""
    groups = chain_places(netlist.inputs, assuming)
    return {
        place + FIRST_INPUT: (number, at)
        for number, group in enumerate(groups)
        if len(group) > 1
        for at, place in enumerate(group)
    }


class _Window:
    """A node and some of the nodes behind it; `border` are the nets that it starts from."""

    def __init__(
        self,
        netlist: Netlist,
        net: int,
        chains: Mapping[int, tuple[int, int]],
        max_patterns: int,
        max_window: int,
    ) -> None:
        self._netlist = netlist
        self._fanin = netlist.node(net).fanin
        self._chains = chains
        self._border = set(self._fanin) - {0, 1}
        self._inside: set[int] = set()
        while len(self._inside) < max_window and self._widen(max_patterns):
            pass

    def reached(self) -> int:
        """Return the addresses of the node that occur, as a table."""
        values, one = possible_integers(self._groups(self._border))
        values |= {0: 0, 1: one}
        for net in sorted(self._inside):
            node = self._netlist.node(net)
            values[net] = evaluate(node.table, [values[source] for source in node.fanin], 0, one)
        return sum(1 << address for address in addresses([values[net] for net in self._fanin], one))

    def _widen(self, max_patterns: int) -> bool:
        """Take the border net inside that adds the fewest patterns; say whether there was one."""
        best: tuple[int, int] | None = None
        for net in sorted(self._border):
            if net >= self._netlist.first_node:
                count = pattern_count(self._groups(self._behind(net)))
                if best is None or count < best[0]:
                    best = (count, net)
        if best is None or best[0] > max_patterns:
            return False
        self._border = self._behind(best[1])
        self._inside.add(best[1])
        return True

    def _behind(self, net: int) -> set[int]:
        """Return the border once `net` is inside."""
        fanin = (source for source in self._netlist.node(net).fanin if source > 1 and source not in self._inside)
        return (self._border - {net}) | set(fanin)

    def _groups(self, border: set[int]) -> list[Group]:
        """Return the nets of a border in groups: bits of one chain together in order, every other net alone."""
        chained: dict[int, list[tuple[int, int]]] = {}
        alone: list[Group] = []
        for net in sorted(border):
            if net in self._chains:
                number, at = self._chains[net]
                chained.setdefault(number, []).append((at, net))
            else:
                alone.append((net,))
        return [tuple(net for _, net in sorted(bits)) for bits in chained.values()] + alone

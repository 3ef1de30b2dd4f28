"""The least number of nets that a cut through a netlist can carry (max-flow min-cut, Ford and Fulkerson 1956)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from tinydwn.netlist.graph import FIRST_INPUT, Netlist

_SOURCE, _SINK = 0, 1


def least_cut(netlist: Netlist, *, early: Sequence[int], late: Sequence[int], bound: int) -> frozenset[int]:
    """Return the nets of nodes before a cut that carries as few nets as possible.

    A node with `late` of at most `bound` stands before the cut, one with `early` above it after the cut; any other
    may stand on either side. Whatever a node before the cut reads stands before it, too. Inputs do, and the outputs
    are read after it.

    >>> from tinydwn.netlist.graph import Node
    >>> netlist = Netlist("and", ("a", "b"), (Node(0b1000, (2, 3)), Node(0b01, (4,))), (("y", 5),))
    >>> sorted(least_cut(netlist, early=[0, 0, 0, 0, 1, 2], late=[2, 2, 0, 0, 1, 2], bound=1))
    [4]
    """
    nodes = range(netlist.first_node, netlist.nets)
    fixed = {net for net in nodes if late[net] <= bound}
    loose = [net for net in nodes if late[net] > bound >= early[net]]
    flow = _Flow(netlist, fixed, loose)
    return frozenset(fixed | flow.before())


class _Flow:
    """The flow network of a cut: a vertex for each loose node, and one for the register of each net that is read."""

    def __init__(self, netlist: Netlist, fixed: set[int], loose: Sequence[int]) -> None:
        self._place = {net: 2 + k for k, net in enumerate(loose)}
        self._place |= dict.fromkeys([*range(FIRST_INPUT, netlist.first_node), *fixed], _SOURCE)
        self._registers: dict[int, int] = {}
        self._edges: dict[tuple[int, int], int] = {}
        self._infinite = netlist.nets + 1
        for net, node in enumerate(netlist.nodes, start=netlist.first_node):
            if net not in fixed:
                for source in node.fanin:
                    self._reads(net, source)
        for net in netlist.output_nets:
            self._joined(net, _SINK)

    def _reads(self, net: int, source: int) -> None:
        reader = self._place.get(net, _SINK)
        self._joined(source, reader)
        if reader != _SINK and self._place.get(source, _SOURCE) != _SOURCE:
            self._edges[reader, self._place[source]] = self._infinite

    def _joined(self, source: int, reader: int) -> None:
        """Let a reader after the cut take one register of the net, shared by all its readers."""
        if source < FIRST_INPUT or source not in self._place:
            return
        if source not in self._registers:
            self._registers[source] = 2 + len(self._place) + len(self._registers)
            self._edges[self._place[source], self._registers[source]] = 1
        self._edges[self._registers[source], reader] = self._infinite

    def before(self) -> set[int]:
        """Return the loose nodes on the side of the inputs, the fewest that a least cut has there."""
        size = 2 + len(self._place) + len(self._registers)
        ends = np.array(list(self._edges), dtype=np.int32).reshape(-1, 2)
        weights = np.array(list(self._edges.values()), dtype=np.int32)
        graph = csr_array((weights, (ends[:, 0], ends[:, 1])), shape=(size, size))
        rest = csr_array(graph - maximum_flow(graph, _SOURCE, _SINK).flow)
        rest.eliminate_zeros()
        reached = set(breadth_first_order(rest, _SOURCE, return_predecessors=False).tolist())
        return {net for net, vertex in self._place.items() if vertex != _SOURCE and vertex in reached}

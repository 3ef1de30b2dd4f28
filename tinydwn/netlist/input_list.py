"""The inputs of a netlist as a choice: which of them it shows to the outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tinydwn.errors import NetlistError
from tinydwn.netlist.analysis import read_inputs
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE, Netlist, Node


def with_inputs(netlist: Netlist, names: Sequence[str]) -> Netlist:
    """Return the netlist with the inputs `names`, in this order; one that it did not have is read by nothing.

    Nodes that no output depends on are left out. `NetlistError` where an output depends, by structure, on an input
    that is not among `names`.

    >>> both = Netlist("n", ("a", "b"), (Node(0b01, (3,)),), (("y", 4),))
    >>> with_inputs(both, ("b",))
    Netlist(name='n', inputs=('b',), nodes=(Node(table=1, fanin=(2,)),), outputs=(('y', 3),))
    """
    if tuple(names) == netlist.inputs:
        return netlist
    lost = set(read_inputs(netlist)).difference(names)
    if lost:
        raise NetlistError(
            f"netlist '{netlist.name}' reads {min(lost)!r}, which would be no input of it",
            hint="leave out inputs that nothing reads, and no others",
        )
    place = {FALSE: FALSE, TRUE: TRUE}
    known = {name: net for net, name in enumerate(names, start=FIRST_INPUT)}
    place |= {net: known[name] for net, name in enumerate(netlist.inputs, start=FIRST_INPUT) if name in known}
    nodes: list[Node] = []
    for net in _needed(netlist):
        place[net] = FIRST_INPUT + len(names) + len(nodes)
        node = netlist.node(net)
        nodes.append(Node(node.table, tuple(place[source] for source in node.fanin)))
    outputs = tuple((name, place[net]) for name, net in netlist.outputs)
    return replace(netlist, inputs=tuple(names), nodes=tuple(nodes), outputs=outputs)


def _needed(netlist: Netlist) -> list[int]:
    """Return the nodes that outputs depend on, ascending."""
    wanted = set(netlist.output_nets)
    for net in range(netlist.nets - 1, netlist.first_node - 1, -1):
        if net in wanted:
            wanted.update(netlist.node(net).fanin)
    return [net for net in range(netlist.first_node, netlist.nets) if net in wanted]

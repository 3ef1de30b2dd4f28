"""Questions about the shape of a netlist; networkx serves where a question is about graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydwn.netlist.graph import FIRST_INPUT, Netlist

if TYPE_CHECKING:
    import networkx as nx


def levels(netlist: Netlist) -> tuple[int, ...]:
    """Return the level of every net: 0 for constants and inputs, else one more than the highest net read."""
    level = [0] * netlist.first_node
    for node in netlist.nodes:
        level.append(1 + max((level[net] for net in node.fanin), default=0))
    return tuple(level)


def depth(netlist: Netlist) -> int:
    """Return the largest number of nodes on a way from an input to an output.

    >>> from tinydwn.netlist.graph import Node
    >>> depth(Netlist("two", ("a",), (Node(1, (2,)), Node(1, (3,))), (("y", 4),)))
    2
    """
    level = levels(netlist)
    return max((level[net] for net in netlist.output_nets), default=0)


def fanout_counts(netlist: Netlist) -> tuple[int, ...]:
    """Return how many node inputs and outputs read each net."""
    counts = [0] * netlist.nets
    for node in netlist.nodes:
        for net in node.fanin:
            counts[net] += 1
    for net in netlist.output_nets:
        counts[net] += 1
    return tuple(counts)


def read_inputs(netlist: Netlist) -> tuple[str, ...]:
    """Return the names of the inputs that some output depends on by structure, in order."""
    wanted = set(netlist.output_nets)
    for net in range(netlist.nets - 1, netlist.first_node - 1, -1):
        if net in wanted:
            wanted.update(netlist.node(net).fanin)
    return tuple(name for k, name in enumerate(netlist.inputs) if k + FIRST_INPUT in wanted)


def to_networkx(netlist: Netlist) -> nx.DiGraph[int]:
    """Return the netlist as a directed graph of nets, edges from read to reader.

    Every vertex has `kind` ("constant", "input" or "node") and `label`; nodes have `table`; vertices that
    are outputs list their names in `outputs`. An edge has the place `pin` in the reader's fanin (the last
    one where a net is read twice).
    """
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph(name=netlist.name)
    for net in range(netlist.nets):
        kind = "constant" if net < FIRST_INPUT else "input" if net < netlist.first_node else "node"
        graph.add_node(net, kind=kind, label=netlist.net_name(net), outputs=[])
    for net, node in enumerate(netlist.nodes, start=netlist.first_node):
        graph.nodes[net]["table"] = node.table
        for pin, source in enumerate(node.fanin):
            graph.add_edge(source, net, pin=pin)
    for name, net in netlist.outputs:
        graph.nodes[net]["outputs"].append(name)
    return graph


def cone(netlist: Netlist, net: int) -> frozenset[int]:
    """Return all nets that a net depends on, itself included."""
    import networkx as nx

    return frozenset({net} | nx.ancestors(to_networkx(netlist), net))


def components(netlist: Netlist) -> tuple[frozenset[int], ...]:
    """Return the parts of the netlist that share no net, constants left out, largest first."""
    import networkx as nx

    graph = to_networkx(netlist)
    graph.remove_nodes_from([0, 1])
    parts = (frozenset(part) for part in nx.weakly_connected_components(graph))
    return tuple(sorted(parts, key=lambda part: (-len(part), min(part))))

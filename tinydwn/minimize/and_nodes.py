"""The size of a function as an and-inverter graph, as contests count it."""

from __future__ import annotations

from dataclasses import dataclass

from tinydwn.minimize.multi_level import Script, run_script
from tinydwn.netlist import Netlist

SCRIPT = "strash; dc2; dc2; dch; dc2"
"""What ABC makes of a graph before its nodes are counted."""


@dataclass(frozen=True, slots=True)
class AndGraph:
    """A function as AND nodes of two inputs with free inverters: its netlist, their number, and the longest chain."""

    netlist: Netlist
    nodes: int
    depth: int


def and_graph(netlist: Netlist, *, timeout_s: float = 120.0) -> AndGraph:
    """Return a netlist as an and-inverter graph that ABC has made smaller (`SCRIPT`); raises as `run_script`.

    >>> from tinydwn.netlist import Node
    >>> exclusive = Netlist("x", ("a", "b"), (Node(0b0110, (2, 3)),), (("y", 4),))
    >>> graph = and_graph(exclusive)
    >>> graph.nodes, graph.depth
    (3, 2)
    """
    found = run_script(netlist, Script("and-inverter graph", SCRIPT), timeout_s=timeout_s)
    level = [0] * found.first_node
    for node in found.nodes:
        level.append(max((level[net] for net in node.fanin), default=0) + (len(node.fanin) == 2))
    nodes = sum(len(node.fanin) == 2 for node in found.nodes)
    return AndGraph(found, nodes, max((level[net] for net in found.output_nets), default=0))

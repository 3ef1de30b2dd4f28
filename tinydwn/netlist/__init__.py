"""The boolean graph: nodes are truth tables.

A net is an `int`: 0 and 1 are the constants, then the inputs, then the nodes in order.
"""

from tinydwn.netlist.aiger import from_aiger, to_aag, to_aig
from tinydwn.netlist.assumption import Assumption
from tinydwn.netlist.blif import from_blif, to_blif
from tinydwn.netlist.builder import NetlistBuilder
from tinydwn.netlist.graph import Netlist, Node
from tinydwn.netlist.simulate import simulate

__all__ = [
    "Assumption",
    "Netlist",
    "NetlistBuilder",
    "Node",
    "from_aiger",
    "from_blif",
    "simulate",
    "to_aag",
    "to_aig",
    "to_blif",
]

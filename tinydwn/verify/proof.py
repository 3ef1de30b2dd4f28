"""What a prover found, before anyone believes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.netlist import Assumption, Netlist
from tinydwn.netlist.graph import Node
from tinydwn.verify.verdict import Outcome

_AND = 0b1000


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A prover's answer; `witness`, (inputs,) bool in the order of the netlist, stands where it claims a difference."""

    outcome: Outcome
    witness: NDArray[np.bool_] | None = None
    reason: str = ""


def guarded(netlist: Netlist, assuming: Assumption) -> Netlist:
    """Return the netlist with every output held at 0 on patterns that cannot occur.

    Two netlists agree under an assumption exactly where their guarded forms are equal. The nodes of the
    netlist itself stay as they are.
    """
    if not assuming.implications(netlist.inputs):
        return netlist
    condition = assuming.as_netlist(netlist.inputs)
    shift = len(netlist.nodes)

    def moved(net: int) -> int:
        return net + shift if net >= condition.first_node else net

    nodes = [*netlist.nodes]
    nodes += [Node(node.table, tuple(moved(net) for net in node.fanin)) for node in condition.nodes]
    possible = moved(condition.output_nets[0])
    outputs = []
    for name, net in netlist.outputs:
        nodes.append(Node(_AND, (net, possible)))
        outputs.append((name, netlist.first_node + len(nodes) - 1))
    return Netlist(netlist.name, netlist.inputs, tuple(nodes), tuple(outputs))

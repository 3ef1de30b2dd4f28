"""What a prover is given, and what it found before anyone believes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.netlist import Assumption, Netlist
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE, Node
from tinydwn.verify.verdict import Outcome

_AND, _OR = 0b1000, 0b1110


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A prover's answer; `witness`, (inputs,) bool, stands where it claims a difference."""

    outcome: Outcome
    witness: NDArray[np.bool_] | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.DIFFERENT) != (self.witness is not None):
            raise ValueError(f"a proof has a witness exactly where it is DIFFERENT, this one is {self.outcome.name}")


def possible_patterns(inputs: Sequence[str], assuming: Assumption) -> Netlist:
    """Return a circuit whose outputs, one per input, run through exactly the patterns that an assumption allows.

    Its inputs are free. In a chain the middle bit is free; the bits below it are true, and those above it
    false, where it makes them so, and follow the same rule in their half elsewhere. Behind this circuit two
    netlists are equal everywhere exactly where they are equal under the assumption, inner nets included.

    >>> from tinydwn.netlist import simulate
    >>> front = possible_patterns(("x > 1", "x > 2"), Assumption((("x > 1", "x > 2"),)))
    >>> simulate(front, np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=bool)).astype(int).tolist()
    [[0, 0], [1, 1], [1, 0], [1, 1]]
    """
    nodes: list[Node] = []
    place = {name: FIRST_INPUT + k for k, name in enumerate(inputs)}
    value = dict(place)

    def restrict(chain: Sequence[str]) -> None:
        if not chain:
            return
        middle = len(chain) // 2
        weaker, stronger = chain[:middle], chain[middle + 1 :]
        restrict(weaker)
        restrict(stronger)
        for part, table in ((weaker, _OR), (stronger, _AND)):
            for name in part:
                nodes.append(Node(table, (value[chain[middle]], value[name])))
                value[name] = FIRST_INPUT + len(inputs) + len(nodes) - 1

    for chain in assuming.chains:
        restrict([name for name in chain if name in place])
    outputs = tuple((f"o{k}", value[name]) for k, name in enumerate(inputs))
    return Netlist("possible", tuple(f"i{k}" for k in range(len(inputs))), tuple(nodes), outputs)


def behind(front: Netlist, netlist: Netlist) -> Netlist:
    """Return `netlist` with its inputs driven by the outputs of `front`, node by node, nothing simplified."""
    place = [FALSE, TRUE, *front.output_nets]
    place += range(front.nets, front.nets + len(netlist.nodes))
    nodes = tuple(Node(node.table, tuple(place[net] for net in node.fanin)) for node in netlist.nodes)
    outputs = tuple((name, place[net]) for name, net in netlist.neutral().outputs)
    return Netlist("behind", front.inputs, (*front.nodes, *nodes), outputs)

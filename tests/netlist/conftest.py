"""Random netlists, and an evaluator that shares nothing with the package: one sample, one bit at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import strategies as st

from tinydwn.netlist import Netlist, Node

NAMES = st.text(min_size=1, max_size=12)


@st.composite
def draw_netlist(draw: Any, *, names: Any = None, max_inputs: int = 5, min_inputs: int = 0) -> Netlist:
    """Draw a netlist with any tables, repeated and constant fanins, unread nodes, shared outputs."""
    inputs = draw(st.integers(min_inputs, max_inputs))
    outputs = draw(st.integers(1, 4))
    if names is None:
        labels = [f"x{k}" for k in range(inputs)] + [f"y{k}" for k in range(outputs)]
    else:
        labels = draw(st.lists(names, min_size=inputs + outputs, max_size=inputs + outputs, unique=True))
    nodes: list[Node] = []
    for _ in range(draw(st.integers(0, 8))):
        width = draw(st.integers(0, 4))
        nets = st.integers(0, 1 + inputs + len(nodes))
        fanin = tuple(draw(st.lists(nets, min_size=width, max_size=width)))
        nodes.append(Node(draw(st.integers(0, 2 ** (2**width) - 1)), fanin))
    last = 1 + inputs + len(nodes)
    driven = [draw(st.integers(0, last)) for _ in range(outputs)]
    return Netlist("drawn", tuple(labels[:inputs]), tuple(nodes), tuple(zip(labels[inputs:], driven, strict=True)))


def evaluate(netlist: Netlist, values: Sequence[int]) -> list[int]:
    """Evaluate one input pattern by looking every node up in its table."""
    nets = [0, 1, *values]
    for node in netlist.nodes:
        address = 0
        for place, net in enumerate(node.fanin):
            address += nets[net] << place
        nets.append(node.table >> address & 1)
    return [nets[net] for _, net in netlist.outputs]


@pytest.fixture(scope="session")
def netlists() -> Callable[..., Any]:
    return draw_netlist


@pytest.fixture(scope="session")
def naive() -> Callable[[Netlist, Sequence[int]], list[int]]:
    return evaluate


@pytest.fixture(scope="session")
def every() -> Callable[[Netlist], list[list[int]]]:
    """Evaluate every input pattern, pattern `p` being the number `p`, LSB first."""

    def answers(netlist: Netlist) -> list[list[int]]:
        width = len(netlist.inputs)
        return [evaluate(netlist, [p >> k & 1 for k in range(width)]) for p in range(1 << width)]

    return answers

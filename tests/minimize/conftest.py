"""Random netlists with thermometer chains, and a judge that shares nothing with the package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import strategies as st

from tinydwn.netlist import Assumption, Netlist, Node


@st.composite
def draw_circuit(
    draw: Any, *, max_inputs: int = 8, max_nodes: int = 12, max_fanin: int = 4
) -> tuple[Netlist, Assumption]:
    """Draw a netlist and chains over some of its inputs, in any order; all functions are over few inputs."""
    width = draw(st.integers(1, max_inputs))
    names = tuple(f"f{k} > 1" for k in range(width))
    nodes: list[Node] = []
    for _ in range(draw(st.integers(1, max_nodes))):
        fanin = draw(st.lists(st.integers(0, 1 + width + len(nodes)), min_size=0, max_size=max_fanin))
        nodes.append(Node(draw(st.integers(0, (1 << (1 << len(fanin))) - 1)), tuple(fanin)))
    last = 1 + width + len(nodes)
    nets = draw(st.lists(st.integers(max(0, last - 5), last), min_size=1, max_size=3))
    outputs = tuple((f"class[{k}]", net) for k, net in enumerate(nets))
    order = draw(st.permutations(names))
    cuts = sorted(draw(st.lists(st.integers(0, width), max_size=3)))
    chains = [tuple(order[low:high]) for low, high in zip([0, *cuts], cuts, strict=False)]
    return Netlist("drawn", names, tuple(nodes), outputs), Assumption(tuple(chain for chain in chains if chain))


def judge(before: Netlist, after: Netlist, assuming: Assumption) -> None:
    """Fail unless the interface is the same and every output agrees on every pattern that can occur."""
    assert before.inputs == after.inputs
    assert before.output_names == after.output_names
    for pattern in possible(before.inputs, assuming):
        assert answers(before, pattern) == answers(after, pattern), pattern


def possible(inputs: tuple[str, ...], assuming: Assumption) -> Iterator[tuple[int, ...]]:
    for pattern in product((0, 1), repeat=len(inputs)):
        value = dict(zip(inputs, pattern, strict=True))
        if all(value[low] >= value[high] for chain in assuming.chains for low, high in pairwise(chain)):
            yield pattern


def answers(netlist: Netlist, pattern: tuple[int, ...]) -> list[int]:
    nets = [0, 1, *pattern]
    for node in netlist.nodes:
        nets.append(node.table >> sum(nets[net] << k for k, net in enumerate(node.fanin)) & 1)
    return [nets[net] for _, net in netlist.outputs]


@pytest.fixture(scope="session")
def circuits() -> Callable[..., Any]:
    return draw_circuit


@pytest.fixture(scope="session")
def agree() -> Callable[[Netlist, Netlist, Assumption], None]:
    return judge


@pytest.fixture(scope="session")
def possible_patterns() -> Callable[[tuple[str, ...], Assumption], Iterator[tuple[int, ...]]]:
    return possible


@pytest.fixture(scope="session")
def answer() -> Callable[[Netlist, tuple[int, ...]], list[int]]:
    return answers

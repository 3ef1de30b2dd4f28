"""Random netlists with wide tables, and an evaluator that shares nothing with the package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from tinydwn.netlist import Netlist, Node

ODD_NAMES = ("int", "while", "*/ x /*", "??/", "a\nb", "größe", "\\", "in[0]", '"', "#include <x.h>", "w" * 300)


@st.composite
def draw_netlist(draw: Any, *, max_nodes: int = 25, max_inputs: int = 9, max_fanin: int = 6) -> Netlist:
    """Draw any tables, with repeated and constant fanins, unread nodes, shared outputs, none at all, odd names."""
    inputs, outputs = draw(st.integers(0, max_inputs)), draw(st.integers(0, 5))
    names = draw(st.permutations([*ODD_NAMES, *(f"x{k}" for k in range(8))]))
    nodes: list[Node] = []
    for _ in range(draw(st.integers(0, max_nodes))):
        nets = st.integers(0, 1 + inputs + len(nodes))
        fanin = tuple(draw(st.lists(nets, max_size=max_fanin)))
        nodes.append(Node(draw(st.integers(0, 2 ** (2 ** len(fanin)) - 1)), fanin))
    driven = [draw(st.integers(0, 1 + inputs + len(nodes))) for _ in range(outputs)]
    chosen = tuple(zip(names[inputs : inputs + outputs], driven, strict=True))
    return Netlist(names[-1], tuple(names[:inputs]), tuple(nodes), chosen)


def answer(netlist: Netlist, values: Sequence[int]) -> list[int]:
    nets = [0, 1, *values]
    for node in netlist.nodes:
        nets.append(node.table >> sum(nets[net] << k for k, net in enumerate(node.fanin)) & 1)
    return [nets[net] for _, net in netlist.outputs]


@pytest.fixture(scope="session")
def netlists() -> Callable[..., Any]:
    return draw_netlist


@pytest.fixture(scope="session")
def naive() -> Callable[[Netlist, Sequence[int]], list[int]]:
    return answer


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep compiled circuits in a folder of the tests."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINYDWN_CACHE", str(folder))
        yield folder

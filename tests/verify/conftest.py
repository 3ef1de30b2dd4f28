"""Random circuits and their relatives, and what a real router made of circuits of this project."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from tinydwn.netlist import Assumption, Netlist, NetlistBuilder, Node
from tinydwn.technology.behavior import Behavior, behaviors
from tinydwn.technology.liberty import load_liberty


def draw(seed: int, *, inputs: int = 6, nodes: int = 12, outputs: int = 3, widest: int = 4) -> Netlist:
    """Return a random netlist whose last nodes are its outputs."""
    rng = np.random.default_rng(seed)
    made: list[Node] = []
    for k in range(nodes):
        width = int(rng.integers(1, widest + 1))
        fanin = tuple(int(net) for net in rng.integers(2, 2 + inputs + k, size=width))
        made.append(Node(int.from_bytes(rng.bytes(8), "little") % (1 << (1 << width)), fanin))
    last = 2 + inputs + nodes
    names = tuple(f"in {k}" for k in range(inputs))
    return Netlist("drawn", names, tuple(made), tuple((f"out[{k}]", last - 1 - k) for k in range(outputs)))


def rebuild(netlist: Netlist) -> Netlist:
    """Return the same function in another structure: every node as a tree of choices."""
    builder = NetlistBuilder(netlist.name)
    nets = [0, 1, *(builder.input(name) for name in netlist.inputs)]
    for node in netlist.nodes:
        level = [node.table >> address & 1 for address in range(1 << len(node.fanin))]
        for source in node.fanin:
            level = [builder.mux(nets[source], *level[k : k + 2]) for k in range(0, len(level), 2)]
        nets.append(level[0])
    for name, net in netlist.outputs:
        builder.output(name, nets[net])
    return builder.build()


def flip(netlist: Netlist, node: int, bit: int) -> Netlist:
    """Return the netlist with one bit of one table flipped."""
    nodes = list(netlist.nodes)
    old = nodes[node]
    nodes[node] = Node(old.table ^ 1 << bit % (1 << len(old.fanin)), old.fanin)
    return Netlist(netlist.name, netlist.inputs, tuple(nodes), netlist.outputs)


@pytest.fixture
def drawn() -> Callable[..., Netlist]:
    """Return the function that draws a random netlist."""
    return draw


@pytest.fixture
def rebuilt() -> Callable[[Netlist], Netlist]:
    """Return the function that gives a netlist another structure."""
    return rebuild


@pytest.fixture
def flipped() -> Callable[[Netlist, int, int], Netlist]:
    """Return the function that flips a bit of a table."""
    return flip


@pytest.fixture
def thermometer() -> tuple[Netlist, Netlist, Assumption]:
    """Return two netlists that are equal only where three thermometer bits come in order."""
    builder = NetlistBuilder("careful")
    low, middle, high = (builder.input(name) for name in ("x > 1", "x > 2", "x > 3"))
    builder.output("y", builder.xor(low, middle, high))
    builder.output("z", builder.and_(low, high))
    careful = builder.build()
    builder = NetlistBuilder("careless")
    low, middle, high = (builder.input(name) for name in ("x > 1", "x > 2", "x > 3"))
    builder.output("y", builder.or_(builder.and_(low, builder.invert(middle)), high))
    builder.output("z", high)
    return careful, builder.build(), Assumption((("x > 1", "x > 2", "x > 3"),))


@pytest.fixture(scope="session")
def sky130_cells(shared: Path) -> Mapping[str, Behavior]:
    """Return what the cells of the open 130 nm library do, by its vendor's Liberty file."""
    folder = shared / "pdk/sky130A/libs.ref/sky130_fd_sc_hd/lib"
    return behaviors(load_liberty(folder / "sky130_fd_sc_hd__tt_025C_1v80.lib"))


@pytest.fixture(scope="session")
def before_and_after(openroad: Path) -> Callable[[str], tuple[str, str]]:
    """Return the function that gives a real design's Verilog before and after place and route."""

    def read(design: str) -> tuple[str, str]:
        folder = openroad / design
        return (folder / f"{design}.v").read_text(), (folder / f"{design}.routed.v").read_text()

    return read

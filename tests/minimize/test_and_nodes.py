"""And-inverter graphs: the same function, counted as ABC counts it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.minimize.and_nodes import SCRIPT, and_graph
from tinydwn.netlist import Netlist, Node, simulate, to_blif
from tinydwn.technology.and_inverter import and_inverter_library
from tinydwn.tools.abc import run_abc


@st.composite
def netlists(draw: st.DrawFn) -> Netlist:
    inputs = draw(st.integers(2, 5))
    nodes = []
    for k in range(draw(st.integers(1, 8))):
        fanin = draw(st.lists(st.integers(2, 1 + inputs + k), min_size=2, max_size=3, unique=True))
        nodes.append(Node(draw(st.integers(0, (1 << (1 << len(fanin))) - 1)), tuple(fanin)))
    names = tuple(f"i{k}" for k in range(inputs))
    return Netlist("random", names, tuple(nodes), (("y", 1 + inputs + len(nodes)),))


@given(netlist=netlists())
@settings(max_examples=15)
def test_the_graph_is_the_function_and_abc_counts_as_many_nodes(netlist: Netlist) -> None:
    graph = and_graph(netlist)
    patterns = np.array(np.meshgrid(*[[False, True]] * len(netlist.inputs))).reshape(len(netlist.inputs), -1).T
    assert (simulate(graph.netlist, patterns) == simulate(netlist, patterns)).all()
    said = run_abc(f"read_blif a.blif; {SCRIPT}; print_stats", files={"a.blif": to_blif(netlist.neutral())}).text
    nodes, level = re.findall(r"and\s*=\s*(\d+)\s+lev\s*=\s*(\d+)", re.sub(r"\x1b\[[0-9;]*m", "", said))[-1]
    assert (graph.nodes, graph.depth) == (int(nodes), int(level))


@pytest.mark.parametrize("cell", and_inverter_library().cells, ids=lambda cell: cell.name)
def test_cells_cost_the_nodes_that_they_take(cell) -> None:
    names = tuple(f"i{k}" for k in range(len(cell.inputs)))
    fanin = tuple(2 + k for k in range(len(names)))
    graph = and_graph(Netlist("cell", names, (Node(cell.table, fanin),), (("y", 2 + len(names)),)))
    assert graph.nodes == int(cell.area_um2)

"""Shape of a netlist against brute force."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tinydwn.netlist import Netlist, Node, analysis


def below(netlist: Netlist, net: int) -> set[int]:
    if net < netlist.first_node:
        return {net}
    return {net}.union(*(below(netlist, source) for source in netlist.node(net).fanin))


def longest(netlist: Netlist, net: int) -> int:
    if net < netlist.first_node:
        return 0
    return 1 + max((longest(netlist, source) for source in netlist.node(net).fanin), default=0)


@given(st.data())
def test_levels_and_depth_are_the_longest_ways(netlists: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists())
    assert list(analysis.levels(netlist)) == [longest(netlist, net) for net in range(netlist.nets)]
    assert analysis.depth(netlist) == max(longest(netlist, net) for net in netlist.output_nets)


@given(st.data())
def test_a_cone_is_all_that_lies_below(netlists: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists())
    net = data.draw(st.integers(0, netlist.nets - 1))
    assert analysis.cone(netlist, net) == below(netlist, net)


@given(st.data())
def test_read_inputs_are_those_below_an_output(netlists: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists())
    reached = set().union(*(below(netlist, net) for net in netlist.output_nets))
    names = tuple(name for k, name in enumerate(netlist.inputs) if k + 2 in reached)
    assert analysis.read_inputs(netlist) == names


@given(st.data())
def test_the_graph_has_an_edge_for_every_net_that_is_read(netlists: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists())
    graph = analysis.to_networkx(netlist)
    edges = {(s, net) for net, node in enumerate(netlist.nodes, start=netlist.first_node) for s in node.fanin}
    assert set(graph.edges) == edges
    assert len(graph) == netlist.nets
    assert sorted(name for net in graph for name in graph.nodes[net]["outputs"]) == sorted(netlist.output_names)


def test_parts_that_share_nothing_are_told_apart() -> None:
    parts = analysis.components(Netlist("n", ("a", "b"), (Node(1, (2,)), Node(1, (3,))), (("y", 4), ("z", 5))))
    assert parts == (frozenset({2, 4}), frozenset({3, 5}))


def test_counts_of_a_small_netlist() -> None:
    netlist = Netlist("n", ("a", "b"), (Node(8, (2, 3)), Node(1, (4,)), Node(6, (4, 5))), (("y", 6), ("z", 4)))
    assert analysis.fanout_counts(netlist) == (0, 0, 1, 1, 3, 1, 1)

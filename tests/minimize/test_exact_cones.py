"""Exact cones: graphs, cuts and what occurs against their meaning, and what the pass must find."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.minimize.cuts import cuts_of
from tinydwn.minimize.exact_cones import exact_cones
from tinydwn.minimize.occurring import Occurring
from tinydwn.minimize.optimal import fewest_gates
from tinydwn.minimize.size import gate_count
from tinydwn.minimize.tidy import tidy
from tinydwn.minimize.xag import to_netlist, to_xag
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder, Node


def values(graph: Any, pattern: tuple[int, ...]) -> list[int]:
    """Return the value of each net of a graph."""
    found = [0, *pattern]
    for left, right, is_xor in graph.gates:
        one, other = (found[literal >> 1] ^ literal & 1 for literal in (left, right))
        found.append(one ^ other if is_xor else one & other)
    return found


@given(st.data(), st.sampled_from((1, 3)))
def test_a_graph_means_the_netlist_it_comes_from_and_goes_to(
    circuits: Any, agree: Any, data: st.DataObject, xor_gates: int
) -> None:
    netlist = data.draw(circuits(max_fanin=6))[0]
    graph = to_xag(netlist, xor_gates=xor_gates)
    again = to_netlist(graph, netlist)
    agree(netlist, again, Assumption.none())
    assert all(len(node.fanin) <= 2 for node in again.nodes)
    assert sum(gate_count(node.table, len(node.fanin)) for node in again.nodes) <= graph.cost(3)


@given(st.data(), st.integers(1, 12))
@settings(max_examples=40)
def test_a_cut_computes_its_net(circuits: Any, possible_patterns: Any, data: st.DataObject, most: int) -> None:
    netlist = data.draw(circuits(max_inputs=6))[0]
    graph = to_xag(netlist, xor_gates=1)
    found = cuts_of(graph, most=most)
    for pattern in possible_patterns(netlist.inputs, Assumption.none()):
        value = values(graph, pattern)
        for net, cuts in enumerate(found):
            assert len(cuts) <= most + 1
            for nets, table in cuts:
                assert table >> sum(value[one] << k for k, one in enumerate(nets)) & 1 == value[net]


@given(st.data(), st.integers(1, 64))
@settings(max_examples=40)
def test_every_address_that_occurs_is_told_and_with_all_patterns_no_other(
    circuits: Any, possible_patterns: Any, data: st.DataObject, max_patterns: int
) -> None:
    netlist, assuming = data.draw(circuits(max_inputs=6))
    graph = to_xag(netlist, xor_gates=1)
    nets = data.draw(st.lists(st.integers(1, graph.first + len(graph.gates) - 1), min_size=1, max_size=4, unique=True))
    seen = set()
    for pattern in possible_patterns(netlist.inputs, assuming):
        value = values(graph, pattern)
        seen.add(sum(value[net] << k for k, net in enumerate(nets)))
    assert seen <= Occurring(graph, netlist.inputs, assuming, max_patterns).addresses(nets)
    assert seen == Occurring(graph, netlist.inputs, assuming, 128).addresses(nets)


@given(st.integers(0, 0xFFFF))
@settings(max_examples=50)
def test_a_function_of_four_inputs_ends_with_the_fewest_gates(table: int) -> None:
    # Written as a sum of products, so that the pass has something to do.
    builder = NetlistBuilder("f")
    inputs = [builder.input(f"x{k}") for k in range(4)]
    products = [
        builder.and_(*(net if address >> k & 1 else builder.invert(net) for k, net in enumerate(inputs)))
        for address in range(16)
        if table >> address & 1
    ]
    builder.output("y", builder.or_(*products))
    found = exact_cones(xor_gates=1, most_cuts=50)(builder.build())
    assert to_xag(found, xor_gates=1).cost(1) == fewest_gates(table)


def test_a_gate_that_exists_already_costs_nothing() -> None:
    # z = (a & c) & b is an AND of y with c.
    nodes = (Node(0b1000, (2, 3)), Node(0b1000, (2, 4)), Node(0b1000, (3, 6)))
    netlist = Netlist("n", ("a", "b", "c"), nodes, (("y", 5), ("z", 7)))
    assert len(exact_cones()(netlist).nodes) == 2


def test_what_cannot_occur_does_not_matter() -> None:
    # Of two bits of a thermometer, the higher one alone cannot be: their XOR is an AND.
    netlist = Netlist("n", ("a > 1", "a > 2"), (Node(0b0110, (2, 3)),), (("y", 4),))
    order = Assumption((("a > 1", "a > 2"),))
    assert exact_cones()(netlist, order).nodes == (Node(0b0010, (2, 3)),)
    assert exact_cones(max_patterns=2)(netlist, order) == exact_cones()(netlist) == netlist


def test_the_note_says_what_was_done() -> None:
    netlist = Netlist("n", ("a", "b"), (Node(0b1000, (2, 3)), Node(0b1110, (2, 4))), (("y", 5),))
    assert exact_cones().attempt(netlist, Assumption.none()).note == "cones rewritten: 1"
    left_out = exact_cones(max_gates=1).attempt(netlist, Assumption.none())
    assert (left_out.netlist, left_out.note) == (netlist, "left out: 2 gates, the limit is 1")


def test_nothing_to_save_leaves_the_netlist_as_it_is() -> None:
    builder = NetlistBuilder("sum")
    total, carry = builder.full_adder(*(builder.input(name) for name in "abc"))
    builder.output("sum", total)
    builder.output("carry", carry)
    netlist = tidy(builder.build())
    smaller = exact_cones(xor_gates=1)(netlist)
    assert to_xag(smaller, xor_gates=1).cost(1) == 5
    assert exact_cones(xor_gates=1)(smaller) == smaller

"""The builder brings nodes into one form and never changes a function."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.netlist import Netlist, NetlistBuilder


def rebuilt(netlist: Netlist) -> Netlist:
    builder = NetlistBuilder(netlist.name)
    inputs = [builder.input(name) for name in netlist.inputs]
    for name, net in zip(netlist.output_names, builder.insert(netlist, inputs), strict=True):
        builder.output(name, net)
    return builder.build()


@given(st.data())
def test_building_keeps_every_output_on_every_pattern(netlists: Any, every: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists())
    assert every(rebuilt(netlist)) == every(netlist)


@given(st.data())
def test_building_twice_changes_nothing_more(netlists: Any, data: st.DataObject) -> None:
    once = rebuilt(data.draw(netlists()))
    assert rebuilt(once) == once


@given(st.data())
def test_what_is_built_has_nothing_left_to_fold(netlists: Any, data: st.DataObject) -> None:
    built = rebuilt(data.draw(netlists()))
    read = {net for node in built.nodes for net in node.fanin} | set(built.output_nets)
    for net, node in enumerate(built.nodes, start=built.first_node):
        assert list(node.fanin) == sorted(set(node.fanin))
        assert not {0, 1} & set(node.fanin)
        assert node.table not in {0b10, 0b00, 0b11} or len(node.fanin) > 1
        assert net in read
    assert len(set(built.nodes)) == len(built.nodes)


def test_gates_mean_what_they_are_called(naive: Any) -> None:
    builder = NetlistBuilder("gates")
    a, b, c = (builder.input(name) for name in "abc")
    nets = [builder.and_(a, b, c), builder.or_(a, b, c), builder.xor(a, b, c), builder.mux(a, b, c)]
    nets += [builder.invert(a), *builder.full_adder(a, b, c), *builder.half_adder(a, b)]
    for k, net in enumerate(nets):
        builder.output(f"y{k}", net)
    netlist = builder.build()
    for p, q, r in product((0, 1), repeat=3):
        total = p + q + r
        wanted = [p & q & r, p | q | r, total % 2, r if p else q]
        wanted += [1 - p, total % 2, total // 2, (p + q) % 2, (p + q) // 2]
        assert naive(netlist, [p, q, r]) == wanted


def test_gates_of_nothing_are_constants() -> None:
    builder = NetlistBuilder("empty")
    assert (builder.and_(), builder.or_(), builder.xor()) == (1, 0, 0)


def test_an_input_after_a_node_is_refused() -> None:
    builder = NetlistBuilder("late")
    builder.invert(builder.input("a"))
    with pytest.raises(NetlistError) as caught:
        builder.input("b")
    assert str(caught.value) == "input 'b' comes after the first node of netlist 'late'"


def test_a_table_that_is_too_wide_is_refused() -> None:
    builder = NetlistBuilder("wide")
    with pytest.raises(NetlistError) as caught:
        builder.node(16, (builder.input("a"), builder.input("b")))
    assert str(caught.value) == "a table of 2 inputs lies between 0 and 2**4 - 1, not 16"


def test_inserting_with_too_few_nets_is_refused() -> None:
    builder = NetlistBuilder("outer")
    with pytest.raises(NetlistError) as caught:
        builder.insert(Netlist("inner", ("a", "b"), (), (("y", 2),)), [builder.input("a")])
    assert str(caught.value) == "netlist 'inner' has 2 inputs, 1 were given"

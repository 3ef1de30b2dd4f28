"""Stages of a pipeline: together they are the netlist, none is too deep, and as few nets as possible are carried."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tinydwn.errors import ConfigError, NetlistError
from tinydwn.netlist import Netlist, NetlistBuilder, Node
from tinydwn.netlist.analysis import depth, levels
from tinydwn.netlist.least_cut import least_cut
from tinydwn.netlist.pipeline import composed, cut_into_stages

AND, XOR, NOT = 0b1000, 0b0110, 0b01


def chain(length: int) -> Netlist:
    """Return a chain that reads a fresh input at every level."""
    nodes = [Node(XOR, (2, 3)), *(Node(AND, (3 + k, length + 2 + k)) for k in range(1, length))]
    return Netlist("chain", tuple(f"x{k}" for k in range(length + 1)), tuple(nodes), (("y", 2 * length + 2),))


@given(st.data())
def test_stages_composed_are_the_netlist(netlists, every, data):
    netlist = data.draw(netlists())
    stages = cut_into_stages(netlist, data.draw(st.integers(1, max(depth(netlist), 1))))
    assert stages[0].inputs == netlist.inputs
    assert stages[-1].output_names == netlist.output_names
    assert all(before.output_names == after.inputs for before, after in pairwise(stages))
    whole = composed(stages, name=netlist.name)
    assert every(whole) == every(netlist)


@given(st.data())
def test_no_stage_is_deeper_than_its_share(netlists, data):
    netlist = data.draw(netlists())
    count = data.draw(st.integers(1, max(depth(netlist), 1)))
    assert max(depth(stage) for stage in cut_into_stages(netlist, count)) <= -(-depth(netlist) // count)


def naive_least_cut(netlist: Netlist, bound: int) -> int:
    """Return the fewest nets that any cut at a level carries, by trying every set of nodes before it."""
    early, late = levels(netlist), latest(netlist)
    nodes = range(netlist.first_node, netlist.nets)
    loose = [net for net in nodes if early[net] <= bound < late[net]]
    fixed = {net for net in nodes if late[net] <= bound}
    sizes = []
    for size in range(len(loose) + 1):
        for some in combinations(loose, size):
            before = {*fixed, *some, *range(2, netlist.first_node)}
            if all(one < 2 or one in before for net in (*fixed, *some) for one in netlist.node(net).fanin):
                sizes.append(carried(netlist, before))
    return min(sizes)


def carried(netlist: Netlist, before: set[int]) -> int:
    read = {net for net in netlist.output_nets if net in before}
    for net in range(netlist.first_node, netlist.nets):
        if net not in before:
            read |= before.intersection(netlist.node(net).fanin)
    return len(read)


def latest(netlist: Netlist) -> list[int]:
    late = [depth(netlist)] * netlist.nets
    for net in reversed(range(netlist.first_node, netlist.nets)):
        for one in netlist.node(net).fanin:
            late[one] = min(late[one], late[net] - 1)
    return late


@given(st.data())
def test_a_cut_carries_as_few_nets_as_any(netlists, data):
    netlist = data.draw(netlists())
    assume(depth(netlist) > 1)
    bound = data.draw(st.integers(1, depth(netlist) - 1))
    found = least_cut(netlist, early=levels(netlist), late=latest(netlist), bound=bound)
    assert carried(netlist, {*found, *range(2, netlist.first_node)}) == naive_least_cut(netlist, bound)


def test_inputs_that_are_read_late_are_carried_along():
    stages = cut_into_stages(chain(4), 2)
    assert [len(stage.inputs) for stage in stages] == [5, 3]
    assert [depth(stage) for stage in stages] == [2, 2]


def test_a_wide_net_is_carried_where_it_is_narrow():
    builder = NetlistBuilder("narrow")
    a, b, c = (builder.input(name) for name in "abc")
    narrow = builder.and_(builder.xor(a, b), c)
    first, second = builder.invert(narrow), builder.node(NOT, (narrow,))
    builder.output("y", builder.xor(builder.and_(first, a), builder.or_(second, a)))
    stages = cut_into_stages(builder.build(), 2)
    assert len(stages[1].inputs) == 2


def test_names_of_what_is_carried_stand_apart_from_inputs_and_outputs():
    netlist = Netlist("n", ("cut1[0]", "_cut"), (Node(AND, (2, 3)), Node(NOT, (4,))), (("y", 5),))
    assert cut_into_stages(netlist, 2)[0].output_names == ("__cut1[0]",)


@pytest.mark.parametrize("stages", [0, 3, -1])
def test_more_stages_than_levels_are_refused(stages):
    netlist = Netlist("two", ("a", "b"), (Node(AND, (2, 3)), Node(NOT, (4,))), (("y", 5),))
    with pytest.raises(ConfigError) as caught:
        cut_into_stages(netlist, stages)
    expected = f"'two', 2 levels deep, cannot be cut into {stages} stages\n\nhint: choose from 1 to 2 stages"
    assert str(caught.value) == expected


def test_stages_in_another_order_are_refused():
    first, second = cut_into_stages(chain(2), 2)
    with pytest.raises(NetlistError, match="'chain_stage1' does not read what 'chain_stage2' gives"):
        composed((second, first))
    with pytest.raises(NetlistError, match="no stages were given"):
        composed(())

"""Which inputs a netlist shows changes nothing in what it computes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.netlist import Netlist, Node, simulate
from tinydwn.netlist.analysis import read_inputs
from tinydwn.netlist.input_list import with_inputs

NAMES = tuple("abcdef")


@st.composite
def netlists(draw: st.DrawFn) -> Netlist:
    """Draw a netlist of six inputs, some of which nothing reads, with nodes that nothing reads."""
    nodes: list[Node] = []
    for k in range(draw(st.integers(0, 8))):
        fanin = tuple(draw(st.lists(st.integers(0, 7 + k), min_size=1, max_size=3)))
        nodes.append(Node(draw(st.integers(0, (1 << (1 << len(fanin))) - 1)), fanin))
    nets = draw(st.lists(st.integers(0, 7 + len(nodes)), min_size=1, max_size=3))
    return Netlist("n", NAMES, tuple(nodes), tuple((f"y{k}", net) for k, net in enumerate(nets)))


@given(netlists(), st.permutations([*NAMES, "g", "h"]), st.data())
def test_any_list_that_holds_what_is_read_gives_the_same_answers(
    netlist: Netlist, order: list[str], data: st.DataObject
) -> None:
    dropped = data.draw(st.sets(st.sampled_from([*NAMES, "g", "h"]))) - set(read_inputs(netlist))
    names = [name for name in order if name not in dropped]
    other = with_inputs(netlist, names)
    assert (other.inputs, other.output_names, other.name) == (tuple(names), netlist.output_names, "n")
    bits = (np.arange(64)[:, None] >> np.arange(6) & 1).astype(bool)
    place = {name: bits[:, k] for k, name in enumerate(NAMES)}
    given_ = np.array([place.get(name, bits[:, 0]) for name in names], dtype=bool).reshape(len(names), 64).T
    assert np.array_equal(simulate(other, given_), simulate(netlist, bits))
    assert set(read_inputs(other)) == set(read_inputs(netlist))


def test_an_input_that_is_read_cannot_be_left_out() -> None:
    with pytest.raises(NetlistError) as caught:
        with_inputs(Netlist("n", ("a", "b"), (), (("y", 3),)), ("a", "c"))
    assert str(caught.value) == (
        "netlist 'n' reads 'b', which would be no input of it\n\n"
        "hint: leave out inputs that nothing reads, and no others"
    )

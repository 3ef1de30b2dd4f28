"""Ports know both names of every bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.export.ports import Ports, arranged
from tinydwn.netlist import Netlist, Node, simulate

NAME = st.one_of(
    st.text(min_size=1, max_size=8),
    st.builds("{}[{}]".format, st.sampled_from(["a", "b c", "a[0]", "wire"]), st.integers(0, 4)),
    st.sampled_from(["a", "A", "a b", "a-b", "a_b", "class", "a[01]", "a[-1]", "[0]", "a[0][1]"]),
)


def netlist(inputs: list[str], outputs: list[str] | None = None) -> Netlist:
    return Netlist("m", tuple(inputs), (), tuple((name, 2 if inputs else 0) for name in outputs or []))


def shape(names: list[str]) -> list[tuple[str, int]]:
    return [(port.identifier, port.width) for port in Ports.of(netlist(names)).all]


def test_complete_bits_become_one_port() -> None:
    assert shape(["x[0]", "x[1]", "x[2]"]) == [("x", 3)]
    assert shape(["x[2]", "y", "x[0]", "x[1]"]) == [("x", 3), ("y", 1)]
    assert shape(["petal width[0]"]) == [("petal_width", 1)]


def test_bits_without_a_gap_become_one_port_from_the_first_of_them_on() -> None:
    ports = Ports.of(netlist(["x[3]", "x[5]", "x[4]", "y[2]", "y[1]", "x"]))
    assert [(port.range, port.identifier, port.word, port.low) for port in ports.all] == [
        ("[5:3] ", "x", "x", 3),
        ("[2:1] ", "y", "y", 1),
        ("", "x_2", "", 0),
    ]
    assert ports.expressions["x[4]"] == "x[4]"
    assert ports.names == {"x[3]": "x[3]", "x[4]": "x[4]", "x[5]": "x[5]", "y[1]": "y[1]", "y[2]": "y[2]", "x_2": "x"}


def test_bits_that_no_word_has_stay_alone() -> None:
    assert shape(["x[4096]", "x[4097]"]) == [("x_4096", 1), ("x_4097", 1)]
    assert [(port.word, port.low) for port in Ports.of(netlist(["x[4096]", "y[7]"])).all] == [("", 0), ("y", 7)]


def test_incomplete_bits_stay_alone() -> None:
    assert shape(["x[0]", "x[2]"]) == [("x_0", 1), ("x_2", 1)]
    assert shape(["x[1]"]) == [("x_1", 1)]
    assert shape(["x[00]", "x[1]"]) == [("x_00", 1), ("x_1", 1)]


def test_bits_of_a_port_are_lsb_first_whatever_their_order() -> None:
    ports = Ports.of(netlist(["x[1]", "x[0]"]))
    assert ports.all[0].bits == ("x[0]", "x[1]")
    assert ports.expressions == {"x[0]": "x[0]", "x[1]": "x[1]"}


def test_names_that_meet_are_numbered() -> None:
    assert shape(["a b", "a-b", "a_b[0]", "a_b[1]"]) == [("a_b", 1), ("a_b_2", 1), ("a_b_3", 2)]
    ports = Ports.of(netlist(["m", "class"], ["class[0]", "clk"]), reserved=["clk"])
    assert [port.identifier for port in ports.all] == ["m_2", "class_", "class_2", "clk_2"]


@given(st.lists(NAME, unique=True, min_size=1, max_size=12), st.integers(0, 12))
def test_names_and_port_bits_correspond_one_to_one(names: list[str], cut: int) -> None:
    ports = Ports.of(netlist(names[:cut], names[cut:]))
    assert sorted(ports.expressions) == sorted(names)
    assert {name: ports.names[bit] for name, bit in ports.expressions.items()} == {name: name for name in names}
    assert sorted(bit for port in ports.inputs for bit in port.bits) == sorted(names[:cut])
    assert sorted(bit for port in ports.outputs for bit in port.bits) == sorted(names[cut:])
    identifiers = [port.identifier for port in ports.all]
    assert len({*identifiers, ports.module}) == len(identifiers) + 1


def test_a_rearranged_netlist_means_the_same_by_name() -> None:
    first = Netlist("n", ("a", "b", "c"), (Node(0b11011000, (2, 3, 4)), Node(0b0010, (5, 2))), (("y", 5), ("z", 6)))
    other = arranged(first, inputs=("c", "a", "b"), outputs=("z", "y"))
    assert (other.inputs, other.output_names) == (("c", "a", "b"), ("z", "y"))
    bits = (np.arange(8)[:, None] >> np.arange(3) & 1).astype(bool)
    assert (simulate(other, bits[:, [2, 0, 1]])[:, ::-1] == simulate(first, bits)).all()


def test_a_netlist_with_other_names_cannot_be_arranged() -> None:
    with pytest.raises(NetlistError) as caught:
        arranged(netlist(["a"]), inputs=("b",), outputs=())
    assert caught.value.message == "module 'm' was read back with other inputs: 'b' is missing"

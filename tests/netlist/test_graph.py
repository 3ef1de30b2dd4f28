"""A netlist that is not sound cannot be made."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import NetlistError
from tinydwn.netlist import Netlist, Node
from tinydwn.netlist.graph import require_same_interface

AND = Node(0b1000, (2, 3))
UNSOUND: list[tuple[tuple[Any, ...], str]] = [
    ((("a", ""), (), (("y", 0),)), "netlist 'n' has an input or output without a name"),
    ((("a", "\ud800"), (), (("y", 0),)), "netlist 'n' has an input or output whose name is no text: '\\ud800'"),
    ((("a", "a"), (), (("y", 0),)), "netlist 'n' has two inputs or outputs named 'a'"),
    ((("a",), (), (("a", 2),)), "netlist 'n' has two inputs or outputs named 'a'"),
    ((("a",), (Node(0, (2,) * 11),), (("y", 3),)), "node 3 of netlist 'n' reads 11 nets, more than 10"),
    ((("a",), (Node(16, (2, 2)),), (("y", 3),)), "node 3 of netlist 'n' has a table wider than 2**2 bits"),
    ((("a",), (Node(-1, (2,)),), (("y", 3),)), "node 3 of netlist 'n' has a table wider than 2**1 bits"),
    ((("a",), (AND,), (("y", 3),)), "node 3 of netlist 'n' reads (2, 3): not all are smaller nets"),
    ((("a",), (), (("y", 3),)), "netlist 'n' has an output on a net that does not exist"),
    ((("a",), (), (("y", -1),)), "netlist 'n' has an output on a net that does not exist"),
]


@pytest.mark.parametrize(("parts", "message"), UNSOUND)
def test_an_unsound_netlist_is_refused(parts: tuple[Any, ...], message: str) -> None:
    with pytest.raises(NetlistError) as caught:
        Netlist("n", *parts)
    assert str(caught.value) == message


def test_only_a_node_has_a_node() -> None:
    netlist = Netlist("n", ("a", "b"), (AND,), (("y", 4),))
    assert netlist.node(4) == AND
    with pytest.raises(IndexError, match=r"^net 3 is not a node$"):
        netlist.node(3)


def test_nets_have_readable_names() -> None:
    netlist = Netlist("n", ("a", "b"), (AND,), (("y", 4),))
    assert [netlist.net_name(net) for net in range(5)] == ["0", "1", "a", "b", "n4"]


@given(st.data())
def test_digests_are_equal_for_equal_netlists_alone(netlists: Any, data: st.DataObject) -> None:
    left, right = data.draw(netlists()), data.draw(netlists())
    assert (left.digest == right.digest) == (left == right)


@given(st.data())
def test_renaming_keeps_the_circuit(netlists: Any, every: Any, data: st.DataObject) -> None:
    netlist = data.draw(netlists())
    assert every(netlist.neutral()) == every(netlist)
    there = netlist.renamed(name="m", inputs={"x0": "other"}, outputs={"y0": "out"})
    back = there.renamed(name=netlist.name, inputs={"other": "x0"}, outputs={"out": "y0"})
    assert back == netlist


def test_other_interfaces_are_told_apart() -> None:
    gate = Netlist("left", ("a", "b"), (AND,), (("y", 4),))
    require_same_interface(gate, gate.renamed(name="right"))
    with pytest.raises(NetlistError) as caught:
        require_same_interface(gate, gate.renamed(name="right", inputs={"b": "c"}))
    assert str(caught.value) == (
        "netlists 'left' and 'right' have different inputs: 'b' against 'c' at place 1\n\n"
        "hint: compare netlists of the same cut and the same output form"
    )
    with pytest.raises(NetlistError, match="different inputs: 2 against 1"):
        require_same_interface(gate, Netlist("right", ("a",), (), (("y", 2),)))
    with pytest.raises(NetlistError, match="different outputs: 'y' against 'z' at place 0"):
        require_same_interface(gate, gate.renamed(name="right", outputs={"y": "z"}))

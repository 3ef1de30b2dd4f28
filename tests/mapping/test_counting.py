"""Gate counts by a rule."""

from __future__ import annotations

import pytest

from tinydwn.errors import ConfigError
from tinydwn.mapping import count_gates
from tinydwn.netlist import Netlist, NetlistBuilder, Node


@pytest.mark.parametrize(("table", "gates2", "nand2"), [(0b1000, 1, 2), (0b0111, 1, 1), (0b0110, 1, 4), (0b0010, 1, 3)])
def test_two_input_functions_have_known_counts(table, gates2, nand2):
    netlist = Netlist("f", ("a", "b"), (Node(table, (2, 3)),), (("y", 4),))
    assert (count_gates(netlist, "gates2"), count_gates(netlist, "nand2")) == (gates2, nand2)


def test_a_full_adder_takes_five_gates_and_few_nands():
    builder = NetlistBuilder("adder")
    nets = [builder.input(name) for name in "abc"]
    for name, net in zip(("sum", "carry"), builder.full_adder(*nets), strict=True):
        builder.output(name, net)
    netlist = builder.build()
    assert count_gates(netlist, "gates2") == 5
    assert count_gates(netlist, "nand2") <= 12


def test_inverters_constants_and_connections_are_free_in_gates2():
    netlist = Netlist("free", ("a",), (Node(0b01, (2,)),), (("y", 3), ("z", 1), ("a_again", 2)))
    assert count_gates(netlist, "gates2") == 0
    assert count_gates(netlist, "nand2") == 1


def test_an_unknown_rule_is_refused():
    with pytest.raises(ConfigError) as caught:
        count_gates(Netlist("n", (), (), ()), "sky130_fd_sc_hd")
    assert str(caught.value) == "no counting rule 'sky130_fd_sc_hd'\n\nhint: choose one of: gates2, nand2, lut4, lut6"


def test_a_table_counts_whatever_it_holds():
    parity = Netlist("parity", ("a", "b", "c", "d", "e"), (Node(0x96696996, (2, 3, 4, 5, 6)),), (("y", 7),))
    assert (count_gates(parity, "lut4"), count_gates(parity, "lut6")) == (2, 1)

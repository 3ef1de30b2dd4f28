"""Circuits of lookup tables: what they mean, how wide they are, and how many there are."""

from __future__ import annotations

import pytest

from tinydwn.errors import ConfigError, ProgramError
from tinydwn.mapping import luts
from tinydwn.mapping.luts import map_to_luts
from tinydwn.netlist import Netlist, NetlistBuilder, Node
from tinydwn.verify.formal import prove_equivalent


def adder(bits: int) -> Netlist:
    builder = NetlistBuilder("adder")
    nets = [builder.input(f"x{k}") for k in range(2 * bits)]
    carry = 0
    for k in range(bits):
        total, carry = builder.full_adder(nets[2 * k], nets[2 * k + 1], carry)
        builder.output(f"s{k}", total)
    builder.output("c", carry)
    return builder.build()


@pytest.mark.parametrize("k", [4, 6])
@pytest.mark.parametrize("quick", [False, True])
def test_tables_are_narrow_and_mean_the_same(k, quick):
    netlist = adder(5)
    found = map_to_luts(netlist, k, quick=quick)
    assert max(len(node.fanin) for node in found.netlist.nodes) <= k
    assert prove_equivalent(netlist, found.netlist, method="exhaustive").outcome.name == "EQUIVALENT"
    assert found.luts == len(found.netlist.nodes)


def test_an_adder_takes_few_tables_or_few_levels():
    small, quick = map_to_luts(adder(6), 4), map_to_luts(adder(6), 4, quick=True)
    assert small.luts <= 12
    assert quick.levels <= small.levels
    assert quick.luts >= small.luts


def test_inverters_go_into_tables_and_connections_take_none():
    nodes = (Node(0b1000, (2, 3)), Node(0b01, (4,)), Node(0b01, (2,)))
    netlist = Netlist("n", ("a", "b"), nodes, (("nand", 5), ("same", 3), ("zero", 0), ("not", 6)))
    found = map_to_luts(netlist, 4)
    assert found.luts == 2
    assert found.netlist.output_names == netlist.output_names
    assert prove_equivalent(netlist, found.netlist, method="exhaustive").outcome.name == "EQUIVALENT"
    assert map_to_luts(Netlist("wire", ("a",), (), (("y", 2),)), 4).luts == 0


def test_a_script_that_fails_loses_no_other(monkeypatch):
    monkeypatch.setattr(luts, "_AREA", ("if -K {k} -a", "no_such_command"))
    monkeypatch.setattr(luts, "_PREPARED", (("as-is", ""),))
    found = map_to_luts(adder(3), 4)
    assert found.script == "as-is+1"
    monkeypatch.setattr(luts, "_AREA", ("no_such_command",))
    with pytest.raises(ProgramError, match="ABC refused its script"):
        map_to_luts(adder(4), 4)


@pytest.mark.parametrize("k", [2, 7])
def test_tables_of_other_widths_are_refused(k):
    with pytest.raises(ConfigError, match=f"tables of {k} inputs are not mapped to"):
        map_to_luts(adder(2), k)

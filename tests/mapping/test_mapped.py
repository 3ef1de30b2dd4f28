"""Mapped netlists as values: areas, depths, and what they refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tinydwn.errors import NetlistError
from tinydwn.mapping import Instance, MappedNetlist
from tinydwn.netlist import Netlist, Node
from tinydwn.technology import Cell, Library, load_library

INV = Cell("INV", 1.0, ("A",), "Y", 0b01, delay_ps=(10.0,), leakage_nw=0.5)
ND2 = Cell("ND2", 2.0, ("A", "B"), "Y", 0b0111, delay_ps=(20.0, 30.0), leakage_nw=0.25)
TIE = Cell("TIE", 0.7, (), "Z", 1)
TIMED = Library("timed", (INV, ND2), ties=(TIE,))
# y = !(a b), z = !y as a chain, one = 1
CIRCUIT = MappedNetlist(
    "gates",
    TIMED,
    ("a", "b"),
    (Instance(ND2, (2, 3)), Instance(INV, (4,)), Instance(TIE, ())),
    (("y", 4), ("z", 5), ("one", 6), ("b_again", 3)),
)


def test_functions_are_the_tables_of_the_cells_net_by_net():
    assert CIRCUIT.functions() == Netlist(
        "gates", ("a", "b"), (Node(0b0111, (2, 3)), Node(0b01, (4,)), Node(1, ())), CIRCUIT.outputs
    )


def test_areas_counts_and_static_power_are_sums():
    assert CIRCUIT.area_um2 == pytest.approx(3.7)
    assert CIRCUIT.nand2_equivalent == pytest.approx(1.85)
    assert CIRCUIT.cell_counts == {"INV": 1, "ND2": 1, "TIE": 1}
    assert CIRCUIT.leakage_nw == 0.75


def test_depth_counts_cells_and_delay_adds_the_slowest_way():
    assert CIRCUIT.depth == 2
    assert CIRCUIT.delay_ps == 40.0


def test_cells_without_area_do_not_count_in_depth():
    rule = load_library("gates2")
    chain = (Instance(rule.cell("INV"), (2,)), Instance(rule.cell("AND2"), (3, 4)), Instance(rule.cell("INV"), (5,)))
    assert MappedNetlist("m", rule, ("a", "b"), chain, (("y", 6),)).depth == 1


def test_a_library_without_figures_gives_no_delay_and_no_power():
    bare = Library("bare", (replace(INV, delay_ps=()), replace(ND2, leakage_nw=None)))
    circuit = replace(CIRCUIT, library=bare)
    assert (circuit.delay_ps, circuit.leakage_nw) == (None, None)


def test_a_circuit_without_instances_has_no_area():
    empty = MappedNetlist("none", TIMED, ("a",), (), (("y", 2), ("zero", 0)))
    assert (empty.area_um2, empty.depth, empty.delay_ps, empty.cell_counts) == (0.0, 0, 0.0, {})
    assert MappedNetlist("none", TIMED, (), (), ()).depth == 0


def test_the_digest_follows_the_circuit_and_not_how_it_was_found():
    assert replace(CIRCUIT, script="other").digest == CIRCUIT.digest
    assert replace(CIRCUIT, name="other").digest != CIRCUIT.digest
    assert replace(CIRCUIT, outputs=(("y", 5), *CIRCUIT.outputs[1:])).digest != CIRCUIT.digest


def test_a_cell_with_too_few_connections_is_refused():
    with pytest.raises(NetlistError) as caught:
        replace(CIRCUIT, instances=(Instance(ND2, (2,)),))
    assert str(caught.value) == "an instance of cell 'ND2' connects 1 nets to 2 inputs"


def test_an_instance_that_reads_a_later_net_is_refused():
    with pytest.raises(NetlistError, match=r"node 4 of netlist 'gates' reads \(4, 3\): not all are smaller nets"):
        replace(CIRCUIT, instances=(Instance(ND2, (4, 3)),), outputs=())

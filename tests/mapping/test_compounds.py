"""Small circuits offered as cells: right, and smaller than the cells they replace."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tinydwn.errors import ProgramError
from tinydwn.mapping.assemble import assemble
from tinydwn.mapping.compounds import compounds
from tinydwn.mapping.genlib import Gate, read_gates, to_genlib
from tinydwn.mapping.portfolio import EFFORTS, stages_for
from tinydwn.technology import COUNTING_RULES, FACT_LIBRARIES, Cell, load_library


@pytest.mark.parametrize("name", [*FACT_LIBRARIES, *COUNTING_RULES])
def test_every_compound_computes_its_function_and_beats_the_cells(name):
    library = load_library(name)
    for compound in compounds(library.cells):
        for address in range(4):
            values = [address & 1, address >> 1]
            for cell, places in compound.steps:
                values.append(cell.table >> sum(values[place] << k for k, place in enumerate(places)) & 1)
            assert values[-1] == compound.cell.table >> address & 1
        assert compound.cell.area_um2 == math.fsum(cell.area_um2 for cell, _ in compound.steps)
        same = [cell for cell in library.cells if (len(cell.inputs), cell.table) == (2, compound.cell.table)]
        assert all(compound.cell.area_um2 < cell.area_um2 for cell in same)


def test_known_compounds_are_found():
    found = {one.cell.name: [cell.name for cell, _ in one.steps] for one in compounds(load_library("egfet").cells)}
    assert found == {"XOR": ["NAND2X1"] * 4, "XNOR": ["NAND2X1", "OR2X1", "NAND2X1"]}
    assert compounds(load_library("gates2").cells) == ()


def test_a_compound_is_as_slow_as_its_longest_way():
    inverter, nand = load_library("nand2").cells
    inverter, nand = replace(inverter, delay_ps=(1.0,)), replace(nand, delay_ps=(1.0, 10.0))
    xor = compounds((inverter, nand))[0]
    assert [cell.name for cell, _ in xor.steps] == ["NAND2"] * 4
    assert sorted(xor.cell.delay_ps) == [21.0, 30.0]


def test_a_compound_in_the_answer_becomes_its_cells_and_shares_them():
    cells = load_library("nand2").cells
    gates = [Gate("c0", ("a", "b"), "x"), Gate("g1", ("b", "a"), "n")]
    instances, nets = assemble(gates, cells, compounds(cells), {"a": 2, "b": 3}, ["x", "n"], 4)
    assert [instance.cell.name for instance in instances] == ["NAND2"] * 4
    assert nets == (7, 4)


def test_wires_doubles_and_double_inverters_vanish():
    cells = load_library("nand2").cells
    gates = [
        Gate("g0", ("a",), "n"),
        Gate("g0", ("n",), "m"),
        Gate("wire", ("m",), "w"),
        Gate("g1", ("w", "b"), "x"),
        Gate("g1", ("a", "b"), "y"),
        Gate("one", (), "c"),
    ]
    instances, nets = assemble(gates, cells, (), {"a": 2, "b": 3}, ["x", "y", "c"], 4)
    assert [(instance.cell.name, instance.fanin) for instance in instances] == [("NAND2", (2, 3))]
    assert nets == (4, 4, 1)


@pytest.mark.parametrize(
    ("gates", "expected"),
    [
        # cells that ABC leaves with a constant or a repeated net after resubstitution
        ([Gate("g1", ("a", "k"), "y")], [("INV", (2,))]),
        ([Gate("g1", ("a", "a"), "y")], [("INV", (2,))]),
        ([Gate("g1", ("k", "k"), "n"), Gate("g1", ("n", "a"), "y")], []),
        ([Gate("g0", ("k",), "n"), Gate("g1", ("a", "n"), "m"), Gate("g1", ("m", "b"), "y")], [("INV", (3,))]),
    ],
)
def test_constants_and_repeated_nets_on_cells_are_folded(gates, expected):
    cells = load_library("nand2").cells
    instances, _ = assemble([Gate("one", (), "k"), *gates], cells, (), {"a": 2, "b": 3}, ["y"], 4)
    assert [(instance.cell.name, instance.fanin) for instance in instances] == expected


def test_inputs_are_put_in_the_order_of_the_smaller_cell():
    library = load_library("nangate45")
    aoi, smaller = library.cell("AOI22_X1"), library.cell("AOI21_X1")
    gates = [Gate("one", (), "k"), Gate("g0", ("a", "k", "b", "c"), "y")]
    instances, _ = assemble(gates, (aoi, smaller), (), {"a": 2, "b": 3, "c": 4}, ["y"], 5)
    (instance,) = instances
    assert (instance.cell, instance.fanin[0], set(instance.fanin[1:])) == (smaller, 2, {3, 4})


def test_a_constant_that_no_cell_can_take_up_is_refused():
    aoi = load_library("nangate45").cell("AOI22_X1")
    gates = [Gate("one", (), "k"), Gate("g0", ("a", "k", "b", "c"), "y")]
    with pytest.raises(ProgramError) as caught:
        assemble(gates, (aoi,), (), {"a": 2, "b": 3, "c": 4}, ["y"], 5)
    assert str(caught.value) == "ABC wrote a mapped circuit with a constant on a cell 'AOI22_X1'"


def test_genlib_has_all_cells_with_relative_delays():
    slow = Cell("S", 1.5, ("X", "Y"), "Z", 0b0111, delay_ps=(50.0, 25.0))
    assert to_genlib((slow,)) == (
        "GATE zero 0 O=CONST0;\nGATE one 0 O=CONST1;\nGATE g0 1.5 O=!a + !b;\n"
        "  PIN a UNKNOWN 1 999 1 0 1 0\n  PIN b UNKNOWN 1 999 0.5 0 0.5 0\n"
        "GATE wire 0 O=a;\n  PIN a UNKNOWN 1 999 0.01 0 0.01 0\n"
    )


def test_gates_are_read_over_broken_lines():
    text = "# by ABC\n.model m\n.inputs a \\\n b\n.outputs o\n.gate g1 a=a \\\n b=b O=o\n.end\n"
    assert read_gates(text) == [Gate("g1", ("a", "b"), "o")]


def test_each_effort_has_a_script_for_any_size_and_more_effort_has_more():
    for effort in EFFORTS:
        assert stages_for(effort, gates=10**9)
        assert stages_for(effort, gates=10**9)[0].scripts[0].name == "dc2"
    counts = [
        sum(len(script.covers) for stage in stages_for(effort, gates=10) for script in stage.scripts)
        for effort in EFFORTS
    ]
    assert counts == sorted(set(counts))

"""Cells and libraries as values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tinydwn.errors import LibraryError
from tinydwn.technology import COUNTING_RULES, FACT_LIBRARIES, Cell, Library, Register, load_library
from tinydwn.technology.library import cheapest_cells

INV = Cell("INV", 1.0, ("A",), "Y", 0b01)
ND2 = Cell("ND2", 2.0, ("A", "B"), "Y", 0b0111)
AN2 = Cell("AN2", 2.5, ("A", "B"), "Y", 0b1000)


@pytest.mark.parametrize(
    ("name", "area", "nand2"),
    [
        ("sky130_fd_sc_hd", 3.7536, "sky130_fd_sc_hd__nand2_1"),
        ("nangate45", 0.798, "NAND2_X1"),
        ("ihp-sg13g2", 7.2576, "sg13g2_nand2_1"),
        ("egfet", 247860.0, "NAND2X1"),
        ("cnt-tft", 3000.0, "NAND2X1_psuedo"),
        ("gates2", 1.0, "NAND2"),
        ("nand2", 1.0, "NAND2"),
    ],
)
def test_the_unit_of_area_is_the_smallest_nand2(name, area, nand2):
    library = load_library(name)
    assert library.nand2_area_um2 == area
    assert library.cell(nand2).area_um2 == area


def test_a_library_without_nand2_counts_an_and2_with_an_inverter():
    assert Library("x", (INV, AN2)).nand2_area_um2 == 3.5


def test_of_equal_functions_the_smallest_then_the_fastest_cell_is_chosen():
    slow = replace(ND2, name="ND2_A", delay_ps=(5.0, 9.0))
    fast = replace(ND2, name="ND2_B", delay_ps=(8.0, 7.0))
    large = replace(ND2, name="ND2_C", area_um2=2.1, delay_ps=(1.0, 1.0))
    assert cheapest_cells(Library("x", (INV, large, slow, fast))) == (INV, fast)


def test_cells_that_differ_in_the_order_of_inputs_have_one_function():
    one, other = (
        Cell(name, area, ("A", "B"), "Y", table) for name, area, table in (("P", 3.0, 0b0010), ("Q", 2.5, 0b0100))
    )
    assert cheapest_cells(Library("x", (INV, ND2, one, other))) == (INV, ND2, other)


@pytest.mark.parametrize("name", [*FACT_LIBRARIES, *COUNTING_RULES])
def test_only_one_cell_of_each_function_reaches_mapping_and_it_is_a_smallest(name):
    library = load_library(name)
    chosen = cheapest_cells(library)
    assert len({(cell.table, len(cell.inputs)) for cell in chosen}) == len(chosen)
    for cell in library.cells:
        same = [other.area_um2 for other in chosen if (other.table, other.inputs) == (cell.table, cell.inputs)]
        assert all(area <= cell.area_um2 for area in same)


def test_the_smallest_register_has_a_rising_edge_and_few_pins():
    base = Register("R", 5.0, "D", "CK", True, "Q")
    registers = (replace(base, name="F", area_um2=1.0, rising_edge=False), replace(base, name="C", clear="R"), base)
    assert Library("x", (INV, ND2), registers=registers).register == base
    assert Library("x", (INV, ND2)).register is None


def test_a_library_without_tie_cells_or_buffer_says_so():
    printed = load_library("egfet")
    assert (printed.tie(0), printed.tie(1), printed.buffer) == (None, None, None)


def test_the_digest_follows_cells_and_name_but_not_the_source():
    library = Library("x", (INV, ND2), source="a")
    assert replace(library, source="b").digest == library.digest
    assert replace(library, name="y").digest != library.digest
    assert replace(library, cells=(INV, replace(ND2, area_um2=2.1))).digest != library.digest


@pytest.mark.parametrize(
    "broken",
    [
        {"table": 16},
        {"table": -1},
        {"area_um2": -1.0},
        {"area_um2": float("nan")},
        {"delay_ps": (1.0,)},
        {"input_capacitance_ff": (1.0, 2.0, 3.0)},
        {"inputs": ("A", "A")},
        {"output": "A"},
    ],
)
def test_a_cell_that_does_not_hold_together_is_refused(broken):
    with pytest.raises(LibraryError) as caught:
        replace(ND2, **broken)
    assert str(caught.value) == "cell 'ND2' does not hold together\n\nhint: check its pins, table and figures"


def test_an_unknown_cell_is_refused():
    with pytest.raises(LibraryError) as caught:
        Library("x", (INV, ND2)).cell("XOR")
    assert str(caught.value) == "library 'x' has no usable cell 'XOR'\n\nhint: check the name and dont_use"


@pytest.mark.parametrize("case", ["zero_area", "zero_inv"])
def test_areas_of_zero_are_refused_where_they_are_the_unit_and_free_inverters_are_not(case, tmp_path):
    nand, inverter = (0, 0) if case == "zero_area" else (2, 0)
    cells = (replace(INV, area_um2=inverter), replace(ND2, area_um2=nand))
    if case == "zero_inv":
        assert Library("l", cells).nand2_area_um2 == 2
        return
    with pytest.raises(LibraryError) as caught:
        Library("l", cells)
    assert str(caught.value) == (
        "the two-input NAND or AND of library 'l' has an area of 0 um2, and areas are counted in it\n\n"
        "hint: give a library with areas in square micrometres"
    )


@pytest.mark.parametrize("area", [1e300, float("inf"), -1.0, float("nan")])
def test_areas_beyond_reason_are_refused(area):
    with pytest.raises(LibraryError, match="does not hold together"):
        replace(ND2, area_um2=area)

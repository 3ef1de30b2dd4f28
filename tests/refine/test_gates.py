from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tinydwn.errors import LibraryError
from tinydwn.netlist.words import draw, ones
from tinydwn.refine.gates import PINS, Form, form_of, gate_set, value_of
from tinydwn.refine.words import combine
from tinydwn.technology import load_library
from tinydwn.technology.library import Cell, Library

LIBRARIES = ("sky130_fd_sc_hd", "nangate45", "ihp-sg13g2", "egfet", "cnt-tft")


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_form_computes_what_its_cell_does(name):
    found = gate_set(load_library(name))
    assert len(found.cells) >= 7
    for cell in found.cells:
        form = form_of(cell)
        for address in range(1 << len(cell.inputs)):
            values = [address >> pin & 1 for pin in range(len(cell.inputs))]
            assert value_of(form, values) == cell.table >> address & 1


def test_the_usual_cells_are_there(gates):
    names = {cell.name.removesuffix("_X1") for cell in gates.cells}
    usual = {"INV", "NAND2", "NAND3", "NAND4", "NOR2", "NOR3", "NOR4", "AND2", "OR2", "XOR2", "XNOR2", "AOI21", "OAI21"}
    assert usual | {"AOI22", "OAI22", "AOI211", "OAI211", "MUX2"} <= names
    assert "BUF" not in names


@pytest.mark.parametrize("shape", range(7))
def test_words_are_combined_as_single_bits_are(shape):
    rng = np.random.default_rng(shape)
    rows = rng.integers(0, 1 << 64, size=(PINS, 3), dtype=np.uint64)
    for inverted in range(1 << (PINS + 1)):
        given = np.concatenate([rows.reshape(-1), np.zeros(5, np.uint64)])
        combine(given, 13, shape, inverted, 0, 3, 6, 9, 3)
        out = given[13:16]
        assert (given[:12] == rows.reshape(-1)).all()
        assert given[12] == given[16] == 0
        form = Form(shape, (0, 1, 2, 3), inverted)
        for word, bit in product(range(3), (0, 1, 31, 63)):
            values = [int(row[word]) >> bit & 1 for row in rows]
            assert int(out[word]) >> bit & 1 == value_of(form, values)


def test_bits_are_counted():
    words = np.random.default_rng(1).integers(0, 1 << 64, size=50, dtype=np.uint64)
    for word in (*words, np.uint64(0), np.uint64(2**64 - 1)):
        assert ones(word) == int(word).bit_count()


def test_numbers_are_drawn_evenly_and_by_the_seed():
    first, second = np.array([7], np.uint64), np.array([7], np.uint64)
    drawn = [draw(first, 6) for _ in range(6000)]
    assert drawn == [draw(second, 6) for _ in range(6000)]
    assert set(drawn) == set(range(6))
    assert np.bincount(drawn).min() > 850


def test_a_library_without_cells_to_search_with_is_refused():
    odd = Cell("ODD", 1.0, ("a", "b", "c", "d", "e"), "y", 0x8000_0001)
    nand = Cell("ND", 1.0, ("a", "b"), "y", 0b0111)
    library = Library("odd", (Cell("INV", 1.0, ("a",), "y", 0b01), nand, odd))
    assert [cell.name for cell in gate_set(library).cells] == ["INV", "ND"]
    assert form_of(odd) is None
    with pytest.raises(LibraryError):
        gate_set(Library("none", (odd,)))

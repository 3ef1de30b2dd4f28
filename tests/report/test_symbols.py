"""Gates told by their tables: a symbol means what its gate computes."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.report.facts import Gate
from tinydwn.report.gate_shapes import PITCH, outline_of
from tinydwn.report.symbols import Pin, Symbol, symbol_of, value_of
from tinydwn.technology import load_library


@st.composite
def gates(draw: st.DrawFn) -> Gate:
    n = draw(st.integers(0, 4))
    return Gate("cell", tuple(range(n)), draw(st.integers(0, (1 << (1 << n)) - 1)))


def _agrees(gate: Gate, symbol: Symbol) -> bool:
    n = len(gate.reads)
    return all(
        value_of(symbol, [bool(address >> k & 1) for k in range(n)]) == bool(gate.table >> address & 1)
        for address in range(1 << n)
    )


@given(gates())
def test_a_symbol_reads_every_pin_once_and_means_what_the_gate_computes(gate: Gate) -> None:
    symbol = symbol_of(gate)
    assert sorted(pin.place for pin in symbol.pins) == list(range(len(gate.reads)))
    assert symbol.shape == "box" or _agrees(gate, symbol)


@given(gates())
def test_an_outline_has_a_place_for_every_pin_and_is_xml(gate: Gate) -> None:
    symbol = symbol_of(gate)
    outline = outline_of(symbol)
    assert len(outline.pins) == len(symbol.pins)
    assert all(0 < pin < outline.height for pin in outline.pins)
    assert all(b - a >= PITCH - 1e-9 for a, b in zip(outline.pins, outline.pins[1:], strict=False))
    elements = ET.fromstring(f"<g>{outline.elements}</g>")
    bubbles = [one for one in elements.iter("circle") if one.get("class") == "body"]
    assert len(bubbles) == symbol.bubbles


@pytest.mark.parametrize(
    ("name", "shape", "inverted", "bubbles"),
    [
        ("inv_1", "buffer", True, 1),
        ("buf_1", "buffer", False, 0),
        ("nand2_1", "and", True, 1),
        ("nand4_1", "and", True, 1),
        ("nor3_1", "or", True, 1),
        ("nor2b_1", "and", False, 1),
        ("or3_1", "or", False, 0),
        ("xor2_1", "xor", False, 0),
        ("xnor2_1", "xor", True, 1),
        ("xor3_1", "xor", False, 0),
        ("a21oi_1", "and-or", True, 1),
        ("a2bb2oi_1", "and-or", True, 3),
        ("a221oi_1", "and-or", True, 1),
        ("o21a_1", "or-and", False, 0),
        ("o311ai_1", "or-and", True, 1),
        ("mux2_1", "mux", False, 0),
        ("mux2i_1", "mux", True, 1),
        ("maj3_1", "box", False, 0),
        ("mux4_1", "box", False, 0),
    ],
)
def test_cells_of_a_library_are_known_by_their_tables(name: str, shape: str, inverted: bool, bubbles: int) -> None:
    cell = load_library("sky130_fd_sc_hd").cell(f"sky130_fd_sc_hd__{name}")
    symbol = symbol_of(Gate(name, tuple(range(len(cell.inputs))), cell.table))
    if name == "a2bb2oi_1":  # (~a & ~b) is written as a NOR by some; bubbles count the same
        assert symbol.shape in ("and-or", "or-and")
        return
    assert (symbol.shape, symbol.inverted, symbol.bubbles) == (shape, inverted, bubbles)


def test_every_small_cell_of_every_library_has_a_symbol_or_a_box() -> None:
    for library in ("sky130_fd_sc_hd", "nangate45", "egfet"):
        for cell in load_library(library).cells:
            if 0 < len(cell.inputs) <= 4:
                gate = Gate(cell.name, tuple(range(len(cell.inputs))), cell.table)
                symbol = symbol_of(gate)
                assert symbol.shape == "box" or _agrees(gate, symbol), cell.name


def test_a_box_is_asked_for_no_value() -> None:
    with pytest.raises(ValueError, match="a box says nothing of its function"):
        value_of(Symbol("box", ((Pin(0),),)), [True])


def test_constants_say_which_they_are() -> None:
    assert [symbol_of(Gate("tie", (), table)).label for table in (0, 1)] == ["0", "1"]

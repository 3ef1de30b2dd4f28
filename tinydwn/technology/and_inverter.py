"""And-inverter graphs as a cell library: the cost that contests of logic synthesis count."""

from __future__ import annotations

from functools import cache

from tinydwn.technology.library import Cell, Library

INVERTER = 0.01
"""What an inverter costs: next to nothing, but not nothing, so that a search does not collect them."""
_AND, _AND_NOT, _NOR, _XOR = 0b1000, 0b0010, 0b0001, 0b0110
_CHOICE, _MAJORITY = 0b11001010, 0b11101000
_NODES = {_AND: 1, _AND_NOT: 1, _NOR: 1, _XOR: 3}


@cache
def and_inverter_library() -> Library:
    """Return cells whose areas are the AND nodes that they take in a graph where inverters are free.

    AND of two inputs in every polarity takes one node, XOR and a multiplexer three, a majority four; "um2" is nodes.

    >>> library = and_inverter_library()
    >>> library.nand2_area_um2, library.cell("xor").area_um2, library.cell("majority").area_um2
    (1.0, 3.0, 4.0)
    """
    cells = [Cell("inverter", INVERTER, ("a",), "y", 0b01)]
    for name, table in (("and", _AND), ("and_not", _AND_NOT), ("nor", _NOR), ("xor", _XOR)):
        cells.append(Cell(name, float(_NODES[table]), ("a", "b"), "y", table))
        cells.append(Cell(f"{name}_inverted", float(_NODES[table]), ("a", "b"), "y", 0b1111 ^ table))
    cells += [
        Cell("choice", 3.0, ("a", "b", "s"), "y", _CHOICE),
        Cell("choice_inverted", 3.0, ("a", "b", "s"), "y", 0xFF ^ _CHOICE),
        Cell("majority", 4.0, ("a", "b", "c"), "y", _MAJORITY),
    ]
    return Library("and-inverter", tuple(cells), notes=("Areas are AND nodes.",))

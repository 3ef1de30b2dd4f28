"""The two counting rules, as libraries whose area is a count."""

from __future__ import annotations

from tinydwn.technology.library import Cell, Library

_TWO = ("A", "B")


def gates2() -> Library:
    """Return the rule `gates2`: AND, OR, NAND, NOR, XOR and XNOR of two inputs count 1, inverters and constants 0.

    >>> [cell.name for cell in gates2().cells if cell.area_um2 == 1]
    ['AND2', 'NAND2', 'NOR2', 'OR2', 'XNOR2', 'XOR2']
    """
    tables = {"AND2": 0b1000, "NAND2": 0b0111, "NOR2": 0b0001, "OR2": 0b1110, "XNOR2": 0b1001, "XOR2": 0b0110}
    cells = (_inverter(0.0), *(Cell(name, 1.0, _TWO, "Y", table) for name, table in tables.items()))
    return Library("gates2", cells, source="a counting rule, not a technology", licence="Apache-2.0")


def nand2() -> Library:
    """Return the rule `nand2`: a two-input NAND and an inverter count 1 each, constants 0.

    >>> [cell.name for cell in nand2().cells]
    ['INV', 'NAND2']
    """
    cells = (_inverter(1.0), Cell("NAND2", 1.0, _TWO, "Y", 0b0111))
    return Library("nand2", cells, source="a counting rule, not a technology", licence="Apache-2.0")


def _inverter(area: float) -> Cell:
    return Cell("INV", area, ("A",), "Y", 0b01)

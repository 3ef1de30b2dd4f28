"""Behavioral Verilog models of cells, from their truth tables: for simulation and reading back, without a PDK."""

from __future__ import annotations

from tinydwn.export.verilog import expression
from tinydwn.mapping import MappedNetlist
from tinydwn.technology.library import Cell


def cell_models(mapped: MappedNetlist) -> str:
    """Return a module for each cell that a mapped netlist uses, by name; pins are those that it connects.

    >>> from tinydwn.mapping import map_to_cells
    >>> from tinydwn.netlist import Netlist, Node
    >>> from tinydwn.technology import load_library
    >>> nand = Netlist("nand_", ("a", "b"), (Node(0b0111, (2, 3)),), (("y", 4),))
    >>> print(cell_models(map_to_cells(nand, load_library("nangate45"), effort="fast")), end="")
    module NAND2_X1 (input wire A1, input wire A2, output wire ZN);
      assign ZN = ~A1 | ~A2;
    endmodule
    """
    cells: dict[str, dict[str, Cell]] = {}
    for instance in mapped.instances:
        cells.setdefault(instance.cell.name, {})[instance.cell.output] = instance.cell
    return "".join(_model(name, outputs) for name, outputs in sorted(cells.items()))


def _model(name: str, outputs: dict[str, Cell]) -> str:
    """Return one module; a cell with several outputs, such as a tie cell, has them all."""
    inputs = list(dict.fromkeys(pin for cell in outputs.values() for pin in cell.inputs))
    pins = [f"input wire {pin}" for pin in inputs] + [f"output wire {pin}" for pin in sorted(outputs)]
    lines = [f"module {name} ({', '.join(pins)});"]
    lines += [f"  assign {pin} = {expression(cell.table, cell.inputs)};" for pin, cell in sorted(outputs.items())]
    return "\n".join([*lines, "endmodule", ""])

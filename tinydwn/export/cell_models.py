"""Behavioral Verilog of library cells, made from their truth tables: for simulation and for reading back."""

from __future__ import annotations

from collections.abc import Iterable

from tinydwn.export.structural import require_plain
from tinydwn.export.verilog import expression
from tinydwn.mapping.mapped import MappedNetlist
from tinydwn.technology.library import Cell


def cell_models(mapped: MappedNetlist) -> str:
    """Return one module per cell that a mapped netlist uses, by cell name.

    A cell with several constant outputs has those that are used. A netlist without cells gives a comment alone.

    >>> from tinydwn.mapping.mapped import Instance
    >>> from tinydwn.technology import load_library
    >>> rule = load_library("nand2")
    >>> mapped = MappedNetlist("not", rule, ("a",), (Instance(rule.cell("INV"), (2,)),), (("y", 3),))
    >>> print(cell_models(mapped), end="")
    // Cells of nand2: logic alone, no timing.
    module INV (input wire A, output wire Y);
      assign Y = ~A;
    endmodule
    """
    require_plain(mapped)
    lines = [f"// Cells of {ascii(mapped.library.name)[1:-1]}: logic alone, no timing."]
    by_name: dict[str, set[Cell]] = {}
    for instance in mapped.instances:
        by_name.setdefault(instance.cell.name, set()).add(instance.cell)
    for name in sorted(by_name):
        lines += _model(name, sorted(by_name[name], key=lambda cell: cell.output))
    return "\n".join([*lines, ""])


def _model(name: str, outputs: Iterable[Cell]) -> list[str]:
    cells = list(outputs)
    pins = [f"input wire {pin}" for pin in cells[0].inputs]
    pins += [f"output wire {cell.output}" for cell in cells]
    body = [f"  assign {cell.output} = {expression(cell.table, cell.inputs)};" for cell in cells]
    return [f"module {name} ({', '.join(pins)});", *body, "endmodule"]

"""Structural Verilog: the cells of a mapped netlist, connected by name."""

from __future__ import annotations

from tinydwn.export.identifiers import Namespace
from tinydwn.export.ports import Ports
from tinydwn.export.verilog import assign, declare, module_head
from tinydwn.mapping import MappedNetlist


def to_structural_verilog(mapped: MappedNetlist, *, module: str = "") -> str:
    """Return a mapped netlist as a module of cell instances; equal netlists give equal text.

    Ports are those of `Ports.of(mapped.functions(), module=module)`. An output on a constant, on an input or on
    the net of another output is an `assign`. The cells themselves come from the foundry, or, for simulation,
    from `cell_models`.

    >>> from tinydwn.mapping import map_to_cells
    >>> from tinydwn.netlist import Netlist, Node
    >>> from tinydwn.technology import load_library
    >>> nand = Netlist("nand_", ("a", "b"), (Node(0b0111, (2, 3)),), (("y", 4),))
    >>> print(to_structural_verilog(map_to_cells(nand, load_library("nangate45"), effort="fast")), end="")
    module nand_ (
      input  wire a,
      input  wire b,
      output wire y
    );
      NAND2_X1 g4 (.A1(a), .A2(b), .ZN(y));
    endmodule
    """
    ports = Ports.of(mapped.functions(), module=module)
    place = ports.expressions
    driven_by: dict[int, str] = {}
    for name, net in mapped.outputs:
        if net >= mapped.first_instance:
            driven_by.setdefault(net, place[name])
    scope = Namespace(reserved=[ports.module, *(port.identifier for port in ports.all)])
    numbers = range(mapped.first_instance, mapped.first_instance + len(mapped.instances))
    wires = scope.indexed("n", (net for net in numbers if net not in driven_by))
    labels = scope.indexed("g", numbers)
    nets = ["1'b0", "1'b1", *(place[name] for name in mapped.inputs)]
    nets += [driven_by.get(net) or wires[net] for net in numbers]
    lines = [*module_head(ports), *declare("wire", list(wires.values()))]
    for number, instance in zip(numbers, mapped.instances, strict=True):
        cell = instance.cell
        pins = [*zip(cell.inputs, (nets[net] for net in instance.fanin), strict=True), (cell.output, nets[number])]
        lines.append(f"  {cell.name} {labels[number]} ({', '.join(f'.{pin}({net})' for pin, net in pins)});")
    for name, net in mapped.outputs:
        if nets[net] != place[name]:
            lines += assign(place[name], nets[net])
    return "\n".join([*lines, "endmodule", ""])

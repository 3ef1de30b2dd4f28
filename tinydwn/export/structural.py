"""Structural Verilog of a mapped netlist: one instance per cell, pins by name."""

from __future__ import annotations

import re

from tinydwn.errors import ConfigError, LibraryError
from tinydwn.export.identifiers import KEYWORDS, Namespace
from tinydwn.export.ports import Ports
from tinydwn.export.verilog import assign, declare, module_head
from tinydwn.mapping.mapped import MappedNetlist
from tinydwn.netlist.graph import FIRST_INPUT
from tinydwn.technology.library import Cell

_LINE = 110
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")


def to_structural_verilog(mapped: MappedNetlist, *, module: str = "", head: str = "") -> str:
    """Return a mapped netlist as instances of library cells; equal netlists give equal text.

    Ports are those of `Ports.of(mapped.functions(), module=module)`. An output on a constant, on an input or on
    the net of another output is an `assign`. `head`, lines of comments, comes before the module. Raises `LibraryError`
    for a cell or pin whose name is no plain identifier, `ConfigError` where the module has the name of a cell in it.

    >>> from tinydwn.mapping.mapped import Instance
    >>> from tinydwn.technology import load_library
    >>> rule = load_library("nand2")
    >>> mapped = MappedNetlist("nand", rule, ("a", "b"), (Instance(rule.cell("NAND2"), (2, 3)),), (("y", 4),))
    >>> print(to_structural_verilog(mapped, module="top").splitlines()[5])
      NAND2 g4 (.A(a), .B(b), .Y(y));
    """
    ports = Ports.of(mapped.functions(), module=module)
    require_plain(mapped)
    if ports.module in mapped.cell_counts:
        raise ConfigError(
            f"the module '{ports.module}' has the name of a cell of library '{mapped.library.name}'",
            hint="choose another module name",
        )
    names = mapped_net_names(mapped, ports)
    scope = Namespace(reserved=[*names, ports.module, *(port.identifier for port in ports.all)])
    first, count = mapped.first_instance, len(mapped.instances)
    labels = scope.indexed("g", range(first, first + count))
    place = ports.expressions
    inner = [name for name in names[first:] if name not in ports.names]
    lines = [*module_head(ports), *declare("wire", inner)]
    for net, instance in enumerate(mapped.instances, start=first):
        pins = zip(pins_of(instance.cell), (*(names[source] for source in instance.fanin), names[net]), strict=True)
        lines += _instance(instance.cell.name, labels[net], [f".{pin}({name})" for pin, name in pins])
    for name, net in mapped.outputs:
        if names[net] != place[name]:
            lines += assign(place[name], names[net])
    return head + "\n".join([*lines, "endmodule", ""])


def pins_of(cell: Cell) -> tuple[str, ...]:
    """Return the pins of a cell, output last."""
    return (*cell.inputs, cell.output)


def mapped_net_names(mapped: MappedNetlist, ports: Ports) -> list[str]:
    """Return an expression for every net; a cell that drives outputs drives the first of them directly."""
    place = ports.expressions
    direct = {net: place[name] for name, net in reversed(mapped.outputs) if net >= mapped.first_instance}
    scope = Namespace(reserved=[ports.module, *(port.identifier for port in ports.all)])
    nets = range(mapped.first_instance, mapped.first_instance + len(mapped.instances))
    wires = scope.indexed("n", nets)
    inputs = [place[name] for name in mapped.inputs]
    names = ["1'b0", "1'b1", *inputs, *(direct.get(net, wires[net]) for net in nets)]
    assert len(inputs) + FIRST_INPUT == mapped.first_instance
    return names


def require_plain(mapped: MappedNetlist) -> None:
    """Raise `LibraryError` unless every cell in use, and each of its pins, has a plain identifier as name."""
    for cell in sorted({instance.cell for instance in mapped.instances}, key=lambda cell: cell.name):
        odd = [name for name in (cell.name, *pins_of(cell)) if not _PLAIN.fullmatch(name) or name in KEYWORDS]
        if odd:
            raise LibraryError(
                f"cell '{cell.name}' of library '{mapped.library.name}' cannot be written in Verilog: "
                f"{odd[0]!r} is no plain name",
                hint="rename it in the library, or mark the cell dont_use",
            )


def _instance(cell: str, label: str, pins: list[str]) -> list[str]:
    line = f"  {cell} {label} ({', '.join(pins)});"
    if len(line) <= _LINE:
        return [line]
    return [f"  {cell} {label} (", *(f"    {pin}," for pin in pins[:-1]), f"    {pins[-1]}", "  );"]

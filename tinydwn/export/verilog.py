"""Technology-independent Verilog-2001: one continuous assignment per node."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from tinydwn.export.identifiers import Namespace, quoted
from tinydwn.export.ports import Ports
from tinydwn.netlist.graph import Netlist
from tinydwn.netlist.truth_table import Cube, full, invert, irredundant_cover, variable

_LINE = 110
_MUX = 0b11001010


def to_verilog(netlist: Netlist, *, module: str = "", head: str = "") -> str:
    """Return a netlist as a module of `assign` statements; equal netlists give equal text.

    Ports are those of `Ports.of(netlist, module=module)`. A node is written as a parity, as a choice of two,
    or else as a sum of products of its ones or its zeros, whichever is shorter. `head`, lines of comments, comes before
    the module.

    >>> from tinydwn.netlist.graph import Node
    >>> print(to_verilog(Netlist("either", ("a", "b"), (Node(0b1110, (2, 3)),), (("y", 4),))), end="")
    module either (
      input  wire a,
      input  wire b,
      output wire y
    );
      wire n4;
      assign n4 = a | b;
      assign y = n4;
    endmodule
    """
    ports = Ports.of(netlist, module=module)
    names = net_names(netlist, ports)
    nets = range(netlist.first_node, netlist.nets)
    lines = [*module_head(ports), *declare("wire", [names[net] for net in nets])]
    for net, node in zip(nets, netlist.nodes, strict=True):
        lines += assign(names[net], expression(node.table, [names[source] for source in node.fanin]))
    place = ports.expressions
    for name, net in netlist.outputs:
        lines += assign(place[name], names[net])
    return head + "\n".join([*lines, "endmodule", ""])


def net_names(netlist: Netlist, ports: Ports) -> list[str]:
    """Return an expression for every net: constants, port bits, and a fresh wire per node."""
    place = ports.expressions
    scope = Namespace(reserved=[ports.module, *(port.identifier for port in ports.all)])
    wires = scope.indexed("n", range(netlist.first_node, netlist.nets))
    return ["1'b0", "1'b1", *(place[name] for name in netlist.inputs), *wires.values()]


def module_head(ports: Ports) -> list[str]:
    """Return the lines of a module's head, one port a line; what a port stands for is a comment where it differs."""
    lines = [f"module {ports.module} ("]
    for k, port in enumerate(ports.all):
        end = "," if k + 1 < len(ports.all) else ""
        note = f"  // {quoted(port.title)}" if port.title != port.identifier else ""
        lines.append(f"  {port.direction:<6} wire {port.range}{port.identifier}{end}{note}")
    return [*lines, ");"]


def declare(kind: str, names: Sequence[str]) -> list[str]:
    """Return declarations of one-bit nets, many to a line."""
    if not names:
        return []
    return [f"  {line}" for line in wrap(f"{kind} {', '.join(names)};", _LINE, subsequent_indent="  ")]


def assign(target: str, value: str) -> list[str]:
    """Return one continuous assignment, broken between words where it is long."""
    line = f"  assign {target} = {value};"
    if len(line) <= _LINE:
        return [line]
    return wrap(line, _LINE, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False)


def expression(table: int, operands: Sequence[str]) -> str:
    """Return a Verilog expression of a truth table over one-bit operands.

    >>> expression(0b0110, ["a", "b"]), expression(0b0111, ["a", "b"]), expression(0b1101, ["a", "b"])
    ('a ^ b', '~a | ~b', '~a | b')
    """
    n = len(operands)
    if table in (0, full(n)):
        return "1'b1" if table else "1'b0"
    if n == 3 and table == _MUX:
        return f"{operands[2]} ? {operands[1]} : {operands[0]}"
    return _parity(table, operands) or _cover(table, operands)


def _parity(table: int, operands: Sequence[str]) -> str:
    """Return `a ^ b ^ ...`, inverted where needed, for a table that is one; empty for any other."""
    n = len(operands)
    read = [k for k in range(n) if (table >> (1 << k) ^ table) & 1]
    linear = 0
    for k in read:
        linear ^= variable(k, n)
    if table not in (linear, invert(linear, n)):
        return ""
    text = " ^ ".join(operands[k] for k in read)
    if table == linear:
        return text
    return f"~{text}" if len(read) == 1 else f"~({text})"


def _cover(table: int, operands: Sequence[str]) -> str:
    n = len(operands)
    ones = irredundant_cover(table, table, n)
    off = invert(table, n)
    zeros = irredundant_cover(off, off, n)
    if _literals(ones) <= _literals(zeros):
        return _sum(ones, operands)
    return f"~({_sum(zeros, operands)})"


def _literals(cubes: Sequence[Cube]) -> int:
    return sum(cube.care.bit_count() for cube in cubes)


def _sum(cubes: Sequence[Cube], operands: Sequence[str]) -> str:
    products = [_product(cube, operands) for cube in cubes]
    if len(products) == 1:
        return products[0]
    return " | ".join(f"({product})" if "&" in product else product for product in products)


def _product(cube: Cube, operands: Sequence[str]) -> str:
    literals = [(name, cube.value >> k & 1) for k, name in enumerate(operands) if cube.care >> k & 1]
    return " & ".join(name if value else f"~{name}" for name, value in literals)

"""Verilog of all cells in a routed netlist, registers and special cells included: what its simulation needs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tinydwn.errors import NetlistError
from tinydwn.export.verilog import expression
from tinydwn.technology.behavior import Behavior
from tinydwn.technology.function import function_table, read_pins

_INSTANCE = re.compile(r"^\s*([A-Za-z_]\w*)\s+(\\\S+\s|[A-Za-z_][\w$]*)\s*\(([^;]*)\);", re.MULTILINE)
_PIN = re.compile(r"\.([A-Za-z_]\w*)\s*\(\s*([^()]*?)\s*\)")
_ALIAS = re.compile(r"^\s*assign\s+(\S+)\s*=\s*(\S+?)\s*;", re.MULTILINE)
_FORCED = {"clear": "1'b0", "preset": "1'b1"}
_FLIP_FLOP = {"clocked_on", "next_state", *_FORCED}


def plain_name(name: str) -> str:
    """Return a name without the backslashes that Verilog, or a tool that prints it, writes in it.

    >>> plain_name("\\\\count[3] "), plain_name("count\\\\[3\\\\]")
    ('count[3]', 'count[3]')
    """
    return name.replace("\\", "").strip()


def instances_of(verilog: str) -> dict[str, str]:
    """Return the cell of each instance in flat Verilog, by instance name as the text has it.

    >>> instances_of("module m (a, y);\\n INV \\\\g[1]  (.A(a),\\n    .Y(y));\\n TAP t ();\\nendmodule")
    {'\\\\g[1]': 'INV', 't': 'TAP'}
    """
    return {name.strip(): cell for cell, name, _ in _INSTANCE.findall(verilog) if cell != "module"}


@dataclass(frozen=True, slots=True)
class Connected:
    """An instance of a cell, and the net on each of its pins, both as the text has them."""

    instance: str
    cell: str
    nets: Mapping[str, str]


def connected(verilog: str) -> tuple[Connected, ...]:
    """Return the instances of flat Verilog with their nets; a net that is assigned another goes by that one's name.

    >>> connected("module m (a, y);\\n INV g (.A(a),\\n .Y(n));\\n assign y = n;\\nendmodule")
    (Connected(instance='g', cell='INV', nets={'A': 'a', 'Y': 'n'}),)
    """
    aliases = dict(_ALIAS.findall(verilog))
    return tuple(
        Connected(name.strip(), cell, {pin: aliases.get(net, net) for pin, net in _PIN.findall(pins) if net})
        for cell, name, pins in _INSTANCE.findall(verilog)
        if cell != "module"
    )


def to_routed_cells(verilog: str, cells: Mapping[str, Behavior]) -> str:
    """Return one module for every cell that flat Verilog has instances of, by cell name: logic alone, no timing.

    `cells` say what each does, by `tinydwn.technology.behavior`. A cell that is not among them and connected to
    nothing, such as a tap or fill, is an empty module. `NetlistError` for any other that is not among them, and for
    one that cannot be told as logic and rising-edge state.

    >>> from tinydwn.technology.liberty import read_liberty
    >>> from tinydwn.technology.behavior import behaviors
    >>> tree = read_liberty('''library (l) { cell (INV) { area : 1; pin (A) { direction : input; }
    ... pin (Y) { direction : output; function : "!A"; } } }''')
    >>> print(to_routed_cells("module m (a, y);\\n INV g (.A(a), .Y(y));\\n TAP t ();\\nendmodule", behaviors(tree)))
    // Cells of a routed netlist: logic alone, no timing.
    module INV (input wire A, output wire Y);
      assign Y = ~A;
    endmodule
    module TAP ();
    endmodule
    <BLANKLINE>
    """
    joined = {cell: bool(pins.strip()) for cell, _, pins in _INSTANCE.findall(verilog) if cell != "module"}
    lines = ["// Cells of a routed netlist: logic alone, no timing."]
    for name in sorted(joined):
        if name in cells:
            lines += _model(cells[name])
        elif joined[name]:
            raise NetlistError(f"the Liberty file has no cell '{name}'", hint="give the Liberty file of its library")
        else:
            lines += [f"module {name} ();", "endmodule"]
    return "\n".join([*lines, ""])


def idle_free_area(verilog: str, areas: Mapping[str, float]) -> float:
    """Return the sum of the areas of all instances that are connected to something: taps and fill are not.

    >>> idle_free_area("module m (a, y);\\n INV g (.A(a), .Y(y));\\n TAP t ();\\nendmodule", {"INV": 3.75, "TAP": 1.25})
    3.75
    """
    return math.fsum(
        areas.get(cell, 0.0) for cell, _, pins in _INSTANCE.findall(verilog) if cell != "module" and pins.strip()
    )


def _model(cell: Behavior) -> list[str]:
    pins = [f"input wire {pin}" for pin in cell.inputs] + [f"output wire {pin}" for pin, _ in cell.outputs]
    body = _register(cell) if cell.state else []
    for pin, function in cell.outputs:
        body.append(f"  assign {pin} = {_verilog(function, cell)};" if function else f"  assign {pin} = 1'bx;")
    return [f"module {cell.name} ({', '.join(pins)});", *body, "endmodule"]


def _register(cell: Behavior) -> list[str]:
    """Return the state of a rising-edge flip-flop, forced as long as clear or preset hold, clear first."""
    deciding = dict(cell.deciding)
    if not {"clocked_on", "next_state"} <= set(deciding) <= _FLIP_FLOP or cell.state is None:
        raise NetlistError(f"cell '{cell.name}' is no flip-flop that could be simulated", hint="keep it out")
    state, inverted = cell.state
    forced = [role for role in _FORCED if role in deciding]
    wires = {"clock_": "clocked_on", "next_": "next_state", **{f"{role}_": role for role in forced}}
    lines = [f"  reg {state};"]
    for wire, role in wires.items():
        # A preset that outlasts a clear takes hold when the clear ends.
        masked = " & ~clear_" if role == "preset" and "clear" in deciding else ""
        lines.append(f"  wire {wire} = ({_verilog(deciding[role], cell)}){masked};")
    if inverted.isidentifier():
        lines.append(f"  wire {inverted} = ~{state};")
    edges = " or ".join(f"posedge {one}" for one in ("clock_", *(f"{role}_" for role in forced)))
    steps = [f"if ({role}_) {state} <= {_FORCED[role]};\n    else " for role in forced]
    lines += [f"  always @({edges})", f"    {''.join(steps)}{state} <= next_;"]
    return lines


def _verilog(function: str, cell: Behavior) -> str:
    pins = read_pins(function)
    odd = sorted(set(pins) - {*cell.inputs, *(cell.state or ())})
    if odd:
        raise NetlistError(f"cell '{cell.name}' reads '{odd[0]}', which is no pin of it", hint="check the Liberty file")
    return expression(function_table(function, pins), list(pins))

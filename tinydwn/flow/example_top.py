"""Two copies of a macro in a small design of their own: Verilog, and the Tcl that places and routes it in OpenROAD."""

from __future__ import annotations

import math
import re

from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.flow_data import flow_text
from tinydwn.flow.kit import Kit
from tinydwn.flow.place_route import tcl_list, tcl_word
from tinydwn.flow.platform import platform_of

EXAMPLE_VERILOG, EXAMPLE_SCRIPT = "example_top.v", "example_top.tcl"
COPIES = ("left", "right")
GAP_UM = 20.0
"""Around and between the copies."""

_PORT = re.compile(r"^\s*(input|output)\s+(?:wire\s+)?(\[\d+:\d+\]\s*)?(\w+);", re.MULTILINE)


def to_example_top(circuit: FlowCircuit) -> str:
    """Return Verilog of two copies with pins of their own, and one clock for both.

    >>> text = "module m(a, clk, y);\\n  input [1:0] a;\\n  input clk;\\n  output y;\\nendmodule\\n"
    >>> print(to_example_top(FlowCircuit("chip", "m", "nangate45", text, 0, 1, 1.0, 4, 2, "clk", "")))
    module example_top (
      input wire clk,
      input wire [1:0] left_a,
      output wire left_y,
      input wire [1:0] right_a,
      output wire right_y
    );
      m left (.a(left_a), .clk(clk), .y(left_y));
      m right (.a(right_a), .clk(clk), .y(right_y));
    endmodule
    <BLANKLINE>
    """
    ports = _PORT.findall(circuit.verilog)
    shared = [f"  input wire {circuit.clock}"] if circuit.clock else []
    own = [
        f"  {kind} wire {width.strip() + ' ' if width else ''}{copy}_{name}"
        for copy in COPIES
        for kind, width, name in ports
        if name != circuit.clock
    ]
    lines = ["module example_top (", ",\n".join([*shared, *own]), ");"]
    for copy in COPIES:
        pins = ", ".join(f".{name}({name if name == circuit.clock else f'{copy}_{name}'})" for _, _, name in ports)
        lines.append(f"  {circuit.top} {copy} ({pins});")
    return "\n".join([*lines, "endmodule", ""])


def to_example_script(circuit: FlowCircuit, kit: Kit, *, size_um: tuple[float, float], period_ns: float) -> str:
    """Return Tcl that lays the example out in the folder of the macro, whose die is `size_um` wide and high."""
    platform = platform_of(circuit.library)
    site, row = platform.site_width_um, platform.row_height_um
    width, height = size_um
    left, bottom = _whole(GAP_UM, site), _whole(GAP_UM, row)
    right = _whole(left + width + GAP_UM, site)
    core = (left, bottom, _whole(right + width, site), _whole(bottom + height, row))
    die = (0.0, 0.0, core[2] + left, core[3] + bottom)
    values = {
        "liberty": tcl_list([str(kit.liberty), f"{circuit.top}.lib"]),
        "lef": tcl_list([str(kit.tech_lef), str(kit.cell_lef), f"{circuit.top}.lef"]),
        "clock_port": circuit.clock,
        "period": f"{period_ns:g}",
        "die": _numbers(die),
        "core": _numbers(core),
        "places": f"{COPIES[0]} {_numbers((left, bottom))} {COPIES[1]} {_numbers((right, bottom))}",
    }
    settings = "".join(f"dict set settings {name} {tcl_word(value)}\n" for name, value in values.items())
    lines = [f"# Written by tinydwn for {circuit.top}.", "", "namespace eval tinydwn {", "variable settings {}"]
    texts = (flow_text(f"openroad/platforms/{circuit.library}.tcl"), flow_text("openroad/example_top.tcl"))
    return "\n".join([*lines, settings + "}", "", *texts])


def _whole(length: float, step: float) -> float:
    return round(math.ceil(length / step - 1e-6) * step, 4)


def _numbers(values: tuple[float, ...]) -> str:
    return " ".join(f"{value:.6g}" for value in values)

"""Which outputs of a mapped netlist a cell drives, read from its structural Verilog."""

from __future__ import annotations

import re
from collections.abc import Mapping

_OUTPUT = re.compile(r"^  output wire (?:\[(\d+):0\] )?([A-Za-z_][\w$]*)", re.MULTILINE)
_CELL = re.compile(r"^  ([A-Za-z_]\w*) [A-Za-z_][\w$]* \((.*?)\);", re.MULTILINE | re.DOTALL)
_ASSIGN = re.compile(r"^  assign\s+(\S+)\s+=\s+(\S+);", re.MULTILINE)


def driven_outputs(verilog: str, drivers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the output bits that hang on a cell of `drivers`, in the order of the ports, LSB first.

    `drivers` has the output pin of every cell that counts: without tie cells in it, constants are left out, as are
    outputs that are inputs. The text is one of `to_structural_verilog`.

    >>> text = "  output wire [1:0] y,\\n  output wire z\\n  INV g1 (.A(a), .Y(y[1]));\\n  assign z = y[1];\\n"
    >>> driven_outputs(text, {"INV": "Y"})
    ('y[1]', 'z')
    """
    nets = set()
    for cell, pins in _CELL.findall(verilog):
        if cell in drivers and (found := re.search(rf"\.{re.escape(drivers[cell])}\(([^()]*)\)", pins)):
            nets.add(found[1])
    nets |= {target for target, value in _ASSIGN.findall(verilog) if value in nets}
    outputs = []
    for high, name in _OUTPUT.findall(verilog):
        outputs += [f"{name}[{bit}]" for bit in range(int(high) + 1)] if high else [name]
    return tuple(name for name in outputs if name in nets)

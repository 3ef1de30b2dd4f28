"""How much area a project takes: synthesized anew by Yosys and ABC, as the makers of the chip will do."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tinydwn.errors import LibraryError, ProgramError
from tinydwn.mapping.genlib import BUFFER, FALSE_GATE, TRUE_GATE, to_genlib
from tinydwn.technology import Library
from tinydwn.technology.library import cheapest_cells
from tinydwn.tools.yosys import run_yosys

_REGISTER = "$_DFF_P_"
# What is no circuit: a plain connection, constants (left out of all our areas), and where a module stood before.
_FREE = (BUFFER, FALSE_GATE, TRUE_GATE, "$scopeinfo")
# A latch has no place among the cells that `dfflegalize` may use, so that Yosys would refuse one; the selection says
# so before.
_SCRIPT = """\
{reads}
hierarchy -check -top {top}
proc
check -assert
synth -flatten -noabc -top {top}
check -assert
select -assert-none t:*latch* t:*LATCH* t:$_SR_*
dfflegalize -cell {register} x
check -assert
abc -genlib cells.genlib
write_json mapped.json
"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Registers and other cells of a circuit in a library, before placement: no clock tree, no buffers for wires."""

    library: str
    registers: int
    register_area_um2: float
    logic_cells: int
    logic_area_um2: float

    @property
    def area_um2(self) -> float:
        """The area of all cells."""
        return self.register_area_um2 + self.logic_area_um2


def estimate(files: Mapping[str, str], library: Library, *, top: str, timeout_s: float = 120.0) -> Estimate:
    """Return what the Verilog in `files`, by name, takes as cells of a library.

    Every register becomes the library's smallest flip-flop; what keeps its value, a multiplexer before it. Raises
    `ProgramError` where Yosys refuses the text, or finds a latch, a loop or a net without a driver.
    """
    if library.register is None:
        raise LibraryError(f"library '{library.name}' has no rising-edge flip-flop", hint="choose another library")
    cells = cheapest_cells(library)
    script = _SCRIPT.format(reads="\n".join(f"read_verilog {name}" for name in files), top=top, register=_REGISTER)
    given = {**files, "cells.genlib": to_genlib(cells)}
    run = run_yosys(script, files=given, results=["mapped.json"], timeout_s=timeout_s)
    used = Counter(cell["type"] for cell in json.loads(run.files["mapped.json"])["modules"][top]["cells"].values())
    registers = used.pop(_REGISTER, 0)
    for free in _FREE:
        used.pop(free, None)
    areas = {f"g{k}": cell.area_um2 for k, cell in enumerate(cells)}
    odd = [name for name in used if not re.fullmatch(r"g[0-9]+", name) or name not in areas]
    if odd:
        raise ProgramError(f"Yosys left a cell '{odd[0]}' unmapped", hint="report a bug")
    return Estimate(
        library=library.name,
        registers=registers,
        register_area_um2=round(registers * library.register.area_um2, 4),
        logic_cells=used.total(),
        logic_area_um2=round(sum(count * areas[name] for name, count in used.items()), 4),
    )

"""Gate-level simulation: the delivered Verilog, on the delivered vectors, in Icarus."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tinydwn.errors import ProgramError
from tinydwn.export.testbench import TESTBENCH
from tinydwn.tools.program import tail
from tinydwn.tools.simulator import simulate_verilog
from tinydwn.verify.simulation import Agreement

METHOD = "Icarus Verilog"
_PASS = re.compile(r"^PASS: (\d+) vectors$", re.MULTILINE)
_FAIL = re.compile(r"^FAIL: (\d+) of (\d+) vectors$", re.MULTILINE)


def simulate_gates(
    files: Mapping[str, str], *, subject: str, timeout_s: float = 300.0, open_pins: bool = False
) -> Agreement:
    """Compile all Verilog of `files`, one of them a testbench of `to_testbench`, play it, return what it counted.

    Pins of cells may stay open where there may be `open_pins`.
    Raises `ProgramMissing` without Icarus, and `ProgramError` where it refuses the texts or says neither PASS nor
    FAIL.
    """
    said = simulate_verilog(files, top=TESTBENCH, timeout_s=timeout_s, open_pins=open_pins)
    passed, failed = _PASS.findall(said), _FAIL.findall(said)
    if len(passed) + len(failed) != 1:
        raise ProgramError("the testbench ended without a count", hint=f"it said:\n{tail(said)}")
    if failed:
        return Agreement(subject, METHOD, int(failed[0][1]), int(failed[0][0]))
    return Agreement(subject, METHOD, int(passed[0]), 0)

"""Yosys, as a function from script and files to files; a process of its own, so that it can be stopped."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinydwn.errors import ProgramError
from tinydwn.tools.program import chosen_program, program_on_path, run_program, tail
from tinydwn.tools.scratch import collect, scratch_folder

_VARIABLE = "TINYDWN_YOSYS"
_SCRIPT = "script.ys"
_IN_PYTHON = "import sys, pyosys.libyosys as ys; ys.run_pass('script ' + sys.argv[1], ys.Design())"


@dataclass(frozen=True, slots=True)
class YosysRun:
    """What one run of Yosys said and wrote."""

    text: str
    files: dict[str, str]
    seconds: float


def find_yosys(script: str = _SCRIPT) -> tuple[str, ...]:
    """Return the words that start Yosys on a script: TINYDWN_YOSYS, else the pyosys wheel, else the PATH."""
    chosen = chosen_program(_VARIABLE)
    if chosen:
        return (str(chosen), "-s", script)
    if importlib.util.find_spec("pyosys") is not None:
        return (sys.executable, "-c", _IN_PYTHON, script)
    found = program_on_path("Yosys", "yosys", hint=f"pip install pyosys, or set {_VARIABLE} to its executable")
    return (str(found), "-s", script)


def run_yosys(
    script: str, *, files: Mapping[str, str] | None = None, results: Sequence[str] = (), timeout_s: float = 120.0
) -> YosysRun:
    """Run a Yosys script in a fresh folder that holds `files`, and return what it said and wrote.

    Raises `ProgramError` where Yosys fails, says `ERROR:` or leaves out one of `results`, `ProgramTimeout`
    after `timeout_s` seconds, `ProgramMissing` without Yosys.

    >>> "1 cells" in run_yosys("read_verilog a.v; stat", files={"a.v":
    ...     "module a(input x, output y); assign y = ~x; endmodule"}).text.replace("   ", "")
    True
    """
    with scratch_folder({**(files or {}), _SCRIPT: script.replace(";", "\n") + "\n"}) as folder:
        done = run_program(find_yosys(), name="Yosys", variable=_VARIABLE, folder=folder, timeout_s=timeout_s)
        if "ERROR:" in done.text:
            raise ProgramError("Yosys refused its script", hint=f"it said:\n{tail(done.text)}")
        return YosysRun(done.text, collect(folder, results, program="Yosys", said=tail(done.text)), done.seconds)

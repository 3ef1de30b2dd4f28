"""KLayout, as a separate program: a script and files in, one file of shapes out.

KLayout is under the GPL. Nothing here imports it: its module runs in an interpreter of its own, or its executable does.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from tinydwn.errors import ProgramError
from tinydwn.tools.program import chosen_program, program_on_path, run_program, tail
from tinydwn.tools.scratch import scratch_folder
from tinydwn.tools.told_version import told_version

_VARIABLE = "TINYDWN_KLAYOUT"
_SCRIPT = "script.pym"
# The other interpreter imports the wheel's module, under the name that it has within KLayout.
_IN_PYTHON = f"import runpy, sys, klayout.db; sys.modules['pya'] = klayout.db; runpy.run_path('{_SCRIPT}')"
_DONE = "tinydwn: done"


@dataclass(frozen=True, slots=True)
class KLayoutRun:
    """What one run of KLayout said and wrote."""

    text: str
    result: bytes
    seconds: float


def find_klayout() -> tuple[str, ...]:
    """Return the words that start KLayout on `script.pym`: TINYDWN_KLAYOUT, else the klayout wheel, else the PATH."""
    chosen = chosen_program(_VARIABLE)
    if chosen:
        return (str(chosen), "-b", "-r", _SCRIPT)
    if importlib.util.find_spec("klayout") is not None:
        return (sys.executable, "-c", _IN_PYTHON)
    hint = f"pip install 'tinydwn[layout]', or set {_VARIABLE} to its executable"
    return (str(program_on_path("KLayout", "klayout", hint=hint)), "-b", "-r", _SCRIPT)


def klayout_version() -> str:
    """Return the version of the klayout wheel, else what the program says of its own."""
    words = find_klayout()
    if words[0] == sys.executable:
        return f"klayout {importlib.metadata.version('klayout')}"
    return told_version((words[0], "-v"), name="KLayout", variable=_VARIABLE)


def run_klayout(
    script: str, *, files: Mapping[str, str] | None = None, result: str, timeout_s: float = 120.0
) -> KLayoutRun:
    """Run a Python script of KLayout, which knows it as `pya`, in a fresh folder that holds `files`.

    The script ends by writing `result` and by printing `tinydwn: done`. Raises `ProgramError` where it fails, does
    not end so, or leaves out its result, `ProgramTimeout` after `timeout_s` seconds, `ProgramMissing` without KLayout.
    """
    with scratch_folder({**(files or {}), _SCRIPT: script}) as folder:
        done = run_program(find_klayout(), name="KLayout", variable=_VARIABLE, folder=folder, timeout_s=timeout_s)
        if _DONE not in done.stdout.splitlines():
            raise ProgramError("KLayout did not come to the end of its script", hint=f"it said:\n{tail(done.text)}")
        path = folder / result
        content = path.read_bytes() if path.is_file() else b""
        if not content:
            why = f"KLayout ended without writing its result '{result}'"
            raise ProgramError(why, hint=f"it said:\n{tail(done.text)}")
        return KLayoutRun(done.text, content, done.seconds)

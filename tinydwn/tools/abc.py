"""ABC (Berkeley), as a function from script and files to files."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ProgramError
from tinydwn.tools.program import chosen_program, program_on_path, run_program, tail
from tinydwn.tools.scratch import collect, scratch_folder

_VARIABLE = "TINYDWN_ABC"
# ABC exits 0 on unknown commands and unreadable files, so what it says decides.
_COMPLAINTS = re.compile(r"(?i:\*\* cmd error|error:|cannot open|cannot be opened|empty network|has failed)|Assertion")


@dataclass(frozen=True, slots=True)
class AbcRun:
    """What one run of ABC said and wrote."""

    text: str
    files: dict[str, str]
    seconds: float


def find_abc() -> Path:
    """Return ABC's executable: TINYDWN_ABC, else the one in the pyosys wheel, else one on the PATH."""
    chosen = chosen_program(_VARIABLE)
    if chosen:
        return chosen
    spec = importlib.util.find_spec("pyosys")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        if (Path(folder) / "yosys-abc").is_file():
            return Path(folder) / "yosys-abc"
    hint = f"pip install pyosys, or set {_VARIABLE} to its executable"
    return program_on_path("ABC", "yosys-abc", "abc", hint=hint)


def run_abc(
    script: str, *, files: Mapping[str, str] | None = None, results: Sequence[str] = (), timeout_s: float = 120.0
) -> AbcRun:
    """Run an ABC script in a fresh folder that holds `files`, and return what it said and wrote.

    Commands are separated by `;` or new lines. Raises `ProgramError` where ABC complains in words or leaves
    out one of `results`, `ProgramTimeout` after `timeout_s` seconds, `ProgramMissing` without ABC.

    >>> run_abc("read_blif a.blif; print_stats", files={"a.blif": ".model a\\n.inputs x\\n.outputs y\\n"
    ...     ".names x y\\n0 1\\n.end\\n"}).text.count("i/o")
    1
    """
    commands = "\n".join(line.strip() for line in script.replace("\n", ";").split(";") if line.strip())
    with scratch_folder({**(files or {}), "script.abc": commands + "\n"}) as folder:
        command: list[str | Path] = [find_abc(), "-s", "-f", "script.abc"]
        done = run_program(command, name="ABC", variable=_VARIABLE, folder=folder, timeout_s=timeout_s)
        if _COMPLAINTS.search(done.text):
            raise ProgramError("ABC refused its script", hint=f"it said:\n{tail(done.text)}")
        return AbcRun(done.text, collect(folder, results, program="ABC", said=tail(done.text)), done.seconds)

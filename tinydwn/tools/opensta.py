"""OpenSTA, the static timing analyzer: one script in, what it says out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tinydwn.errors import ProgramError
from tinydwn.tools.program import find_program, run_program, tail
from tinydwn.tools.scratch import scratch_folder

VARIABLE = "TINYDWN_STA"
SCRIPT = "run.tcl"
_DONE = "tinydwn: done"
_ERROR = re.compile(r"^\s*(?:Error\b|\[ERROR\b)", re.MULTILINE)
_VERSION_TIMEOUT_S = 30.0


def find_sta() -> Path:
    """Return OpenSTA's executable: TINYDWN_STA, else `sta` on the PATH."""
    hint = f"install it (Debian: apt-get install opensta), or set {VARIABLE} to its executable"
    return find_program("OpenSTA", "sta", variable=VARIABLE, hint=hint)


def sta_version() -> str:
    """Return what OpenSTA says its version is, its last line."""
    with scratch_folder({}) as folder:
        said = run_program(
            [find_sta(), "-version"], name="OpenSTA", variable=VARIABLE, folder=folder, timeout_s=_VERSION_TIMEOUT_S
        )
    lines = said.text.split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "of unknown version")


def run_sta(
    script: str, *, files: Mapping[str, str], links: Mapping[str, Path] | None = None, timeout_s: float = 300.0
) -> str:
    """Run a Tcl script in a folder that holds `files`, and other files by the names in `links`; return what it says.

    A script reads every file by its name there: OpenSTA takes brackets, quotes and `$` in a path for Tcl.

    OpenSTA ends with status 0 whatever happened: only a script that came to its last line and told of no error
    has ended well. Raises `ProgramMissing` without OpenSTA, `ProgramError` and `ProgramTimeout`.
    """
    texts = {**files, SCRIPT: f"{script.rstrip()}\nputs {{{_DONE}}}\n"}
    with scratch_folder(texts) as folder:
        for name, place in (links or {}).items():
            (folder / name).symlink_to(place.absolute())
        words: list[str | Path] = [find_sta(), "-no_splash", "-no_init", "-exit", SCRIPT]
        done = run_program(words, name="OpenSTA", variable=VARIABLE, folder=folder, timeout_s=timeout_s)
    if _ERROR.search(done.text):
        told = "\n".join(line for line in done.text.splitlines() if _ERROR.match(line))
        raise ProgramError("OpenSTA complained", hint=f"it said:\n{tail(told)}")
    if _DONE not in done.stdout.splitlines():
        raise ProgramError("OpenSTA ended before the end of its script", hint=f"it said:\n{tail(done.text)}")
    return done.stdout

"""OpenROAD: where it is, and the words that run one script."""

from __future__ import annotations

import re
from pathlib import Path

from tinydwn.errors import ProgramError
from tinydwn.tools.program import find_program, run_program

VARIABLE = "TINYDWN_OPENROAD"
METRICS_FILE = "metrics.json"
_VERSION_S = 60.0
_VERSION = re.compile(r"\b\d\dQ\d\b|\bv?2\.0-\d+|\b[0-9a-f]{8,40}\b")


def find_openroad() -> Path:
    """Return OpenROAD's executable: TINYDWN_OPENROAD, else the one on the PATH."""
    hint = f"install it, set {VARIABLE} to its executable, or give --container to run it in LibreLane's image"
    return find_program("OpenROAD", "openroad", variable=VARIABLE, hint=hint)


def openroad_version(program: str | Path) -> str:
    """Return what OpenROAD says of its version: a release such as 26Q1, or a commit.

    `ProgramMissing` and its kin where it cannot, `ProgramError` where that is no version of OpenROAD.
    """
    words = [program, "-version"]
    done = run_program(words, name="OpenROAD", variable=VARIABLE, folder=Path("/"), timeout_s=_VERSION_S)
    said = next((line.strip() for line in done.text.splitlines() if line.strip()), "")
    if not _VERSION.search(said):
        raise ProgramError(
            f"'{program}' is not OpenROAD: it says '{said[:60]}' of its version",
            hint=f"set {VARIABLE} to OpenROAD's executable, or unset it",
        )
    return said


def openroad_words(program: str | Path, script: str, *, threads: int) -> tuple[str, ...]:
    """Return the command that runs `script` without a window and writes `METRICS_FILE` beside it.

    >>> openroad_words("openroad", "place.tcl", threads=2)[-2:]
    ('metrics.json', 'place.tcl')
    """
    return (str(program), "-exit", "-no_splash", "-no_init", "-threads", str(threads), "-metrics", METRICS_FILE, script)

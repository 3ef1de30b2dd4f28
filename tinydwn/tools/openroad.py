"""OpenROAD: where it is, and the words that run one script."""

from __future__ import annotations

from pathlib import Path

from tinydwn.tools.program import find_program, run_program

VARIABLE = "TINYDWN_OPENROAD"
METRICS_FILE = "metrics.json"
_VERSION_S = 60.0


def find_openroad() -> Path:
    """Return OpenROAD's executable: TINYDWN_OPENROAD, else the one on the PATH."""
    hint = f"install it, set {VARIABLE} to its executable, or give --container to run it in LibreLane's image"
    return find_program("OpenROAD", "openroad", variable=VARIABLE, hint=hint)


def openroad_version(program: str | Path) -> str:
    """Return what OpenROAD says of its version; `ProgramMissing` and its kin where it cannot."""
    words = [program, "-version"]
    done = run_program(words, name="OpenROAD", variable=VARIABLE, folder=Path("/"), timeout_s=_VERSION_S)
    return next((line.strip() for line in done.text.splitlines() if line.strip()), "")


def openroad_words(program: str | Path, script: str, *, threads: int) -> tuple[str, ...]:
    """Return the command that runs `script` without a window and writes `METRICS_FILE` beside it.

    >>> openroad_words("openroad", "place.tcl", threads=2)[-2:]
    ('metrics.json', 'place.tcl')
    """
    return (str(program), "-exit", "-no_splash", "-no_init", "-threads", str(threads), "-metrics", METRICS_FILE, script)

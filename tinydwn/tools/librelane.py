"""LibreLane: where it is, and the words that run one configuration."""

from __future__ import annotations

import shutil
from pathlib import Path

from tinydwn.tools.program import find_program, run_program

VARIABLE = "TINYDWN_LIBRELANE"
RUN_TAG = "tinydwn"
_VERSION_S = 60.0
_TOOLS = ("openroad", "yosys", "magic", "netgen", "klayout")


def find_librelane() -> Path:
    """Return LibreLane's executable: TINYDWN_LIBRELANE, else the one on the PATH."""
    hint = f"pip install librelane in an environment of its own, and set {VARIABLE} to its executable"
    return find_program("LibreLane", "librelane", variable=VARIABLE, hint=hint)


def librelane_version(program: str | Path) -> str:
    """Return what LibreLane says of its version; `ProgramMissing` and its kin where it cannot."""
    words = [program, "--version"]
    done = run_program(words, name="LibreLane", variable=VARIABLE, folder=Path("/"), timeout_s=_VERSION_S)
    return next((line.strip() for line in done.text.splitlines() if line.strip()), "")


def tools_are_here() -> bool:
    """Whether the programs that LibreLane starts are on the PATH, so that it needs no container."""
    return all(shutil.which(name) for name in _TOOLS)


def librelane_words(
    program: str | Path,
    config: Path,
    *,
    pdk: str,
    cells: str,
    pdk_root: Path,
    mounts: tuple[Path, ...],
    container: bool,
) -> tuple[str, ...]:
    """Return the command that runs `config`, its runs in the current folder; `container` lets LibreLane use its own.

    >>> words = librelane_words("librelane", Path("/c.json"), pdk="sky130A", cells="sky130_fd_sc_hd",
    ...     pdk_root=Path("/pdk"), mounts=(Path("/run"),), container=True)
    >>> words[1:5]
    ('--docker-no-tty', '--docker-mount', '/run', '--dockerized')
    """
    box = ["--docker-no-tty", *(word for path in mounts for word in ("--docker-mount", str(path))), "--dockerized"]
    place = ["--manual-pdk", "--pdk-root", str(pdk_root), "--pdk", pdk, "--scl", cells]
    run = ["--run-tag", RUN_TAG, "--overwrite", "--hide-progress-bar", "--design-dir", ".", str(config)]
    return (str(program), *(box if container else []), *place, *run)

"""OpenROAD-flow-scripts: where its checkout is, and the words that run one configuration."""

from __future__ import annotations

import os
from pathlib import Path

from tinydwn.errors import ProgramError, ProgramMissing
from tinydwn.tools.program import program_on_path, run_program

VARIABLE = "TINYDWN_ORFS"
_VERSION_S = 60.0
_HINT = f"clone https://github.com/The-OpenROAD-Project/OpenROAD-flow-scripts, build it, and set {VARIABLE} to it"


def find_orfs() -> Path:
    """Return the folder `flow` of the checkout that TINYDWN_ORFS names."""
    chosen = os.environ.get(VARIABLE)
    if not chosen:
        raise ProgramMissing(f"OpenROAD-flow-scripts was not found: {VARIABLE} is not set", hint=_HINT)
    for folder in (Path(chosen).expanduser() / "flow", Path(chosen).expanduser()):
        if (folder / "Makefile").is_file() and (folder / "platforms").is_dir():
            return folder.absolute()
    raise ProgramMissing(f"'{chosen}' (from {VARIABLE}) is no checkout of OpenROAD-flow-scripts", hint=_HINT)


def find_make() -> Path:
    """Return GNU Make."""
    return program_on_path("make", "make", hint="install GNU Make (Debian: apt-get install make)")


def orfs_version(flow: Path) -> str:
    """Return the commit of the checkout whose folder `flow` is given, `""` where it is no checkout of Git."""
    words = ["git", "rev-parse", "--show-toplevel", "HEAD"]
    try:
        done = run_program(words, name="Git", folder=flow, timeout_s=_VERSION_S)
    except ProgramError:
        return ""
    top, _, commit = done.stdout.strip().partition("\n")
    return commit if Path(top).resolve() in (flow.resolve(), flow.resolve().parent) else ""


def orfs_words(make: str | Path, flow: str | Path, *, config: Path, work: str, cores: int) -> tuple[str, ...]:
    """Return the command that runs all stages of `config`, their files in `work` below the folder it is started in.

    >>> orfs_words("make", "/orfs/flow", config=Path("/run/config.mk"), work="work", cores=2)[2:6]
    ('exec "$@" WORK_HOME="$PWD/work"', 'sh', 'make', '--directory')
    """
    place = ["--directory", str(flow), f"DESIGN_CONFIG={config}", f"NUM_CORES={cores}", "finish"]
    return ("sh", "-c", f'exec "$@" WORK_HOME="$PWD/{work}"', "sh", str(make), *place)

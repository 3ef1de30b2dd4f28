"""OpenROAD-flow-scripts: where its checkout is, and the words that run one configuration."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tinydwn.errors import ProgramError, ProgramMissing
from tinydwn.tools.program import program_on_path, run_program

VARIABLE = "TINYDWN_ORFS"
_VERSION_S = 60.0
_DECIDING = (".mk", ".tcl", ".sdc", ".rules", ".v", ".cfg", ".lef", ".tlef", ".lib", ".lib.gz")
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


def find_tools(flow: Path) -> tuple[Path, ...]:
    """Return OpenROAD and Yosys as the flow scripts in folder `flow` start them.

    That is OPENROAD_EXE and YOSYS_EXE, else what was built in the checkout, else what is on the PATH;
    `ProgramMissing` where one is none of these.
    """
    built = flow.parent / "tools" / "install"
    places = (
        ("OpenROAD", "OPENROAD_EXE", built / "OpenROAD" / "bin" / "openroad"),
        ("Yosys", "YOSYS_EXE", built / "yosys" / "bin" / "yosys"),
    )
    return tuple(_tool(name, variable, path) for name, variable, path in places)


def _tool(name: str, variable: str, built: Path) -> Path:
    chosen = os.environ.get(variable)
    found = shutil.which(chosen) if chosen else shutil.which(built) or shutil.which(built.name)
    if found is None:
        where = f"{variable} names '{chosen}', which cannot be started" if chosen else f"neither '{built}' nor on PATH"
        raise ProgramMissing(
            f"the flow scripts have no {name}: {where}", hint=f"build it there, or set {variable} to its executable"
        )
    return Path(found)


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


def said_version(program: Path, option: str) -> str:
    """Return the first line that a program of the flow scripts says for `option`; `ProgramError` where it fails."""
    done = run_program([program, option], name=program.name, folder=Path("/"), timeout_s=_VERSION_S)
    return next((line.strip() for line in done.text.splitlines() if line.strip()), "")


def platform_files(flow: Path, platform: str) -> tuple[Path, ...]:
    """Return the files of a platform that decide a layout, in order; none where the checkout lacks it.

    They are its configuration, scripts, rules, LEF and Liberty files, whichever folder below its own they lie in; masks
    are left out, as they are put in place of cells when all is decided.
    """
    place = flow / "platforms" / platform
    return tuple(sorted(path for path in place.rglob("*") if path.name.endswith(_DECIDING) and path.is_file()))


def orfs_words(make: str | Path, flow: str | Path, *, config: Path, work: str, cores: int) -> tuple[str, ...]:
    """Return the command that runs all stages of `config`, their files in `work` below the folder it is started in.

    >>> orfs_words("make", "/orfs/flow", config=Path("/run/config.mk"), work="work", cores=2)[2:6]
    ('exec "$@" WORK_HOME="$PWD/work"', 'sh', 'make', '--directory')
    """
    place = ["--directory", str(flow), f"DESIGN_CONFIG={config}", f"NUM_CORES={cores}", "finish"]
    return ("sh", "-c", f'exec "$@" WORK_HOME="$PWD/{work}"', "sh", str(make), *place)

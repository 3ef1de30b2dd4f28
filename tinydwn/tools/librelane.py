"""LibreLane: where it is, and the words that run one configuration."""

from __future__ import annotations

import shutil
from pathlib import Path

from tinydwn.tools.program import find_program, run_program

VARIABLE = "TINYDWN_LIBRELANE"
RUN_TAG = "tinydwn"
_VERSION_S = 60.0
_IN_IMAGE = ("python3", "-m", "librelane")
_TOOLS = ("openroad", "yosys", "magic", "klayout")
_NETGEN, _NETGEN_OF_DEBIAN = "netgen", "netgen-lvs"
# LibreLane starts `netgen`, a name that Debian gave to another program.
_WITH_NETGEN = f"""\
mkdir -p tools && ln -sf "$(command -v {_NETGEN_OF_DEBIAN})" tools/{_NETGEN} && PATH="$PWD/tools:$PATH" exec "$@\""""


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
    return not missing_tools()


def missing_tools() -> tuple[str, ...]:
    """Return the programs that LibreLane starts and the PATH lacks; Netgen may have Debian's name for it."""
    missing = [name for name in _TOOLS if not shutil.which(name)]
    netgen = [] if any(map(shutil.which, (_NETGEN_OF_DEBIAN, _NETGEN))) else [_NETGEN]
    return (*missing, *netgen)


def librelane_words(
    program: str | Path,
    config: Path,
    *,
    pdk: str,
    cells: str,
    pdk_root: Path,
    container: bool,
) -> tuple[str, ...]:
    """Return the command that runs `config`, its runs in the current folder; in a `container` it is the image's own.

    LibreLane's option `--dockerized` is not used: a container that it starts outlives it, and its name is not known.
    Without a container, Netgen is started by Debian's name where that is on the PATH.

    >>> words = librelane_words("librelane", Path("/c.json"), pdk="sky130A", cells="sky130_fd_sc_hd",
    ...     pdk_root=Path("/pdk"), container=True)
    >>> words[:5]
    ('python3', '-m', 'librelane', '--manual-pdk', '--pdk-root')
    """
    place = ["--manual-pdk", "--pdk-root", str(pdk_root), "--pdk", pdk, "--scl", cells]
    run = ["--run-tag", RUN_TAG, "--overwrite", "--hide-progress-bar", "--design-dir", ".", str(config)]
    if container:
        return (*_IN_IMAGE, *place, *run)
    words = (str(program), *place, *run)
    if not shutil.which(_NETGEN_OF_DEBIAN):
        return words
    return ("sh", "-c", _WITH_NETGEN, "sh", *words)

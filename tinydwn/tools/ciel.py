"""Ciel, the version manager of open PDKs: where it is, and one PDK by it."""

from __future__ import annotations

import sys
from pathlib import Path

from tinydwn.tools.program import find_program, run_program
from tinydwn.tools.told_version import told_version

VARIABLE = "TINYDWN_CIEL"


def find_ciel() -> Path:
    """Return ciel's executable: TINYDWN_CIEL, else the one beside this Python, else the one on the PATH."""
    beside = Path(sys.executable).parent / "ciel"
    files = (str(beside), "ciel")
    hint = f"pip install 'tinydwn[pdk]', or set {VARIABLE} to its executable"
    return find_program("ciel", *files, variable=VARIABLE, hint=hint)


def ciel_version() -> str:
    """Return what ciel says of its version."""
    return told_version((find_ciel(), "--version"), name="ciel", variable=VARIABLE)


def ciel_words(program: str | Path, *, root: Path, family: str, version: str, libraries: tuple[str, ...]) -> list[str]:
    """Return the command that fetches one version of a family and makes it the current one below `root`.

    >>> ciel_words("ciel", root=Path("/pdk"), family="sky130", version="8afc", libraries=("sky130_fd_sc_hd",))[1:]
    ['enable', '--pdk-root', '/pdk', '--pdk-family', 'sky130', '-l', 'sky130_fd_sc_hd', '8afc']
    """
    chosen = [word for library in libraries for word in ("-l", library)]
    return [str(program), "enable", "--pdk-root", str(root), "--pdk-family", family, *chosen, version]


def enable(*, root: Path, family: str, version: str, libraries: tuple[str, ...], timeout_s: float) -> None:
    """Let ciel fetch a PDK and link it into `root`; what it had fetched in part it throws away itself.

    Raises `ProgramMissing` without ciel, `ProgramError` where it fails, `ProgramTimeout` after `timeout_s`.
    """
    words = ciel_words(find_ciel(), root=root, family=family, version=version, libraries=libraries)
    run_program(words, name="ciel", variable=VARIABLE, folder=root, timeout_s=timeout_s)

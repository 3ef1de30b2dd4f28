"""The versions of everything that had a part in a result."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from tinydwn import __version__
from tinydwn.errors import ProgramError, ProgramMissing
from tinydwn.tools.abc import run_abc
from tinydwn.tools.yosys import run_yosys

_PACKAGES = ("numpy", "torch", "pyeda", "pandas", "scikit-learn", "networkx", "matplotlib", "pyosys")
_OPTIONAL = ("pystreed",)
_TIMEOUT_S = 30.0


def package_versions() -> dict[str, str]:
    """Return the versions of tinydwn, Python and the packages it is built on; "not installed" for a missing one.

    Optional packages that change results are told where they are installed.
    """
    found = {"tinydwn": __version__, "python": platform.python_version()}
    for name in (*_PACKAGES, *_OPTIONAL):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            if name not in _OPTIONAL:
                found[name] = "not installed"
    return found


def program_versions(*, timeout_s: float = _TIMEOUT_S) -> dict[str, str]:
    """Return what ABC and Yosys say of their versions; `ProgramError` where one is missing, dies or tells none."""
    return {"abc": abc_version(timeout_s=timeout_s), "yosys": yosys_version(timeout_s=timeout_s)}


def abc_version(*, timeout_s: float = _TIMEOUT_S) -> str:
    """Return what ABC says of its version; `ProgramError` where it is missing, dies or tells none."""

    def say() -> str:
        return run_abc("version", timeout_s=min(_TIMEOUT_S, timeout_s)).text

    return _told("ABC", "TINYDWN_ABC", say, r"ABC \d.*")


def yosys_version(*, timeout_s: float = _TIMEOUT_S) -> str:
    """Return what Yosys says of its version; `ProgramError` where it is missing, dies or tells none."""

    def sign() -> str:
        # Yosys has no command that tells its version, but it signs what it writes.
        name = "signed.blif"
        return run_yosys(f"write_blif {name}", results=[name], timeout_s=min(_TIMEOUT_S, timeout_s)).files[name]

    return _told("Yosys", "TINYDWN_YOSYS", sign, r"Yosys [\d.+]+")


def _told(program: str, variable: str, say: Callable[[], str], pattern: str) -> str:
    """Return the version in what a program says; the hint of an error names the variable that chooses the program."""
    remedy = f"set {variable} to an executable that works, or unset it; 'tinydwn doctor' shows what is found"
    try:
        found = re.search(pattern, say())
    except ProgramMissing:
        raise
    except ProgramError as error:
        said = f"\n{error.hint}" if error.hint.startswith("it said:") else ""
        raise type(error)(error.message, hint=f"{remedy}{said}") from error
    if found is None:
        raise ProgramError(f"{program} does not tell its version", hint=remedy)
    return found.group().strip()

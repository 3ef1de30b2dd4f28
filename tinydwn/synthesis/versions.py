"""The versions of everything that had a part in a result."""

from __future__ import annotations

import platform
import re
from importlib.metadata import PackageNotFoundError, version

from tinydwn import __version__
from tinydwn.tools.abc import run_abc
from tinydwn.tools.yosys import run_yosys

_PACKAGES = ("numpy", "torch", "pyeda", "pandas", "scikit-learn", "networkx", "matplotlib", "pyosys")
_TIMEOUT_S = 30.0


def package_versions() -> dict[str, str]:
    """Return the versions of tinydwn, Python and the packages it is built on; "not installed" for a missing one."""
    found = {"tinydwn": __version__, "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def program_versions() -> dict[str, str]:
    """Return what ABC and Yosys say of their versions; `ProgramError` where one is missing or dies."""
    return {"abc": abc_version(), "yosys": yosys_version()}


def abc_version() -> str:
    """Return what ABC says of its version; `ProgramError` where it is missing or dies."""
    return _match(r"ABC \d.*", run_abc("version", timeout_s=_TIMEOUT_S).text)


def yosys_version() -> str:
    """Return what Yosys says of its version; `ProgramError` where it is missing or dies."""
    # Yosys has no command that tells its version, but it signs what it writes.
    signed = run_yosys("write_blif signed.blif", results=["signed.blif"], timeout_s=_TIMEOUT_S).files["signed.blif"]
    return _match(r"Yosys [\d.+]+", signed)


def _match(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found.group().strip() if found else "version not told"

"""The versions of what results depend on, told and compared."""

from __future__ import annotations

from collections.abc import Mapping

_PACKAGES = (
    *("tinydwn", "torch", "numba", "numpy", "scipy", "scikit-learn", "xgboost-cpu", "xgboost", "pyosys", "pyeda"),
    "pystreed",
)


def versions_here() -> dict[str, str]:
    """Return the versions of what accuracies and areas depend on, by package."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def versions_text(versions: Mapping[str, str]) -> str:
    """Return versions as one line."""
    return ", ".join(f"{name} {version}" for name, version in versions.items())

"""tinydwn: from a table of samples to proven standard cells.

Names are loaded on first use, so that importing the package is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinydwn.estimators import CircuitClassifier, DWNClassifier
    from tinydwn.synthesis import synthesize
    from tinydwn.synthesis.loaded import load_bundle

__version__ = "0.2.0"

_HOMES = {
    "CircuitClassifier": "tinydwn.estimators.circuit",
    "DWNClassifier": "tinydwn.estimators.dwn",
    "load_bundle": "tinydwn.synthesis.loaded",
    "synthesize": "tinydwn.synthesis",
}

__all__ = ["CircuitClassifier", "DWNClassifier", "__version__", "load_bundle", "synthesize"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Classifiers as scikit-learn users know them, which are circuits too.

Names are loaded on first use, so that importing the room does not load torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinydwn.estimators.circuit import CircuitClassifier
    from tinydwn.estimators.circuit_texts import CircuitTexts
    from tinydwn.estimators.dwn import DWNClassifier

_HOMES = {"CircuitClassifier": "circuit", "CircuitTexts": "circuit_texts", "DWNClassifier": "dwn"}

__all__ = ["CircuitClassifier", "CircuitTexts", "DWNClassifier"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tinydwn.estimators.{_HOMES[name]}"), name)

"""From samples to a classifier: differentiable weightless networks on CPU. The only room with torch.

Names are loaded on first use, so that importing the package does not load torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinydwn.training.checkpoint import training_key
    from tinydwn.training.config import ClassWeight, Schedule, TrainingConfig, Wiring
    from tinydwn.training.estimator import DWNClassifier
    from tinydwn.training.history import Epoch, Trained
    from tinydwn.training.loop import train
    from tinydwn.training.network import DWNNetwork, build_network
    from tinydwn.training.weighting import Weighting

_HOMES = {
    "ClassWeight": "config",
    "DWNNetwork": "network",
    "build_network": "network",
    "DWNClassifier": "estimator",
    "Epoch": "history",
    "Schedule": "config",
    "Trained": "history",
    "TrainingConfig": "config",
    "Weighting": "weighting",
    "Wiring": "config",
    "train": "loop",
    "training_key": "checkpoint",
}

__all__ = [
    "ClassWeight",
    "DWNClassifier",
    "DWNNetwork",
    "Epoch",
    "Schedule",
    "Trained",
    "TrainingConfig",
    "Weighting",
    "Wiring",
    "build_network",
    "train",
    "training_key",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tinydwn.training.{_HOMES[name]}"), name)

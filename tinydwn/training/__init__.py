"""From samples to a classifier: differentiable weightless networks. The only room with torch.

Names are loaded on first use, so that importing the package does not load torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinydwn.training.checkpoint import training_key
    from tinydwn.training.config import ClassWeight, Schedule, TrainingConfig, Wiring
    from tinydwn.training.foreign import import_difflogic, import_torch_dwn
    from tinydwn.training.history import Epoch, Trained
    from tinydwn.training.loop import train
    from tinydwn.training.network import DWNNetwork, build_network
    from tinydwn.training.selection import CrossValidation, best_of_seeds, choose, cross_validate, tune_tau
    from tinydwn.training.weighting import Weighting

_HOMES = {
    "ClassWeight": "config",
    "CrossValidation": "selection",
    "DWNNetwork": "network",
    "Epoch": "history",
    "Schedule": "config",
    "Trained": "history",
    "TrainingConfig": "config",
    "Weighting": "weighting",
    "Wiring": "config",
    "best_of_seeds": "selection",
    "build_network": "network",
    "choose": "selection",
    "cross_validate": "selection",
    "import_difflogic": "foreign",
    "import_torch_dwn": "foreign",
    "train": "loop",
    "training_key": "checkpoint",
    "tune_tau": "selection",
}

__all__ = [
    "ClassWeight",
    "CrossValidation",
    "DWNNetwork",
    "Epoch",
    "Schedule",
    "Trained",
    "TrainingConfig",
    "Weighting",
    "Wiring",
    "best_of_seeds",
    "build_network",
    "choose",
    "cross_validate",
    "import_difflogic",
    "import_torch_dwn",
    "train",
    "training_key",
    "tune_tau",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"tinydwn.training.{_HOMES[name]}"), name)

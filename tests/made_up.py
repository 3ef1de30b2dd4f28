"""Studies whose tasks are not done: something made up comes of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from tinydwn.bench.study import Measured, Study


def studied(patch: pytest.MonkeyPatch, module: ModuleType, run: Callable[[Any], Any]) -> Study[Any, Any, Any, Any]:
    """Let `run` do the tasks of a module's study until the patch ends, and return the study."""
    patch.setattr(module, "STUDY", replace(module.STUDY, run=run))
    study: Study[Any, Any, Any, Any] = module.STUDY
    return study


def again(measured: Measured[Any]) -> Measured[Any]:
    """Return a measurement as it is read back from a file."""
    return Measured.from_json(measured.study, json.loads(json.dumps(measured.to_json())))

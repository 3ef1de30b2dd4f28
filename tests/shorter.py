"""Searches that take a moment: no test asks how good a circuit gets by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinydwn.refine import finish
from tinydwn.refine.options import EFFORTS
from tinydwn.synthesis import exploring, refining, start_trees, starts, teacher


def shorten(patch: pytest.MonkeyPatch) -> None:
    """Let effort fast take an eighth of its time, ask few, have few and simple starts and keep few circuits."""
    patch.setitem(EFFORTS, "fast", EFFORTS["fast"] / 8)
    patch.setattr(finish, "MAPPING_EFFORT", "fast")
    patch.setitem(teacher.FORESTS, "fast", (16, 3))
    patch.setattr(refining, "IMAGINED", 1000)
    patch.setattr(exploring, "POINTS", 5)
    patch.setattr(exploring, "POINTS_ABOVE", 1)
    patch.setattr(start_trees, "TREE_LEAVES", (4, 8))
    patch.setattr(start_trees, "VOTING_TREES", ((3, 24),))
    patch.setattr(start_trees, "OPTIMAL_DEPTHS", ())
    patch.setitem(starts.DWN_SHAPES, "fast", ({"layers": (3,), "inputs_per_lut": 2, "epochs": 8},))


SHORTEN = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from pytest import MonkeyPatch
from tests.shorter import shorten
shorten(MonkeyPatch())
"""
"""What Python runs to have searches as short in a process of its own."""

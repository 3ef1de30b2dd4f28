"""What the tests of the road share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinydwn.synthesis import Synthesis


@pytest.fixture(scope="session")
def flowers(walked_road: tuple[Synthesis, Path]) -> Synthesis:
    """Return what a short road through the flowers led to."""
    return walked_road[0]

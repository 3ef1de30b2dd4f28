"""The road made short: few starts, few points, a small network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tinydwn.synthesis import Synthesis, SynthesisOptions, exploring, starts, synthesize
from tinydwn.synthesis.workspace import Workspace

OPTIONS = SynthesisOptions(
    libraries=("sky130_fd_sc_hd", "egfet"),
    training={"layers": (6,), "epochs": 8, "bits_per_feature": 4},
    most_nand2=24.0,
    timeout_s=60,
)


@contextmanager
def short_road() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exploring, "POINTS", 5)
        patch.setattr(exploring, "POINTS_ABOVE", 1)
        patch.setattr(starts, "TREE_LEAVES", (4, 8))
        yield


@pytest.fixture
def short() -> Iterator[None]:
    """Let fronts have few points for one test."""
    with short_road():
        yield


@pytest.fixture(scope="session")
def options() -> SynthesisOptions:
    """Return options of a short road."""
    return OPTIONS


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Synthesis, Path]:
    """Return what a short road through the flowers led to, and the folder of its workspace, which is left as it was."""
    folder = tmp_path_factory.mktemp("walked") / "work"
    with short_road():
        return synthesize("iris", OPTIONS, workspace=Workspace(folder)), folder


@pytest.fixture(scope="session")
def flowers(walked: tuple[Synthesis, Path]) -> Synthesis:
    """Return what a short road through the flowers led to."""
    return walked[0]

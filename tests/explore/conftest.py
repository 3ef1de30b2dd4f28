"""What the tests of explorations share."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tinydwn.explore import exploration, record
from tinydwn.explore.circuit import Circuit, Found
from tinydwn.synthesis.expectation import Expected

WORK = Path(__file__).with_name("work")


class MadeUpJudge:
    """Expects of a circuit what it did on the training part."""

    def __init__(self, *_: object) -> None:
        pass

    def judged(self, found: Found) -> Circuit:
        return Circuit(found, Expected(found.training, 0.05, 0.05))

    def measured(self, found: Found) -> float:
        return 0.5


def make_up(patch: pytest.MonkeyPatch) -> None:
    """Let the judge be a made-up one, and the sampler follow what was found from the third trial on."""
    patch.setattr(exploration, "Judge", MadeUpJudge)
    patch.setattr(record, "_STARTUP", 2)


@pytest.fixture(scope="module")
def work_path() -> Iterator[Path]:
    """Return a folder of modules with work, which worker processes find too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(WORK)
        yield WORK


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch, work_path: Path):
    """Return the module of trials that are made up, with a judge to match."""
    make_up(monkeypatch)
    import made_up_trials

    return made_up_trials


def await_true(condition: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


@contextmanager
def python(path: Path, *words: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run another Python, in a group of its own, until the block ends."""
    with subprocess.Popen(
        [sys.executable, *words],
        env={**os.environ, **variables, "PYTHONPATH": os.pathsep.join((str(path), *sys.path))},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()

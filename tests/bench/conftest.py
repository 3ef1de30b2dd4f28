"""What the tests of measurements share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

WORK = Path(__file__).with_name("work")


@pytest.fixture(scope="module")
def work_path() -> Iterator[Path]:
    """Return a folder of modules with work, which worker processes find too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(WORK)
        yield WORK

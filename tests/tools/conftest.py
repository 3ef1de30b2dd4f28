"""Programs that misbehave on purpose, in the place of real ones."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

FAKES = {
    "hangs": "sleep 600",
    "ignores_sigterm": "trap '' TERM INT HUP; while :; do sleep 600; done",
    "dies": "echo something is rotten; kill -SEGV $$",
    "fails": "echo out of luck >&2; exit 7",
    "says_error": "echo ERROR: no such command: foo; echo Error: no such thing; exit 0",
    "says_nothing": "exit 0",
    "says_something_else": "echo all is well; exit 0",
    "leaves_a_child": "sleep 600 & echo $! > {folder}/child; echo done; exit 0",
    "hangs_with_child": "sleep 600 & echo $! > {folder}/child; sleep 600",
    "prints_megabytes": "head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; echo last words; exit 3",
    "never_stops_talking": "yes 'and another thing'",
}


@pytest.fixture
def fake(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes an executable which misbehaves in the named way, or runs the given shell text."""

    def write(kind: str) -> Path:
        text = FAKES.get(kind, kind).replace("{folder}", str(tmp_path))
        path = tmp_path / "fake-program"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def child_is_gone(tmp_path: Path) -> Callable[[], bool]:
    """Return a function that says whether the child that a fake left behind ends within a few seconds."""

    def gone() -> bool:
        process = int((tmp_path / "child").read_text())
        for _ in range(300):
            try:
                os.kill(process, 0)
            except ProcessLookupError:
                return True
            if _is_zombie(process):
                return True
            time.sleep(0.01)
        return False

    return gone


def _is_zombie(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False

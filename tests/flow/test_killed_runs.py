"""A run whose own process is killed leaves no OpenROAD behind, and the next one goes on where it was."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

START = "import sys; from tinydwn.cli.app import main; sys.argv[0] = 'tinydwn'; main()"


def running(mark: str) -> list[int]:
    """Return the processes whose command line has a text."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark in place.read_bytes().decode(errors="replace"):
                found.append(int(place.parent.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("what was waited for did not happen")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked for in /proc")
def test_no_openroad_outlives_its_run(
    tinydwn: Callable[..., Any], bundle_folder: Path, shared: Path, tmp_path: Path,
    fake_openroad: Callable[..., Any],
) -> None:  # fmt: skip
    fake_openroad(fault="hang", stage="place")
    words = ["flow", bundle_folder, "--out", tmp_path / "run", "--pdk-root", shared / "pdk", "--quiet"]
    process = subprocess.Popen([sys.executable, "-c", START, *map(str, words)], stderr=subprocess.DEVNULL)
    mark, log = str(tmp_path / "known.tcl"), tmp_path / "run" / "place.part" / "log.txt"
    until(lambda: log.is_file() and b"begun" in log.read_bytes())
    assert running(mark)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    until(lambda: not running(mark))
    fake_openroad()
    again = tinydwn(*words[:-1])
    assert again.code == 0, again.err
    assert again.err.count("done before") == 1

"""Being told to stop ends a command as Ctrl-C does, and later words change nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tinydwn.cli.interrupts import STOPS, stops_as_interrupts

RUNS = """
import sys, signal
from pathlib import Path
from tinydwn.cli import app
from tinydwn.tools.program import run_program
from tinydwn.tools.scratch import scratch_folder
def work():
    words = ["sh", "-c", "echo ready; sleep 60"]
    with scratch_folder({}) as folder:
        run_program(words, name="Shell", folder=folder, timeout_s=60, log=Path(sys.argv[1]))
app.app = work
app.main()
"""


@pytest.mark.parametrize("number", [*STOPS, signal.SIGINT])
def test_a_command_that_is_told_to_stop_ends_with_130_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    temporary, log = tmp_path / "temporary", tmp_path / "log"
    temporary.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", RUNS, str(log)], stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    ) as process:  # fmt: skip
        while not log.is_file() or not log.read_text():
            assert process.poll() is None
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert said == "interrupted; nothing half-written was left, and the same command goes on or starts anew\n"
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", STOPS)
def test_a_second_word_does_not_disturb_the_end(number: int) -> None:
    seen = []

    def work() -> None:
        try:
            signal.raise_signal(number)
        finally:
            signal.raise_signal(number)
            seen.append("cleaned up")

    with pytest.raises(KeyboardInterrupt), stops_as_interrupts():
        work()
    assert seen == ["cleaned up"]


def test_handlers_are_put_back_and_ignored_signals_stay_ignored() -> None:
    before = [signal.getsignal(one) for one in STOPS]
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with stops_as_interrupts():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGTERM) is not before[0]
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) == before[0]
    finally:
        signal.signal(signal.SIGHUP, before[1])


def test_another_thread_leaves_the_handlers_alone() -> None:
    seen = []

    def look() -> None:
        with stops_as_interrupts():
            seen.append([signal.getsignal(one) for one in STOPS])

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [[signal.getsignal(one) for one in STOPS]]

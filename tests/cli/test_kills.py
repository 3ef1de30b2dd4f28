"""Killed by SIGKILL at any moment, `synth` leaves nothing torn and no program, and the same command ends the same.

`TINYDWN_KILLS=100 pytest tests/cli/test_kills.py` kills so many runs, with the search among their stages; without it a
few that keep the network's function are killed.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tinydwn.export.bundle import read_bundle

KILLS = int(os.environ.get("TINYDWN_KILLS", "2"))
SHORT = ("--luts", "4", "--epochs", "3", "--bits", "3", "--inputs-per-lut", "2", "--library", "nangate45")
OPTIONS = SHORT if "TINYDWN_KILLS" in os.environ else (*SHORT, "--exact")
IN_A_ROW = 3
"""Runs that are killed before one may end."""
LATEST_S = 0.5
PATIENCE_S = 60.0
OF_TORCH = "torchinductor_"
"""How a folder begins that torch makes among temporary files and keeps."""
MARK = "TINYDWN_KILLED_BY"
RUNS = """
import os, tempfile
tell = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
first = True
for line in sys.stdin:
    said, temporary, mark, *words = line.rstrip("\\n").split("\\t")
    pid = 0 if first else os.fork()
    if pid:
        print(pid, file=tell, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), file=tell, flush=True)
        continue
    os.dup2(os.open(said, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600), 2)
    if not first:
        os.environ.update(TMPDIR=temporary, TINYDWN_KILLED_BY=mark)
        tempfile.tempdir = None
    sys.argv = ["tinydwn", *words]
    try:
        main()
    except SystemExit as end:
        if not first:
            os._exit(end.code)
        print(os.getpid(), end.code, sep="\\n", file=tell, flush=True)
    first = False
"""
"""What Python does to run one command after the other, all but the first in forks, which have all that it loaded."""


@dataclass(frozen=True, slots=True)
class Runs:
    """A process that runs commands: what they say goes to `said`, temporary files to `temporary`."""

    process: subprocess.Popen[str]
    said: Path
    temporary: Path
    mark: str

    def ask(self, *words: object) -> int:
        """Begin a command and return its process."""
        self.said.write_text("")
        assert self.process.stdin is not None
        print(self.said, self.temporary, self.mark, *words, sep="\t", file=self.process.stdin, flush=True)
        return self._number()

    def ended(self) -> int:
        """Return how the command ended."""
        return self._number()

    def kill(self, pid: int, *, lines: int, delay_s: float) -> int:
        """Kill a command a moment after it has said so many lines, and return how it ended."""
        end = time.monotonic() + PATIENCE_S
        while self.said.read_text().count("\n") < lines and time.monotonic() < end and _runs(pid):
            time.sleep(0.01)
        time.sleep(delay_s)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self.ended()

    def require_no_program(self) -> None:
        """Wait until no program is left that a command has started; they are known by their environment."""
        end = time.monotonic() + PATIENCE_S
        while found := list(_marked(self.mark)):
            assert time.monotonic() < end, found
            time.sleep(0.05)

    def _number(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


def _runs(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _marked(mark: str) -> Iterator[str]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{MARK}={mark}\0".encode() in (folder / "environ").read_bytes():
                yield (folder / "comm").read_text().strip()


@contextmanager
def running(short_main: str, folder: Path) -> Iterator[Runs]:
    temporary = folder / "temporary"
    temporary.mkdir()
    text = short_main.replace("\nmain()\n", RUNS)
    assert text != short_main
    with subprocess.Popen(
        [sys.executable, "-c", text],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # More threads than one do not survive a fork.
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    ) as process:
        yield Runs(process, folder / "said", temporary, f"{os.getpid()}")
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="programs are looked for in /proc")
def test_killed_at_any_moment_it_leaves_nothing_torn_and_ends_the_same(
    fruit: Path, short_main: str, tmp_path: Path
) -> None:
    chance, ends = random.Random(0), []
    with running(short_main, tmp_path) as runs:
        whole = tmp_path / "whole" / "out"
        runs.ask("synth", fruit, "--out", whole, *OPTIONS)
        assert runs.ended() == 0, runs.said.read_text()
        wanted, said = read_bundle(whole).files, runs.said.read_text().count("\n")
        while len(ends) < KILLS:
            place = tmp_path / f"after {len(ends)}"
            command = ("synth", fruit, "--out", place / "out", *OPTIONS)
            for _ in range(min(IN_A_ROW, KILLS - len(ends))):
                pid = runs.ask(*command)
                ends.append(runs.kill(pid, lines=chance.randrange(said), delay_s=chance.uniform(0, LATEST_S)))
                runs.require_no_program()
                assert not (place / "out").exists() or read_bundle(place / "out").files == wanted
            runs.ask(*command)
            assert runs.ended() == 0, runs.said.read_text()
            assert read_bundle(place / "out").files == wanted
            assert [path.name for path in place.iterdir()] == ["out"]
            left = [path.name for path in runs.temporary.iterdir() if not path.name.startswith(OF_TORCH)]
            assert left == []
            runs.require_no_program()
    assert set(ends) <= {0, -signal.SIGKILL}
    assert -signal.SIGKILL in ends

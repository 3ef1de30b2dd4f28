"""Starting a program, with a timeout, in a folder of its own; the only `subprocess` call of the project."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ProgramError, ProgramMissing, ProgramTimeout

_TAIL_LINES = 12
_RUNNING: set[subprocess.Popen[str]] = set()


@dataclass(frozen=True, slots=True)
class Completed:
    """What a program that ended said."""

    stdout: str
    stderr: str
    returncode: int
    seconds: float

    @property
    def text(self) -> str:
        """Standard output, then standard error."""
        return self.stdout + self.stderr

    @property
    def status(self) -> str:
        """How the program ended, in words."""
        if self.returncode < 0:
            return f"killed by signal {-self.returncode}"
        return f"exit status {self.returncode}"


def run_program(
    command: Sequence[str | Path],
    *,
    name: str,
    folder: Path,
    timeout_s: float,
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
    check: bool = True,
) -> Completed:
    """Run a program to its end in `folder` and return what it said.

    The program and all it started are killed at the timeout, at Ctrl-C and at any other exception. Raises
    `ProgramMissing` where the file cannot be started, `ProgramTimeout` after `timeout_s` seconds, and, if
    `check`, `ProgramError` where the exit status is not 0 (a negative one is a signal).
    """
    start = time.monotonic()
    try:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env={**os.environ, "LC_ALL": "C", **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise ProgramMissing(
            f"{name} cannot be started: {command[0]}: {error.strerror}",
            hint="run 'tinydwn doctor' to see what is missing",
        ) from error
    _RUNNING.add(process)
    try:
        stdout, stderr = process.communicate(stdin, timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise ProgramTimeout(
            f"{name} did not end within {timeout_s:g} s and was stopped",
            hint="allow more time, or try a smaller circuit",
        ) from error
    finally:
        _end(process)
    done = Completed(stdout, stderr, process.returncode, time.monotonic() - start)
    if check and done.returncode != 0:
        raise ProgramError(f"{name} failed, {done.status}", hint=f"it said:\n{tail(done.text)}")
    return done


def tail(text: str) -> str:
    """Return the last lines of what a program said, for an error message."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-_TAIL_LINES:]) or "    (nothing)"


def stop_programs() -> None:
    """Kill every program that runs in any thread; each `run_program` then ends with an error."""
    for process in tuple(_RUNNING):
        _kill(process)


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _end(process: subprocess.Popen[str]) -> None:
    """Kill a program's whole process group and collect it, whether or not it has ended."""
    _kill(process)
    process.wait()
    _RUNNING.discard(process)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()

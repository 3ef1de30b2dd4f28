"""Starting a program, with a timeout, in a folder of its own; `guard` alone starts another."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tinydwn.errors import OutputError, ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.tools.guard import GUARD, MARK
from tinydwn.tools.scratch import scratch_folder

MAX_OUTPUT_BYTES = 256_000_000
_LOOK_EVERY_S = 0.5
_TAIL_LINES = 12
_CPU_SHARE, _CPU_GRACE_S = 2, 10
_TAIL_WIDTH = 240
_RUNNING: dict[subprocess.Popen[bytes], tuple[object, ...]] = {}
"""Programs that run, and the groups that they belong to."""
_GROUPS: ContextVar[tuple[object, ...]] = ContextVar("groups", default=())


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


def chosen_program(variable: str) -> Path | None:
    """Return the executable that an environment variable names, None where it is unset or empty.

    A bare name is looked for on the PATH, a path counts from the current folder; `ProgramMissing` where the PATH
    does not have the name.
    """
    chosen = os.environ.get(variable)
    if not chosen:
        return None
    found = chosen if os.sep in chosen else shutil.which(chosen)
    if found is None:
        raise ProgramMissing(
            f"{variable} names '{chosen}', which is not on the PATH",
            hint=f"set {variable} to the path of an executable, or unset it",
        )
    return Path(found).absolute()


def find_program(name: str, *files: str, variable: str, hint: str) -> Path:
    """Return the executable that the environment `variable` names, else the first of `files` on the PATH.

    `ProgramMissing`, which says that `name` was not found, where there is none.
    """
    return chosen_program(variable) or program_on_path(name, *files, hint=hint)


def program_on_path(name: str, *files: str, hint: str) -> Path:
    """Return the first of `files` that is on the PATH; `ProgramMissing`, which tells of `name`, where none is."""
    found = next((place for file in files if (place := shutil.which(file))), None)
    if found is None:
        raise ProgramMissing(f"{name} was not found", hint=hint)
    return Path(found).absolute()


def run_program(
    command: Sequence[str | Path],
    *,
    name: str,
    variable: str = "",
    folder: Path,
    timeout_s: float,
    stdin: str = "",
    environment: Mapping[str, str] | None = None,
    check: bool = True,
    cores: int = _CPU_SHARE,
    log: Path | None = None,
    on_wait: Callable[[], None] | None = None,
) -> Completed:
    """Run a program to its end in `folder` and return what it said.

    A program that keeps more than two `cores` busy must say so: it is ended after their time in `timeout_s`.
    With `log`, all that it says goes to that file as it comes, however it ends, and is `stdout` of the answer;
    `on_wait` is called about twice a second while it runs.

    All that the program started is killed when it ends, at the timeout, at Ctrl-C, at any other exception, and when
    this process dies. It has a folder of its own for temporary files, as TMPDIR, which is removed afterwards.
    Raises `ProgramMissing` where the file cannot be started (naming the environment `variable` that chose it),
    `ProgramTimeout` after `timeout_s` seconds, and `ProgramError` where it says more than `MAX_OUTPUT_BYTES` or, if
    `check`, where the exit status is not 0 (a negative one is a signal).
    """
    start = time.monotonic()
    with scratch_folder({}) as own, TemporaryFile() as given, _kept(log) as stdout, TemporaryFile() as stderr:
        given.write(stdin.encode())
        given.seek(0)
        GUARD.open()
        try:
            process = subprocess.Popen(
                [str(word) for word in command],
                cwd=folder,
                env={**os.environ, "LC_ALL": "C.UTF-8", "TMPDIR": str(own), MARK: GUARD.mark, **(environment or {})},
                stdin=given,
                stdout=stdout,
                stderr=stdout if log else stderr,
                start_new_session=True,
            )
        except OSError as error:
            origin = f" (from {variable})" if os.environ.get(variable) else ""
            raise ProgramMissing(
                f"{name} cannot be started: {command[0]}{origin}: {error.strerror}",
                hint="run 'tinydwn doctor' to see what is missing",
            ) from error
        try:
            GUARD.watch(process.pid)
            _RUNNING[process] = _GROUPS.get()
            _bound(process, timeout_s, cores)
            _await(process, name, (stdout, stderr), start + timeout_s, timeout_s, on_wait)
        finally:
            _end(process)
        done = Completed(_text(stdout), _text(stderr), process.returncode, time.monotonic() - start)
    if check and done.returncode != 0:
        raise ProgramError(f"{name} failed, {done.status}", hint=f"it said:\n{tail(done.text)}")
    return done


def tail(text: str) -> str:
    """Return the last lines of what a program said, each cut where it is long, for an error message."""
    lines = [line for line in text.splitlines() if line.strip()][-_TAIL_LINES:]
    cut = (line if len(line) <= _TAIL_WIDTH else f"{line[:_TAIL_WIDTH]} ..." for line in lines)
    return "\n".join(f"    {line}" for line in cut) or "    (nothing)"


@contextlib.contextmanager
def named(group: object) -> Iterator[None]:
    """Let programs that are started within the block belong to a group, and to those around it."""
    token = _GROUPS.set((*_GROUPS.get(), group))
    try:
        yield
    finally:
        _GROUPS.reset(token)


def stop_programs(group: object) -> None:
    """Kill every program of a group, whatever thread it runs in; each `run_program` then ends with an error."""
    for process, groups in tuple(_RUNNING.items()):
        if group in groups:
            _kill(process)


def _kept(log: Path | None) -> IO[bytes]:
    """Open the file that a program speaks to."""
    if log is None:
        return TemporaryFile()
    try:
        return log.open("w+b")
    except OSError as error:
        raise OutputError(f"'{log}' cannot be written: {error.strerror}", hint="choose another folder") from error


def _bound(process: subprocess.Popen[bytes], timeout_s: float, cores: int) -> None:
    """Let the kernel end a program that outlives us, killed as we may be, by its processor time."""
    if hasattr(resource, "prlimit"):
        seconds = int(max(cores, _CPU_SHARE) * timeout_s) + _CPU_GRACE_S
        with contextlib.suppress(OSError, ValueError):
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (seconds, seconds))


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _await(
    process: subprocess.Popen[bytes],
    name: str,
    outputs: Sequence[IO[bytes]],
    end: float,
    timeout_s: float,
    on_wait: Callable[[], None] | None,
) -> None:
    """Return when the program itself has ended; raise where it is late or does not stop talking."""
    while True:
        left_s = end - time.monotonic()
        if _ended_within(process, min(max(left_s, 0.0), _LOOK_EVERY_S)):
            return
        if on_wait is not None:
            on_wait()
        if left_s <= 0:
            raise ProgramTimeout(
                f"{name} did not end within {timeout_s:g} s and was stopped",
                hint="allow more time, or try a smaller circuit",
            )
        if sum(os.fstat(output.fileno()).st_size for output in outputs) > MAX_OUTPUT_BYTES:
            raise ProgramError(
                f"{name} said more than {MAX_OUTPUT_BYTES // 1_000_000} MB and was stopped",
                hint="run 'tinydwn doctor' to see which program was started, or try a smaller circuit",
            )


def _ended_within(process: subprocess.Popen[bytes], timeout_s: float) -> bool:
    try:
        descriptor = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # not every system can wait for a process without polling
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout_s)
        return process.poll() is not None
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.poll(timeout_s * 1000)
    finally:
        os.close(descriptor)
    return process.poll() is not None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a program's whole process group and collect it, whether or not it has ended."""
    _kill(process)
    process.wait()
    GUARD.release(process.pid)
    _RUNNING.pop(process, None)


def _text(output: IO[bytes]) -> str:
    output.seek(0)
    return output.read().decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")

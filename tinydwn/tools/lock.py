"""A lock between processes, as a file that only one of them holds."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tinydwn.errors import OutputError, TinydwnError

_LOOK_EVERY_S = 0.1


def lock_of(path: Path) -> Path:
    """Return the lock file of a file that processes share; it lies beside it, and stays.

    >>> lock_of(Path("build/demo.json")).name
    '.demo.json.lock'
    """
    return path.with_name(f".{path.name}.lock")


@contextmanager
def locked(path: Path, *, timeout_s: float, held: TinydwnError | None = None) -> Iterator[None]:
    """Hold the lock file `path` within the block; the system lets it go when the process ends, however it ends.

    Raises `OutputError` where the file cannot be written, and `held`, else an `OutputError` too, where another process
    holds it for `timeout_s`.
    """
    try:
        file = path.open("a")
    except OSError as error:
        raise OutputError(f"'{path}' cannot be written: {error.strerror}", hint="choose another folder") from error
    with file:
        end = time.monotonic() + timeout_s
        while not _taken(file.fileno()):
            if time.monotonic() >= end:
                raise held or OutputError(
                    f"another process has held '{path}' for {timeout_s:g} s", hint="wait until it has ended"
                )
            time.sleep(_LOOK_EVERY_S)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""A folder for one run of one program: texts go in, texts come out, nothing stays."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tinydwn.errors import OutputError, ProgramError

_PREFIX, _SUFFIX = "tinydwn-", ".scratch"
_NAME = re.compile(rf"{_PREFIX}\w{{8}}{re.escape(_SUFFIX)}")
_SWEPT: set[str] = set()


@contextmanager
def scratch_folder(files: Mapping[str, str]) -> Iterator[Path]:
    """Give a temporary folder that holds `files` (name to text) and remove it afterwards.

    The folder is locked while it is used, and the system lets a lock go when its process ends: the first folder of a
    process removes those that killed ones have left. `OutputError` where it cannot be made or written.
    """
    folder, lock = _filled(files)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _filled(files: Mapping[str, str]) -> tuple[Path, int]:
    """Return a new folder with the files, and the descriptor that locks it."""
    try:
        parent = tempfile.gettempdir()
        if parent not in _SWEPT:
            _SWEPT.add(parent)
            sweep(Path(parent))
        folder, lock = _locked_folder(parent)
        try:
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            raise
    except OSError as error:
        raise OutputError(
            f"the folder for temporary files cannot be used: {error.strerror}",
            hint="free some space, or set TMPDIR to another folder",
        ) from error
    return folder, lock


def sweep(parent: Path) -> None:
    """Remove this user's scratch folders of processes that have ended from the folder `parent`; others stay."""
    for path in parent.iterdir():
        if _NAME.fullmatch(path.name):
            with suppress(OSError):
                _remove_if_left(path)


def _locked_folder(parent: str) -> tuple[Path, int]:
    """Return a new folder and the descriptor that locks it."""
    while True:
        folder = Path(tempfile.mkdtemp(_SUFFIX, _PREFIX, parent))
        # A sweep may have held the new folder for one that was left, and then it is gone.
        with suppress(FileNotFoundError):
            lock = _opened(folder)
            with suppress(OSError):  # a file system without locks: no sweep gets one either
                fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists():
                return folder, lock
            os.close(lock)


def _remove_if_left(folder: Path) -> None:
    """Remove a scratch folder; `OSError` where a process uses it or it is not ours."""
    lock = _opened(folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock).st_uid == os.geteuid():
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


def _opened(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def collect(folder: Path, names: Iterable[str], *, program: str, said: str) -> dict[str, str]:
    """Read the result files that a program should have written; `ProgramError` where one is missing or empty."""
    texts = {}
    for name in names:
        path = folder / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        if not text.strip():
            raise ProgramError(f"{program} ended without writing its result '{name}'", hint=f"it said:\n{said}")
        texts[name] = text
    return texts

"""Putting one folder in the place of another."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def put_in_place(fresh: Path, folder: Path) -> None:
    """Give `fresh` the name `folder`; a folder that stands there is removed.

    Where the system can exchange two names, one of both folders stands at `folder` at any time. Elsewhere the old
    one stands beside it, as `fresh` with `.old` behind its name, for the moment between two renames, and is put
    back where the second fails.
    """
    if not folder.exists():
        fresh.rename(folder)
        return
    if exchange(fresh, folder):
        shutil.rmtree(fresh, ignore_errors=True)
        return
    old = fresh.with_name(f"{fresh.name}.old")
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step; say whether the system, and the disk, could do so."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    failed: int = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return failed == 0


def flush_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

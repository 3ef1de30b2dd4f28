"""Files that are whole or not there."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from tinydwn.errors import OutputError


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader finds the old file or the new one, never a part.

    It is written beside its final place, flushed to the disk and renamed. A symbolic link stays one: what it leads to
    is written. A pipe or a device, which cannot be renamed over, is written straight to. `OutputError` for a folder,
    and where the folder around is missing, unwritable or full; nothing is left behind then.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder) / "a", b"one")
    ...     (Path(folder) / "a").read_bytes()
    b'one'
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
        else:
            _replace(_followed(path), content)
    except OSError as error:
        raise OutputError(
            f"'{path}' cannot be written: {error.strerror}", hint="choose a folder that exists and has space"
        ) from error


def readable_name(path: Path) -> str:
    """Return the last part of a path as text that every file can hold: bytes that are no UTF-8 become U+FFFD.

    >>> readable_name(Path("data") / b"d\\xe4t.csv".decode("utf-8", "surrogateescape"))
    'd\ufffdt.csv'
    """
    try:
        return os.fsencode(path.name).decode("utf-8", "replace")
    except UnicodeEncodeError:  # a name that no file can have
        return path.name.encode("utf-8", "replace").decode()


def _followed(path: Path) -> Path:
    """Return what a path leads to, itself where it is no symbolic link; `OSError` for links in a circle."""
    final = Path(os.path.realpath(path))
    if final.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return final


def _replace(final: Path, content: bytes) -> None:
    """Write a file beside its final place and rename it; what is left of it is removed."""
    temporary = final.with_name(f".{final.name[:64]}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(final)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)

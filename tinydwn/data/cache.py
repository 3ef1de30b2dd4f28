"""A folder of downloaded files that are never trusted without their checksum."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cache:
    """Files in `folder`, each with its sha256 in a second file ``<name>.sha256``.

    Both are written beside their place and renamed, the checksum last, so that a stop at any moment
    leaves an entry that is whole, absent, or known to be unsound.
    """

    folder: Path

    def get(self, key: str, fetch: Callable[[], bytes]) -> bytes:
        """Return the sound content of entry `key`, by calling `fetch` where there is none.

        DataError where the folder cannot be written.
        """
        content = self.read(key)
        if content is None:
            content = fetch()
            self.write(key, content)
        return content

    def read(self, key: str) -> bytes | None:
        """Return the content of `key`; None where it is absent or does not match its checksum."""
        try:
            content = (self.folder / key).read_bytes()
            expected = (self.folder / f"{key}.sha256").read_text(encoding="ascii", errors="replace")
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == expected.strip() else None

    def write(self, key: str, content: bytes) -> None:
        """Put `content` in the place of entry `key`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _replace(self.folder / key, content)
            _replace(self.folder / f"{key}.sha256", hashlib.sha256(content).hexdigest().encode() + b"\n")
        except OSError as error:
            raise DataError(
                f"the cache folder {self.folder} cannot be written: {error.strerror}",
                hint="set TINYDWN_CACHE to a folder that can be",
            ) from error


def _replace(path: Path, content: bytes) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)  # noqa: PTH105 - the draft is a plain string
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft)  # noqa: PTH108 - the draft is a plain string
        raise

"""One file from the network, whole and with the checksum it is known by, or not at all."""

from __future__ import annotations

import http.client
import os
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tinydwn.errors import DownloadError, OutputError
from tinydwn.tools.checksum import sha256_of

if TYPE_CHECKING:
    from http.client import HTTPResponse

_CHUNK = 1 << 16
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_BAD_RANGE, _PARTIAL = 416, 206


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: `timeout_s` for the next bytes, `deadline_s` for the file; `pause_s` doubles each time."""

    timeout_s: float = 30.0
    deadline_s: float = 1800.0
    attempts: int = 5
    pause_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Remote:
    """A file on the network: its address, its sha256 in hex and its size."""

    url: str
    sha256: str
    size_bytes: int


class _Interrupted(Exception):
    """This attempt failed and the next one may go on or start anew."""


def download(
    remote: Remote,
    path: Path,
    *,
    patience: Patience | None = None,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> None:
    """Bring `remote` to `path`, which is replaced only by a file of the known size and sha256.

    A hidden part file beside `path` keeps what came, so that a later call goes on where this one was broken off;
    one process at a time may do this for a path. `on_bytes` hears how many bytes are there. Raises
    `DownloadError` where the file cannot be had in `patience.attempts` attempts or is another one, and
    `OutputError` where it cannot be written.
    """
    limits = patience or Patience()
    part = path.with_name(f".{path.name}.{remote.sha256[:16]}.part")
    end = time.monotonic() + limits.deadline_s
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _brought(remote, part, limits, end, on_bytes)
        part.replace(path)
    except OSError as error:
        raise OutputError(
            f"'{path}' cannot be written: {error.strerror}", hint="choose a folder that exists and has space"
        ) from error


def _brought(remote: Remote, part: Path, limits: Patience, end: float, on_bytes: Callable[[int], None]) -> None:
    """Fill the part file, in as many attempts as it takes, and return when it is the file that is known."""
    why = ""
    for attempt in range(limits.attempts):
        if attempt:
            time.sleep(min(limits.pause_s * 2 ** (attempt - 1), max(end - time.monotonic(), 0.0)))
        try:
            if _size(part) < remote.size_bytes:
                _attempted(remote, part, limits, end, on_bytes)
            _require_known(remote, part)
        except _Interrupted as error:
            why = str(error)
        else:
            return
        if time.monotonic() >= end:
            break
    raise DownloadError(
        f"{remote.url} could not be fetched: {why}",
        hint="check the network and try again: what came is kept, and the next attempt goes on from there",
    )


def _attempted(remote: Remote, part: Path, limits: Patience, end: float, on_bytes: Callable[[int], None]) -> None:
    """Ask for what is missing and append it; `_Interrupted` where less than all of it comes."""
    here = _size(part)
    headers = {"User-Agent": "tinydwn", "Accept-Encoding": "identity"}
    headers |= {"Range": f"bytes={here}-"} if here else {}
    if urlsplit(remote.url).scheme not in {"http", "https"}:
        raise DownloadError(f"{remote.url} is no HTTP address", hint="check where the file is said to be")
    request = urllib.request.Request(remote.url, headers=headers)  # noqa: S310 - checked above
    try:
        answer = urllib.request.urlopen(request, timeout=limits.timeout_s)  # noqa: S310 - checked above
    except urllib.error.HTTPError as error:
        error.close()
        raise _refusal(remote, part, error) from error
    except (OSError, http.client.HTTPException) as error:
        raise _Interrupted(_in_words(error, urlsplit(remote.url).hostname or "")) from error
    with answer, part.open("ab") as file:
        file.truncate(_start(answer, here))
        while chunk := _next(answer, end):
            file.write(chunk)
            on_bytes(file.tell())
            if file.tell() > remote.size_bytes:
                return  # another file: its checksum will say so
        file.flush()
        os.fsync(file.fileno())


def _in_words(error: Exception, host: str) -> str:
    """Return why no answer came, without the numbers of the system."""
    reason = getattr(error, "reason", None) or error
    if isinstance(reason, socket.gaierror):
        return f"there is no network, or no server '{host}'"
    return getattr(reason, "strerror", None) or str(reason)


def _start(answer: HTTPResponse, here: int) -> int:
    """Return from which byte on an answer holds the file: a server may give all of it although a part was asked."""
    if answer.status != _PARTIAL:
        return 0
    said = answer.headers.get("Content-Range", "")
    match = _RANGE.fullmatch(said)
    if match is None or int(match[1]) != here:
        raise _Interrupted(f"the bytes from {here} on were asked for, the answer has '{said}'")
    return here


def _next(answer: HTTPResponse, end: float) -> bytes:
    """Return the next bytes of an answer, none at its end."""
    if time.monotonic() >= end:
        raise _Interrupted("it was not done in time")
    try:
        return answer.read1(_CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise _Interrupted(str(error) or type(error).__name__) from error


def _refusal(remote: Remote, part: Path, error: urllib.error.HTTPError) -> Exception:
    """Return what follows from an answer that is an error: another attempt, or the end."""
    said = f"the server answered {error.code} {error.reason}"
    if error.code == _BAD_RANGE:
        part.unlink(missing_ok=True)
        return _Interrupted(said)
    if error.code in _TRY_AGAIN:
        return _Interrupted(said)
    return DownloadError(f"{remote.url} could not be fetched: {said}", hint="check whether the file is still there")


def _require_known(remote: Remote, part: Path) -> None:
    """Return where the part file is the file that is known; throw away one that can never become it."""
    size = _size(part)
    if size < remote.size_bytes:
        raise _Interrupted(f"{size} of {remote.size_bytes} bytes came")
    found = sha256_of(part) if size == remote.size_bytes else ""
    if found == remote.sha256:
        return
    part.unlink(missing_ok=True)
    if size > remote.size_bytes:
        raise _Interrupted(f"more than {remote.size_bytes} bytes came")
    raise _Interrupted(f"its sha256 is {found}, {remote.sha256} is expected")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0

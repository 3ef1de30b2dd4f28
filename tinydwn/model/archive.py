"""Arrays and a JSON header in one `.npz` archive: deterministic, checked, never pickle."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import DamagedFile, ModelError
from tinydwn.tools.archives import UNREADABLE
from tinydwn.tools.json_object import parse_json

HEADER = "header.json"
LARGEST = 256 * 2**20  # bytes that the members may have together, unpacked
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the oldest time a zip archive can hold
_AGAIN = "make it again, or copy it again from where it was made"


def pack(header: Mapping[str, object], arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """Return an `.npz` archive of `arrays` with a JSON `header`; the same content gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        text = json.dumps(header, indent=1, sort_keys=True, ensure_ascii=True)
        archive.writestr(zipfile.ZipInfo(HEADER, _FIXED_TIME), text)
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, array, version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _FIXED_TIME), member.getvalue())
    return buffer.getvalue()


def unpack(
    content: bytes, *, name: str, what: str, format_name: str, version: int
) -> tuple[dict[str, object], dict[str, NDArray[np.generic]]]:
    """Take an archive of `pack` apart; `ModelError` where it is damaged, foreign, newer or holds pickled objects."""
    if not content:
        raise DamagedFile(f"the {what} '{name}' is empty", hint=_AGAIN)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive, name=name, what=what)
            header = _read_header(archive, name=name, what=what, format_name=format_name, version=version)
            members = [member for member in archive.namelist() if member != HEADER]
            arrays = {member.removesuffix(".npy"): _read_array(archive, member) for member in members}
    except UNREADABLE as error:
        if not content.startswith(b"PK"):
            raise ModelError(
                f"'{name}' is not a {what} of tinydwn", hint="tinydwn writes .npz archives; check the path"
            ) from error
        raise DamagedFile(f"the {what} '{name}' is truncated or damaged: {reason_of(error)}", hint=_AGAIN) from error
    return header, arrays


def _refuse_bomb(archive: zipfile.ZipFile, *, name: str, what: str) -> None:
    """Raise `ModelError` for an archive that would unpack to more than `LARGEST` bytes."""
    size = sum(member.file_size for member in archive.infolist())
    if size > LARGEST:
        raise ModelError(
            f"the {what} '{name}' would unpack to {size} bytes, more than the {LARGEST} that are read", hint=_AGAIN
        )


def _read(archive: zipfile.ZipFile, member: str) -> bytes:
    """Return the content of a member, without unpacking more of it than it says it holds."""
    info = archive.getinfo(member)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"member '{member}' is compressed in an unknown way")
    with archive.open(info) as stream:
        return stream.read(info.file_size + 1)


def _read_header(
    archive: zipfile.ZipFile, *, name: str, what: str, format_name: str, version: int
) -> dict[str, object]:
    """Return the JSON header after checking format and version."""
    if HEADER not in archive.namelist():
        raise ModelError(
            f"'{name}' is an archive, but not a {what} of tinydwn: it has no {HEADER}", hint="check the path"
        )
    header = parse_json(_read(archive, HEADER))
    if not isinstance(header, dict) or header.get("format") != format_name:
        raise ModelError(f"'{name}' is not a {what} of tinydwn: its header names another format", hint="check the path")
    found = header.get("version")
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise DamagedFile(f"the {what} '{name}' is damaged: its version is {found!r}", hint=_AGAIN)
    if found > version:
        raise ModelError(
            f"the {what} '{name}' has version {found}, this tinydwn reads up to {version}", hint="upgrade tinydwn"
        )
    return header


def _read_array(archive: zipfile.ZipFile, member: str) -> NDArray[np.generic]:
    """Return one array; `ValueError` where its size is not the one its head states or it holds objects."""
    content = _read(archive, member)
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError(f"member '{member}' has an unknown array version")
    shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.hasobject:
        raise ValueError(f"member '{member}' holds pickled objects, which are never loaded")
    if math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
        raise ValueError(f"member '{member}' is not as long as it says")
    stream.seek(0)
    array: NDArray[np.generic] = np.lib.format.read_array(stream, allow_pickle=False)
    return array


def reason_of(error: Exception) -> str:
    """Return the text of an error for the end of a sentence."""
    if isinstance(error, KeyError):
        return f"it lacks {error.args[0]!r}"
    return str(error) or type(error).__name__

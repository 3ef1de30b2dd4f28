"""Files of text, plain or gzipped."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from typing import TYPE_CHECKING

from tinydwn.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b"
LARGEST_UNPACKED = 2**30
LONGEST_LINE = 2**26
_CHUNK = 2**20
# A byte order mark says which encoding follows it.
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_text(path: Path, *, encoding: str | None = None) -> str:
    """Return the text in a file; the first bytes decide whether it is gzipped.

    Without `encoding`, UTF-16 that begins with a byte order mark, else UTF-8. DataError, naming file and
    line, for a file that cannot be read, is a broken gzip file, or is not in that encoding; and for one with
    a line of more than `LONGEST_LINE` bytes, before more of it is looked at.
    """
    return decoded(_unpacked(path), path.name, encoding=encoding)


def decoded(content: bytes, where: str, *, encoding: str | None = None) -> str:
    """Return `content` as text; `where` names it in errors.

    >>> decoded("größe".encode("latin-1"), "t.csv", encoding="latin-1")
    'größe'
    """
    marked = next((known for mark, known in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    # What is marked as UTF-8 or UTF-16 is neither Latin-1 nor anything else.
    chosen = marked or encoding or "utf-8"
    try:
        text = content.decode(chosen)
    except (UnicodeDecodeError, UnicodeError) as error:
        raise _not_text(content, where, encoding=marked or encoding, error=error) from error
    if "\0" in text:
        raise DataError(f"{where} holds zero bytes: it is no text file", hint="export the table as CSV")
    return text


def _not_text(content: bytes, where: str, *, encoding: str | None, error: UnicodeError) -> DataError:
    start = getattr(error, "start", 0)
    line = content.count(b"\n", 0, start) + 1
    byte = f"byte 0x{content[start]:02x} in line {line}" if start < len(content) else f"it ends in line {line}"
    called = "UTF-8" if encoding is None else encoding.removesuffix("-sig")
    hint = "pass --encoding latin-1 (or cp1252, utf-16), or save it as UTF-8"
    return DataError(
        f"{where} is not {called}: {byte}", hint=hint if encoding is None else "pass the --encoding it was saved in"
    )


def _unpacked(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}", hint="check the path") from error
    if not content.startswith(GZIP_MAGIC):
        if content and path.suffix.lower() == ".gz":
            raise DataError(f"{path.name} is not a gzip file", hint="remove .gz from its name if it is plain text")
        _refuse_long_lines(content, path.name)
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            unpacked, line = bytearray(), 0
            while chunk := stream.read(_CHUNK):
                unpacked += chunk
                ends = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
                line = len(chunk) - 1 - ends + (line if ends < 0 else 0)
                if line > LONGEST_LINE:
                    raise _long_line(path.name)
                if len(unpacked) > LARGEST_UNPACKED:
                    raise DataError(
                        f"{path.name} unpacks to more than {LARGEST_UNPACKED} bytes", hint="give a smaller table"
                    )
        _refuse_long_lines(unpacked, path.name)
        return bytes(unpacked)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path.name} cannot be unpacked: {error}",
            hint="the file is damaged or cut short; fetch it again",
        ) from error


def _refuse_long_lines(content: bytes | bytearray, where: str) -> None:
    """Look from each line's end to the last one within reach; DataError where there is none."""
    start = 0
    while len(content) - start > LONGEST_LINE:
        reach = start + LONGEST_LINE + 1
        end = max(content.rfind(b"\n", start, reach), content.rfind(b"\r", start, reach))
        if end < 0:
            raise _long_line(where)
        start = end + 1


def _long_line(where: str) -> DataError:
    return DataError(
        f"{where} has a line of more than {LONGEST_LINE} bytes", hint="give a table with one row per sample"
    )

"""CSV files, plain or gzipped, as tables of text cells."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from typing import TYPE_CHECKING

from tinydwn.data.table import Table
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b"
LONGEST_CELL = 1_000_000
LARGEST_UNPACKED = 2**30
_CHUNK = 2**20


def read_csv(path: Path, *, name: str) -> Table:
    """Return the table in a UTF-8 file with a header row; the first bytes decide whether it is gzipped.

    Cells are separated by commas; where the header has none, by semicolons or tabs. Empty lines are
    skipped. DataError, naming file and line, for a file that cannot be read, is empty, is not UTF-8, is
    a broken gzip file, or has a row with more or fewer cells than the header.
    """
    return parse_csv(_unpacked(path), name=name, where=path.name)


def parse_csv(content: bytes, *, name: str, where: str) -> Table:
    r"""Return the table in `content`; `where` names it in errors.

    >>> parse_csv(b"grams,class\n120,apple\n95,pear\n", name="fruit", where="fruit.csv").columns
    (('120', '95'), ('apple', 'pear'))
    """
    text = _decoded(content, where)
    if not text.strip():
        raise DataError(f"{where} is empty", hint="give a header row and one row per sample")
    csv.field_size_limit(LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    rows: list[list[str]] = []
    try:
        header = next(line for line in lines if line)
        for line in lines:
            if len(line) == len(header):
                rows.append(line)
            elif line:
                raise DataError(
                    f"{where} has {len(line)} cells in line {lines.line_num}, the header has {len(header)}",
                    hint="quote cells that hold a comma, and fill up short rows with empty cells",
                )
    except csv.Error as error:
        raise DataError(
            f"{where} cannot be read as CSV in line {lines.line_num}: {error}",
            hint="check the quotation marks there",
        ) from error
    columns = tuple(zip(*rows, strict=True)) if rows else ((),) * len(header)
    return Table(name=name, column_names=tuple(header), columns=columns)


def _unpacked(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}", hint="check the path") from error
    if not content.startswith(GZIP_MAGIC):
        if content and path.suffix == ".gz":
            raise DataError(f"{path.name} is not a gzip file", hint="remove .gz from its name if it is plain text")
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            unpacked = bytearray()
            while chunk := stream.read(_CHUNK):
                unpacked += chunk
                if len(unpacked) > LARGEST_UNPACKED:
                    raise DataError(
                        f"{path.name} unpacks to more than {LARGEST_UNPACKED} bytes", hint="give a smaller table"
                    )
        return bytes(unpacked)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path.name} cannot be unpacked: {error}",
            hint="the file is damaged or cut short; fetch it again",
        ) from error


def _decoded(content: bytes, where: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{where} is not UTF-8: byte 0x{content[error.start]:02x} in line {line}",
            hint="save it as UTF-8, for instance with iconv -f latin1 -t utf-8",
        ) from error
    if "\0" in text:
        raise DataError(f"{where} holds zero bytes: it is no text file", hint="export the table as CSV")
    return text


def _delimiter(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return next((delimiter for delimiter in (",", ";", "\t") if delimiter in header), ",")

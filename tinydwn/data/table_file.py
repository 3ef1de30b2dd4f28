"""Files that hold a table, in whatever format."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from tinydwn.data.parquet_file import read_parquet
from tinydwn.data.text_table import read_text_table
from tinydwn.errors import DataError
from tinydwn.tools.files import readable_name

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tinydwn.data.reading import Reading
    from tinydwn.data.table import Table

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".data", ".dat", ".arff", ".pla")
TABLE_ENDINGS = (*TEXT_ENDINGS, *(f"{ending}.gz" for ending in TEXT_ENDINGS), ".parquet")
IMAGE_ENDING = ".npz"
FILE_ENDINGS = (*TABLE_ENDINGS, IMAGE_ENDING)
ENDINGS_HINT = f"the name ends in {', '.join(TEXT_ENDINGS)} (plain or with .gz), .parquet or .npz"


def file_ending(name: str) -> str | None:
    """Return the ending, in lower case, that says what kind of file `name` is; None for other kinds.

    >>> file_ending("Adult.DATA.gz"), file_ending("adult.xlsx")
    ('.data.gz', None)
    """
    lower = name.lower()
    return next((ending for ending in sorted(FILE_ENDINGS, key=len, reverse=True) if lower.endswith(ending)), None)


def require_file(path: Path) -> str:
    """Return the ending of the file at `path`; DataError, with the nearest names, where there is no such file."""
    require_no_folder(path)
    ending = file_ending(path.name)
    if ending is None:
        raise DataError(f"{path} is not a kind of file that is read", hint=ENDINGS_HINT)
    if not path.is_file():
        near = difflib.get_close_matches(path.name, known_files(path.parent), n=3)
        raise DataError(
            f"there is no file {path}",
            hint=f"did you mean {' or '.join(near)}?" if near else "check the path",
        )
    return ending


def require_no_folder(path: Path) -> None:
    """Raise DataError where `path` is a folder."""
    if path.is_dir():
        raise DataError(f"'{path}' is a folder, not a table of samples", hint="name a file in it")


def known_files(folder: Path) -> list[str]:
    """Return the names of the files in `folder` that are read, sorted; none where it cannot be looked into."""
    try:
        return sorted(entry.name for entry in folder.iterdir() if file_ending(entry.name) is not None)
    except OSError:
        return []


def stem(name: str) -> str:
    """Return the name of a file less its ending.

    >>> stem("Fruit.CSV.GZ"), stem(".csv")
    ('Fruit', '.csv')
    """
    return name[: -len(file_ending(name) or "")] or name


def read_table(path: Path, reading: Reading, *, wanted: Collection[str] = ()) -> Table:
    """Return the table in the file at `path`, named after it.

    `wanted` are the columns that it is known to have; see `tinydwn.data.text_table.parse_text`.
    DataError for other files, and where it cannot be read.
    """
    ending = require_file(path)
    if ending == IMAGE_ENDING:
        raise DataError(f"{path} holds no table", hint=ENDINGS_HINT)
    name = stem(readable_name(path))
    if ending == ".parquet":
        return read_parquet(path, name=name)
    return read_text_table(path, name=name, encoding=reading.encoding, header=reading.header, wanted=wanted)

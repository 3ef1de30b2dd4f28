"""Parquet files as tables of text cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydwn.data.table import Table
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def read_parquet(path: Path, *, name: str) -> Table:
    """Return the table in a Parquet file; null becomes the empty cell, dictionary columns categories.

    DataError for a file that cannot be read, for columns of lists or structs, and where pyarrow is not
    installed.
    """
    try:
        from pyarrow import ArrowException, parquet, types
    except ImportError as error:
        raise DataError(
            f"{path.name} cannot be read without pyarrow",
            hint="pip install 'tinydwn[parquet]', or export CSV",
        ) from error
    try:
        table = parquet.ParquetFile(path).read()
    except (OSError, ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{path.name} cannot be read as Parquet: {reason}", hint="check the file") from error
    columns, declared = [], set()
    for field, column in zip(table.schema, table.columns, strict=True):
        if types.is_nested(field.type):
            raise DataError(f"column {field.name!r} holds {field.type} values", hint="give one column per number")
        if types.is_dictionary(field.type):
            declared.add(field.name)
        columns.append(tuple("" if cell is None else _text(cell) for cell in column.to_pylist()))
    return Table(name, tuple(field.name for field in table.schema), tuple(columns), frozenset(declared))


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return repr(cell).removesuffix(".0")
    return cell if isinstance(cell, str) else str(cell)

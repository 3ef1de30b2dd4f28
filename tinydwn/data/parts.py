"""Tables in several files: further samples to learn from, and those of a test part."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tinydwn.data.names import counted, listed
from tinydwn.data.table_file import read_table
from tinydwn.errors import DataError
from tinydwn.tools.files import readable_name

if TYPE_CHECKING:
    from tinydwn.data.reading import Reading
    from tinydwn.data.table import Table


def with_parts(table: Table, reading: Reading) -> Table:
    """Return a table with the samples of the files `reading.validation` and, last, `reading.test` below its own.

    Their columns are found by name, in any order; others are left out. DataError for a column that is not there.
    """
    for given, is_test in ((reading.validation, False), (reading.test, True)):
        if given is None:
            continue
        path = Path(given)
        part = read_table(path, replace(reading, header=table.has_header), wanted=table.column_names)
        samples = len(part.columns[0])
        if not samples:
            raise DataError(f"{readable_name(path)} has no samples", hint="add one row per sample")
        what = "are the test part" if is_test else "joined to the training part"
        table = replace(
            table,
            columns=_below(table, part, readable_name(path)),
            test=samples if is_test else None,
            notes=(*table.notes, *part.notes, f"{counted(samples, 'sample')} of {readable_name(path)} {what}"),
        )
    return table


def _below(table: Table, part: Table, where: str) -> tuple[tuple[str, ...], ...]:
    """Return the columns of a table with the cells of a part below them."""
    absent = [name for name in table.column_names if name not in part.column_names]
    if absent:
        raise DataError(
            f"{where} has no column {listed(absent)}",
            hint=f"give it the columns of the other samples; it has {listed(part.column_names, 20)}",
        )
    cells = dict(zip(part.column_names, part.columns, strict=True))
    return tuple((*column, *cells[name]) for name, column in zip(table.column_names, table.columns, strict=True))

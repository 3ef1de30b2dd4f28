"""Samples in a file, coded as those that were learned from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.classes import plain_class
from tinydwn.data.dataset import frozen_copy
from tinydwn.data.missing_marks import missing_among
from tinydwn.data.one_against_rest import rest_name
from tinydwn.data.output_patterns import chosen_outputs, joined
from tinydwn.data.reading import Reading
from tinydwn.data.table_file import read_table
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import numpy.typing as npt

    from tinydwn.data.coding import Coding
    from tinydwn.data.table import Table

_POSITION_NAME = re.compile(r"column_[1-9][0-9]*")


@dataclass(frozen=True, slots=True, eq=False)
class FileSamples:
    """Samples of a file.

    features: (samples, features) float64. labels: the names of their classes, "" where a sample has none;
    None where the file has no column with the class. notes: what was guessed, and what the coding did not
    know.
    """

    features: npt.NDArray[np.float64]
    labels: tuple[str, ...] | None
    notes: tuple[str, ...] = ()


def read_samples(
    path: Path, coding: Coding, reading: Reading | None = None, *, needed: Collection[str] | None = None
) -> FileSamples:
    """Return the samples of the table at `path` as the features that `coding` makes of them.

    The table has the columns of the coding, in any order; other columns are left out. A table without a
    header, which `reading.header` says or the first row shows, has them in the places that their names
    ``column_1``, ``column_2``, ... tell. The class is the column `reading.target`, or the one that was
    learned from, where there is one, or the outputs that these name; `reading.positive` joins all other
    classes as `one_against_rest` does. `needed` names the features that matter, by default all: columns that
    none of them comes from may be absent, are not looked at, and give features of 0.

    DataError for a column that is not there, and, naming row and column, for text among numbers and for a
    missing value that nothing stands for. A category that was not learned from is told in the notes.
    """
    reading = reading or Reading()
    wanted = coding.columns if needed is None else coding.columns_for(needed)
    table = _table(path, reading, [column.name for column in wanted])
    if not table.columns[0]:
        raise DataError(f"{path.name} has a header and no samples", hint="add one row per sample")
    marked = coding if reading.missing_marks is None else replace(coding, missing_marks=reading.missing_marks)
    columns = marked.understood(table, needed=needed)
    target = reading.target or coding.class_column
    outputs = chosen_outputs(table, target) if target is not None else ()
    if outputs:
        table = joined(table, outputs)
    return FileSamples(
        frozen_copy(coding.coded_in_part(columns, samples=len(table.columns[0])), np.float64),
        _labels(table, target, reading) if target in table.column_names or reading.target is not None else None,
        (*table.notes, *coding.surprises(columns)),
    )


def _table(path: Path, reading: Reading, wanted: list[str]) -> Table:
    unnamed = bool(wanted) and all(_POSITION_NAME.fullmatch(name) for name in wanted)
    if reading.header is not None or not unnamed:
        return read_table(path, reading, wanted=wanted)
    table = read_table(path, replace(reading, header=False))
    first = [column[0].strip() for column in table.columns if column]
    return read_table(path, replace(reading, header=True)) if set(wanted) <= set(first) else table


def _labels(table: Table, target: str | None, reading: Reading) -> tuple[str, ...]:
    cells = [cell.strip() for cell in table.columns[table.position(target or "")]]
    missing = missing_among(set(cells), reading.missing_marks, numbers=False)
    names = {cell: "" if cell in missing else plain_class(cell) for cell in set(cells)}
    if reading.positive is not None:
        others = rest_name(reading.positive)
        names = {cell: others if name not in ("", reading.positive) else name for cell, name in names.items()}
    return tuple(names[cell] for cell in cells)

"""Tables in files of text: cells between commas, semicolons, tabs, bars or blanks, or ARFF."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from tinydwn.data.arff import is_arff, parse_arff
from tinydwn.data.complaints import MOST_TOLD, and_more
from tinydwn.data.header import holds_names
from tinydwn.data.names import listed
from tinydwn.data.pla import parse_pla
from tinydwn.data.separator import BLANKS, LONGEST_CELL, find_separator, rows_between_blanks
from tinydwn.data.table import Table
from tinydwn.data.text_file import read_text
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

ROW_NAMES = "row_names"
_EXCEL_HINT = re.compile(r"\s*sep=(.)\r?\n", re.IGNORECASE)
# numpy and others write names after a comment sign; a column may also be called "#".
_COMMENT_SIGN = re.compile(r"# *(?=[^\s,;|#])")


def read_text_table(
    path: Path, *, name: str, encoding: str | None = None, header: bool | None = None, wanted: Collection[str] = ()
) -> Table:
    """Return the table in a file of text, plain or gzipped; see `read_text` and `parse_text`."""
    text = read_text(path, encoding=encoding)
    if path.name.lower().endswith((".pla", ".pla.gz")):
        return parse_pla(text, name=name, where=path.name)
    if path.name.lower().endswith((".arff", ".arff.gz")):
        return parse_arff(text, name=name, where=path.name)
    return parse_text(text, name=name, where=path.name, header=header, wanted=wanted)


def parse_text(text: str, *, name: str, where: str, header: bool | None = None, wanted: Collection[str] = ()) -> Table:
    r"""Return the table in `text`; `where` names it in errors.

    ARFF is known by its first line. Otherwise see `find_separator` and `holds_names`. Empty lines are
    skipped. `header` says whether the first row holds names; without it, a first row that seems to be a
    sample is refused, unless all `wanted` columns are in it. Columns without a name are called by their
    position, ``column_1`` being the first; an empty last one is left out.

    DataError, naming file and line, for an empty text, for a row with more or fewer cells than the first
    and for unsound quotation marks.

    >>> parse_text("grams,class\n120,apple\n95,pear\n", name="fruit", where="fruit.csv").columns
    (('120', '95'), ('apple', 'pear'))
    """
    if not text.strip():
        raise DataError(f"{where} is empty", hint="give a header row and one row per sample")
    if is_arff(text):
        return parse_arff(text, name=name, where=where)
    comment = _COMMENT_SIGN.match(text)
    text = text[comment.end() :] if comment else text
    told = _EXCEL_HINT.match(text)
    separator = told[1] if told else find_separator(text)
    rows, odd = _rows(text[told.end() :] if told else text, separator, where)
    first, rows, notes = _aligned(rows, odd, where)
    if header is None:
        header = set(wanted) <= set(first) if wanted else False
        header = header or holds_names(first, rows)
        if not header:
            raise DataError(
                f"the first row of {where} holds no names, but {listed(first)}",
                hint="pass --no-header if it is a sample, or --header if these are names",
            )
    if not header:
        rows, first = [first, *rows], [""] * len(first)
    columns: list[tuple[str, ...]] = list(zip(*rows, strict=True)) if rows else [()] * len(first)
    names, kept, more = _named(first, columns, has_header=header)
    return Table(
        name,
        names,
        kept,
        notes=(*notes, *more),
        has_header=header,
        decimal="." if separator == "," else None,
    )


def _rows(text: str, separator: str, where: str) -> tuple[list[list[str]], list[tuple[int, list[str]]]]:
    """Return the rows as wide as the first, and the others with their lines."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    lines: Iterable[list[str]] = rows_between_blanks(text) if separator == BLANKS else reader
    rows: list[list[str]] = []
    odd: list[tuple[int, list[str]]] = []
    width = 0
    try:
        for line in lines:
            if not line:
                continue
            width = width or len(line)
            if len(line) == width:
                rows.append(line)
            else:
                odd.append((reader.line_num if separator != BLANKS else len(rows) + len(odd) + 1, line))
    except csv.Error as error:
        raise DataError(
            f"{where} cannot be read as CSV in line {reader.line_num}: {error}",
            hint="check the quotation marks there",
        ) from error
    return rows, odd


def _aligned(
    rows: list[list[str]], odd: list[tuple[int, list[str]]], where: str
) -> tuple[list[str], list[list[str]], list[str]]:
    """Return the first row, the others, equally wide, and notes.

    Two forms in which no row is as wide as the first are understood: rows that end in a separator more
    or less than the header, and names of rows without a name of their own, as R writes them.
    """
    first, below = rows[0], rows[1:]
    if not odd:
        return first, below, []
    others = [line for _, line in odd]
    widths = {len(line) for line in others}
    if not below and widths == {len(first) + 1}:
        if all(not line[-1].strip() for line in others):
            return first, [line[:-1] for line in others], ["the separator at the end of every row was left out"]
        return [ROW_NAMES, *first], others, [f"the first column has no name in the header and is called {ROW_NAMES!r}"]
    if not below and widths == {len(first) - 1} and not first[-1].strip():
        return first[:-1], others, ["the separator at the end of the header was left out"]
    told = ", ".join(f"{len(line)} cells in line {number}" for number, line in odd[:MOST_TOLD])
    raise DataError(
        f"{where} has {told}{and_more(max(0, len(odd) - MOST_TOLD))}, the first row has {len(first)}",
        hint="quote cells that hold the separator, and fill up short rows with empty cells",
    )


def _named(
    first: list[str], columns: list[tuple[str, ...]], *, has_header: bool
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], list[str]]:
    """Return the names and cells of the columns that hold anything or have a name, and notes."""
    names = [name.strip() for name in first]
    notes = []
    if len(names) > 1 and not names[-1] and not any(cell.strip() for cell in columns[-1]):
        names, columns = names[:-1], columns[:-1]
        notes.append(f"column {len(names) + 1} is empty and was left out")
    called = tuple(name or f"column_{index}" for index, name in enumerate(names, start=1))
    if not has_header:
        notes.append(f"the file names no columns: they are called {called[0]!r} to {called[-1]!r}")
    else:
        notes += [
            f"column {index} has no name and is called {called[index - 1]!r}"
            for index, name in enumerate(names, start=1)
            if not name
        ]
    return called, tuple(columns), notes

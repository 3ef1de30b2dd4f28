"""What separates the cells of a line."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS = " "
LINES_LOOKED_AT = 200
CHARACTERS_LOOKED_AT = 200_000
LONGEST_CELL = 1_000_000
_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?%?")
# A cell between blanks is quoted, or runs to the next blank.
_BETWEEN_BLANKS = re.compile(r'"((?:[^"]|"")*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class _Guess:
    separator: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def agreement(self) -> float:
        """The share of lines with as many cells as most have; 0 where that is one cell."""
        widths = Counter(len(row) for row in self.rows)
        if not widths:
            return 0.0
        width, lines = max(widths.items(), key=lambda item: (item[1], item[0]))
        return lines / len(self.rows) if width > 1 else 0.0

    @property
    def width(self) -> int:
        """Cells in the first line."""
        return len(self.rows[0])

    @property
    def commas_are_decimal(self) -> bool:
        """Whether every comma stands in a number between these separators."""
        cells = [cell.strip() for row in self.rows for cell in row if "," in cell]
        return bool(cells) and all(map(_DECIMAL_COMMA.fullmatch, cells))


def find_separator(text: str) -> str:
    r"""Return what separates the cells of `text`: a tab, ";", ",", "|", or " " for any number of blanks.

    It is what cuts most of the first lines into equally many cells. Commas that stand in numbers between
    other separators are decimal marks.

    >>> find_separator("mass;len\n4,39;2,36\n"), find_separator("0 0.5  1\n1 1.5  0\n")
    (';', ' ')
    """
    text = _beginning(text)
    comma, tab, semicolon, bar = (_Guess(mark, _first_rows(text, mark)) for mark in (",", "\t", ";", "|"))
    blanks = _Guess(BLANKS, tuple(tuple(row) for row in islice(rows_between_blanks(text), LINES_LOOKED_AT)))
    for rival in (tab, semicolon, bar, blanks):
        if rival.agreement == 1 and rival.commas_are_decimal:
            return rival.separator
    best = max((tab, comma, semicolon, bar), key=lambda guess: guess.agreement)
    if best.agreement == 0:
        best = blanks if blanks.agreement > 0 else comma
    # Columns aligned with blanks may have a tab or two among them.
    if best is tab and blanks.agreement == 1 and blanks.width > tab.width:
        best = blanks
    return best.separator


def rows_between_blanks(text: str) -> Iterator[list[str]]:
    """Yield the cells of every line that is not empty, cut at blanks outside of double quotes."""
    for line in io.StringIO(text, newline=None):
        if '"' in line:
            row = [quoted.replace('""', '"') or plain for quoted, plain in _BETWEEN_BLANKS.findall(line)]
        else:
            row = line.split()
        if row:
            yield row


def _beginning(text: str) -> str:
    """Return the first whole lines of a long text."""
    end = text.rfind("\n", 0, CHARACTERS_LOOKED_AT)
    return text if len(text) <= CHARACTERS_LOOKED_AT or end < 0 else text[: end + 1]


def _first_rows(text: str, separator: str) -> tuple[tuple[str, ...], ...]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        return tuple(tuple(row) for row in islice(reader, LINES_LOOKED_AT) if row)
    except csv.Error:
        return ()

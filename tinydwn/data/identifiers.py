"""Columns that name or number the samples and say nothing about their class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.names import counted
from tinydwn.data.number_form import is_date, is_numberlike

if TYPE_CHECKING:
    from tinydwn.data.column import Column, TextColumn

# In fewer samples a measured value may well count up or differ everywhere.
FEWEST_SAMPLES = 10
_NAMED = re.compile(
    r"(?:.*[^a-z])?(?:id|ids|uuid|guid|index|idx|key|serial|number|nr|no|row|rows?_?(?:id|names?|nr|number))"
    r"|id[^a-z].*|unnamed: 0",
    re.IGNORECASE,
)
_CAMEL = re.compile(r".*[a-z](?:Id|ID|Key|Index|Number|No|Nr)")


def numbers_samples(column: Column, *, first_unnamed: bool = False) -> str:
    """Return why a numeric column is an identifier, empty where it seems to be none.

    It is one where it holds each of 0, 1, 2, ... or 1, 2, 3, ... once, and where its values are whole
    and all differ and its name says so (``id``, ``PassengerId``, ``row number``) or, `first_unnamed`, it
    is the first column of a table without a header. Missing values and few samples make none.

    >>> from tinydwn.data.column import Kind, Column
    >>> numbers_samples(Column("n", Kind.NUMERIC, np.arange(100.0)))
    'it counts the samples'
    """
    with np.errstate(over="ignore"):  # an infinite difference is as large as the true one for what is asked here
        return _numbering(column, first_unnamed=first_unnamed)


def _numbering(column: Column, *, first_unnamed: bool) -> str:
    values = column.values
    if values.size < FEWEST_SAMPLES or not (np.isfinite(values).all() and (values == np.floor(values)).all()):
        return ""
    if values.max() - values.min() < values.size - 1:
        return ""
    ordered = np.sort(values)
    if not (np.diff(ordered) > 0).all():
        return ""
    if ordered[0] in (0, 1) and ordered[-1] - ordered[0] == values.size - 1:
        return "it counts the samples" if (values == ordered).all() else "it numbers the samples"
    if first_unnamed or _NAMED.fullmatch(column.name.strip()) or _CAMEL.fullmatch(column.name.strip()):
        return f"its {counted(values.size, 'number')} all differ"
    return ""


def names_samples(text: TextColumn) -> str:
    """Return why a column of words is an identifier, empty where it seems to be none.

    It is one where all its texts differ and most are neither numbers nor dates.

    >>> from tinydwn.data.column import TextColumn
    >>> names_samples(TextColumn.of("k", [f"sample {n}" for n in range(20)]))
    'its 20 texts all differ'
    """
    different = len(text.counts)
    if different < FEWEST_SAMPLES or different < len(text.cells) or "" in text.counts:
        return ""
    measured = sum(is_numberlike(one) or is_date(one) for one in text.counts)
    return "" if 2 * measured > different else f"its {counted(different, 'text')} all differ"

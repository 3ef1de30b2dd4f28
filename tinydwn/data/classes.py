"""The column that holds the class."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.column import Column, Kind, TextColumn, coded_cells, diagnose
from tinydwn.data.complaints import and_more
from tinydwn.data.missing_marks import missing_among
from tinydwn.data.names import counted, is_plain_number, listed, sorted_names
from tinydwn.data.pattern_names import outputs_of
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from tinydwn.data.reading import Reading

# More different numbers than this are no classes where one of them occurs once, or is not whole.
MOST_NUMBERED_CLASSES = 20


def read_classes(
    name: str, cells: Sequence[str], reading: Reading, *, decimal: str | None = None
) -> tuple[Column, tuple[str, ...]]:
    """Return the class column, its categories being the classes, and the notes that tell it.

    Classes that are numbers come in numeric order, and "1.0" is "1". With `reading.bins`, the numbers are
    cut at their quantiles into so many classes in ascending order. DataError for numbers that seem to be
    measured, and for bins of what is no number.

    >>> from tinydwn.data.reading import Reading
    >>> read_classes("y", ["10", "9", "9.0"], Reading())[0].categories
    ('9', '10')
    """
    if reading.bins is not None:
        return _binned(name, cells, reading, decimal)
    text = TextColumn.of(name, cells)
    missing = missing_among(text.counts, reading.missing_marks, numbers=False)
    plain = {one: plain_class(one) for one in text.counts if one not in missing}
    if not reading.drop_rare or not all(_is_whole(one) for one in plain):
        _refuse_measured(name, text, plain)
    names = sorted_names(set(plain.values()))
    place = {one: float(index) for index, one in enumerate(names)}
    values = coded_cells(text, {one: place[two] for one, two in plain.items()})
    told = sorted(missing - {""})
    notes = (f"column {name!r}: {listed(told)} taken as no class",) if told else ()
    return Column(name, Kind.CATEGORICAL, values, tuple(names)), notes


def plain_class(label: str) -> str:
    """Return the name of a class; whole numbers lose their zeros after the point.

    >>> plain_class("1.0"), plain_class("1.5"), plain_class("v1.0")
    ('1', '1.5', 'v1.0')
    """
    whole, point, fraction = label.partition(".")
    is_whole = point and whole.removeprefix("-").isdecimal() and fraction.strip("0") == ""
    return whole if is_whole else label


def without_rare(column: Column) -> tuple[npt.NDArray[np.bool_], list[str]]:
    """Return which samples (samples,) are of a class with more than one, and a note where some are not."""
    counts = np.bincount(column.values.astype(np.int64), minlength=len(column.categories))
    rare = [column.categories[index] for index in np.flatnonzero(counts == 1)]
    keep = counts[column.values.astype(np.int64)] > 1
    what = "classes" if len(rare) > 1 else "class"
    return keep, [f"{len(rare)} {what} of one sample dropped: {listed(rare)}"] if rare else []


def labels_of(column: Column) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Return the labels (samples,) of a class column without missing values, and the classes that occur.

    Of outputs that are learned together every pattern is a class, whether it occurs or not.
    """
    if outputs_of(column.categories):
        return column.values.astype(np.int64), column.categories
    used, labels = np.unique(column.values.astype(np.int64), return_inverse=True)
    return labels.astype(np.int64), tuple(column.categories[index] for index in used)


def require_classes(column: Column) -> None:
    """Raise DataError, naming the row, where a sample has no class."""
    if column.missing.any():
        more = and_more(int(column.missing.sum()) - 1)
        raise DataError(
            f"column {column.name!r} holds no class in row {int(np.argmax(column.missing)) + 1}{more}",
            hint="drop the row, or pass --missing drop",
        )


def _refuse_measured(name: str, text: TextColumn, plain: dict[str, str]) -> None:
    if len(plain) <= MOST_NUMBERED_CLASSES or not all(map(is_plain_number, plain)):
        return
    if not all(map(_is_whole, plain)) or min(text.counts[one] for one in plain) == 1:
        raise DataError(
            f"column {name!r} holds {len(plain)} different numbers: it seems to be measured, and no class",
            hint="pass --bins 3 to make three classes of about equal size, or choose the class with --target",
        )


def _is_whole(text: str) -> bool:
    return is_plain_number(text) and float(text).is_integer()


def _binned(name: str, cells: Sequence[str], reading: Reading, decimal: str | None) -> tuple[Column, tuple[str, ...]]:
    bins = reading.bins or 0
    column, notes = diagnose(TextColumn.of(name, cells), marks=reading.missing_marks, decimal=decimal)
    if column.kind is not Kind.NUMERIC:
        raise DataError(f"column {name!r} does not hold numbers, which --bins {bins} needs", hint="leave out --bins")
    return binned(column, bins, notes)


def binned(column: Column, bins: int, notes: tuple[str, ...] = ()) -> tuple[Column, tuple[str, ...]]:
    """Return a numeric column cut at its quantiles into `bins` classes in ascending order, and its notes.

    A class holds the numbers above one quantile and up to the next. The quantiles define what the classes
    are, and so are taken over all samples. DataError where too few numbers differ for so many classes.

    >>> column, notes = binned(Column("y", Kind.NUMERIC, np.array([1.0, 2.0, 3.0, 4.0])), 2)
    >>> column.categories, column.values.tolist()
    (('up to 2', 'above 2'), [0.0, 0.0, 1.0, 1.0])
    """
    present = column.values[~column.missing]
    edges = np.quantile(present, np.arange(1, bins) / bins, method="inverted_cdf") if present.size else np.empty(0)
    places = np.searchsorted(edges, present, side="left")
    if len(np.unique(places)) < bins:
        raise DataError(
            f"the {counted(present.size, 'number')} of column {column.name!r} do not make {bins} classes: "
            f"{counted(len(np.unique(present)), 'value')} differ",
            hint="choose fewer --bins",
        )
    values = np.full(column.values.size, math.nan)
    values[~column.missing] = places
    shown = _short(edges)
    inner = [f"{low} to {high}" for low, high in pairwise(shown)]
    names = (f"up to {shown[0]}", *inner, f"above {shown[-1]}")
    told = f"column {column.name!r} cut at quantiles of all samples into {bins} classes: {listed(names, bins)}"
    return replace(column, kind=Kind.CATEGORICAL, values=values, categories=names), (*notes, told)


def _short(edges: npt.NDArray[np.float64]) -> list[str]:
    """Return the edges with as few digits as tell them apart."""
    for digits in range(4, 18):
        shown = [f"{edge:.{digits}g}" for edge in edges.tolist()]
        if len(set(shown)) == len(shown):
            return shown
    return [repr(edge) for edge in edges.tolist()]

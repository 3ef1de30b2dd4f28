"""Samples in memory, coded as those that were learned from."""

from __future__ import annotations

import math
import re
import warnings
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.arrays import is_frame, is_missing, matrix_of
from tinydwn.data.column import Column, Kind
from tinydwn.data.complaints import for_each
from tinydwn.data.names import counted, listed
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy.typing as npt

    from tinydwn.data.coded_column import CodedColumn
    from tinydwn.data.coding import Coding

_POSITION_NAME = re.compile(r"x(0|[1-9][0-9]*)")
_NUMBERS = (int, float, np.integer, np.floating, np.bool_)


def coded_samples(
    X: object,  # noqa: N803 - as scikit-learn calls it
    coding: Coding,
    *,
    needed: Collection[str] | None = None,
) -> npt.NDArray[np.float64]:
    """Return the features (samples, features) that `coding` makes of samples.

    X: a pandas DataFrame, whose columns are found by their names and may come in any order with others among them; or
    anything that numpy makes an array (samples, columns) of: its columns are those of the coding in their order, or,
    where these are named ``x0``, ``x1``, ..., in the places that the names tell. `needed` names the features that
    matter, by default all: columns that none of them comes from are not looked at, may be absent from a DataFrame, and
    give features of 0.

    DataError for a column that is not there, and, naming row and column, for text among numbers, for infinite numbers
    and for a missing value that nothing stands for. A category that was not learned from is a `UserWarning`, which says
    what it is coded as.

    >>> from tinydwn.data.coding import Coding
    >>> coded_samples([[1, 2], [3, 4]], Coding.identity(("grams", "length")), needed={"length"}).tolist()
    [[0.0, 2.0], [0.0, 4.0]]
    """
    wanted = coding.columns if needed is None else coding.columns_for(needed)
    if is_frame(X):
        names, table = [str(one) for one in X.columns], X.to_numpy(dtype=object)
        coding.require(names, wanted)
        for column in wanted:
            if names.count(column.name) > 1:
                raise DataError(f"two columns are named {column.name!r}", hint="rename one of them")
        places = [names.index(column.name) for column in wanted]
    else:
        table = matrix_of(X, "samples")
        places = _places(coding, wanted, table.shape[1])
    columns = for_each(
        zip(wanted, places, strict=True),
        lambda one: _column(one[0], table[:, one[1]].tolist(), coding.missing_marks),
    )
    for note in coding.surprises(columns):
        warnings.warn(note, UserWarning, stacklevel=3)
    return coding.coded_in_part(columns, samples=len(table))


def _places(coding: Coding, wanted: Sequence[CodedColumn], width: int) -> list[int]:
    """Return the positions of wanted columns in an array of so many."""
    names = [column.name for column in coding.columns]
    told = [_POSITION_NAME.fullmatch(name) for name in names]
    numbers = [int(one[1]) for one in told if one is not None]
    if len(numbers) < len(names):
        if width != len(names):
            raise DataError(
                f"samples of {counted(width, 'column')}, {len(names)} were learned from: {listed(names)}",
                hint="give an array of these, in this order, or a DataFrame, whose columns have names",
            )
        numbers = list(range(width))
    place = dict(zip(names, numbers, strict=True))
    beyond = [column.name for column in wanted if place[column.name] >= width]
    if beyond:
        raise DataError(
            f"samples of {counted(width, 'column')} have no {beyond[0]!r}",
            hint=f"give all columns that were learned from; {beyond[0]!r} is the one of number {place[beyond[0]]}",
        )
    return [place[column.name] for column in wanted]


def _column(coded: CodedColumn, cells: list[object], marks: tuple[str, ...] | None) -> Column:
    """Return cells of any kind as a column of the kind that was learned from."""
    if coded.kind is Kind.CATEGORICAL:
        return coded.understood([_text(cell, coded.categories) for cell in cells], marks)
    if not all(isinstance(cell, _NUMBERS) or is_missing(cell) for cell in cells):
        return coded.understood(["" if is_missing(cell) else str(cell) for cell in cells], marks)
    values = np.array([math.nan if is_missing(cell) else float(cell) for cell in cells])  # type: ignore[arg-type]
    if np.isinf(values).any():
        row = int(np.argmax(np.isinf(values))) + 1
        raise DataError(f"column {coded.name!r} holds an infinite number in row {row}", hint="give a finite one")
    return Column(coded.name, coded.kind, values)


def _text(cell: object, categories: Collection[str]) -> str:
    """Return a cell as the category that it is; whole numbers are written without a fraction unless they were."""
    if is_missing(cell):
        return ""
    text = str(cell)
    if text not in categories and isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return text

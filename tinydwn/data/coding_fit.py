"""The code of one column, from the samples of the training part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.coded_column import CodedColumn
from tinydwn.data.column import Kind
from tinydwn.data.names import counted
from tinydwn.data.reading import Missing

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinydwn.data.column import Column

MISSING_CATEGORY = "missing"


def fit_column(column: Column, missing: Missing, where: str) -> tuple[CodedColumn | None, list[str]]:
    """Return the code of `column`, None where it does not vary, and the notes that tell it.

    `missing` says what stands for missing values, here and in other samples; `where` names the samples in
    the notes.
    """
    present = column.values[~column.missing]
    if not present.size:
        return None, []
    if column.kind is Kind.CATEGORICAL:
        return _categorical(column, present, missing, where)
    fill, what = _number_fill(column, present, missing)
    varies = present.min() != present.max() or (fill is not None and column.missing.any() and fill != present[0])
    if not varies:
        return None, []
    notes = _filled_note(column, f"{what} {fill:.6g}", where) if fill is not None else []
    return CodedColumn(column.name, column.kind, fill=fill, form=column.form), notes


def _number_fill(column: Column, present: npt.NDArray[np.float64], missing: Missing) -> tuple[float | None, str]:
    if missing in (Missing.REFUSE, Missing.DROP, Missing.CATEGORY):
        return None, ""
    if column.kind is Kind.NUMERIC and missing is Missing.MEAN:
        return float(present.mean()), "mean"
    if column.kind is Kind.NUMERIC and missing is Missing.MEDIAN:
        return float(np.median(present)), "median"
    return _most_frequent(present), "most frequent value"


def _most_frequent(present: npt.NDArray[np.float64]) -> float:
    """Return the most frequent value, the smallest of several."""
    distinct, counts = np.unique(present, return_counts=True)
    return float(distinct[np.argmax(counts)])


def _categorical(
    column: Column, present: npt.NDArray[np.float64], missing: Missing, where: str
) -> tuple[CodedColumn | None, list[str]]:
    seen = np.flatnonzero(np.bincount(present.astype(np.int64), minlength=len(column.categories)))
    categories = tuple(column.categories[index] for index in seen)
    holes = int(column.missing.sum())
    fill: str | None = None
    notes: list[str] = []
    if missing is Missing.MOST_FREQUENT:
        fill = column.categories[int(_most_frequent(present))]
        notes = _filled_note(column, f"most frequent value {fill!r}", where)
    elif missing not in (Missing.REFUSE, Missing.DROP):
        fill = _unused_name(MISSING_CATEGORY, column.categories)
        if holes:
            categories += (fill,)
            notes = [
                f"column {column.name!r}: {counted(holes, 'missing value')} made a category of their own, {fill!r}"
            ]
    if len(categories) < 2:
        return None, []
    coded = CodedColumn(column.name, column.kind, categories, fill)
    return coded, [*notes, _coding_note(coded)]


def _coding_note(coded: CodedColumn) -> str:
    if len(coded.categories) == 2:
        zero, one = coded.categories
        return f"column {coded.name!r} coded as one 0/1 feature: {zero!r} is 0, {one!r} is 1"
    return f"column {coded.name!r} coded one-hot: {counted(len(coded.categories), 'category')}"


def _filled_note(column: Column, with_what: str, where: str) -> list[str]:
    holes = int(column.missing.sum())
    if not holes:
        return []
    return [
        f"column {column.name!r}: {counted(holes, 'missing value')} filled with the {with_what}, computed over {where}"
    ]


def _unused_name(wanted: str, taken: tuple[str, ...]) -> str:
    while wanted in taken:
        wanted += "_"
    return wanted

"""Samples that are in memory already: arrays, lists and data frames."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, TypeGuard

import numpy as np

from tinydwn.data.column import MOST_CATEGORIES, Column, Kind
from tinydwn.data.complaints import for_each
from tinydwn.data.names import choices, counted, listed, sorted_names
from tinydwn.data.numeric_dataset import numeric_dataset
from tinydwn.data.reading import Reading
from tinydwn.data.table_dataset import typed_dataset
from tinydwn.data.understanding import usual_class
from tinydwn.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd

    from tinydwn.data.dataset import Dataset


def dataset_of(
    X: object,  # noqa: N803 - as scikit-learn calls it
    y: object = None,
    feature_names: Sequence[str] | None = None,
    name: str = "samples",
) -> Dataset:
    """Return the data set of samples `X` and their classes `y`.

    X: a pandas DataFrame, or anything that numpy makes an array (samples, features) of. Columns of numbers
    are features; columns of truth values become 0 and 1; columns of texts or of pandas' categories are
    coded as `tinydwn.data.coding.Coding.fit` tells. y: labels (samples,) of any kind that can be sorted; for
    a DataFrame also the name of its class column, by default target, label or class, else the last one.
    The classes are named by their labels as text, in sorted order.

    feature_names default to the names in the DataFrame, else ``x0``, ``x1``, ...

    DataError for other shapes, for missing and infinite values and for columns of other things.

    >>> data = dataset_of([[1.0, 5.0], [2.0, 6.0], [8.0, 5.0], [9.0, 7.0]], ["light", "light", "heavy", "heavy"])
    >>> data.feature_names, data.class_names, data.labels.tolist()
    (('x0', 'x1'), ('heavy', 'light'), [1, 1, 0, 0])
    """
    if is_frame(X):
        return _from_frame(X, y, feature_names, name)
    if y is None:
        raise DataError(
            f"{name!r}: samples without classes", hint="give (X, y), or a DataFrame that holds the class as a column"
        )
    if hasattr(X, "toarray"):
        raise DataError(f"{name!r}: the samples are a sparse matrix", hint="give X.toarray()")
    features = matrix_of(X, name)
    names = _names(feature_names, features.shape[1], tuple(f"x{index}" for index in range(features.shape[1])), name)
    classes = classes_of(y, features.shape[0], name)
    if np.issubdtype(features.dtype, np.number) or features.dtype == np.bool_:
        _refuse_not_finite(features.astype(np.float64), names)
        labels = classes.values.astype(np.int64)
        return numeric_dataset(
            name, feature_names=names, features=features, labels=labels, class_names=classes.categories
        )
    columns = tuple(_column(one, features[:, index].tolist()) for index, one in enumerate(names))
    return typed_dataset(name, columns, classes, Reading(), notes=[], class_column=None)


def _from_frame(frame: pd.DataFrame, y: object, feature_names: Sequence[str] | None, name: str) -> Dataset:
    columns = tuple(str(one) for one in frame.columns)
    notes: list[str] = []
    target = None
    if y is None:
        if not columns:
            raise DataError(f"{name!r} has no column", hint="give one column per feature and one with the class")
        target, notes = usual_class(columns)
    elif isinstance(y, str):
        if y not in columns:
            raise DataError(f"{name!r} has no column {y!r}", hint=choices("columns", columns, y))
        target = columns.index(y)
    chosen = [index for index in range(len(columns)) if index != target]
    if not chosen:
        raise DataError(f"{name!r} has no column besides the class", hint="give one column per feature")
    if not len(frame):
        raise DataError(f"{name!r} has no samples", hint="give one row per sample")
    names = _names(feature_names, len(chosen), tuple(columns[index] for index in chosen), name)
    classes = classes_of(y if target is None else frame.iloc[:, target], len(frame), name)
    typed = tuple(for_each(zip(names, chosen, strict=True), lambda one: _frame_column(one[0], frame.iloc[:, one[1]])))
    class_column = None if target is None else columns[target]
    return typed_dataset(name, typed, classes, Reading(), notes=notes, class_column=class_column)


def _names(given: Sequence[str] | None, features: int, otherwise: tuple[str, ...], where: str) -> tuple[str, ...]:
    names = otherwise if given is None else tuple(str(one) for one in given)
    if len(names) != features:
        raise DataError(
            f"{where!r}: {counted(len(names), 'feature name')} for {counted(features, 'feature')}",
            hint="give one name per column",
        )
    return names


def matrix_of(samples: object, where: str) -> npt.NDArray[np.generic]:
    """Return samples as an array (samples, features) of numbers, truth values or texts; DataError for all else."""
    try:
        features = np.asarray(samples)
        if features.dtype.kind in "USO" and features.ndim == 2:
            # Numbers beside texts stay numbers.
            features = np.asarray(samples, dtype=object)
    except ValueError as error:
        raise DataError(f"{where!r}: the samples do not have equally many features", hint="give a matrix") from error
    if features.ndim != 2:
        raise DataError(
            f"{where!r}: samples of shape {features.shape}",
            hint="give a matrix of (samples, features), such as [[1.0, 2.0]]",
        )
    if 0 in features.shape:
        raise DataError(f"{where!r}: {features.shape[0]} samples of {features.shape[1]} features", hint="give some")
    if features.dtype.kind not in "biufUSO":
        raise DataError(f"{where!r}: samples of {features.dtype}", hint="give real numbers, truth values or texts")
    return features


def classes_of(labels: object, samples: int, where: str) -> Column:
    """Return labels (samples,) as a column of categories, the names of the classes in sorted order.

    DataError for another number of labels, for missing ones, and for labels that cannot be sorted or seem measured.
    """
    given = np.asarray(labels, dtype=object)
    if given.ndim == 2 and given.shape[1] == 1:
        given = given[:, 0]
    if given.shape != (samples,):
        raise DataError(
            f"{where!r}: classes of shape {given.shape} for {counted(samples, 'sample')}",
            hint="give one class per sample",
        )
    cells = [one.item() if isinstance(one, np.generic) else one for one in given.tolist()]
    for row, cell in enumerate(cells):
        if is_missing(cell):
            raise DataError(f"{where!r}: sample {row + 1} has no class", hint="leave the sample out")
    try:
        known = sorted(set(cells))
    except TypeError as error:
        raise DataError(
            f"{where!r}: the classes cannot be sorted: {error}", hint="give all classes as numbers, or all as texts"
        ) from error
    if all(isinstance(one, float) for one in known) and not all(float(one).is_integer() for one in known):
        raise DataError(
            f"{where!r}: the classes are numbers such as {known[0]}: they seem to be measured",
            hint="give a class per sample, for instance with numpy.digitize",
        )
    place = {one: float(index) for index, one in enumerate(known)}
    values = np.array([place[cell] for cell in cells])
    names = tuple(str(int(one)) if isinstance(one, float) else str(one) for one in known)
    return Column("class", Kind.CATEGORICAL, values, names)


def _frame_column(name: str, series: pd.Series) -> Column:
    kind = str(series.dtype)
    if series.dtype.kind in "iuf" or (series.dtype.kind == "b" and not series.isna().any()):
        values = series.to_numpy(dtype=np.float64, na_value=math.nan)
        _refuse_not_finite(values[:, None], (name,))
        return Column(name, Kind.BOOLEAN if series.dtype.kind == "b" else Kind.NUMERIC, values)
    if kind not in ("object", "category", "string", "str", "boolean", "bool"):
        raise DataError(
            f"column {name!r} holds {kind} values", hint="make it a column of numbers, or leave it out of the DataFrame"
        )
    return _column(name, series.tolist(), categorical=kind == "category")


def _column(name: str, cells: list[object], *, categorical: bool = False) -> Column:
    """Return the column of cells of any kind: numbers, truth values, or texts as categories."""
    for row, cell in enumerate(cells):
        if is_missing(cell):
            raise DataError(f"column {name!r} holds no value in row {row + 1}", hint="fill it in, or leave the row out")
        if not isinstance(cell, str | bool | int | float | np.generic):
            raise DataError(
                f"column {name!r} holds a {type(cell).__name__} in row {row + 1}", hint="give numbers or texts"
            )
    if not categorical and all(isinstance(cell, bool | np.bool_) for cell in cells):
        return Column(name, Kind.BOOLEAN, np.array(cells, dtype=np.float64))
    if not categorical and not any(isinstance(cell, str) for cell in cells):
        values = np.array(cells, dtype=np.float64)
        _refuse_not_finite(values[:, None], (name,))
        return Column(name, Kind.NUMERIC, values)
    texts = [str(cell) for cell in cells]
    known = sorted_names(set(texts))
    if len(known) > MOST_CATEGORIES:
        raise DataError(
            f"column {name!r} holds {len(known)} different texts, at most {MOST_CATEGORIES} make categories: "
            f"{listed(known, 2)}",
            hint="leave it out, or join rare values",
        )
    place = {text: float(index) for index, text in enumerate(known)}
    return Column(name, Kind.CATEGORICAL, np.array([place[text] for text in texts]), tuple(known))


def _refuse_not_finite(features: npt.NDArray[np.float64], names: Sequence[str]) -> None:
    if np.isfinite(features).all():
        return

    def refuse(column: int) -> None:
        rows = np.flatnonzero(~np.isfinite(features[:, column])).tolist()
        if rows:
            what = "no value" if math.isnan(features[rows[0], column]) else "an infinite number"
            raise DataError(
                f"column {names[column]!r} holds {what} in row {rows[0] + 1}", hint="fill it in, or leave the row out"
            )

    for_each(range(len(names)), refuse)


def is_frame(samples: object) -> TypeGuard[pd.DataFrame]:
    """Say whether these are samples in a data frame, without importing pandas for those that are not."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(samples, pandas.DataFrame)


def is_missing(cell: object) -> bool:
    """Say whether a cell holds None, NaN or one of pandas' marks for no value."""
    unknown = isinstance(cell, float | np.floating) and math.isnan(cell)
    return cell is None or unknown or type(cell).__name__ in ("NAType", "NaTType")

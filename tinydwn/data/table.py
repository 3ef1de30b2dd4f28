"""A table of text cells to a data set: one diagnosis per column, one policy for what is missing."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.column import Column, Kind, diagnose, sorted_names
from tinydwn.data.dataset import Dataset, first_repeated
from tinydwn.errors import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

TARGET_NAMES = ("target", "label", "class")
LEAK_NOTE = "computed over all samples, those of the test part included"


class Missing(Enum):
    """What becomes of missing values.

    REFUSE: DataError. DROP: the sample goes. MEAN, MEDIAN: for numbers; in categories, missing becomes a
    category of its own, and in booleans the more frequent value. MOST_FREQUENT: in every column, the
    smallest or first of the most frequent values. CATEGORY: a category of its own, and refused where the
    column is not categorical. A missing class is dropped with its sample by DROP and refused otherwise.
    """

    REFUSE = "refuse"
    DROP = "drop"
    MEAN = "mean"
    MEDIAN = "median"
    MOST_FREQUENT = "most_frequent"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Table:
    """Text cells by column: `columns[i]` holds the cells of `column_names[i]`, one per sample.

    declared_categorical: columns whose values are categories even where they look like numbers.
    """

    name: str
    column_names: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    declared_categorical: frozenset[str] = frozenset()


def to_dataset(
    table: Table,
    *,
    target: str | None = None,
    missing: str | Missing = Missing.REFUSE,
    categorical: Sequence[str] = (),
    ignore: Sequence[str] = (),
) -> Dataset:
    """Return the data set that a table of text cells stands for.

    The class is the column `target`; by default the one column named target, label or class (in any
    case), and without exactly one such, the last column. `ignore` columns are left out, `categorical`
    ones are categories whatever their values. A category column becomes one 0/1 feature per value,
    named ``column=value``; one with two values becomes one feature, for the second value. Constant
    columns are dropped. The notes tell all of this.

    >>> table = Table("fruit", ("skin", "grams", "class"), (("red", "green", "red", "green"),
    ...     ("120", "95", "130", "90"), ("apple", "pear", "apple", "pear")))
    >>> to_dataset(table).feature_names
    ('skin=red', 'grams')
    """
    policy = _checked_policy(missing)
    _check_shape(table)
    chosen, notes = _target(table, target)
    for listed in (*categorical, *ignore):
        _position(table, listed)
    as_categories = table.declared_categorical | set(categorical)
    labels = [cell.strip() for cell in table.columns[chosen]]
    columns = [
        diagnose(
            name,
            cells,
            markers_allowed=policy is not Missing.REFUSE,
            categorical=name in as_categories,
        )
        for index, (name, cells) in enumerate(zip(table.column_names, table.columns, strict=True))
        if index != chosen and name not in ignore
    ]
    if policy is Missing.DROP:
        columns, labels, dropped = _drop_rows(columns, labels)
        notes += dropped
    _check_labels(labels, table.column_names[chosen])
    names: list[str] = []
    features: list[npt.NDArray[np.float64]] = []
    for column in columns:
        filled, note = _fill(column, policy)
        notes += note
        for name, values in _expand(filled):
            names.append(name)
            features.append(values)
        notes += _coding_note(filled)
    label_indices, class_names = _classes(labels)
    return assemble(
        table.name,
        feature_names=tuple(names),
        features=np.column_stack(features) if features else np.empty((len(labels), 0)),
        labels=label_indices,
        class_names=class_names,
        notes=tuple(notes),
    )


def assemble(
    name: str,
    *,
    feature_names: tuple[str, ...],
    features: npt.NDArray[np.generic],
    labels: npt.NDArray[np.int64],
    class_names: tuple[str, ...],
    notes: tuple[str, ...] = (),
    fixed_test: int | None = None,
) -> Dataset:
    """Return the data set less its constant columns, which a note names."""
    repeated = first_repeated(feature_names)
    if repeated is not None:
        raise DataError(f"two features would be named {repeated!r}", hint="rename one of the columns")
    varies = np.atleast_1d(np.any(np.not_equal(features, features[:1]), axis=0))
    constant = [feature_name for feature_name, keep in zip(feature_names, varies, strict=True) if not keep]
    if not varies.any():
        raise DataError(
            f"data set {name!r} has no column that varies, besides the class", hint="check the file's content"
        )
    if constant:
        listed = ", ".join(repr(one) for one in constant)
        notes = (*notes, f"{_counted(len(constant), 'constant column')} dropped: {listed}")
    return Dataset(
        name=name,
        features=features[:, varies].astype(np.float64, copy=False),
        labels=labels,
        feature_names=tuple(one for one, keep in zip(feature_names, varies, strict=True) if keep),
        class_names=class_names,
        notes=notes,
        fixed_test=fixed_test,
    )


def one_against_rest(dataset: Dataset, positive: str) -> Dataset:
    """Return the two-class task of telling class `positive` (label 1) from all others (label 0, "rest").

    DataError where there is no such class.
    """
    if positive not in dataset.class_names:
        raise DataError(
            f"data set {dataset.name!r} has no class {positive!r}",
            hint=choices("classes", dataset.class_names, positive),
        )
    index = dataset.class_names.index(positive)
    return Dataset(
        name=dataset.name,
        features=dataset.features,
        labels=(dataset.labels == index).astype(np.int64),
        feature_names=dataset.feature_names,
        class_names=("rest" if positive != "rest" else "others", positive),
        notes=(*dataset.notes, f"class {positive!r} against the {len(dataset.class_names) - 1} others"),
        fixed_test=dataset.fixed_test,
    )


def choices(what: str, known: Sequence[str], wanted: str) -> str:
    """Return a hint that lists what is known, nearest matches first.

    >>> choices("columns", ["age", "label"], "lable")
    "did you mean 'label'? columns: 'age', 'label'"
    """
    near = difflib.get_close_matches(wanted, known, n=3)
    mean = f"did you mean {' or '.join(repr(one) for one in near)}? " if near else ""
    more = f", ... ({len(known)} in all)" if len(known) > 40 else ""
    return f"{mean}{what}: {', '.join(repr(one) for one in known[:40])}{more}"


def _checked_policy(missing: str | Missing) -> Missing:
    try:
        return Missing(missing)
    except ValueError:
        known = ", ".join(policy.value for policy in Missing)
        raise ConfigError(f"there is no policy {missing!r} for missing values", hint=f"choose one of {known}") from None


def _check_shape(table: Table) -> None:
    for index, name in enumerate(table.column_names):
        if not name.strip():
            raise DataError(f"column {index + 1} has no name", hint="name it; if it only numbers the rows, remove it")
    repeated = first_repeated(table.column_names)
    if repeated is not None:
        places = [str(i + 1) for i, name in enumerate(table.column_names) if name == repeated]
        raise DataError(
            f"columns {' and '.join(places)} are both named {repeated!r}", hint="rename or remove one of them"
        )
    if len(table.column_names) < 2:
        raise DataError(
            f"{table.name!r} has {_counted(len(table.column_names), 'column')}, at least 2 are needed",
            hint="give one column per feature and one with the class, separated by commas",
        )
    if not table.columns[0]:
        raise DataError(f"{table.name!r} has a header and no samples", hint="add one row per sample")


def _target(table: Table, target: str | None) -> tuple[int, list[str]]:
    """Return the position of the class column, and a note where it was guessed by position."""
    if target is not None:
        return _position(table, target), []
    named = [i for i, name in enumerate(table.column_names) if name.strip().casefold() in TARGET_NAMES]
    if len(named) == 1:
        return named[0], []
    return len(table.column_names) - 1, [f"the class is the last column, {table.column_names[-1]!r}"]


def _position(table: Table, name: str) -> int:
    if name not in table.column_names:
        raise DataError(f"{table.name!r} has no column {name!r}", hint=choices("columns", table.column_names, name))
    return table.column_names.index(name)


def _drop_rows(columns: list[Column], labels: list[str]) -> tuple[list[Column], list[str], list[str]]:
    keep = np.array([not _is_unlabeled(label) for label in labels])
    for column in columns:
        keep &= ~column.missing
    if keep.all():
        return columns, labels, []
    if not keep.any():
        raise DataError("every sample has a missing value", hint="pass --missing mean, or remove a column")
    kept = [Column(c.name, c.kind, c.values[keep], c.categories) for c in columns]
    count = int((~keep).sum())
    note = f"{_counted(count, 'sample')} with missing values dropped"
    return kept, [label for label, stays in zip(labels, keep, strict=True) if stays], [note]


def _check_labels(labels: list[str], target: str) -> None:
    for row, label in enumerate(labels):
        if _is_unlabeled(label):
            raise DataError(
                f"column {target!r} holds no class in row {row + 1}",
                hint="drop the row, or pass --missing drop",
            )


def _is_unlabeled(label: str) -> bool:
    return not label or label.casefold() == "nan"


def _classes(labels: list[str]) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Return label indices and class names, in numeric order where all are numbers; "1.0" is "1"."""
    plain = {label: _plain_number(label) for label in set(labels)}
    names = sorted_names(set(plain.values()))
    index = {name: position for position, name in enumerate(names)}
    return np.array([index[plain[label]] for label in labels], dtype=np.int64), tuple(names)


def _plain_number(label: str) -> str:
    whole, point, fraction = label.partition(".")
    is_whole = point and whole.removeprefix("-").isdecimal() and fraction.strip("0") == ""
    return whole if is_whole else label


def _fill(column: Column, policy: Missing) -> tuple[Column, list[str]]:
    """Return the column without missing values, and a note where there were some."""
    missing = column.missing
    count = int(missing.sum())
    if count == 0:
        return column, []
    first = int(np.argmax(missing)) + 1
    unsuitable = policy is Missing.CATEGORY and column.kind is not Kind.CATEGORICAL
    if policy is Missing.REFUSE or unsuitable:
        others = f" (and in {count - 1} more)" if count > 1 else ""
        hint = "drop, mean, median, most_frequent or category" if not unsuitable else "mean or median"
        raise DataError(f"column {column.name!r} holds no value in row {first}{others}", hint=f"pass --missing {hint}")
    told = f"column {column.name!r}: {_counted(count, 'missing value')}"
    if column.kind is Kind.CATEGORICAL and policy is not Missing.MOST_FREQUENT:
        own = _unused_name("missing", column.categories)
        values = np.where(missing, float(len(column.categories)), column.values)
        return Column(column.name, column.kind, values, (*column.categories, own)), [
            f"{told} made a category of their own, {own!r}"
        ]
    present = column.values[~missing]
    if column.kind is Kind.NUMERIC and policy is Missing.MEAN:
        what, value = "mean", float(present.mean())
    elif column.kind is Kind.NUMERIC and policy is Missing.MEDIAN:
        what, value = "median", float(np.median(present))
    else:
        distinct, counts = np.unique(present, return_counts=True)
        what, value = "most frequent value", float(distinct[np.argmax(counts)])
    shown = repr(column.categories[int(value)]) if column.kind is Kind.CATEGORICAL else f"{value:.6g}"
    values = np.where(missing, value, column.values)
    return Column(column.name, column.kind, values, column.categories), [
        f"{told} filled with the {what} {shown}, {LEAK_NOTE}"
    ]


def _unused_name(wanted: str, taken: tuple[str, ...]) -> str:
    while wanted in taken:
        wanted += "_"
    return wanted


def _expand(column: Column) -> list[tuple[str, npt.NDArray[np.float64]]]:
    """Return the features (name, values) that a column without missing values becomes."""
    if column.kind is not Kind.CATEGORICAL:
        return [(column.name, column.values)]
    shown = column.categories[1:] if len(column.categories) == 2 else column.categories
    return [
        (f"{column.name}={category}", (column.values == column.categories.index(category)).astype(np.float64))
        for category in shown
    ]


def _coding_note(column: Column) -> list[str]:
    if column.kind is not Kind.CATEGORICAL:
        return []
    if len(column.categories) == 2:
        zero, one = column.categories
        return [f"column {column.name!r} coded as one 0/1 feature: {zero!r} is 0, {one!r} is 1"]
    return [f"column {column.name!r} coded one-hot: {_counted(len(column.categories), 'category')}"]


def _counted(count: int, what: str) -> str:
    plural = what.removesuffix("y") + "ies" if what.endswith("y") else what + "s"
    return f"{count} {what if count == 1 else plural}"

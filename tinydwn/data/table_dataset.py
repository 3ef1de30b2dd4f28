"""From a table of text cells to a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinydwn.data.classes import labels_of, read_classes, require_classes, without_rare
from tinydwn.data.column import Column, Kind
from tinydwn.data.complaints import and_more, for_each
from tinydwn.data.dataset import Dataset
from tinydwn.data.names import counted, listed
from tinydwn.data.output_patterns import chosen_outputs, joined, over_all_patterns, told_together
from tinydwn.data.pattern_names import outputs_of
from tinydwn.data.reading import Missing, Reading
from tinydwn.data.typed_table import TypedTable
from tinydwn.data.understanding import class_position, feature_positions, understand
from tinydwn.errors import DataError

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinydwn.data.table import Table

ALL_SAMPLES = "all samples, those of the test part included"


def to_dataset(table: Table, reading: Reading | None = None, *, announced: str | None = None) -> Dataset:
    """Return the data set that a table of text cells stands for.

    The class is the column `reading.target`, else the one that was `announced` with the table, else the one
    column named target, label or class (in any case), and without exactly one such, the last column. Where
    a table has several outputs, or `reading.target` names several columns, separated by spaces, a class is a
    pattern of them; see `told_together` for rows that are about some of them. A sample that still leaves an
    output open is left out. How columns become features is told by `tinydwn.data.coding.Coding.fit`. The
    notes tell all that was guessed.

    >>> from tinydwn.data.table import Table
    >>> table = Table("fruit", ("skin", "grams", "class"), (("red", "green", "red", "green"),
    ...     ("120", "95", "130", "90"), ("apple", "pear", "apple", "pear")))
    >>> to_dataset(table).feature_names
    ('skin=red', 'grams')
    """
    reading = reading or Reading()
    table.require_samples()
    table, outputs, guessed = _with_one_answer(table, reading.target)
    target, found = class_position(table, " ".join(outputs) if outputs else reading.target or announced)
    table, unsaid = table.answered(table.column_names[target])
    guessed += found
    if unsaid:
        what = "with an open output" if outputs else "without an answer"
        guessed = [*guessed, f"{counted(unsaid, 'sample')} {what} left out"]
        table.require_samples()
    columns, decimal, understood = understand(table, reading, feature_positions(table, reading, target))
    classes, told = read_classes(
        table.column_names[target], table.columns[target], reading, decimal=decimal or table.decimal
    )
    if outputs:
        classes = over_all_patterns(classes, outputs)
    return typed_dataset(
        table.name,
        columns,
        classes,
        reading,
        notes=[*table.notes, *guessed, *understood, *told],
        class_column=classes.name if reading.bins is None else None,
        test=table.test,
    )


def _with_one_answer(table: Table, target: str | None) -> tuple[Table, tuple[str, ...], list[str]]:
    """Return a table with the outputs to learn together as one answer, these outputs, and notes; () for one output."""
    outputs = chosen_outputs(table, target)
    if not outputs:
        return table, (), []
    table, notes = told_together(table, outputs)
    note = f"the outputs {listed(outputs, len(outputs))} are learned together: a class is a pattern of them"
    return joined(table, outputs), outputs, [note, *notes]


def typed_dataset(
    name: str,
    columns: tuple[Column, ...],
    classes: Column,
    reading: Reading,
    *,
    notes: list[str],
    class_column: str | None,
    test: int | None = None,
) -> Dataset:
    """Return the data set of understood columns and their classes.

    class_column: the column of a table that holds these classes as they are, where there is one. test: how many of the
    last samples are the test part, where there is one.

    DataError for missing values where `reading` refuses them, for a sample without a class, and for a class that only
    the test part has.
    """
    in_test = np.arange(classes.values.size) >= classes.values.size - (test or 0)
    if reading.policy is Missing.DROP:
        keep, dropped = _complete(columns, classes)
        columns, classes, in_test = _kept(keep, columns, classes, in_test)
        notes = [*notes, *dropped]
    require_classes(classes)
    if reading.drop_rare:
        keep, dropped = without_rare(classes)
        columns, classes, in_test = _kept(keep, columns, classes, in_test)
        notes = [*notes, *dropped]
    for_each(columns, lambda column: _require_values(column, reading.policy))
    labels, class_names = labels_of(classes)
    typed = TypedTable(
        columns,
        missing=reading.policy,
        missing_marks=reading.missing_marks,
        class_column=class_column,
        notes=tuple(notes),
    )
    if not any(_varies(column) for column in columns):
        raise DataError(
            f"data set {name!r} has no column that varies, besides the class", hint="check the file's content"
        )
    if test is not None:
        _require_parts(name, labels, class_names, in_test)
    coding = typed.fit(where=ALL_SAMPLES)
    return Dataset(
        name=name,
        features=coding.coded(columns),
        labels=labels,
        feature_names=coding.feature_names,
        class_names=class_names,
        notes=(*notes, *coding.notes),
        fixed_test=int(in_test.sum()) if test is not None else None,
        typed=typed,
    )


def _kept(
    keep: npt.NDArray[np.bool_], columns: tuple[Column, ...], classes: Column, in_test: npt.NDArray[np.bool_]
) -> tuple[tuple[Column, ...], Column, npt.NDArray[np.bool_]]:
    return tuple(column.rows(keep) for column in columns), classes.rows(keep), in_test[keep]


def _require_parts(
    name: str, labels: npt.NDArray[np.int64], class_names: tuple[str, ...], in_test: npt.NDArray[np.bool_]
) -> None:
    """Raise DataError for an empty test part, and for a class that there are no samples to learn from.

    What is said of single outputs tells of patterns that were not seen.
    """
    if not in_test.any():
        raise DataError(f"data set {name!r}: no sample of the test part is left", hint="give others with --test")
    if outputs_of(class_names):
        return
    unseen = np.flatnonzero(np.bincount(labels[~in_test], minlength=len(class_names)) == 0)
    if unseen.size:
        raise DataError(
            f"data set {name!r}: only the test part has samples of {listed(class_names[k] for k in unseen)}",
            hint="give samples of every class to learn from",
        )


def _varies(column: Column) -> bool:
    values = column.values
    return bool(values.size and not (np.isnan(values).all() or (values == values[0]).all()))


def _complete(columns: tuple[Column, ...], classes: Column) -> tuple[npt.NDArray[np.bool_], list[str]]:
    """Return which samples (samples,) lack no value, and a note where some do."""
    keep: npt.NDArray[np.bool_] = ~classes.missing
    for column in columns:
        keep = keep & ~column.missing
    if keep.all():
        return keep, []
    if not keep.any():
        raise DataError("every sample has a missing value", hint="pass --missing mean, or leave a column out")
    return keep, [f"{counted(int((~keep).sum()), 'sample')} with missing values dropped"]


def _require_values(column: Column, missing: Missing) -> None:
    """Raise DataError for missing values that are refused, or that cannot be filled as `missing` says."""
    holes = column.missing
    unsuitable = missing is Missing.CATEGORY and column.kind is not Kind.CATEGORICAL
    if not holes.any() or not (missing is Missing.REFUSE or unsuitable):
        return
    first, more = int(np.argmax(holes)) + 1, int(holes.sum()) - 1
    marks = f"; {listed(column.marks)} stands for a missing value" if column.marks else ""
    hint = "drop, mean, median, most_frequent or category" if not unsuitable else "mean or median"
    otherwise = ", or --missing-marks '' where the cells are values" if column.marks else ""
    raise DataError(
        f"column {column.name!r} holds no value in row {first}{and_more(more)}{marks}",
        hint=f"pass --missing {hint}{otherwise}",
    )

"""The class column: names, bins of numbers, and classes of one sample."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data.classes import binned, read_classes
from tinydwn.data.column import Column, Kind
from tinydwn.data.reading import Reading
from tinydwn.data.table import Table
from tinydwn.data.table_dataset import to_dataset
from tinydwn.errors import DataError


def dataset(labels, **options):
    values = tuple(str(index * 7 % 5) for index in range(len(labels)))
    return to_dataset(Table("t", ("x", "y"), (values, tuple(labels))), Reading(**options))


def refused(labels, **options):
    with pytest.raises(DataError) as caught:
        dataset(labels, **options)
    return str(caught.value)


@given(st.lists(st.floats(-1e6, 1e6), min_size=40, max_size=80, unique=True), st.integers(2, 8))
def test_bins_hold_about_equally_many_numbers_and_keep_their_order(numbers, bins):
    column, _ = binned(Column("y", Kind.NUMERIC, np.array(numbers)), bins)
    counts = np.bincount(column.values.astype(int), minlength=bins)
    assert len(column.categories) == bins == len(set(column.categories))
    assert counts.max() - counts.min() <= 1
    places = column.values[np.argsort(numbers)]
    assert (np.diff(places) >= 0).all()


def test_bins_of_numbers_in_another_form_are_read():
    labels = [f"{k},5 %" for k in range(30)]
    data = dataset(labels, bins=3)
    assert data.class_names == ("up to 9.5", "9.5 to 19.5", "above 19.5")
    assert data.labels.tolist() == [0] * 10 + [1] * 10 + [2] * 10
    assert data.typed is not None
    assert data.typed.class_column is None


def test_bins_are_told_with_what_they_were_computed_on():
    assert dataset([str(k) for k in range(8)], bins=2).notes == (
        "the class is the last column, 'y'",
        "column 'y' cut at quantiles of all samples into 2 classes: 'up to 3', 'above 3'",
    )


def test_bins_that_the_numbers_do_not_fill_are_refused():
    assert refused(["0"] * 30 + ["1", "2"], bins=3) == (
        "the 32 numbers of column 'y' do not make 3 classes: 3 values differ\n\nhint: choose fewer --bins"
    )
    assert refused(["a", "b"] * 4, bins=2) == (
        "column 'y' does not hold numbers, which --bins 2 needs\n\nhint: leave out --bins"
    )


def test_a_missing_number_has_no_bin():
    assert refused([*map(str, range(9)), "?"], bins=2) == (
        "column 'y' holds no class in row 10\n\nhint: drop the row, or pass --missing drop"
    )
    assert dataset([*map(str, range(9)), "?"], bins=2, missing="drop").samples == 9


@pytest.mark.parametrize(
    "labels",
    [
        [f"{k}.5" for k in range(21)] * 2,
        [str(k) for k in range(40)],
        [*(str(k) for k in range(30)), *(str(k) for k in range(29))],
    ],
)
def test_numbers_that_seem_to_be_measured_are_refused_as_classes(labels):
    different = len(set(labels))
    assert refused(labels) == (
        f"column 'y' holds {different} different numbers: it seems to be measured, and no class\n\n"
        "hint: pass --bins 3 to make three classes of about equal size, or choose the class with --target"
    )


@pytest.mark.parametrize(
    "labels", [[str(k) for k in range(26)] * 2, ["0.5", "1.5"] * 5, [f"{k}.0" for k in range(30)] * 2]
)
def test_numbers_of_classes_are_classes(labels):
    assert len(dataset(labels).class_names) == len(set(labels))


def test_rare_classes_are_left_out_where_that_is_said():
    data = dataset(["a", "b", "c", "a", "b", "d"], drop_rare=True)
    assert (data.samples, data.class_names) == (4, ("a", "b"))
    assert data.notes[-1] == "2 classes of one sample dropped: 'c', 'd'"
    assert dataset(["a", "b"] * 3, drop_rare=True).notes == ("the class is the last column, 'y'",)


@pytest.mark.parametrize("mark", ["?", "NA", "nan", "-", ""])
def test_a_mark_for_missing_is_no_class(mark):
    assert refused(["a", mark, "b", "a", "b"]) == (
        "column 'y' holds no class in row 2\n\nhint: drop the row, or pass --missing drop"
    )


def test_plus_and_minus_none_and_null_are_classes():
    assert dataset(["+", "-"] * 4).class_names == ("+", "-")
    assert dataset(["none", "null"] * 4).class_names == ("none", "null")


def test_marks_taken_as_no_class_are_told():
    column, notes = read_classes("y", ["a", "?", "b"], Reading())
    assert notes == ("column 'y': '?' taken as no class",)
    assert column.missing.tolist() == [False, True, False]

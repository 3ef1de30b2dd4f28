"""The code of columns: learned from the training part alone, kept as JSON, applied to other tables."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data import Coding
from tinydwn.data.coded_column import CodedColumn
from tinydwn.data.column import Column, Kind
from tinydwn.data.number_form import NumberForm
from tinydwn.data.reading import Missing, Reading
from tinydwn.data.table import Table
from tinydwn.data.table_dataset import to_dataset
from tinydwn.data.text_table import parse_text
from tinydwn.errors import DataError

CELLS = st.tuples(
    st.sampled_from(["red", "green", "blue", "", "?"]),
    st.sampled_from(["1,5", "2", "-3,25", "", "10"]),
    st.sampled_from(["yes", "no", ""]),
)


def table_of(rows):
    colors, sizes, wet = zip(*rows, strict=True)
    labels = tuple("ab"[index % 2] for index in range(len(rows)))
    return Table("t", ("color", "size", "wet", "y"), (colors, sizes, wet, labels))


ROWS = st.lists(CELLS, min_size=8, max_size=40).filter(
    lambda rows: all({row[place] for row in rows} - {"", "?"} for place in range(3))
)


def coded_by_hand(row, train, name):
    """The value of one feature, from the rules in words and from the training rows only."""
    place = {"color": 0, "size": 1, "wet": 2}[name.partition("=")[0]]
    present = [one[place] for one in train if one[place] not in ("", "?")]
    cell = row[place]
    if place == 0:
        seen = cell if cell not in ("", "?") else "missing"
        return float(seen == name.partition("=")[2])
    numbers = [float(one.replace(",", ".")) if place == 1 else float(one == "yes") for one in present]
    if cell in ("", "?"):
        return float(np.mean(numbers)) if place == 1 else float(sum(numbers) * 2 > len(numbers))
    return float(cell.replace(",", ".")) if place == 1 else float(cell == "yes")


@given(ROWS, st.integers(0, 100))
def test_both_parts_are_coded_by_what_the_training_part_shows(rows, seed):
    rows = [(*row, str(index)) for index, row in enumerate(rows)]
    table = table_of([row[:3] for row in rows])
    # A column of its own says which sample is which.
    numbered = replace(
        table,
        column_names=(*table.column_names[:3], "n", "y"),
        columns=(*table.columns[:3], tuple(str(3 * int(row[3])) for row in rows), table.columns[3]),
    )
    split = to_dataset(numbered, Reading(missing="mean", decimal=",")).split(seed=seed)
    place = split.feature_names.index("n")
    train = [rows[int(number) // 3] for number in split.train_features[:, place]]
    for features in (split.train_features, split.test_features):
        for values in features:
            row = rows[int(values[place]) // 3]
            for name, value in zip(split.feature_names, values, strict=True):
                if name != "n":
                    assert value == pytest.approx(coded_by_hand(row, train, name), abs=1e-9)


@given(ROWS)
def test_a_coding_is_read_back_from_json_and_codes_text_as_the_split_was(rows):
    table = table_of(rows)
    try:
        split = to_dataset(table, Reading(missing="median", decimal=",")).split()
    except DataError:
        return
    coding = Coding.from_json(json.loads(json.dumps(split.coding.to_json())))
    assert replace(split.coding, notes=()) == coding
    features = coding.features(table)
    order = np.lexsort(features.T)
    seen = np.concatenate([split.train_features, split.test_features])
    assert np.array_equal(features[order], seen[np.lexsort(seen.T)])


CODING = Coding(
    (
        CodedColumn("size", form=NumberForm(","), fill=2.0),
        CodedColumn("color", Kind.CATEGORICAL, ("blue", "green", "red")),
        CodedColumn("wet", Kind.BOOLEAN, fill=1.0),
        CodedColumn("sex", Kind.CATEGORICAL, ("f", "m"), "m"),
    ),
    class_column="y",
)


def text(*lines):
    return parse_text("\n".join(lines), name="t", where="t.csv", header=True)


def test_columns_come_in_any_order_and_others_are_left_out():
    table = text("name;sex;wet;size;color", "ann;f;yes;1,5;red", "bob;m;no;2;blue")
    assert CODING.feature_names == ("size", "color=blue", "color=green", "color=red", "wet", "sex=m")
    assert CODING.features(table).tolist() == [[1.5, 0, 0, 1, 1, 0], [2, 1, 0, 0, 0, 1]]


def test_missing_values_become_what_stands_for_them():
    table = text("sex;wet;size;color", "?;;n/a;red", "m;NA;;blue")
    assert CODING.features(table).tolist() == [[2, 0, 0, 1, 1, 1], [2, 1, 0, 0, 1, 1]]


def test_a_category_that_was_not_learned_sets_no_feature_and_is_told():
    table = text("sex;wet;size;color", "x;yes;1;pink", "f;yes;1;red", "m;no;1;pink")
    columns = CODING.understood(table)
    assert CODING.coded(columns)[:, 1:4].tolist() == [[0, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert CODING.surprises(columns) == (
        "column 'color': 2 samples of unknown categories 'pink' coded as all zeros",
        "column 'sex': 1 sample of unknown categories 'x' coded as 'f'",
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ("sex;wet;size", "f;yes;1"),
            "the table has no column 'color'\n\n"
            "hint: give it the columns that were learned from; it has 'sex', 'wet', 'size'",
        ),
        (
            ("sex;wet;size;color", "f;yes;1;red", "m;yes;big;red"),
            "column 'size' holds 'big' in row 2, where numbers were learned from\n\n"
            "hint: write it as in the table that was learned from",
        ),
        (
            ("sex;wet;size;color", "f;maybe;1;red"),
            "column 'wet' holds 'maybe' in row 1, where yes or no were learned from\n\n"
            "hint: write it as in the table that was learned from",
        ),
        (
            ("sex;wet;size;color", "f;yes;1;red", "f;no;1;?"),
            "column 'color' holds no value in row 2\n\n"
            "hint: fill it in, or train with --missing mean, median, most_frequent or category",
        ),
    ],
)
def test_tables_that_the_coding_does_not_fit_are_refused_with_the_place(lines, message):
    with pytest.raises(DataError) as caught:
        CODING.features(text(*lines))
    assert str(caught.value) == message


def test_a_mark_that_was_learned_as_a_category_stays_one():
    coding = Coding((CodedColumn("sign", Kind.CATEGORICAL, ("+", "-"), "+"),))
    assert coding.features(Table("t", ("sign",), (("-", "+", "?"),)))[:, 0].tolist() == [1.0, 0.0, 0.0]


def test_a_column_that_only_the_test_part_lets_vary_is_left_out():
    column = Column("x", Kind.NUMERIC, np.array([1.0, 1.0, 1.0, 2.0]))
    other = Column("z", Kind.NUMERIC, np.array([1.0, 2.0, 3.0, 4.0]))
    train = [one.rows(np.array([0, 1, 2])) for one in (column, other)]
    coding = Coding.fit(train)
    assert coding.feature_names == ("z",)
    assert coding.notes == ("1 constant column dropped: 'x'",)


def test_without_a_column_that_varies_there_is_no_coding():
    with pytest.raises(DataError) as caught:
        Coding.fit([Column("x", Kind.NUMERIC, np.array([1.0, 1.0]))])
    assert str(caught.value) == (
        "no column varies in the training part, besides the class\n\n"
        "hint: check the file's content, or take more samples"
    )


@pytest.mark.parametrize("missing", [Missing.MEAN, Missing.MEDIAN, Missing.MOST_FREQUENT])
def test_a_column_whole_in_training_still_has_a_value_for_later_holes(missing):
    coding = Coding.fit([Column("x", Kind.NUMERIC, np.array([1.0, 1.0, 4.0]))], missing=missing)
    expected = {Missing.MEAN: 2.0, Missing.MEDIAN: 1.0, Missing.MOST_FREQUENT: 1.0}[missing]
    assert coding.columns[0].fill == expected
    assert coding.notes == ()


def test_the_identity_is_known_as_such():
    assert Coding.identity(("a", "b")).is_identity
    assert not CODING.is_identity


def damaged(change):
    values = json.loads(json.dumps(CODING.to_json()))
    change(values)
    return values


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values.update(schema="other/1"),
        lambda values: values.update(columns=None),
        lambda values: values.update(columns=[]),
        lambda values: values.update(columns=[None]),
        lambda values: values.update(missing_marks=[1]),
        lambda values: values.update(class_column=3),
        lambda values: values["columns"][0].pop("kind"),
        lambda values: values["columns"][0].update(kind="other"),
        lambda values: values["columns"][0].update(fill="red"),
        lambda values: values["columns"][0].update(fill=float("nan")),
        lambda values: values["columns"][0].update(fill=True),
        lambda values: values["columns"][0].update(categories=["a", "b"]),
        lambda values: values["columns"][0].update(form={"decimal": 1}),
        lambda values: values["columns"][0].update(form={"decimal": ";"}),
        lambda values: values["columns"][0].update(form={"decimal": ",", "thousands": ","}),
        lambda values: values["columns"][0].update(name=5),
        lambda values: values["columns"][1].update(categories="abc"),
        lambda values: values["columns"][1].update(categories=["a"]),
        lambda values: values["columns"][1].update(categories=["a", "a"]),
        lambda values: values["columns"][1].update(categories=3),
        lambda values: values["columns"].append(values["columns"][0]),
    ],
)
def test_damaged_codings_are_refused(change):
    with pytest.raises(DataError):
        Coding.from_json(damaged(change))


def test_what_is_no_object_is_no_coding():
    with pytest.raises(DataError) as caught:
        Coding.from_json([])
    assert str(caught.value) == "this is no coding of columns with the schema tinydwn.coding/1\n\nhint: write it again"


@given(st.permutations(["a", "b=x", "b=y", "b=z", "c"]), st.integers(1, 5))
def test_a_coding_of_some_features_in_another_order_codes_the_same_or_there_is_none(order, count):
    columns = [
        Column("a", Kind.NUMERIC, np.array([1.0, 2.0, 3.0])),
        Column("b", Kind.CATEGORICAL, np.array([0.0, 1.0, 2.0]), ("x", "y", "z")),
        Column("c", Kind.NUMERIC, np.array([5.0, 4.0, 4.0])),
    ]
    coding, wanted = Coding.fit(columns), order[:count]
    found = coding.ordered(wanted)
    whole = {"b=x", "b=y", "b=z"}
    places = [k for k, name in enumerate(wanted) if name in whole]
    apart = bool(places) and (
        set(wanted) & whole != whole or wanted[places[0] : places[0] + 3] != ["b=x", "b=y", "b=z"]
    )
    assert (found is None) == apart
    if found is not None:
        every = dict(zip(coding.feature_names, coding.coded(columns).T, strict=True))
        assert np.array_equal(found.coded(columns), np.stack([every[name] for name in wanted], axis=1))

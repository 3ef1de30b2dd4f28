"""Columns that name or number the samples are left out and told; measured ones stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data.column import Column, Kind
from tinydwn.data.identifiers import numbers_samples
from tinydwn.data.reading import Reading
from tinydwn.data.table import Table
from tinydwn.data.table_dataset import to_dataset


def numeric(values, name="x"):
    return Column(name, Kind.NUMERIC, np.array(values, dtype=float))


def dataset(**columns):
    options = columns.pop("options", {})
    rows = len(next(iter(columns.values())))
    labels = tuple("ab"[index % 2] for index in range(rows))
    cells = tuple(tuple(map(str, one)) for one in columns.values())
    return to_dataset(Table("t", (*columns, "y"), (*cells, labels)), Reading(**options))


@given(st.integers(10, 200), st.sampled_from([0, 1]), st.randoms())
def test_each_number_from_the_first_once_is_an_identifier_in_any_order(count, first, random):
    values = list(range(first, first + count))
    assert numbers_samples(numeric(values)) == "it counts the samples"
    random.shuffle(values)
    assert numbers_samples(numeric(values)) in ("it counts the samples", "it numbers the samples")


@pytest.mark.parametrize(
    "values",
    [
        range(9),
        range(2, 30),
        range(0, 60, 2),
        [*range(20), 19],
        np.arange(20) + 0.5,
        [*range(20), 1e9],
        [float("nan"), *range(1, 20)],
        range(20, 0, -1),
    ],
)
def test_other_numbers_are_measured(values):
    values = list(values)
    expected = "it numbers the samples" if values == list(range(20, 0, -1)) else ""
    assert numbers_samples(numeric(values)) == expected


@pytest.mark.parametrize(
    ("name", "identifies"),
    [
        ("id", True),
        ("ID", True),
        ("patient_id", True),
        ("PassengerId", True),
        ("row number", True),
        ("Unnamed: 0", True),
        ("id_code", True),
        ("acid", False),
        ("humidity", False),
        ("width", False),
        ("monkey", False),
        ("casino", False),
        ("piano", False),
        ("idle", False),
    ],
)
def test_a_name_says_that_different_numbers_are_identifiers(name, identifies):
    values = np.random.default_rng(0).permutation(10_000)[:50]
    assert bool(numbers_samples(numeric(values, name))) is identifies
    assert not numbers_samples(numeric(values // 300, name))


def test_texts_that_all_differ_are_left_out_and_named():
    data = dataset(name=[f"n{k}" for k in range(30)], x=[k % 7 for k in range(30)])
    assert data.feature_names == ("x",)
    assert data.notes[1] == (
        "column 'name' left out: its 30 texts all differ, which tells nothing (it stays where --only names it)"
    )


def test_an_identifier_stays_where_it_is_asked_for_or_alone():
    assert dataset(n=range(30), options={"only": ["n"]}).feature_names == ("n",)
    assert dataset(n=range(30)).feature_names == ("n",)


def test_texts_nearly_all_of_which_differ_are_refused_and_read_as_said():
    from tinydwn.errors import DataError

    names = [f"n{k // 2 if k > 25 else k}" for k in range(40)]
    with pytest.raises(DataError) as caught:
        dataset(name=names, x=[k % 7 for k in range(40)])
    different = len(set(names))
    assert str(caught.value) == (
        f"column 'name' holds {different} different texts in 40 rows, too many for categories: 'n0', 'n1', ...\n\n"
        "hint: leave the column out with --ignore name, or pass --categorical name"
    )
    data = dataset(name=names, x=[k % 7 for k in range(40)], options={"categorical": ["name"]})
    assert len(data.feature_names) == different + 1


def test_a_column_without_any_value_is_left_out_and_named():
    data = dataset(x=range(3, 9), z=["", "?", "NA", "", "-", "n/a"])
    assert data.feature_names == ("x",)
    assert "column 'z' left out: it holds no value" in data.notes


@given(st.lists(st.sampled_from([1.7e308, -1.7e308, 1e308, 0.0, 1.0, 5e-324]), min_size=10, max_size=30))
def test_numbers_at_the_end_of_their_range_are_looked_at_without_a_warning(values):
    assert numbers_samples(numeric(values, "id")) == ""

"""Samples in memory that are coded as those that were learned from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data import Coding, coded_samples, dataset_of, read_samples
from tinydwn.errors import DataError

FRUIT = pd.DataFrame(
    {
        "grams": [120.0, 95.0, 130.0, 90.0] * 3,
        "skin": ["red", "green", "brown", "green"] * 3,
        "ripe": [True, False, True, True] * 3,
        "size": [3, 4, 5, 6] * 3,
    }
)
KINDS = ["apple", "pear"] * 6


@pytest.fixture(scope="module")
def coding() -> Coding:
    found = dataset_of(FRUIT, KINDS).split(test_fraction=0.3).coding
    assert found is not None
    return found


def test_the_frame_that_was_learned_from_gives_the_features_that_were_learned_from(coding: Coding) -> None:
    data = dataset_of(FRUIT, KINDS)
    assert data.feature_names == coding.feature_names
    assert coded_samples(FRUIT, coding).tolist() == data.features.tolist()


@given(st.permutations(list(FRUIT.columns)))
def test_columns_may_come_in_any_order_with_others_among_them(order: list[str]) -> None:
    coding = dataset_of(FRUIT, KINDS).split(test_fraction=0.3).coding
    assert coding is not None
    shuffled = FRUIT[order].assign(price="high")
    assert coded_samples(shuffled, coding).tolist() == coded_samples(FRUIT, coding).tolist()


def test_a_frame_and_the_file_of_it_give_the_same_features(coding: Coding, tmp_path: Path) -> None:
    FRUIT.to_csv(tmp_path / "fruit.csv", index=False)
    assert coded_samples(FRUIT, coding).tolist() == read_samples(tmp_path / "fruit.csv", coding).features.tolist()


def test_columns_that_do_not_matter_may_be_absent_and_give_zeros(coding: Coding, tmp_path: Path) -> None:
    few = FRUIT[["grams"]].assign(size="not looked at")
    features = coded_samples(few, coding, needed={"grams"})
    place = coding.feature_names.index("grams")
    assert features[:, place].tolist() == FRUIT["grams"].tolist()
    assert not np.delete(features, place, axis=1).any()
    few.to_csv(tmp_path / "few.csv", index=False)
    assert read_samples(tmp_path / "few.csv", coding, needed={"grams"}).features.tolist() == features.tolist()
    assert read_samples(tmp_path / "few.csv", coding, needed=()).features.tolist() == (0 * features).tolist()
    with pytest.raises(DataError, match=r"the table has no column 'skin', 'ripe'"):
        coded_samples(few, coding)


def test_an_array_has_the_columns_in_order(coding: Coding) -> None:
    assert coded_samples(FRUIT.to_numpy(dtype=object), coding).tolist() == coded_samples(FRUIT, coding).tolist()
    with pytest.raises(DataError, match="samples of 1 column, 4 were learned from: 'grams', 'skin', 'ripe', 'size'"):
        coded_samples([[1.0]], coding)


def test_names_like_x2_tell_the_place_in_an_array() -> None:
    coding = Coding.identity(("x0", "x2"))
    assert coded_samples([[1, 2, 3], [4, 5, 6]], coding).tolist() == [[1, 3], [4, 6]]
    assert coded_samples([[1], [4]], coding, needed={"x0"}).tolist() == [[1, 0], [4, 0]]
    with pytest.raises(DataError, match="samples of 2 columns have no 'x2'"):
        coded_samples([[1, 2]], coding)


def test_numbers_are_categories_where_categories_were_learned_from() -> None:
    frame = pd.DataFrame({"floor": pd.Categorical([1, 2, 3, 1, 2, 3])})
    coding = dataset_of(frame, [0, 1] * 3).typed.fit()  # type: ignore[union-attr]
    for column in ([1, 2, 3], [1.0, 2.0, 3.0], ["1", "2", "3"]):
        assert coded_samples(pd.DataFrame({"floor": column}), coding).tolist() == np.eye(3).tolist()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("heavy", "column 'grams' holds 'heavy' in row 2, where numbers were learned from"),
        (None, "column 'grams' holds no value in row 2"),
        (float("nan"), "column 'grams' holds no value in row 2"),
        (float("inf"), "column 'grams' holds an infinite number in row 2"),
    ],
)
def test_a_cell_that_is_no_number_is_named_with_its_place(value: object, message: str) -> None:
    frame = pd.DataFrame({"grams": [1.0, value, 2.0]}, dtype=object)
    with pytest.raises(DataError) as caught:
        coded_samples(frame, Coding.identity(("grams",)))
    assert caught.value.message == message


def test_two_columns_of_one_name_are_refused_where_they_matter() -> None:
    frame = pd.DataFrame([[1.0, 2.0, 3.0]], columns=["a", "a", "b"])
    coding = Coding.identity(("a", "b"))
    assert coded_samples(frame, coding, needed={"b"}).tolist() == [[0.0, 3.0]]
    with pytest.raises(DataError, match="two columns are named 'a'"):
        coded_samples(frame, coding)


def test_a_category_that_was_not_learned_from_is_warned_of() -> None:
    frame = pd.DataFrame({"sex": pd.Categorical(["f", "m", "f", "m"]), "grams": [1.0, 2.0, 3.0, 4.0]})
    coding = dataset_of(frame, [0, 1] * 2).typed.fit()  # type: ignore[union-attr]
    told = r"column 'sex': 1 sample of unknown categories 'x' coded as 'f'"
    with pytest.warns(UserWarning, match=told):
        features = coded_samples(pd.DataFrame({"sex": ["x", "m"], "grams": [1.0, 2.0]}), coding)
    assert features[:, 0].tolist() == [0.0, 1.0]

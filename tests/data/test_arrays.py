"""Samples in memory: arrays, lists and data frames, and what is refused in words of one's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data import dataset_of, read_samples
from tinydwn.errors import DataError

pandas = pytest.importorskip("pandas")

X = [[1.0, 5.0], [2.0, 6.0], [8.0, 5.0], [9.0, 7.0]]


def refused(*given_, **options):
    with pytest.raises(DataError) as caught:
        dataset_of(*given_, **options)
    return str(caught.value)


@given(
    st.sampled_from([["b", "a"], [3, -1], [True, False], [2.0, 1.0], [np.str_("z"), np.str_("y")], [(1, 2), (0, 5)]]),
    st.permutations(range(8)),
)
def test_labels_of_any_kind_that_sorts_become_classes_in_order(kinds, order):
    labels = [kinds[index % 2] for index in order]
    data = dataset_of(np.arange(16.0).reshape(8, 2), labels if not isinstance(kinds[0], tuple) else to_objects(labels))
    assert data.class_names == tuple(str(int(one)) if isinstance(one, float) else str(one) for one in sorted(kinds))
    assert [sorted(kinds)[label] for label in data.labels] == labels


def to_objects(values):
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


@pytest.mark.parametrize("kind", [np.float32, np.int16, np.uint8, bool, object, list, tuple])
def test_numbers_of_any_kind_are_features(kind):
    values = [[1, 0], [0, 1], [0, 0], [1, 1]]
    given_ = kind(map(tuple, values)) if kind in (list, tuple) else np.array(values).astype(kind)
    data = dataset_of(given_, [0, 1, 0, 1])
    assert data.features.tolist() == values
    assert data.feature_names == ("x0", "x1")
    assert data.split(test_fraction=0.5).coding is None or data.split(test_fraction=0.5).coding.is_identity


def test_a_column_of_classes_is_accepted_as_scikit_learn_does():
    assert dataset_of(X, np.array([[0], [0], [1], [1]])).labels.tolist() == [0, 0, 1, 1]


def frame(**changes):
    columns = {
        "grams": [120, 95, 130, 90, 100, 101],
        "skin": ["red", "green", "red", "blue", "green", "red"],
        "ripe": [True, False, True, True, False, False],
        "size": pandas.Categorical([1, 2, 3, 1, 2, 3]),
        "label": ["apple", "pear"] * 3,
    }
    return pandas.DataFrame(columns | changes)


def test_columns_of_a_data_frame_are_coded_by_their_kind():
    data = dataset_of(frame())
    assert data.feature_names == (
        "grams", "skin=blue", "skin=green", "skin=red", "ripe", "size=1", "size=2", "size=3",
    )  # fmt: skip
    assert data.features[:, 0].tolist() == [120, 95, 130, 90, 100, 101]
    assert data.features[:, 3].tolist() == [1, 0, 1, 0, 0, 1]
    assert data.features[:, 4].tolist() == [1, 0, 1, 1, 0, 0]
    assert data.class_names == ("apple", "pear")


def test_the_class_of_a_data_frame_is_a_column_or_given_beside_it():
    assert dataset_of(frame(), "ripe").class_names == ("False", "True")
    beside = dataset_of(frame().drop(columns="label"), pandas.Series([1, 2] * 3, index=range(5, 11)))
    assert beside.class_names == ("1", "2")
    guessed = dataset_of(frame().rename(columns={"label": "kind"}))
    assert guessed.notes[0] == "the class is the last column, 'kind'"


def test_categories_of_a_data_frame_are_learned_from_the_training_part():
    split = dataset_of(frame()).split(test_fraction=0.34, seed=1)
    assert split.coding is not None
    assert split.coding.feature_names == split.feature_names


def test_texts_and_numbers_in_one_array_are_told_apart():
    data = dataset_of([[1.5, "a"], [2.5, "b"], [3.5, "a"], [4.5, "b"]], [0, 1, 0, 1], ["n", "k"])
    assert data.feature_names == ("n", "k=b")
    assert data.features[:, 0].tolist() == [1.5, 2.5, 3.5, 4.5]


class Sparse:
    def toarray(self):
        return X


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ([[1.0], [float("nan")]], [0, 1]),
            "column 'x0' holds no value in row 2\n\nhint: fill it in, or leave the row out",
        ),
        (
            ([[1.0], [float("inf")]], [0, 1]),
            "column 'x0' holds an infinite number in row 2\n\nhint: fill it in, or leave the row out",
        ),
        (
            ([1.0, 2.0], [0, 1]),
            "'samples': samples of shape (2,)\n\nhint: give a matrix of (samples, features), such as [[1.0, 2.0]]",
        ),
        (
            ([[1.0], [2.0, 3.0]], [0, 1]),
            "'samples': the samples do not have equally many features\n\nhint: give a matrix",
        ),
        ((np.empty((0, 3)), []), "'samples': 0 samples of 3 features\n\nhint: give some"),
        (
            ([], []),
            "'samples': samples of shape (0,)\n\nhint: give a matrix of (samples, features), such as [[1.0, 2.0]]",
        ),
        (
            ([[1j], [2j]], [0, 1]),
            "'samples': samples of complex128\n\nhint: give real numbers, truth values or texts",
        ),
        ((X, [0, 1, 1]), "'samples': classes of shape (3,) for 4 samples\n\nhint: give one class per sample"),
        ((X, [0, 1, None, 1]), "'samples': sample 3 has no class\n\nhint: leave the sample out"),
        ((X, [0, 1, pandas.NA, 1]), "'samples': sample 3 has no class\n\nhint: leave the sample out"),
        (
            (frame(skin=[np.ones(2)] * 6),),
            "column 'skin' holds a ndarray in row 1\n\nhint: give numbers or texts",
        ),
        (
            (frame(ripe=pandas.array([True, None] * 3, dtype="boolean")),),
            "column 'ripe' holds no value in row 2\n\nhint: fill it in, or leave the row out",
        ),
        (
            (frame(grams=pandas.array([1, 2, None] * 2, dtype="Int64")),),
            "column 'grams' holds no value in row 3\n\nhint: fill it in, or leave the row out",
        ),
        ((X, [0, 1, float("nan"), 1]), "'samples': sample 3 has no class\n\nhint: leave the sample out"),
        (
            (X, [0, 1, "a", 1]),
            "'samples': the classes cannot be sorted: '<' not supported between instances of 'str' and 'int'\n\n"
            "hint: give all classes as numbers, or all as texts",
        ),
        (
            (X, [0.1, 0.2, 0.1, 0.2]),
            "'samples': the classes are numbers such as 0.1: they seem to be measured\n\n"
            "hint: give a class per sample, for instance with numpy.digitize",
        ),
        (
            (X, [0, 1, 0, 1], ["a"]),
            "'samples': 1 feature name for 2 features\n\nhint: give one name per column",
        ),
        (
            (X, [0, 1, 0, 1], ["a", "a"]),
            "two features would be named 'a'\n\nhint: rename one of the columns",
        ),
        (
            (X,),
            "'samples': samples without classes\n\nhint: give (X, y), or a DataFrame that holds the class as a column",
        ),
        ((Sparse(), [0, 1, 0, 1]), "'samples': the samples are a sparse matrix\n\nhint: give X.toarray()"),
        (
            (X, [0, 0, 0, 0]),
            "data set 'samples' has 1 class, at least 2 are needed: '0'\n\nhint: check which column holds the class",
        ),
        (
            (frame(grams=[1, 2, None, 4, 5, 6]),),
            "column 'grams' holds no value in row 3\n\nhint: fill it in, or leave the row out",
        ),
        (
            (frame(skin=["red", None, "red", "blue", "red", "red"]),),
            "column 'skin' holds no value in row 2\n\nhint: fill it in, or leave the row out",
        ),
        (
            (frame(grams=pandas.date_range("2024-01-01", periods=6)),),
            "column 'grams' holds datetime64[ns] values\n\n"
            "hint: make it a column of numbers, or leave it out of the DataFrame",
        ),
        (
            (frame(skin=[[1], [2], [1], [2], [1], [2]]),),
            "column 'skin' holds a list in row 1\n\nhint: give numbers or texts",
        ),
        (
            (frame(), "lable"),
            "'samples' has no column 'lable'\n\n"
            "hint: did you mean 'label'? columns: 'grams', 'skin', 'ripe', 'size', 'label'",
        ),
        ((pandas.DataFrame(),), "'samples' has no column\n\nhint: give one column per feature and one with the class"),
        (
            (pandas.DataFrame({"y": [0, 1]}),),
            "'samples' has no column besides the class\n\nhint: give one column per feature",
        ),
        ((pandas.DataFrame({"x": [], "y": []}),), "'samples' has no samples\n\nhint: give one row per sample"),
    ],
)
def test_unsound_samples_are_refused_in_words_of_ones_own(arguments, message):
    assert refused(*arguments).replace("datetime64[us]", "datetime64[ns]") == message


def test_too_many_texts_make_no_categories():
    many = pandas.DataFrame({"k": [f"k{n}" for n in range(202)], "x": range(202), "y": [0, 1] * 101})
    assert refused(many) == (
        "column 'k' holds 202 different texts, at most 100 make categories: 'k0', 'k1', ...\n\n"
        "hint: leave it out, or join rare values"
    )


def test_the_coding_of_a_data_frame_knows_its_class_column(tmp_path):
    coding = dataset_of(frame(), "ripe").split(test_fraction=0.4).coding
    assert coding.class_column == "ripe"
    assert dataset_of(frame(), [0, 1] * 3).split(test_fraction=0.4).coding.class_column is None
    frame().to_csv(tmp_path / "f.csv", index=False)
    assert read_samples(tmp_path / "f.csv", coding).labels == ("True", "False", "True", "True", "False", "False")

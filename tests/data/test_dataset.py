"""Laws of splits, and everything that a data set refuses to be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.data import Dataset, Split
from tinydwn.errors import ConfigError, DataError

COUNTS = st.lists(st.integers(2, 30), min_size=2, max_size=5)


def numbered(counts, **changes):
    """A data set whose one feature is the number of the sample."""
    labels = np.repeat(np.arange(len(counts)), counts)
    parts = {
        "name": "numbers",
        "features": np.arange(labels.size, dtype=float)[:, None],
        "labels": labels,
        "feature_names": ("number",),
        "class_names": tuple(f"c{i}" for i in range(len(counts))),
    }
    return Dataset(**(parts | changes))


@given(COUNTS, st.floats(0.01, 0.99), st.integers(0, 2**31))
def test_a_split_holds_every_sample_once_with_its_label(counts, fraction, seed):
    data = numbered(counts)
    split = data.split(test_fraction=fraction, seed=seed)
    numbers = np.concatenate([split.train_features, split.test_features])[:, 0].astype(int)
    labels = np.concatenate([split.train_labels, split.test_labels])
    assert sorted(numbers.tolist()) == list(range(data.samples))
    assert np.array_equal(labels, data.labels[numbers])


@given(COUNTS, st.floats(0.01, 0.99), st.integers(0, 2**31))
def test_every_class_is_in_both_parts_at_its_share(counts, fraction, seed):
    split = numbered(counts).split(test_fraction=fraction, seed=seed)
    in_test = np.bincount(split.test_labels, minlength=len(counts))
    for count, got in zip(counts, in_test.tolist(), strict=True):
        assert 1 <= got <= count - 1
        assert got in (1, count - 1) or abs(got - fraction * count) <= 0.5


@given(COUNTS, st.integers(0, 2**31))
def test_splitting_twice_by_one_seed_gives_the_same_parts(counts, seed):
    once, again = numbered(counts).split(seed=seed), numbered(counts).split(seed=seed)
    assert once.train_features.tobytes() == again.train_features.tobytes()
    assert once.test_labels.tobytes() == again.test_labels.tobytes()


def test_another_seed_gives_other_parts():
    data = numbered([50, 50])
    assert data.split(seed=0).test_features.tolist() != data.split(seed=1).test_features.tolist()


def test_a_published_test_part_is_kept_as_it_is():
    data = numbered([3, 3], labels=[0, 1, 0, 1, 0, 1], fixed_test=2)
    split = data.split(test_fraction=0.5, seed=7)
    assert split.test_features[:, 0].tolist() == [4.0, 5.0]
    assert split.train_features[:, 0].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert split.test_fraction == pytest.approx(1 / 3)
    assert split.notes == ("the test part came with the data: the last 2 samples",)


def test_arrays_are_copied_and_read_only():
    features = np.array([[1.0], [2.0], [3.0], [4.0]])
    data = numbered([2, 2], features=features)
    features[0, 0] = 9.0
    assert data.features[0, 0] == 1.0
    for array in (data.features, data.labels, data.split().train_features, data.split().test_labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_the_digest_tells_data_sets_apart_and_not_their_titles():
    data = numbered([3, 3])
    assert data.digest == numbered([3, 3], name="other", notes=("a note",)).digest
    others = [
        numbered([3, 3], features=data.features + 1),
        numbered([3, 3], labels=data.labels[::-1]),
        numbered([3, 3], feature_names=("n",)),
        numbered([3, 3], class_names=("a", "b")),
        numbered([3, 3], fixed_test=1),
    ]
    assert len({data.digest, *(other.digest for other in others)}) == 6
    assert len(data.digest) == 64


def test_classes_are_counted():
    assert numbered([3, 5, 2]).class_counts == (3, 5, 2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"features": [[1.0, 2.0]] * 4}, "data set 'numbers': features of shape (4, 2) for 1 feature names"),
        ({"features": np.empty((4, 0)), "feature_names": ()}, "data set 'numbers' has no feature"),
        (
            {"features": [[1.0, 2.0]] * 4, "feature_names": ("a", "a")},
            "data set 'numbers': two features are named 'a'\n\nhint: rename one of them",
        ),
        (
            {"features": [[1.0], [2.0], [math.nan], [3.0]]},
            "data set 'numbers': feature 'number' is nan in sample 3\n\nhint: drop or fill the sample",
        ),
        ({"features": [["a"]] * 4}, "expected float64 numbers, got <U1"),
        ({"labels": [0.0, 0.0, 1.0, 1.0]}, "expected int64 numbers, got float64"),
        ({"labels": [0, 0, 1]}, "data set 'numbers': labels of shape (3,) for 4 samples"),
        ({"labels": [0, 0, 1, 2]}, "data set 'numbers': a label is not an index into the 2 class names"),
        ({"labels": [-1, 0, 1, 1]}, "data set 'numbers': a label is not an index into the 2 class names"),
        (
            {"class_names": ("a", "a")},
            "data set 'numbers': two classes are named 'a'\n\nhint: rename one of them",
        ),
        (
            {"labels": [0, 0, 0, 0], "class_names": ("a",)},
            "data set 'numbers' has 1 class, at least 2 are needed: 'a'\n\nhint: check which column holds the class",
        ),
        (
            {"labels": [0, 0, 0, 1], "class_names": ("a", "b")},
            "data set 'numbers': 1 of 2 classes have fewer than 2 samples: 'b'\n\n"
            "hint: check which column holds the class, or leave the rare classes out with --drop-rare",
        ),
        (
            {"labels": [0, 1, 2, 3], "class_names": tuple("abcdefg")},
            "data set 'numbers': 7 of 7 classes have fewer than 2 samples: 'a', 'b', 'c', 'd', 'e', ...\n\n"
            "hint: check which column holds the class, or leave the rare classes out with --drop-rare",
        ),
        ({"fixed_test": 4}, "data set 'numbers': a test part of 4 samples out of 4"),
    ],
)
def test_unsound_data_sets_are_refused(changes, message):
    with pytest.raises(DataError) as caught:
        numbered([2, 2], **changes)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"test_fraction": 0.0},
            "the test fraction is 0.0\n\nhint: choose a number between 0 and 1, such as 0.2",
        ),
        (
            {"test_fraction": math.nan},
            "the test fraction is nan\n\nhint: choose a number between 0 and 1, such as 0.2",
        ),
        ({"seed": -1}, "the seed is -1\n\nhint: choose a whole number from 0 upwards"),
    ],
)
def test_senseless_splits_are_refused(options, message):
    with pytest.raises(ConfigError) as caught:
        numbered([2, 2]).split(**options)
    assert str(caught.value) == message


def test_a_split_made_by_hand_is_checked():
    with pytest.raises(DataError) as caught:
        Split("s", [[1.0]], [0], [[1.0]], [5], ("x",), ("a", "b"), 0, 0.5)
    assert str(caught.value) == "data set 's (test part)': a label is not an index into the 2 class names"


@given(st.text(st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF), min_size=1, max_size=3), st.integers(0, 2))
def test_names_that_no_file_can_hold_are_refused(odd, place):
    changes = [{"name": odd}, {"feature_names": (odd,)}, {"class_names": ("a", odd)}][place]
    with pytest.raises(DataError, match="is no text that a file can hold"):
        numbered([2, 3], **changes)

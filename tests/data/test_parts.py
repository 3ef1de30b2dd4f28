"""Samples in several files: what joins the training part, what is the test part, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinydwn.data import Reading, load_dataset
from tinydwn.errors import ConfigError, DataError
from tinydwn.synthesis import SynthesisOptions

TRAIN = "grams,skin,kind\n1,red,a\n2,green,b\n3,red,a\n4,green,b\n"
FR = ".i 2\n.o 1\n.type fr\n"


def files(folder, **texts):
    for name, text in texts.items():
        ending = "pla" if text.startswith(".i") else "csv"
        (folder / f"{name}.{ending}").write_text(text)
    return [folder / f"{name}.{'pla' if text.startswith('.i') else 'csv'}" for name, text in texts.items()]


def test_the_test_part_is_the_file_and_validation_joins_the_training_part(tmp_path):
    train, more, test = files(
        tmp_path, train=TRAIN, more="kind,skin,grams,note\nb,green,9,x\n", test="skin,kind,grams\nred,a,7\nblue,b,8\n"
    )
    data = load_dataset(train, Reading(test=test, validation=str(more)))
    split = data.split(test_fraction=0.5, seed=3)
    assert split.feature_names == ("grams", "skin=red")
    assert split.train_features[:, 0].tolist() == [1, 2, 3, 4, 9]
    assert split.test_features.tolist() == [[7, 1], [8, 0]]
    assert split.test_labels.tolist() == [0, 1]
    assert split.coding is not None
    assert [note for note in split.notes if "part" in note or "'blue'" in note] == [
        "1 sample of more.csv joined to the training part",
        "2 samples of test.csv are the test part",
        "column 'skin': 1 sample of unknown categories 'blue' coded as 'green'",
        "the test part came with the data: the last 2 samples",
    ]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["00 1", "01 0", "11 -", "10 1", "1- 0"]), max_size=6))
def test_what_a_pla_says_nothing_of_is_in_no_part(tmp_path, rows):
    train, test = files(tmp_path, train=FR + "00 1\n01 0\n11 -\n10 1\n11 0\n", test=FR + "\n".join(["01 1", *rows]))
    split = load_dataset(train, Reading(test=test)).split()
    counts = {"00 1": 1, "01 0": 1, "11 -": 0, "10 1": 1, "1- 0": 2}
    assert split.train_labels.tolist() == [1, 0, 1, 0]
    assert split.test_labels.size == 1 + sum(counts[row] for row in rows)


def test_dropped_samples_and_rare_classes_leave_the_test_part_as_large_as_it_is(tmp_path):
    train, test = files(
        tmp_path, train=TRAIN + ",red,a\n", test="grams,skin,kind\n5,red,a\n,red,b\n6,red,c\n7,green,b\n"
    )
    data = load_dataset(train, Reading(test=test, missing="drop", drop_rare=True))
    assert (data.samples, data.fixed_test) == (6, 2)
    assert data.split().test_features[:, 0].tolist() == [5, 7]


@pytest.mark.parametrize(
    ("test", "message", "hint"),
    [
        (
            "grams,kind\n1,a\n",
            "test.csv has no column 'skin'",
            "give it the columns of the other samples; it has 'grams', 'kind'",
        ),
        ("grams,skin,kind\n", "test.csv has no samples", "add one row per sample"),
        (
            "grams,skin,kind\n1,red,c\n2,red,c\n",
            "data set 'train': only the test part has samples of 'c'",
            "give samples of every class to learn from",
        ),
    ],
)
def test_a_part_that_does_not_fit_is_refused(tmp_path, test, message, hint):
    train, part = files(tmp_path, train=TRAIN, test=test)
    with pytest.raises(DataError) as caught:
        load_dataset(train, Reading(test=part))
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_test_part_without_a_sample_left_is_refused(tmp_path):
    train, test = files(tmp_path, train=FR + "00 1\n01 0\n11 1\n10 0\n", test=FR + "00 -\n")
    with pytest.raises(DataError, match="no sample of the test part is left"):
        load_dataset(train, Reading(test=test))


def test_parts_of_what_is_no_table_are_refused():
    with pytest.raises(ConfigError) as caught:
        load_dataset("iris", Reading(test="more.csv"))
    assert caught.value.message == "data set 'iris' is no table, so that the option 'test' has no effect"


def test_a_fraction_beside_a_test_part_is_refused():
    options = SynthesisOptions(test_fraction=0.3)
    with pytest.raises(ConfigError, match="the test part is a file, so that a test fraction has no effect"):
        replace(options, reading=Reading(test="more.csv"))


def test_a_pla_is_learned_from_and_a_csv_is_its_test_part(tmp_path):
    train, test = files(tmp_path, train=FR + "00 1\n01 0\n11 1\n10 0\n", test="y0,x1,x0\n1,1,0\n")
    split = load_dataset(train, Reading(test=test)).split()
    assert np.array_equal(split.test_features, [[0, 1]])
    assert split.test_labels.tolist() == [1]

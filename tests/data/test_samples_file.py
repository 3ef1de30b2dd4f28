"""Files of samples to be classified: the same columns, in any order and form."""

from __future__ import annotations

import numpy as np
import pytest

from tinydwn.data import Coding, Reading, load_dataset, read_samples
from tinydwn.errors import DataError

ROWS = [(f"{k % 13}.5", ["red", "green", "blue"][k % 3], ["plum", "apple"][k % 4 > 1]) for k in range(60)]


@pytest.fixture
def learned(tmp_path):
    path = tmp_path / "fruit.csv"
    path.write_text("\n".join(["grams,color,kind", *(",".join(row) for row in ROWS)]))
    return path


def saved(path, *lines):
    path.write_text("\n".join(lines) + "\n")
    return path


def refused(path, coding, **fields):
    with pytest.raises(DataError) as caught:
        read_samples(path, coding, Reading(**fields))
    return str(caught.value)


def test_the_file_that_was_learned_from_gives_its_own_features_and_classes(learned):
    split = load_dataset(learned).split(seed=3)
    samples = read_samples(learned, split.coding)
    assert samples.labels == tuple(row[2] for row in ROWS)
    assert samples.notes == ()
    order = np.lexsort(samples.features.T)
    seen = np.concatenate([split.train_features, split.test_features])
    assert np.array_equal(samples.features[order], seen[np.lexsort(seen.T)])
    with pytest.raises(ValueError, match="read-only"):
        samples.features[0, 0] = 1


def test_columns_in_another_order_and_file_without_the_class_are_read(learned, tmp_path):
    coding = load_dataset(learned).split().coding
    samples = read_samples(saved(tmp_path / "new.tsv", "color\tname\tgrams", "blue\tann\t7", "red\tbob\t2.5"), coding)
    assert samples.labels is None
    assert coding.feature_names == ("grams", "color=blue", "color=green", "color=red")
    assert samples.features.tolist() == [[7, 1, 0, 0], [2.5, 0, 0, 1]]


def test_categories_that_were_not_learned_are_told(learned, tmp_path):
    coding = load_dataset(learned).split().coding
    samples = read_samples(saved(tmp_path / "new.csv", "grams,color", "7,pink", "8,pink", "9,red"), coding)
    assert samples.features[:2, 1:].tolist() == [[0, 0, 0], [0, 0, 0]]
    assert samples.notes == ("column 'color': 2 samples of unknown categories 'pink' coded as all zeros",)


def test_one_sample_is_enough(learned, tmp_path):
    coding = load_dataset(learned).split().coding
    assert read_samples(saved(tmp_path / "new.csv", "grams,color", "7,red"), coding).features.shape == (1, 4)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            ("grams,color", "7,red", "?,red"),
            "column 'grams' holds no value in row 2\n\n"
            "hint: fill it in, or train with --missing mean, median, most_frequent or category",
        ),
        (
            ("grams,color", "7,red", "heavy,red"),
            "column 'grams' holds 'heavy' in row 2, where numbers were learned from\n\n"
            "hint: write it as in the table that was learned from",
        ),
        (
            ("weight,color", "7,red"),
            "the table has no column 'grams'\n\n"
            "hint: give it the columns that were learned from; it has 'weight', 'color'",
        ),
        (("grams,color",), "new.csv has a header and no samples\n\nhint: add one row per sample"),
    ],
)
def test_files_that_do_not_fit_are_refused_with_the_place(learned, tmp_path, lines, message):
    coding = load_dataset(learned).split().coding
    assert refused(saved(tmp_path / "new.csv", *lines), coding) == message


def test_what_was_filled_in_training_is_filled_alike_later(learned, tmp_path):
    split = load_dataset(learned, missing="mean").split()
    samples = read_samples(saved(tmp_path / "new.csv", "grams,color", "?,red"), split.coding)
    assert samples.features[0, 0] == split.train_features[:, 0].mean()


def test_marks_that_are_said_hold_for_the_file(learned, tmp_path):
    coding = load_dataset(learned, missing="mean").split().coding
    path = saved(tmp_path / "new.csv", "grams,color", "-999,red")
    assert read_samples(path, coding).features[0, 0] == -999
    assert read_samples(path, coding, Reading(missing_marks=["-999"])).features[0, 0] == coding.columns[0].fill


@pytest.fixture
def unnamed(tmp_path):
    return saved(tmp_path / "fruit.data", *(",".join(row) for row in ROWS))


def test_a_table_without_names_is_followed_by_others_without_names(unnamed, tmp_path):
    coding = load_dataset(unnamed, header=False).split().coding
    samples = read_samples(unnamed, coding)
    assert samples.features.shape == (60, 4)
    assert samples.labels == tuple(row[2] for row in ROWS)
    without_class = read_samples(saved(tmp_path / "new.data", "7,red", "8,blue"), coding)
    assert without_class.labels is None
    assert without_class.features[:, 0].tolist() == [7, 8]
    named = read_samples(saved(tmp_path / "new.csv", "column_2,column_1", "red,7"), coding)
    assert named.features.tolist() == [[7, 0, 0, 1]]


def test_classes_are_those_of_the_column_that_is_said(learned, tmp_path):
    coding = load_dataset(learned).split().coding
    path = saved(tmp_path / "new.csv", "grams,color,sort,kind", "7,red,apple,plum", "8,red,?,plum")
    assert read_samples(path, coding).labels == ("plum", "plum")
    assert read_samples(path, coding, Reading(target="sort")).labels == ("apple", "")
    assert refused(path, coding, target="type").startswith("'new' has no column 'type'")


def test_one_class_stands_against_the_rest_in_the_file_too(learned):
    split = load_dataset(learned, positive="plum").split()
    labels = read_samples(learned, split.coding, Reading(positive="plum")).labels
    assert labels == tuple("plum" if row[2] == "plum" else "rest" for row in ROWS)


def test_a_coding_of_named_numbers_reads_a_table_of_them(tmp_path):
    coding = Coding.identity(("a", "b"))
    samples = read_samples(saved(tmp_path / "n.csv", "b,a", "2,1", "4,3"), coding)
    assert samples.features.tolist() == [[1, 2], [3, 4]]


def test_images_are_no_table(tmp_path):
    path = tmp_path / "i.npz"
    np.savez(path, x=np.zeros(3))
    assert refused(path, Coding.identity(("a",))).startswith(f"{path} holds no table\n\nhint: the name ends in .csv")

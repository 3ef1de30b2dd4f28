"""Names and where they lead; the real sets all load."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tinydwn.data import known_names, load_dataset
from tinydwn.encoder import fit_encoder
from tinydwn.errors import ConfigError, DataError

FRUIT = b"grams,class\n120,apple\n95,pear\n130,apple\n90,pear\n"


@pytest.fixture(autouse=True)
def _no_folder(monkeypatch):
    monkeypatch.delenv("TINYDWN_DATA", raising=False)


@pytest.mark.parametrize(
    ("name", "samples", "features", "classes", "first"),
    [
        ("iris", 150, 4, ("setosa", "versicolor", "virginica"), "sepal length (cm)"),
        ("wine", 178, 13, ("class_0", "class_1", "class_2"), "alcohol"),
        ("breast_cancer", 569, 30, ("malignant", "benign"), "mean radius"),
        ("digits", 1797, 61, tuple("0123456789"), "pixel_0_1"),
    ],
)
def test_built_in_sets_need_nothing(name, samples, features, classes, first):
    data = load_dataset(name)
    assert data.name == name
    assert data.features.shape == (samples, features)
    assert data.class_names == classes
    assert data.feature_names[0] == first


def test_digits_tells_its_constant_pixels():
    assert load_dataset("digits").notes == ("3 constant columns dropped: 'pixel_0_0', 'pixel_4_0', 'pixel_4_7'",)


def test_a_built_in_name_means_the_same_with_and_without_a_folder(tmp_path):
    (tmp_path / "iris.csv").write_bytes(FRUIT)
    assert load_dataset("iris", data_folder=tmp_path).digest == load_dataset("iris").digest
    assert load_dataset(tmp_path / "iris.csv").class_names == ("apple", "pear")


def test_a_name_leads_to_the_folder_in_the_environment(tmp_path, monkeypatch):
    (tmp_path / "fruit.csv.gz").write_bytes(gzip.compress(FRUIT))
    monkeypatch.setenv("TINYDWN_DATA", str(tmp_path))
    assert load_dataset("fruit").name == "fruit"
    assert "fruit" in known_names()


def test_positive_makes_two_classes():
    data = load_dataset("iris", positive="virginica")
    assert data.class_names == ("rest", "virginica")
    assert data.class_counts == (100, 50)


def test_a_name_that_nobody_knows_is_answered_with_the_nearest(tmp_path):
    with pytest.raises(DataError) as caught:
        load_dataset("breast_cancre", data_folder=tmp_path)
    assert caught.value.message == "there is no data set 'breast_cancre'"
    assert caught.value.hint.startswith("did you mean 'breast_cancer'? known names: 'adult', 'australian', ")
    assert caught.value.hint.endswith(", 'wine'; or give a file that ends in .csv")


@pytest.mark.parametrize("name", ["", "a/b", "../secret", "x\\y", "openml:", "openml:12x"])
def test_names_do_not_leave_the_folder(tmp_path, name):
    with pytest.raises(DataError) as caught:
        load_dataset(name, data_folder=tmp_path)
    assert caught.value.message == f"there is no data set {name!r}"


def test_a_data_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError) as caught:
        load_dataset("phoneme", data_folder=tmp_path / "gone")
    assert str(caught.value) == (
        f"the data folder {tmp_path / 'gone'} does not exist\n\nhint: set TINYDWN_DATA to a folder, or unset it"
    )


def test_the_columns_of_a_built_in_set_cannot_be_chosen():
    with pytest.raises(ConfigError) as caught:
        load_dataset("iris", target="alcohol")
    assert str(caught.value) == (
        "the columns of data set 'iris' cannot be chosen\n\nhint: leave out --target and other options about columns"
    )


def test_importing_the_room_loads_no_heavy_package():
    heavy = "pandas", "sklearn", "torch", "pyarrow", "urllib.request"
    command = f"import sys, tinydwn.data, tinydwn.encoder; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


EXPECTED = {
    "adult": (48842, 2),
    "australian": (690, 2),
    "blood-transfusion": (748, 2),
    "breast-w": (699, 2),
    "diabetes": (768, 2),
    "higgs-11k": (10984, 2),
    "ionosphere": (351, 2),
    "iris": (150, 3),
    "jasmine": (2984, 2),
    "jsc-1k": (1000, 5),
    "led24-generated": (3200, 10),
    "led7": (500, 10),
    "letter": (20000, 26),
    "nomao": (34465, 2),
    "phoneme": (5404, 2),
    "segment": (2310, 7),
    "skin-segmentation": (245057, 2),
    "spambase": (4601, 2),
    "sylvine": (5124, 2),
    "wdbc": (569, 2),
    "wine": (178, 3),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_real_sets_load_split_and_encode(shared: Path, name):
    missing = "mean" if name in ("adult", "breast-w") else "refuse"
    data = load_dataset(shared / "data" / f"{name}.csv.gz", missing=missing)
    assert (data.samples, len(data.class_names)) == EXPECTED[name]
    split = data.split(seed=1)
    encoder = fit_encoder(split.train_features, feature_names=split.feature_names)
    seen = encoder.encode(split.train_features[:2000])
    assert np.array_equal(seen, split.train_features[:2000, encoder.feature] > encoder.thresholds)
    assert len(set(encoder.bit_names)) == encoder.bits


def test_a_real_set_with_missing_values_is_refused_with_the_ways_out(shared: Path):
    with pytest.raises(DataError) as caught:
        load_dataset("adult", data_folder=shared / "data")
    assert str(caught.value) == (
        "3 faults:\n"
        "  column 'workclass' holds no value in row 28 (and in 2798 more)\n"
        "  column 'occupation' holds no value in row 28 (and in 2808 more)\n"
        "  column 'native-country' holds no value in row 15 (and in 856 more)\n\n"
        "hint: pass --missing drop, mean, median, most_frequent or category"
    )


def test_brickface_stands_against_the_rest(shared: Path):
    data = load_dataset("segment", data_folder=shared / "data", positive="brickface")
    assert data.class_counts == (1980, 330)
    assert data.notes == (
        "1 constant column dropped: 'region-pixel-count'",
        "class 'brickface' against the 6 others",
    )


def test_mnist_keeps_its_test_part(shared: Path):
    data = load_dataset("mnist", data_folder=shared / "data")
    assert data.samples == 70000
    assert data.fixed_test == 10000
    assert data.class_counts == (6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958)
    assert data.notes[0].startswith("65 constant columns dropped: 'pixel_0_0', ")

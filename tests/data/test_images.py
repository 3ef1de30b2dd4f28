from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tinydwn.data import Split, load_dataset, with_moves, with_shifts
from tinydwn.errors import DataError


def images_split(present):
    rng = np.random.default_rng(3)
    images = rng.integers(1, 9, size=(4, 3, 5)).astype(float)
    names = tuple(f"pixel_{row}_{column}" for row, column in present)
    features = np.array([[image[place] for place in present] for image in images])
    labels = np.array([0, 1, 1, 0])
    return images, Split("tiny", features, labels, features[:1], labels[:1], names, ("a", "b"), 0, 0.2)


def test_every_image_is_there_as_it_was_and_moved_by_a_pixel_each_way():
    places = [(row, column) for row in range(3) for column in range(5)]
    images, split = images_split(places)
    shifted = with_shifts(split)
    blocks = shifted.train_features.reshape(5, 4, 3, 5)
    np.testing.assert_array_equal(blocks[0], images)
    np.testing.assert_array_equal(blocks[1][:, :, 1:], images[:, :, :-1])
    np.testing.assert_array_equal(blocks[2][:, :, :-1], images[:, :, 1:])
    np.testing.assert_array_equal(blocks[3][:, 1:], images[:, :-1])
    np.testing.assert_array_equal(blocks[4][:, :-1], images[:, 1:])
    assert [(block == 0).sum() for block in blocks] == [0, 12, 12, 20, 20]
    assert shifted.train_labels.tolist() == [0, 1, 1, 0] * 5
    assert shifted.test_features is split.test_features or np.array_equal(shifted.test_features, split.test_features)


def test_pixels_that_were_dropped_come_in_as_0():
    images, split = images_split([(0, 0), (0, 1), (1, 1), (2, 4)])
    right = with_shifts(split).train_features[4:8]
    np.testing.assert_array_equal(right[:, 1], images[:, 0, 0])
    assert right[:, [0, 2, 3]].tolist() == [[0.0] * 3] * 4


def test_a_table_cannot_be_shifted():
    with pytest.raises(DataError) as raised:
        with_shifts(load_dataset("iris").split())
    assert str(raised.value) == (
        "data set 'iris' does not hold images\n\nhint: only features named pixel_ROW_COLUMN can be shifted"
    )


def test_moved_images_are_interpolated_between_four_pixels():
    rng = np.random.default_rng(2)
    names = tuple(f"pixel_{row}_{column}" for row in range(5) for column in range(4) if (row, column) != (2, 1))
    features = rng.uniform(0, 9, (3, 19))
    labels = np.arange(3)
    split = replace(
        load_dataset("digits").split(),
        feature_names=names,
        train_features=features,
        train_labels=labels,
        test_features=features,
        test_labels=labels,
    )
    same = with_moves(split, copies=1, seed=0, most_pixels=0.0, most_radians=0.0)
    assert np.allclose(same.train_features, np.concatenate([features, features]))
    assert same.train_labels.tolist() == [0, 1, 2, 0, 1, 2]
    moved = with_moves(split, copies=2, seed=0, most_pixels=1.5, most_radians=0.0).train_features[3:]
    draws = np.random.default_rng([0, 7])
    for copy in range(2):
        draws.uniform(size=(3, 1))
        down, right = draws.uniform(-1.5, 1.5, (2, 3, 1))[:, :, 0]
        for image, (row, column) in product(range(3), ((0, 0), (1, 3), (4, 2))):
            pixel = {name: features[image, k] for k, name in enumerate(names)}
            y, x = row - down[image], column - right[image]
            top, left = math.floor(y), math.floor(x)
            wanted = sum(
                (1 - abs(y - at_y)) * (1 - abs(x - at_x)) * pixel.get(f"pixel_{at_y}_{at_x}", 0.0)
                for at_y, at_x in product((top, top + 1), (left, left + 1))
            )
            assert moved[3 * copy + image, names.index(f"pixel_{row}_{column}")] == pytest.approx(wanted, abs=1e-6)

"""An encoder's bits and names, and everything it refuses to be."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.encoder.encoder import shortest_decimal
from tinydwn.errors import DataError, ModelError


def encoder_of(names, offset, step, bits, feature, constant):
    return Encoder(tuple(names), FixedPoint(offset, step, bits), np.array(feature), np.array(constant))


def small(**changes):
    parts = {
        "names": ("a", "b"),
        "offset": [0.0, -0.5],
        "step": [0.5, 1.0],
        "bits": [3, 1],
        "feature": [0, 0, 1],
        "constant": [1, 4, 0],
    }
    return encoder_of(**(parts | changes))


@st.composite
def encoders(draw):
    features = draw(st.integers(1, 4))
    bits = draw(st.lists(st.integers(1, 6), min_size=features, max_size=features))
    pairs = [
        (feature, constant)
        for feature, width in enumerate(bits)
        for constant in sorted(draw(st.sets(st.integers(0, 2**width - 2), max_size=5)))
    ]
    step = draw(st.lists(st.floats(1e-3, 1e3), min_size=features, max_size=features))
    offset = draw(st.lists(st.floats(-1e3, 1e3), min_size=features, max_size=features))
    return encoder_of(
        [f"f{i}" for i in range(features)],
        offset,
        step,
        bits,
        np.array([feature for feature, _ in pairs], dtype=np.int64),
        np.array([constant for _, constant in pairs], dtype=np.int64),
    )


@given(encoders(), st.integers(0, 2**32 - 1))
def test_each_bit_is_word_above_constant(encoder, seed):
    largest = encoder.fixed_point.largest_word
    words = np.random.default_rng(seed).integers(0, largest + 1, (5, largest.size))
    for sample, bits in zip(words.tolist(), encoder.encode_words(words).tolist(), strict=True):
        expected = [
            sample[feature] > constant
            for feature, constant in zip(encoder.feature.tolist(), encoder.constant.tolist(), strict=True)
        ]
        assert bits == expected


@given(encoders())
def test_a_threshold_is_the_last_number_that_leaves_its_bit_unset(encoder):
    width = encoder.fixed_point.features
    for bit, (feature, threshold) in enumerate(zip(encoder.feature, encoder.thresholds, strict=True)):
        sample = np.zeros((2, width))
        sample[0, feature] = threshold
        sample[1, feature] = np.nextafter(threshold, np.inf)
        assert encoder.encode(sample)[:, bit].tolist() == [False, True]


@given(encoders())
def test_bit_names_are_unique(encoder):
    assert len(set(encoder.bit_names)) == encoder.bits


@given(st.floats(-1e12, 1e12), st.floats(0, 1e3))
def test_the_shortest_decimal_is_near_and_no_shorter_one_is(value, tolerance):
    text = shortest_decimal(value, tolerance)
    assert abs(float(text) - value) <= tolerance
    digits = len(Decimal(text).normalize().as_tuple().digits)
    if digits > 1:
        assert abs(float(f"{value:.{digits - 2}e}") - value) > tolerance


def test_names_are_comparisons_and_a_zero_one_feature_keeps_its_own():
    assert small().bit_names == ("a > 1", "a > 2.5", "b")


def test_a_zero_one_feature_named_like_another_bit_is_spelled_out():
    encoder = small(names=("a", "a > 1"))
    assert encoder.bit_names == ("a > 1", "a > 2.5", "a > 1 > 0.5")


def test_a_one_bit_word_of_another_range_is_spelled_out():
    assert small(offset=[0.0, 0.5]).bit_names == ("a > 1", "a > 2.5", "b > 1.5")


@pytest.mark.parametrize("name", ["", "module", "$display", "größe in µm", "x" * 300, "a b\tc", "класс"])
def test_weird_names_are_kept(name):
    assert small(names=(name, "b")).bit_names[0] == f"{name} > 1"


def test_an_encoder_without_bits_encodes_to_nothing():
    empty = small(feature=np.empty(0, dtype=np.int64), constant=np.empty(0, dtype=np.int64))
    assert empty.bits == 0
    assert empty.bit_names == ()
    assert empty.encode([[1.0, 0.0]]).shape == (1, 0)


def test_arrays_are_copied_and_read_only():
    constant = np.array([1, 4, 0])
    encoder = small(constant=constant)
    constant[0] = 3
    assert encoder.constant.tolist() == [1, 4, 0]
    with pytest.raises(ValueError, match="read-only"):
        encoder.feature[0] = 1


def test_equal_encoders_compare_and_hash_equal():
    assert small() == small()
    assert hash(small()) == hash(small())
    assert small() != small(constant=[1, 5, 0])
    assert small() != "an encoder"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"names": ("a",)}, "an encoder has 1 feature names for 2 features"),
        ({"names": ("a", 7)}, "an encoder has a feature name that is not text"),
        ({"names": ("a", "a")}, "an encoder has the feature name 'a' more than once"),
        ({"feature": [0, 0]}, "an encoder has 2 features and 3 constants for its bits"),
        ({"feature": [0, 0, 2]}, "an encoder's bit reads a feature outside 0 to 1"),
        ({"feature": [-1, 0, 1]}, "an encoder's bit reads a feature outside 0 to 1"),
        (
            {"constant": [1, 7, 0]},
            "an encoder's bit compares with a constant that makes it the same for every word",
        ),
        (
            {"constant": [-1, 4, 0]},
            "an encoder's bit compares with a constant that makes it the same for every word",
        ),
        ({"constant": [4, 4, 0]}, "an encoder's bits are not feature by feature with ascending constants"),
        (
            {"feature": [1, 0, 0], "constant": [0, 1, 4]},
            "an encoder's bits are not feature by feature with ascending constants",
        ),
        ({"constant": [1.0, 4.0, 0.0]}, "constant of an encoder is not a one-dimensional array of integers"),
        ({"feature": [[0, 0, 1]]}, "feature of an encoder is not a one-dimensional array of integers"),
    ],
)
def test_malformed_encoders_are_refused(changes, message):
    with pytest.raises(ModelError) as caught:
        small(**changes)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([[0]], "the words are int64 of shape (1, 1), expected integers (samples, 2)"),
        ([[0.0, 1.0]], "the words are float64 of shape (1, 2), expected integers (samples, 2)"),
        ([[8, 0]], "a word is negative or has more bits than its feature"),
        ([[0, -1]], "a word is negative or has more bits than its feature"),
    ],
)
def test_words_that_no_hardware_has_are_refused(words, message):
    with pytest.raises(DataError) as caught:
        small().encode_words(words)
    assert str(caught.value) == message

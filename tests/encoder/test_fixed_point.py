"""Words of the affine map, against a reference in exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.encoder import FixedPoint
from tinydwn.errors import DataError, ModelError

DYADIC = st.integers(-(2**20), 2**20).map(lambda numerator: numerator / 2**8)


def fixed_point(offset=0.0, step=1.0, bits=8):
    return FixedPoint(np.array([offset]), np.array([step]), np.array([bits]))


@given(DYADIC, st.integers(-6, 6).map(lambda power: 2.0**power), st.integers(1, 16), DYADIC)
def test_words_equal_exact_arithmetic_where_float64_is_exact(offset, step, bits, value):
    exact = math.floor((Fraction(value) - Fraction(offset)) / Fraction(step))
    expected = min(max(exact, 0), 2**bits - 1)
    assert fixed_point(offset, step, bits).words([[value]]).tolist() == [[expected]]


@settings(max_examples=200)
@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e6), st.integers(1, 12), st.data())
def test_the_lower_edge_is_the_first_number_of_its_word(offset, step, bits, data):
    grid = fixed_point(offset, step, bits)
    word = data.draw(st.integers(1, 2**bits - 1))
    edge = grid.lower_edge(0, word)
    below = np.nextafter(edge, -np.inf)
    at, before = grid.words([[edge], [below]])[:, 0]
    assert before < word <= at


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20), st.floats(-10, 10), st.floats(0.01, 10))
def test_larger_values_have_no_smaller_words(values, offset, step):
    words = fixed_point(offset, step).words(np.sort(values)[:, None])[:, 0]
    assert (np.diff(words) >= 0).all()


def test_word_zero_reaches_down_to_minus_infinity():
    assert fixed_point().lower_edge(0, 0) == -math.inf


def test_no_feature_makes_no_word():
    empty = FixedPoint(np.empty(0), np.empty(0), np.empty(0, dtype=np.int64))
    assert empty.words(np.empty((3, 0))).shape == (3, 0)


def test_arrays_are_copied_and_read_only():
    offset = np.zeros(1)
    grid = FixedPoint(offset, np.ones(1), np.array([8]))
    offset[0] = 5.0
    assert grid.offset[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        grid.step[0] = 2.0


def test_equal_maps_compare_and_hash_equal():
    assert fixed_point() == fixed_point(offset=-0.0)
    assert hash(fixed_point()) == hash(fixed_point())
    assert fixed_point() != fixed_point(bits=7)
    assert fixed_point() != "a map"


@pytest.mark.parametrize(
    ("offset", "step", "bits", "message"),
    [
        (
            [0.0],
            [1.0, 1.0],
            [8],
            "offset, step and input_bits of a fixed-point map have different lengths: 1, 2 and 1",
        ),
        ([math.nan], [1.0], [8], "a fixed-point map has an offset that is not finite"),
        ([0.0], [0.0], [8], "a fixed-point map has a step that is not a positive finite number"),
        ([0.0], [math.inf], [8], "a fixed-point map has a step that is not a positive finite number"),
        ([0.0], [1.0], [0], "a word needs 1 to 32 bits, got [0]"),
        ([0.0], [1.0], [33], "a word needs 1 to 32 bits, got [33]"),
        ([0.0], [1e308], [8], "the words of a fixed-point map reach beyond the largest float64"),
        ([[0.0]], [1.0], [8], "offset of a fixed-point map is not a one-dimensional array of float64"),
        ([0.0], [1.0], [8.0], "input_bits of a fixed-point map is not a one-dimensional array of int64"),
        (["a"], [1.0], [8], "offset of a fixed-point map is not a one-dimensional array of float64"),
    ],
)
def test_malformed_maps_are_refused(offset, step, bits, message):
    with pytest.raises(ModelError) as caught:
        FixedPoint(offset, step, bits)
    assert str(caught.value) == message


@pytest.mark.parametrize(("feature", "word"), [(1, 0), (-1, 0), (0, -1), (0, 256)])
def test_there_is_no_edge_of_a_word_that_does_not_exist(feature, word):
    with pytest.raises(ModelError) as caught:
        fixed_point().lower_edge(feature, word)
    assert str(caught.value) == f"feature {feature} has no word {word}"


def test_a_value_that_is_not_finite_has_no_word():
    with pytest.raises(DataError) as caught:
        fixed_point().words([[1.0], [-math.inf]])
    assert str(caught.value) == (
        "feature 0 of sample 1 is -inf\n\nhint: words stand for finite numbers only; drop or fill the sample"
    )

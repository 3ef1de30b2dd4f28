"""Whole numbers are compared exactly as the values that they stand for."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.targets.microcontroller.conftest import case
from tinydwn.targets.microcontroller import IntegerInputs


@given(st.integers(0, 500), st.fractions(Fraction(1, 50), 2000, max_denominator=999))
def test_an_integer_reaches_a_constant_where_its_value_is_above_the_threshold(seed, scale):
    encoder = case(seed, samples=1).model.encoder
    inputs = IntegerInputs.of(encoder, range(encoder.bits), scale)
    thresholds = encoder.thresholds
    for bit, constant in inputs.constant.items():
        assert float(constant / scale) > thresholds[bit]
        assert not float((constant - 1) / scale) > thresholds[bit]


@given(st.integers(0, 500))
def test_without_scales_words_are_compared(seed):
    encoder = case(seed, samples=1).model.encoder
    inputs = IntegerInputs.of(encoder, range(encoder.bits))
    assert [inputs.constant[bit] for bit in range(encoder.bits)] == (encoder.constant + 1).tolist()
    assert [inputs.features[inputs.place[bit]] for bit in range(encoder.bits)] == encoder.feature.tolist()

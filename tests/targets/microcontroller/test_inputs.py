"""Whole numbers are compared exactly as the values that they stand for."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.targets.microcontroller.conftest import case
from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.errors import ConfigError
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


def test_constants_beyond_32_bits_are_refused():
    grid = FixedPoint(offset=np.zeros(1), step=np.ones(1), input_bits=np.full(1, 8))
    encoder = Encoder(("a",), grid, feature=np.array([0]), constant=np.array([99]))
    assert IntegerInputs.of(encoder, [0], 10**7).constant == {0: 10**9}
    with pytest.raises(ConfigError, match="a scaled constant has more than 32 bits"):
        IntegerInputs.of(encoder, [0], 10**9)

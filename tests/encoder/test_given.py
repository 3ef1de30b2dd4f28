from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.encoder.given import encoder_for_thresholds, zero_one_encoder
from tinydwn.errors import ConfigError, ModelError


@given(seed=st.integers(0, 10_000), features=st.integers(1, 4), bits=st.integers(1, 6), exponent=st.integers(-3, 4))
def test_a_bit_changes_above_its_threshold_within_one_step(seed, features, bits, exponent):
    rng = np.random.default_rng(seed)
    thresholds = (rng.normal(size=(features, bits)) * 10.0**exponent).astype(np.float32).astype(np.float64)
    encoder, place = encoder_for_thresholds(thresholds)
    values = np.concatenate([rng.normal(size=(40, features)) * np.abs(thresholds).max(), thresholds.T])
    found = encoder.encode(values)[:, place].reshape(len(values), features, bits)
    beyond = values[:, :, None] - thresholds[None]
    step = (np.ptp(thresholds, axis=1) / (2**16 - 3) + 1e-9 * np.maximum(1, np.abs(thresholds).max(axis=1)))[:, None]
    assert not found[beyond <= 0].any()
    assert found[beyond > 1.001 * step].all()


@given(seed=st.integers(0, 10_000), features=st.integers(1, 4), bits=st.integers(1, 6))
def test_nothing_is_lost_on_a_grid_of_known_resolution(seed, features, bits):
    rng = np.random.default_rng(seed)
    thresholds, values = rng.integers(-90, 100, (features, bits)) / 16, rng.integers(-120, 130, (50, features)) / 16
    encoder, place = encoder_for_thresholds(thresholds, input_bits=8, resolution=1 / 16)
    found = encoder.encode(values)[:, place].reshape(50, features, bits)
    assert (found == (values[:, :, None] > thresholds[None])).all()
    assert encoder.fixed_point.input_bits.max() <= 8


def test_equal_thresholds_share_a_bit_and_keep_their_order():
    encoder, place = encoder_for_thresholds([[2.0, 1.0, 2.0]], feature_names=["x"])
    assert encoder.bits == 2
    assert place.tolist() == [1, 0, 1]


def test_features_that_are_zero_or_one_are_their_own_bits():
    encoder = zero_one_encoder(["a", "b"])
    assert encoder.bit_names == ("a", "b")
    assert encoder.encode([[0, 1], [1, 1]]).tolist() == [[False, True], [True, True]]


@pytest.mark.parametrize(
    ("thresholds", "options", "error", "text"),
    [
        (
            [1.0, 2.0],
            {},
            ModelError,
            "thresholds of shape (2,) are no finite numbers (features, bits)\n\nhint: give one",
        ),
        ([[np.nan]], {}, ModelError, "thresholds of shape (1, 1) are no finite numbers (features, bits)\n\nhint: give"),
        ([[1.0]], {"input_bits": 0}, ConfigError, "a word needs 1 to 32 input bits, got 0"),
        ([[1.0]], {"feature_names": ["a", "b"]}, ModelError, "2 feature names for thresholds of 1 features"),
        (
            [[0.0, 1e-6, 1.0]],
            {"input_bits": 8},
            ConfigError,
            "words of 8 bits do not tell all thresholds apart\n\nhint: give more input_bits",
        ),
        (
            [[0.0, 1.0]],
            {"input_bits": 4, "resolution": 0.01},
            ConfigError,
            "feature 'x0' needs words of 7 bits at a resolution of 0.01\n\nhint: give more input_bits than 4, or no",
        ),
    ],
)
def test_thresholds_that_words_cannot_hold_are_refused(thresholds, options, error, text):
    with pytest.raises(error) as raised:
        encoder_for_thresholds(thresholds, **options)
    assert str(raised.value).startswith(text)

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


RESOLUTIONS = [1 / 255, 1 / 16, 0.1, 3.0, 1e-100]


@given(
    numbers=st.lists(st.floats(-100, 100), min_size=1, max_size=6),
    resolution=st.sampled_from(RESOLUTIONS),
    margin=st.integers(1, 30),
)
def test_nothing_is_lost_on_multiples_of_a_resolution_wherever_the_thresholds_lie(numbers, resolution, margin):
    # Nearer to a multiple than this, only the rounding of floats tells a threshold from it.
    numbers = [round(k) if abs(k - round(k)) < 1e-9 * abs(k) else k for k in numbers]
    thresholds = np.array(numbers) * resolution
    encoder, place = encoder_for_thresholds([thresholds], input_bits=8, resolution=resolution)
    multiples = np.arange(-100 - margin, 101 + margin)
    expected = (multiples * resolution)[:, None] > thresholds
    for values in (
        multiples * resolution,
        multiples * resolution * (1 - 2**-52),
        multiples * resolution * (1 + 2**-52),
    ):
        assert (encoder.encode(values[:, None])[:, place] == expected).all()


@given(seed=st.integers(0, 10_000), resolution=st.sampled_from([1 / 255, 1 / 16, 0.1]), kind=st.sampled_from("fd"))
def test_thresholds_that_are_values_themselves_are_not_exceeded_by_them(seed, resolution, kind):
    rng = np.random.default_rng(seed)
    values = (rng.integers(-120, 130, (50, 3)) / round(1 / resolution)).astype(kind)
    thresholds = values[:6].T
    encoder, place = encoder_for_thresholds(thresholds, resolution=resolution)
    found = encoder.encode(values.astype(float))[:, place].reshape(50, 3, 6)
    assert (found == (values[:, :, None] > thresholds[None])).all()


def test_words_are_counted_from_the_multiple_below_the_first_threshold():
    encoder, place = encoder_for_thresholds([[0.25, 0.5, 0.75]], resolution=1 / 255)
    assert encoder.fixed_point.offset.tolist() == [62.5 * (1 / 255)]
    pixels = np.arange(256)
    found = encoder.encode(pixels[:, None] / 255)[:, place]
    assert (found == (pixels[:, None] / 255 > [0.25, 0.5, 0.75])).all()
    assert encoder.encode([[64 / 255], [128 / 255], [192 / 255]])[:, place].diagonal().all()


def test_thresholds_that_no_multiple_lies_between_share_a_bit():
    encoder, place = encoder_for_thresholds([[0.26, 0.1, 0.251, 0.9]], resolution=0.25)
    assert encoder.bits == 3
    assert place.tolist() == [1, 0, 1, 2]


def test_equal_thresholds_share_a_bit_and_keep_their_order():
    encoder, place = encoder_for_thresholds([[2.0, 1.0, 2.0]], feature_names=["x"])
    assert encoder.bits == 2
    assert place.tolist() == [1, 0, 1]


def test_features_that_are_zero_or_one_are_their_own_bits():
    encoder = zero_one_encoder(["a", "b"])
    assert encoder.bit_names == ("a", "b")
    assert encoder.encode([[0, 1], [1, 1]]).tolist() == [[False, True], [True, True]]


ROWS = "\n\nhint: give one row per feature, as torch_dwn's thermometers hold them"
STEP = "\n\nhint: give the step of the grid that all values lie on, such as 1/255 for pixels"


@pytest.mark.parametrize(
    ("thresholds", "options", "error", "text"),
    [
        (
            [1.0, 2.0],
            {},
            ModelError,
            f"thresholds of shape (2,) are no table (features, bits){ROWS}",
        ),
        (np.zeros((2, 0)), {}, ModelError, f"thresholds of shape (2, 0) are no table (features, bits){ROWS}"),
        ("0.5", {}, ModelError, f"thresholds of shape () are no table (features, bits){ROWS}"),
        ([[1.0], [1.0, 2.0]], {}, ModelError, f"the thresholds are no table (features, bits){ROWS}"),
        ([[np.nan]], {}, ModelError, f"thresholds of shape (1, 1) hold values that are no finite numbers{ROWS}"),
        ([[1j]], {}, ModelError, f"thresholds of shape (1, 1) hold values that are no finite numbers{ROWS}"),
        ([["1.0"]], {}, ModelError, f"thresholds of shape (1, 1) hold values that are no finite numbers{ROWS}"),
        ([[None]], {}, ModelError, f"thresholds of shape (1, 1) hold values that are no finite numbers{ROWS}"),
        *(
            ([[0.0]], {"resolution": step}, ConfigError, f"a resolution of {step:g} is no step between values{STEP}")
            for step in (0.0, -1.0, np.nan, np.inf, 1e-320, 1e308)
        ),
        (
            [[0.0, 1.0]],
            {"resolution": 1e-30},
            ConfigError,
            f"a resolution of 1e-30 is too fine for a threshold of 1{STEP}",
        ),
        (
            [[0.0, -1e300]],
            {"resolution": 1e-30},
            ConfigError,
            f"a resolution of 1e-30 is too fine for a threshold of 1e+300{STEP}",
        ),
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
            "feature 'x0' needs words of 7 bits at a resolution of 0.01\n\n"
            "hint: give more input_bits than 4, or no resolution",
        ),
    ],
)
def test_thresholds_that_words_cannot_hold_are_refused(thresholds, options, error, text):
    with pytest.raises(error) as raised:
        encoder_for_thresholds(thresholds, **options)
    assert str(raised.value) == text

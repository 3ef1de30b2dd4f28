"""Laws of fitted encoders: what training sees is what hardware sees, and no bit is wasted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tinydwn.encoder import Scheme, Snap, fit_encoder, fit_encoder_with_losses
from tinydwn.errors import ConfigError, DataError

SNAPS = st.sampled_from([snap.value for snap in Snap])
SCHEMES = st.sampled_from([scheme.value for scheme in Scheme])


@st.composite
def columns(draw, samples):
    """One column of the kinds that tables hold: 0/1, integers, decimals on a grid, reals, skewed, constant."""
    kind = draw(st.sampled_from(["zero_one", "integer", "grid", "real", "skewed", "constant", "few"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if kind == "zero_one":
        return rng.integers(0, 2, samples).astype(float)
    if kind == "integer":
        return rng.integers(-5, draw(st.sampled_from([3, 100, 1000, 10**9])), samples).astype(float)
    if kind == "grid":
        step = draw(st.sampled_from([0.1, 0.25, 0.01, 3.0, 1e-7, 1 / 3]))
        return draw(st.sampled_from([0.0, 17.3, -1e4])) + step * rng.integers(0, 40, samples)
    if kind == "real":
        scale, shift = 10.0 ** draw(st.integers(-12, 12)), draw(st.sampled_from([0.0, 1.0, -1e3]))
        return scale * (rng.normal(size=samples) + shift)
    if kind == "skewed":
        return np.where(rng.random(samples) < 0.9, 0.0, np.exp(4 * rng.normal(size=samples)))
    if kind == "few":
        return rng.choice(rng.normal(size=3) * [1.0, 10.0, 1e4], samples)
    return np.full(samples, rng.normal())


@st.composite
def tables(draw):
    samples = draw(st.integers(2, 60))
    return np.column_stack([draw(columns(samples)) for _ in range(draw(st.integers(1, 4)))])


def fitted(table, **options):
    return fit_encoder(table, feature_names=[f"x{i}" for i in range(table.shape[1])], **options)


def decimal_of(name):
    """The decimal that a bit's name prints; a 0/1 feature's bit is the feature."""
    return float(name.rpartition(" > ")[2]) if " > " in name else 0.5


@settings(max_examples=150)
@given(tables(), SCHEMES, st.integers(1, 12), st.integers(1, 10))
def test_hardware_words_give_the_bits_that_training_saw(table, scheme, bits, input_bits):
    encoder = fitted(table, scheme=scheme, bits_per_feature=bits, input_bits=input_bits)
    seen = encoder.encode(table)
    words = encoder.fixed_point.words(table)
    assert np.array_equal(seen, encoder.encode_words(words))
    assert (words >= 0).all()
    assert (words < 2**encoder.fixed_point.input_bits).all()
    assert (encoder.fixed_point.input_bits <= input_bits).all()


@settings(max_examples=150)
@given(tables(), SCHEMES, SNAPS, st.integers(1, 12), st.integers(1, 10))
def test_no_bit_is_the_same_for_all_training_samples(table, scheme, snap, bits, input_bits):
    encoder = fitted(table, scheme=scheme, snap=snap, bits_per_feature=bits, input_bits=input_bits)
    seen = encoder.encode(table)
    assert (seen.any(axis=0) & ~seen.all(axis=0)).all()
    for feature in range(table.shape[1]):
        own = int((encoder.feature == feature).sum())
        assert own <= bits
        assert (own > 0) == (np.unique(table[:, feature]).size > 1)


@settings(max_examples=150)
@given(tables(), SCHEMES, st.integers(1, 12))
def test_a_bit_implies_the_bit_below_it(table, scheme, bits):
    encoder = fitted(table, scheme=scheme, bits_per_feature=bits)
    seen = encoder.encode(table)
    for lower in range(encoder.bits - 1):
        if encoder.feature[lower] == encoder.feature[lower + 1]:
            assert not (seen[:, lower + 1] & ~seen[:, lower]).any()


@settings(max_examples=200)
@given(tables(), SCHEMES, SNAPS, st.integers(1, 12), st.integers(2, 10))
def test_names_and_thresholds_read_as_comparisons_equal_the_bits(table, scheme, snap, bits, input_bits):
    encoder = fitted(table, scheme=scheme, snap=snap, bits_per_feature=bits, input_bits=input_bits)
    seen = encoder.encode(table)
    values = table[:, encoder.feature]
    assert np.array_equal(seen, values > encoder.thresholds)
    assert len(set(encoder.bit_names)) == encoder.bits
    printed = np.array([decimal_of(name) for name in encoder.bit_names])
    assert np.array_equal(seen, values > printed)


@settings(max_examples=200)
@given(
    st.lists(st.floats(-1e150, 1e150), min_size=2, max_size=12),
    SCHEMES,
    st.integers(1, 9),
    st.integers(1, 10),
)
def test_any_numbers_are_encoded_soundly_or_refused(values, scheme, bits, input_bits):
    table = np.array(values)[:, None]
    try:
        encoder = fitted(table, scheme=scheme, bits_per_feature=bits, input_bits=input_bits)
    except DataError as error:
        if "lie too close together for their size" not in error.message:
            raise
        return
    seen = encoder.encode(table)
    assert (seen.any(axis=0) & ~seen.all(axis=0)).all()
    assert np.array_equal(seen, table[:, encoder.feature] > encoder.thresholds)
    assert (encoder.bits > 0) == (np.unique(table).size > 1)


@settings(max_examples=60)
@given(tables(), SCHEMES)
def test_losses_account_for_every_threshold(table, scheme):
    names = [f"x{i}" for i in range(table.shape[1])]
    fit = fit_encoder_with_losses(table, feature_names=names, scheme=scheme, bits_per_feature=6, input_bits=3)
    kept = np.bincount(fit.encoder.feature, minlength=len(names))
    for feature in range(len(names)):
        lost = fit.merged_by_samples[feature] + fit.merged_by_words[feature]
        assert lost + kept[feature] == fit.asked == 6
        assert min(fit.merged_by_samples[feature], fit.merged_by_words[feature]) >= 0


@given(tables(), st.integers(1, 8))
def test_displacement_is_the_share_of_samples_that_quantization_put_on_the_other_side(table, bits):
    names = [f"x{i}" for i in range(table.shape[1])]
    try:
        exact = fit_encoder_with_losses(table, feature_names=names, bits_per_feature=bits, input_bits=30)
    except DataError:  # values too close together for words of so many bits
        reject()
    coarse = fit_encoder_with_losses(table, feature_names=names, bits_per_feature=bits, input_bits=2)
    wanted, got = exact.encoder.encode(table), coarse.encoder.encode(table)
    for feature in range(len(names)):
        mine, yours = wanted[:, exact.encoder.feature == feature], got[:, coarse.encoder.feature == feature]
        apart = [min(float((bit != other).mean()) for other in yours.T) for bit in mine.T]
        assert coarse.displaced[feature] == pytest.approx(max(apart, default=0.0))


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(4, 10))
def test_cheap_constants_end_in_more_ones_and_cut_nearly_the_same_samples(seed, bits, input_bits):
    values = np.random.default_rng(seed).normal(size=(500, 1))
    options = {"feature_names": ["x"], "bits_per_feature": bits, "input_bits": input_bits}
    near = fit_encoder_with_losses(values, **options)
    cheap = fit_encoder_with_losses(values, snap="cheap", **options)
    assert near.encoder.fixed_point.step == cheap.encoder.fixed_point.step
    assert needed_bits(cheap.encoder) <= needed_bits(near.encoder)
    assert cheap.displaced[0] <= max(near.displaced[0], 0.25 / (bits + 1)) + 1 / 500


def needed_bits(encoder):
    """Word bits that the comparators look at: all but the ones at the end of the constant."""
    return sum(
        int(encoder.fixed_point.input_bits[feature]) - (len(bin(constant)) - len(bin(constant).rstrip("1")))
        for feature, constant in zip(encoder.feature.tolist(), encoder.constant.tolist(), strict=True)
    )


def test_a_cheap_constant_in_a_gap_between_samples_costs_nothing():
    values = [[float(value)] for value in (*range(100), *range(140, 256))]
    options = {"feature_names": ["x"], "scheme": "uniform", "bits_per_feature": 1}
    assert fit_encoder(values, **options).constant.tolist() == [119]
    assert fit_encoder(values, snap="cheap", **options).constant.tolist() == [127]


@settings(max_examples=60)
@given(tables(), SCHEMES)
def test_fitting_twice_gives_the_same_encoder(table, scheme):
    once, again = fitted(table, scheme=scheme), fitted(table.copy(), scheme=scheme)
    assert once == again
    assert hash(once) == hash(again)


@given(st.integers(1, 8), st.integers(-50, 50), st.sampled_from([1.0, 0.1, 0.25, 2.5, 1e-3, 7.0]), st.data())
def test_a_regular_grid_is_kept_exactly_with_the_fewest_bits(input_bits, first, step, data):
    levels = data.draw(st.integers(2, 2**input_bits))
    values = first * step + step * np.arange(levels)
    grid = fitted(values[:, None], input_bits=input_bits).fixed_point
    assert grid.words(values[:, None])[:, 0].tolist() == list(range(levels))
    assert grid.input_bits[0] == max(1, math.ceil(math.log2(levels)))


def test_a_zero_one_column_is_one_bit_in_a_one_bit_word_under_its_own_name():
    encoder = fit_encoder([[0.0], [1.0], [1.0], [1.0], [1.0]], feature_names=["wet"])
    assert encoder.bit_names == ("wet",)
    assert encoder.fixed_point.input_bits.tolist() == [1]
    assert encoder.fixed_point.words([[0.0], [1.0]]).tolist() == [[0], [1]]


def test_gray_levels_are_their_own_words():
    levels = np.arange(256.0)[:, None]
    encoder = fit_encoder(levels, feature_names=["pixel"], scheme="uniform", bits_per_feature=3)
    assert np.array_equal(encoder.fixed_point.words(levels), levels)
    assert encoder.bit_names == ("pixel > 63.5", "pixel > 127.5", "pixel > 191.5")
    assert encoder.constant.tolist() == [63, 127, 191]


def test_a_constant_feature_has_a_word_and_no_bit():
    encoder = fit_encoder([[3.0, 1.0], [3.0, 2.0]], feature_names=["a", "b"])
    assert encoder.feature.tolist() == [1]
    assert encoder.fixed_point.input_bits.tolist() == [1, 1]


def test_values_outside_the_thresholds_saturate():
    values = np.concatenate([np.linspace(0.0, 1.0, 400) ** 1.5, [1e6, -1e6]])[:, None]
    fit = fit_encoder_with_losses(values, feature_names=["x"])
    assert fit.merged_by_words == (0,)
    assert fit.encoder.fixed_point.words([[1e6], [-1e6]]).ravel().tolist() == [255, 0]
    assert fit.encoder.fixed_point.step[0] < 0.01


def test_thresholds_that_fall_onto_one_word_are_merged_and_counted():
    values = np.array([0.0, 1e-5, 2.2e-5, 3.1e-5, 1000.0, 2000.7, 3000.1, 5000.9])[:, None]
    fit = fit_encoder_with_losses(values, feature_names=["x"], bits_per_feature=7, input_bits=4)
    assert fit.merged_by_samples == (1,)
    assert fit.merged_by_words == (1,)
    assert fit.encoder.bits == 5


def test_thresholds_stand_half_way_between_the_samples_they_separate():
    values = [[1.0], [2.0], [9.0], [10.0]]
    encoder = fit_encoder(values, feature_names=["x"], scheme="uniform", bits_per_feature=1)
    assert encoder.bit_names == ("x > 5.5",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"scheme": "median"},
            "there is no thermometer scheme 'median'\n\nhint: choose one of quantile, uniform, gaussian, adaptive",
        ),
        (
            {"snap": "far"},
            "there is no way to snap thresholds 'far'\n\nhint: choose one of nearest, cheap",
        ),
        ({"bits_per_feature": 0}, "a feature needs at least 1 thermometer bit, got 0"),
        ({"input_bits": 0}, "a word needs 1 to 32 input bits, got 0"),
        ({"input_bits": 33}, "a word needs 1 to 32 input bits, got 33"),
    ],
)
def test_senseless_options_are_refused(options, message):
    with pytest.raises(ConfigError) as caught:
        fit_encoder([[1.0], [2.0]], feature_names=["x"], **options)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (
            [[1.0], [math.nan]],
            "feature 0 of sample 1 is nan\n\nhint: words stand for finite numbers only; drop or fill the sample",
        ),
        (
            [[1.0], [math.inf]],
            "feature 0 of sample 1 is inf\n\nhint: words stand for finite numbers only; drop or fill the sample",
        ),
        (
            [[1.0, 2.0]],
            "the features have shape (1, 2), expected (samples, 1)\n\n"
            "hint: give one row per sample and one column per feature",
        ),
        (
            [1.0, 2.0],
            "the features have shape (2,), expected (samples, 1)\n\n"
            "hint: give one row per sample and one column per feature",
        ),
        ([["red"]], "the features are not a table of numbers\n\nhint: encode text as numbers"),
        (np.empty((0, 1)), "an encoder cannot be fitted to no samples"),
        ([[1.0], [1e200]], "feature 'x' holds values beyond 1e+150\n\nhint: scale the column, or drop it"),
    ],
)
def test_features_that_no_word_can_stand_for_are_refused(features, message):
    with pytest.raises(DataError) as caught:
        fit_encoder(features, feature_names=["x"])
    assert str(caught.value) == message


def test_values_too_close_together_for_their_size_are_refused():
    values = 1e16 + 2.0 * np.arange(5)
    with pytest.raises(DataError) as caught:
        fit_encoder(values[:, None], feature_names=["stamp"])
    assert str(caught.value) == (
        "the values of feature 'stamp' lie too close together for their size\n\n"
        "hint: subtract an offset from the column, or drop it"
    )


def test_real_tables_keep_their_laws(shared):
    for name in ("phoneme", "segment", "ionosphere", "spambase"):
        table = np.genfromtxt(shared / "data" / f"{name}.csv.gz", delimiter=",", skip_header=1)[:, :-1]
        encoder = fitted(table)
        seen = encoder.encode(table)
        printed = np.array([decimal_of(bit) for bit in encoder.bit_names])
        assert np.array_equal(seen, table[:, encoder.feature] > printed)
        assert (seen.any(axis=0) & ~seen.all(axis=0)).all()

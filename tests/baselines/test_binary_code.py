from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tinydwn.baselines import BinaryCode, fit_binary_code
from tinydwn.errors import ConfigError, DataError

tables = arrays(
    np.float64,
    st.tuples(st.integers(1, 30), st.integers(1, 3)),
    elements=st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6)),
)
kinds = {"bits": st.integers(1, 4), "bins": st.sampled_from(["quantile", "uniform"])}


def spelled(row, feature, bits):
    """Return the number that the bits of a feature spell."""
    return sum(2**k for k in range(bits) if row[feature * bits + k])


@settings(max_examples=40)
@given(features=tables, others=tables, **kinds)
def test_the_bits_spell_how_many_cut_points_a_value_is_above(features, others, bits, bins):
    names = [f"f{k}" for k in range(features.shape[1])]
    code = fit_binary_code(features, names, bits=bits, bins=bins)
    samples = np.vstack([features, np.resize(others, features.shape)])
    encoded = code.encode(samples)
    assert encoded.shape == (len(samples), len(names) * bits)
    assert len(set(code.bit_names)) == encoded.shape[1]
    for sample, row in zip(samples, encoded, strict=True):
        for feature, value in enumerate(sample):
            assert spelled(row, feature, bits) == sum(cut < value for cut in code.cuts[feature])


@settings(max_examples=40)
@given(features=tables, **kinds)
def test_bits_that_are_never_set_are_those_beyond_the_largest_number(features, bits, bins):
    names = [f"f{k}" for k in range(features.shape[1])]
    code = fit_binary_code(features, names, bits=bits, bins=bins)
    largest = code.encode(np.vstack([features, np.full(len(names), 1e7)]))[-1]
    highest = {f: max((k for k in range(bits) if largest[f * bits + k]), default=-1) for f in range(len(names))}
    assert code.never_set == tuple(f"f{f} bit {k}" for f in highest for k in range(highest[f] + 1, bits))
    assert not code.encode(features)[:, [name in code.never_set for name in code.bit_names]].any()


@settings(max_examples=40)
@given(features=tables, **kinds)
def test_a_larger_value_has_no_smaller_number(features, bits, bins):
    code = fit_binary_code(features[:, :1], ["x"], bits=bits, bins=bins)
    numbers = [spelled(row, 0, bits) for row in code.encode(np.sort(features[:, :1], axis=0))]
    assert numbers == sorted(numbers)


def test_quantile_bins_hold_equally_many_samples_and_uniform_ones_are_equally_wide():
    values = np.random.default_rng(0).exponential(size=(1600, 1))
    even = fit_binary_code(values, ["x"], bits=4, bins="quantile").encode(values)
    counts = np.bincount([spelled(row, 0, 4) for row in even], minlength=16)
    assert counts.tolist() == [100] * 16
    (cuts,) = fit_binary_code(values, ["x"], bits=4, bins="uniform").cuts
    edges = np.concatenate([[values.min()], cuts, [values.max()]])
    assert len(cuts) == 15
    np.testing.assert_allclose(np.diff(edges), np.ptp(values) / 16)


def test_cut_points_that_part_no_samples_are_left_out():
    values = np.array([[0.0, 7.0], [0.0, 7.0], [0.0, 7.0], [1.0, 7.0]])
    code = fit_binary_code(values, ["flag", "same"], bits=2, bins="quantile")
    assert code.cuts == ((0.0, 0.25), ())
    assert not code.encode(values)[:, 2:].any()
    assert fit_binary_code(values, ["flag", "same"], bits=2, bins="uniform").cuts[1] == ()


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (
            lambda: fit_binary_code([[1.0]], ["x"], bits=9, bins="uniform"),
            ConfigError,
            "a binary code of 9 bits\n\nhint: choose 1 to 8",
        ),
        (
            lambda: fit_binary_code([[1.0]], ["x"], bits=2, bins="round"),
            ConfigError,
            "there are no 'round' bins\n\nhint: choose one of quantile, uniform",
        ),
        (
            lambda: fit_binary_code([[1.0]], ["x", "y"], bits=2, bins="uniform"),
            DataError,
            "features of shape (1, 1) for 2 feature names",
        ),
        (
            lambda: fit_binary_code([[np.nan]], ["x"], bits=2, bins="uniform"),
            DataError,
            "a feature is not a finite number\n\nhint: drop or fill the sample",
        ),
        (
            lambda: BinaryCode(("x",), 1, "uniform", ((1.0, 2.0),)),
            ConfigError,
            "feature 'x' has 2 cut points, 1 bits hold fewer",
        ),
        (
            lambda: BinaryCode(("x",), 2, "uniform", ((2.0, 1.0),)),
            ConfigError,
            "the cut points of feature 'x' are not finite and ascending",
        ),
        (
            lambda: BinaryCode(("x",), 2, "uniform", ()),
            ConfigError,
            "cut points of 0 features for 1 feature names",
        ),
        (
            lambda: BinaryCode(("x",), 2, "uniform", ((1.0,),)).encode([[1.0, 2.0]]),
            DataError,
            "features of shape (1, 2), expected (samples, 1)",
        ),
        (
            lambda: BinaryCode(("x",), 2, "uniform", ((1.0,),)).encode([[np.inf]]),
            DataError,
            "a feature is not a finite number\n\nhint: drop or fill the sample",
        ),
    ],
)
def test_what_is_no_code_is_refused(make, error, said):
    with pytest.raises(error) as raised:
        make()
    assert str(raised.value) == said

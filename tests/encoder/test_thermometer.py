"""Thresholds against naive references."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.encoder import adaptive_thresholds, gaussian_thresholds, quantile_thresholds, uniform_thresholds

VALUES = st.lists(st.one_of(st.integers(-5, 5).map(float), st.floats(-1e6, 1e6)), min_size=1, max_size=40)
BITS = st.integers(1, 16)


@given(VALUES, BITS)
def test_quantile_thresholds_are_sorted_samples_at_equal_shares(values, bits):
    ordered = sorted(values)
    expected = []
    for part in range(1, bits + 1):
        sample = ordered[int(len(ordered) * part / (bits + 1))]
        if not expected or sample > expected[-1]:
            expected.append(sample)
    assert quantile_thresholds(np.array(values), bits).tolist() == expected


@given(VALUES, BITS)
def test_uniform_thresholds_lie_at_equal_distances(values, bits):
    low, high = min(values), max(values)
    expected = sorted({low + (high - low) * part / (bits + 1) for part in range(1, bits + 1)})
    found = uniform_thresholds(np.array(values), bits)
    assert all(min(abs(found - one)) <= 1e-9 * (1 + abs(low) + abs(high)) for one in expected)
    assert low - 1e-9 * abs(low) <= found[0] <= found[-1] <= high + 1e-9 * abs(high)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=40), BITS)
def test_gaussian_thresholds_cut_equal_shares_of_a_normal_distribution(values, bits):
    mean = math.fsum(values) / len(values)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    found = gaussian_thresholds(np.array(values), bits)
    if deviation < 1e-3:
        return
    assert found.size == bits
    for part, threshold in enumerate(found.tolist(), start=1):
        below = (1 + math.erf((threshold - mean) / deviation / math.sqrt(2))) / 2
        assert below == pytest.approx(part / (bits + 1), abs=1e-6)


@given(
    VALUES, BITS, st.sampled_from([quantile_thresholds, uniform_thresholds, gaussian_thresholds, adaptive_thresholds])
)
def test_thresholds_ascend_strictly(values, bits, thresholds):
    found = thresholds(np.array(values), bits)
    assert 1 <= found.size <= bits
    assert (np.diff(found) > 0).all()


@given(VALUES, BITS)
def test_adaptive_thresholds_tell_all_values_apart_where_they_can(values, bits):
    distinct = sorted(set(values))
    found = adaptive_thresholds(np.array(values), bits).tolist()
    if 1 < len(distinct) <= bits + 1:
        assert found == distinct[:-1]
    elif len(distinct) > 1:
        assert set(found) <= set(distinct[:-1])


@given(st.lists(st.integers(1, 1000).map(float), min_size=20, max_size=60, unique=True), st.integers(2, 8))
def test_adaptive_thresholds_do_not_all_fall_onto_a_frequent_value(rare, bits):
    values = np.array([0.0] * 10 * len(rare) + rare)
    assert quantile_thresholds(values, bits).size <= 2
    found = adaptive_thresholds(values, bits)
    assert found.size == bits
    assert found[0] == 0.0
    parts = np.histogram(rare, bins=[0.5, *(found[1:] + 0.5), 1001])[0]
    assert parts.max() <= parts.min() + 2 or bits == 2


def test_the_order_of_the_samples_changes_nothing():
    values = np.array([3.0, 1.0, 2.0, 9.0, 4.0])
    assert quantile_thresholds(values, 3).tolist() == quantile_thresholds(values[::-1], 3).tolist()


def test_one_sample_has_one_gaussian_threshold():
    assert gaussian_thresholds(np.array([4.0]), 3).tolist() == [4.0]

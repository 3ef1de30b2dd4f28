from __future__ import annotations

import warnings

import numpy as np
import pytest

from tinydwn.hypotheses import Labelled
from tinydwn.hypotheses.logistic import forward_regressions, logistic_weights
from tinydwn.hypotheses.threshold import Thresholds
from tinydwn.minimize.size import size


def greater(bits):
    half = bits.shape[1] // 2
    values = 1 << np.arange(half)
    return bits[:, :half] @ values > bits[:, half:] @ values


def test_a_comparator_is_found_on_samples(planted):
    samples, unseen = planted(greater, 16, 4000), planted(greater, 16, 4000, seed=1)
    best = max(Thresholds().fit(samples), key=lambda one: one.accuracy(samples))
    assert best.accuracy(unseen) > 0.99
    assert size(best.netlist).gates <= 40


def test_a_vote_is_found_exactly(planted):
    samples = planted(lambda bits: bits[:, [1, 3, 5, 7, 9]].sum(axis=1) > 2, 12)
    assert max(one.accuracy(samples) for one in Thresholds().fit(samples)) == 1


def test_each_name_is_given_once(planted):
    names = [one.name for one in Thresholds().fit(planted(greater, 12, 1000))]
    assert len(names) == len(set(names))


def test_logistic_weights_have_no_slope_left(planted):
    samples = planted(lambda bits: bits[:, :4].sum(axis=1) + 3 * np.random.default_rng(0).random(len(bits)) > 3, 6)
    weights = logistic_weights(samples.signs, samples.wanted, samples.share, ridge=1e-3)
    columns = np.column_stack([np.ones(len(samples)), samples.signs])
    chance = 1 / (1 + np.exp(-columns @ weights))
    slope = columns.T @ (samples.share * (chance - samples.wanted)) + 1e-3 * weights
    assert np.abs(slope).max() < 1e-3


def test_regressions_take_the_inputs_that_matter_and_no_copy_of_them(planted):
    samples = planted(lambda bits: bits[:, 2] & (bits[:, 5] | bits[:, 7]), 10)
    bits = np.concatenate([samples.bits, samples.bits], axis=1)
    signs = np.where(bits, np.float32(1), np.float32(-1))
    *_, last = forward_regressions(signs, samples.wanted, samples.share, most=3)
    assert sorted(place % 10 for place in last.places) == [2, 5, 7]


def test_a_weight_of_two_is_two_samples(planted):
    samples = planted(greater, 8, 300)
    twice = np.arange(300) % 3 == 0
    doubled = Labelled(
        samples.inputs,
        np.concatenate([samples.bits, samples.bits[twice]]),
        np.concatenate([samples.wanted, samples.wanted[twice]]),
        np.ones(300 + int(twice.sum())),
    )
    weighted = Labelled(samples.inputs, samples.bits, samples.wanted, 1.0 + twice)
    assert Thresholds(most=3).fit(weighted) == Thresholds(most=3).fit(doubled)


@pytest.mark.parametrize("wanted", [np.zeros(40, bool), np.ones(40, bool), np.arange(40) == 7])
def test_constant_columns_and_one_class_alone_raise_no_warning(wanted):
    bits = np.zeros((40, 4), dtype=bool)
    bits[:, 1], bits[::2, 2] = True, True
    samples = Labelled(tuple("abcd"), bits, wanted, np.ones(40))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = Thresholds().fit(samples)
    assert all(one.accuracy(samples) >= max(wanted.mean(), 1 - wanted.mean()) for one in found)

from __future__ import annotations

import warnings

import numpy as np
import pytest

from tinydwn.errors import ConfigError, DataError
from tinydwn.hypotheses import Labelled, hypotheses
from tinydwn.hypotheses.labelled import held_back
from tinydwn.minimize.size import size


def test_the_second_highest_bit_of_a_sum_is_found_without_being_told(planted, second_highest):
    samples, unseen = planted(second_highest, 16, 3000), planted(second_highest, 16, 3000, seed=1)
    best = max(hypotheses(samples, seed=0), key=lambda one: one.expected)
    assert best.accuracy(unseen) > 0.985
    assert size(best.netlist).gates <= 40


def test_equal_seeds_give_equal_hypotheses_smallest_first(planted):
    samples = planted(lambda bits: bits[:, :5].sum(axis=1) % 3 == 1, 8, 400)
    found = hypotheses(samples, seed=3)
    assert found == hypotheses(samples, seed=3)
    assert len({one.netlist for one in found}) == len(found)
    sizes = [size(one.netlist).gates for one in found]
    assert sizes == sorted(sizes)


def test_no_hypothesis_is_larger_than_allowed(planted):
    samples = planted(lambda bits: (bits @ np.arange(1, 13)) % 5 > 2, 12, 400)
    found = hypotheses(samples, seed=0, most_gates=50)
    assert found
    assert all(size(one.netlist).gates <= 50 for one in found)


@pytest.mark.parametrize("wanted", [np.zeros(40, bool), np.ones(40, bool), np.arange(40) == 7])
def test_samples_that_say_nothing_have_a_constant_hypothesis_and_no_warning(wanted):
    bits = np.zeros((40, 3), dtype=bool)
    bits[:, 1] = True
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = hypotheses(Labelled(("a", "b", "c"), bits, wanted, np.ones(40)), seed=0)
    assert [one.netlist.outputs for one in found] == [(("y", int(wanted.all())),)]


def test_thermometer_bits_of_few_features_are_served():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(300, 4))
    bits = np.concatenate([features > cut for cut in np.linspace(-1.5, 1.5, 12)], axis=1)
    wanted = features[:, 0] + features[:, 1] > 0.3
    names = tuple(f"b{k}" for k in range(bits.shape[1]))
    samples, unseen = (
        Labelled(names, bits[part], wanted[part], np.ones(150)) for part in (slice(150), slice(150, 300))
    )
    assert max(hypotheses(samples, seed=0), key=lambda one: one.expected).accuracy(unseen) > 0.85


def test_what_is_held_back_has_its_share_of_each_answer():
    samples = Labelled(("a",), np.zeros((100, 1), bool), np.arange(100) < 20, np.ones(100))
    learning, judging = held_back(samples, seed=1)
    assert (len(learning), int(learning.wanted.sum()), len(judging), int(judging.wanted.sum())) == (75, 15, 25, 5)


def test_too_few_samples_are_refused():
    with pytest.raises(ConfigError, match="cannot be divided"):
        held_back(Labelled(("a",), np.zeros((7, 1), bool), np.zeros(7, bool), np.ones(7)), seed=0)


@pytest.mark.parametrize("weight", [[-1.0, 1.0], [0.0, 0.0], [np.nan, 1.0]])
def test_senseless_weights_are_refused(weight):
    with pytest.raises(DataError, match="weights"):
        Labelled(("a",), np.zeros((2, 1), bool), np.zeros(2, bool), np.array(weight))


def test_shapes_that_do_not_match_are_refused():
    with pytest.raises(DataError, match="do not belong"):
        Labelled(("a", "b"), np.zeros((2, 1), bool), np.zeros(2, bool), np.ones(2))


def test_no_samples_are_refused():
    with pytest.raises(DataError, match="no samples"):
        Labelled(("a",), np.zeros((0, 1), bool), np.zeros(0, bool), np.ones(0))

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.hypotheses import Labelled
from tinydwn.hypotheses.parity import Beneath, Parity, exact_parity, screened_sums
from tinydwn.hypotheses.threshold import Thresholds


@given(st.sets(st.integers(0, 69)), st.booleans(), st.integers(0, 99))
def test_elimination_returns_the_planted_sum(places, flipped, seed):
    bits = np.random.default_rng(seed).random((140, 70)) < 0.5
    wanted = np.array([(sum(row[k] for k in places) + flipped) % 2 == 1 for row in bits.tolist()])
    samples = Labelled(tuple(f"x{k}" for k in range(70)), bits, wanted, np.ones(140))
    assert exact_parity(samples) == (tuple(sorted(places)), flipped)
    assert Parity().fit(samples)[0].accuracy(samples) == 1


def test_one_wrong_sample_leaves_no_sum_unless_it_has_no_weight(planted):
    samples = planted(lambda bits: bits[:, 2] ^ bits[:, 5], 8, 100)
    samples.wanted[7] ^= True
    assert exact_parity(samples) is None
    samples.weight[7] = 0
    assert exact_parity(samples) == ((2, 5), False)


def test_copies_and_constants_do_not_disturb_elimination(planted):
    samples = planted(lambda bits: bits[:, 0] ^ bits[:, 3], 6, 100)
    samples.bits[:, 1], samples.bits[:, 2], samples.bits[:, 4] = samples.bits[:, 0], False, True
    found = exact_parity(samples)
    assert found is not None
    places, flipped = found
    assert np.array_equal(np.logical_xor.reduce(samples.bits[:, list(places)], axis=1) ^ flipped, samples.wanted)


@pytest.mark.parametrize(("first", "second"), [(0, 1), (3, 17), (18, 19)])
def test_screening_finds_two_inputs_added_to_a_vote(planted, first, second):
    others = [k for k in range(20) if k not in (first, second)][:5]
    samples = planted(lambda bits: bits[:, first] ^ bits[:, second] ^ (bits[:, others].sum(axis=1) > 2), 20)
    assert screened_sums(samples)[0] == (first, second)


def test_screening_finds_one_input_added_to_a_vote(planted):
    samples = planted(lambda bits: bits[:, 4] ^ (bits[:, 5:10].sum(axis=1) > 2), 20)
    assert screened_sums(samples)[0] == (4,)


def test_screening_proposes_nothing_where_a_vote_alone_is_all(planted):
    assert screened_sums(planted(lambda bits: bits[:, :5].sum(axis=1) > 2, 20)) == ()


def test_screening_proposes_nothing_on_noise():
    rng = np.random.default_rng(0)
    bits = rng.random((2000, 20)) < 0.5
    assert screened_sums(Labelled(tuple(f"x{k}" for k in range(20)), bits, rng.random(2000) < 0.5, np.ones(2000))) == ()


def test_the_second_highest_bit_of_a_sum_is_found_on_samples(planted, second_highest):
    samples, unseen = planted(second_highest, 16, 4000), planted(second_highest, 16, 4000, seed=1)
    places = screened_sums(samples)[0]
    assert places == (7, 15)
    found = Beneath(places, Thresholds()).fit(samples)
    assert max(one.accuracy(unseen) for one in found) > 0.99


def test_what_lies_beneath_is_named_with_the_inputs_added(planted, second_highest):
    names = {one.name for one in Beneath((7, 15), Thresholds(most=2)).fit(planted(second_highest, 16, 500))}
    assert names
    assert all(name.endswith("plus x7 and x15 modulo 2") for name in names)


@pytest.mark.parametrize("key", [lambda samples: samples.wanted, lambda samples: samples.bits @ (1 << np.arange(8))])
def test_the_order_of_samples_hides_no_sum(planted, key):
    samples = planted(lambda bits: bits[:, 0] ^ bits[:, 3] ^ (bits[:, 1] & bits[:, 2]), 8, 10_000)
    order = np.argsort(key(samples), kind="stable")
    ordered = Labelled(samples.inputs, samples.bits[order], samples.wanted[order], samples.weight[order])
    assert screened_sums(ordered)[0] == (0, 3)

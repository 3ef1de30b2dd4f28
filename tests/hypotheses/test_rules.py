from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.hypotheses import Labelled
from tinydwn.hypotheses.hypothesis import hypothesis
from tinydwn.hypotheses.rules import Rules, RuleSet, grown_rules


def holds(rule, row):
    return all(row[place] == value for place, value in rule)


@settings(max_examples=40)
@given(st.integers(0, 200), st.booleans())
def test_rules_cover_every_sample_of_their_answer_and_no_other(seed, answer):
    rng = np.random.default_rng(seed)
    bits = np.unique(rng.random((50, 7)) < 0.5, axis=0)
    samples = Labelled(tuple("abcdefg"), bits, rng.random(len(bits)) < 0.4, np.ones(len(bits)))
    rules = grown_rules(samples, answer=answer, most=100)
    covered = [any(holds(rule, row) for rule in rules) for row in bits.tolist()]
    assert covered == (samples.wanted == answer).tolist()
    for dropped in range(len(rules)):
        others = rules[:dropped] + rules[dropped + 1 :]
        assert [any(holds(rule, row) for rule in others) for row in bits.tolist()] != covered


@settings(max_examples=40)
@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=4), min_size=1, max_size=5))
@pytest.mark.parametrize("answer", [True, False])
def test_the_circuit_says_what_the_rules_say(answer, rules):
    bits = (np.arange(32)[:, None] >> np.arange(5) & 1).astype(bool)
    samples = Labelled(tuple("abcde"), bits, bits[:, 0], np.ones(32))
    found = hypothesis("rules", samples.inputs, range(5), RuleSet(tuple(map(tuple, rules)), answer).add).answers(
        samples
    )
    assert found.tolist() == [any(holds(rule, row) for rule in rules) == answer for row in bits.tolist()]


def test_planted_rules_are_found_again(planted):
    def function(bits):
        return bits[:, :6].all(axis=1) | ~(bits[:, 8:12].any(axis=1)) | (bits[:, 13] & ~bits[:, 14] & bits[:, 0])

    samples = planted(function, 20, 4000)
    found = grown_rules(samples, answer=True, most=20)
    planted_rules = [
        [(k, True) for k in range(6)],
        [(k, False) for k in range(8, 12)],
        [(0, True), (13, True), (14, False)],
    ]
    assert sorted(map(sorted, found)) == sorted(planted_rules)


def test_one_answer_alone_needs_no_rule_or_an_empty_one(planted):
    samples = planted(lambda bits: np.ones(len(bits)), 4, 50)
    assert Rules(answer=False).fit(samples) == ()
    assert [one.accuracy(samples) for one in Rules(answer=True).fit(samples)] == [1.0]


def test_contradictory_samples_end_the_growing():
    bits = np.array([[0, 1], [0, 1], [1, 1], [1, 0]], dtype=bool)
    samples = Labelled(("a", "b"), bits, np.array([True, False, True, False]), np.ones(4))
    assert grown_rules(samples, answer=True, most=9)


def test_a_sample_of_no_weight_is_not_heeded(planted):
    samples = planted(lambda bits: bits[:, 1] & ~bits[:, 2], 6, 300)
    samples.wanted[:50] ^= True
    samples.weight[:50] = 0
    assert [sorted(rule) for rule in grown_rules(samples, answer=True, most=9)] == [[(1, True), (2, False)]]


@given(st.lists(st.integers(0, 5), min_size=2, max_size=40).filter(any))
def test_evened_samples_occur_as_often_as_their_weight_says(weight):
    count = len(weight)
    names = tuple(f"x{k}" for k in range(count))
    samples = Labelled(names, np.eye(count, dtype=bool), np.zeros(count, bool), np.array(weight, dtype=float))
    occurs = samples.evened().bits.sum(axis=0)
    if len({w for w in weight if w}) > 1:
        assert np.abs(occurs - np.array(weight) / sum(weight) * count).max() < 1.001
    else:
        assert occurs.tolist() == [int(w > 0) for w in weight]

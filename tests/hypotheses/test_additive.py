"""Additive scores: the circuit is the score, laws that are sums of values are found, intervals are the best ones."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.hypotheses.additive import MOST_CLASSES, AdditiveScore, _best_paths, additive_scores
from tinydwn.netlist import simulate


def thermometers(widths):
    """Return every pattern of features of so many thermometer bits each, and the feature of each bit."""
    levels = np.array(list(product(*(range(width + 1) for width in widths))))
    columns = [levels[:, k] > bit for k, width in enumerate(widths) for bit in range(width)]
    return np.stack(columns, axis=1), np.repeat(np.arange(len(widths)), widths)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_circuit_answers_as_the_score_does(data):
    widths = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    bits, feature = thermometers(widths)
    places = data.draw(st.lists(st.sampled_from(range(bits.shape[1])), min_size=1, unique=True))
    weights = data.draw(st.lists(st.integers(-5, 5).filter(bool), min_size=len(places), max_size=len(places)))
    cuts = sorted(data.draw(st.sets(st.integers(-6, 6), min_size=0, max_size=3)))
    labels = data.draw(st.lists(st.integers(0, 3), min_size=len(cuts) + 1, max_size=len(cuts) + 1))
    score = AdditiveScore(tuple(places), tuple(weights), tuple(cuts), tuple(labels))
    values = [sum(w for place, w in zip(places, weights, strict=True) if row[place]) for row in bits.tolist()]
    expected = [labels[sum(value >= cut for cut in cuts)] for value in values]
    assert score.classes(bits).tolist() == expected
    names = [f"x{k}" for k in range(bits.shape[1])]
    codes = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=bool)
    netlist = score.netlist(names, feature, codes, ("low", "high"))
    answers = simulate(netlist, bits[:, [names.index(name) for name in netlist.inputs]])
    assert (answers == codes[expected]).all()


def test_which_of_two_products_is_larger_is_a_sum_of_values():
    words = np.array(list(product(range(1, 6), repeat=4)))
    classes = np.sign(words[:, 0] * words[:, 1] - words[:, 2] * words[:, 3]) % 3  # equal is class 0
    bits = np.concatenate([words[:, [k]] > np.arange(1, 5) for k in range(4)], axis=1)
    learning = np.random.default_rng(0).random(len(words)) < 0.7
    found = additive_scores(bits[learning], classes[learning], np.ones(learning.sum()))
    best = max(found, key=lambda one: (one.classes(bits[learning]) == classes[learning]).mean())
    assert (best.classes(bits[~learning]) == classes[~learning]).mean() > 0.95
    assert sorted(set(best.labels)) == [0, 1, 2]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 3))
def test_intervals_are_the_best_there_are(seed, values, ranks):
    table = np.random.default_rng(seed).integers(0, 8, (values, ranks)).astype(float)
    price = 1.5

    def worth(path):
        changes = sum(one != other for one, other in pairwise(path))
        return sum(table[k, rank] for k, rank in enumerate(path)) - price * changes

    best = max(map(worth, product(range(ranks), repeat=values)))
    assert _best_paths(table, price)[0].max() == pytest.approx(best)


@pytest.mark.parametrize("classes", [1, MOST_CLASSES + 1])
def test_of_one_class_and_of_very_many_there_are_no_scores(classes):
    bits = np.random.default_rng(0).random((200, 4)) < 0.5
    assert additive_scores(bits, np.arange(200) % classes, np.ones(200)) == ()


@pytest.mark.parametrize("inputs", [2, 3, 4])
def test_where_no_input_tells_anything_by_itself_weights_are_small_whole_numbers(inputs):
    bits = np.array(list(product([False, True], repeat=inputs)))
    classes = bits.sum(axis=1) % 2
    for score in additive_scores(bits, classes, np.ones(len(bits))):
        assert max(map(abs, score.weights)) <= 5
        assert (score.classes(bits) == classes).mean() >= 0.5


def test_inputs_that_never_change_make_no_score():
    assert additive_scores(np.ones((20, 3), dtype=bool), np.arange(20) % 2, np.ones(20)) == ()

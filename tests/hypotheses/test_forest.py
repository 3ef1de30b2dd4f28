from __future__ import annotations

from itertools import islice

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.hypotheses import Labelled
from tinydwn.hypotheses.boosted_bits import voting_trees
from tinydwn.hypotheses.forest import Forest, Majority
from tinydwn.hypotheses.hypothesis import hypothesis


def answer(tree, row):
    node = 0
    while tree.asked[node] >= 0:
        node = tree.high[node] if row[tree.asked[node]] else tree.low[node]
    return bool(tree.answer[node])


@settings(max_examples=20)
@given(st.integers(0, 30), st.sampled_from([1, 3, 5, 7, 9]), st.integers(1, 6))
def test_the_circuit_is_the_majority_of_its_trees(seed, trees, leaves):
    rng = np.random.default_rng(seed)
    bits, wanted = rng.random((60, 5)) < 0.5, rng.random(60) < 0.5
    grown = tuple(islice(voting_trees(bits, wanted, np.full(60, 1 / 60), leaves=leaves, step=0.5), trees))
    netlist = hypothesis("majority", tuple("abcde"), range(5), Majority(grown).add)
    samples = Labelled(tuple("abcde"), bits, wanted, np.ones(60))
    votes = [sum(answer(tree, row) for tree in grown) for row in bits.tolist()]
    assert netlist.answers(samples).tolist() == [2 * count > trees for count in votes]


def test_the_first_question_divides_best(planted):
    samples = planted(lambda bits: bits[:, 3] | (bits[:, 1] & bits[:, 2]), 6)
    tree = next(voting_trees(samples.bits, samples.wanted, samples.share, leaves=4, step=0.5))
    assert tree.asked[0] == 3
    assert [answer(tree, row) for row in samples.bits.tolist()] == samples.wanted.tolist()


def test_many_trees_know_more_than_one(planted):
    def function(bits):
        return (bits[:, :6] & bits[:, 6:12]).sum(axis=1) > 1

    samples, unseen = planted(function, 16, 3000), planted(function, 16, 3000, seed=1)
    found = Forest(16, 0.3, 5000).fit(samples)
    assert found[-1].accuracy(unseen) > found[0].accuracy(unseen) + 0.02


def test_the_size_is_held_roughly_while_growing(planted):
    samples = planted(lambda bits: bits[:, :9].sum(axis=1) % 2, 9, 500)
    assert len(Forest(8, 0.3, 60).fit(samples)) == 2  # of one and of three trees

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import GradientBoostingClassifier

from tinydwn.baselines import BoostingSize, boosted_trees
from tinydwn.data import Split
from tinydwn.encoder import fit_encoder
from tinydwn.errors import ConfigError, DataError


def _words(split, input_bits):
    encoder = fit_encoder(
        split.train_features,
        feature_names=split.feature_names,
        bits_per_feature=255,
        scheme="adaptive",
        input_bits=input_bits,
    )
    return encoder.fixed_point.words


def _fitted(split, size, input_bits, rate):
    words = _words(split, input_bits)
    model = GradientBoostingClassifier(
        n_estimators=size.trees, max_depth=size.depth, learning_rate=rate, random_state=0
    )
    return model.fit(words(split.train_features), split.train_labels), words


def _added(model, words):
    """What each tree adds, in full: (samples, trees, classes), and the least of its leaves, (trees, classes)."""
    rate = model.learning_rate
    full = [[rate * one.predict(words) for one in row] for row in model.estimators_]
    ends = [
        [[rate * one.tree_.value[leaf, 0, 0] for leaf in set(one.apply(words))] for one in row]
        for row in model.estimators_
    ]
    return np.moveaxis(np.array(full), 2, 0), ends


def _integer_classes(model, train, words, leaf_bits):
    """The class by whole numbers, one sample, one tree and one class at a time."""
    ends = _added(model, train)[1]
    step = max(max(one) - min(one) for row in ends for one in row) / (2**leaf_bits - 1)
    full, _ = _added(model, words)
    scores = np.asarray(model.decision_function(words)).reshape(len(words), -1)
    answers = []
    for sample in range(len(words)):
        sums = []
        for column in range(full.shape[2]):
            start = scores[sample, column] - sum(full[sample, :, column])
            total = round((start + sum(min(row[column]) for row in ends)) / step)
            for tree, row in enumerate(ends):
                total += round((full[sample, tree, column] - min(row[column])) / step)
            sums.append(total)
        answers.append(int(sums[0] > 0) if len(sums) == 1 else sums.index(max(sums)))
    return answers


_SIZES = st.builds(BoostingSize, trees=st.integers(1, 5), depth=st.integers(1, 3), leaf_bits=st.integers(1, 6))


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), classes=st.integers(2, 4), size=_SIZES, input_bits=st.sampled_from([3, 16]))
def test_the_netlist_answers_what_whole_numbers_do(drawn, seed, classes, size, input_bits):
    split = drawn(seed, classes, samples=80)
    (opponent,) = boosted_trees(split, sizes=[size], input_bits=input_bits)
    model, words = _fitted(split, size, input_bits, 0.5)
    train, test = words(split.train_features), words(split.test_features)
    assert opponent.predict(split.test_features).tolist() == _integer_classes(model, train, test, size.leaf_bits)


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), classes=st.integers(2, 4), leaf_bits=st.integers(2, 12))
def test_rounding_changes_no_clear_decision(drawn, seed, classes, leaf_bits):
    split, size = drawn(seed, classes), BoostingSize(6, 2, leaf_bits)
    (opponent,) = boosted_trees(split, sizes=[size], learning_rate=0.3)
    model, words = _fitted(split, size, 16, 0.3)
    test = words(split.test_features)
    scores = np.asarray(model.decision_function(test))
    widest = max(max(one) - min(one) for row in _added(model, words(split.train_features))[1] for one in row)
    off = widest / (2**leaf_bits - 1) * (size.trees + 1) / 2  # half a step for each of the numbers that are added
    ranked = np.sort(scores, axis=1) if classes > 2 else np.stack([np.zeros(len(test)), np.abs(scores)], axis=1)
    clear = ranked[:, -1] - ranked[:, -2] > off * (2 if classes > 2 else 1) * 1.001
    np.testing.assert_array_equal(opponent.predict(split.test_features)[clear], model.predict(test)[clear])
    assert clear.any() or leaf_bits < 6


def test_a_sweep_gives_what_each_size_gives_alone(drawn):
    split = drawn(11, 3)
    sizes = (BoostingSize(1, 2, 3), BoostingSize(3, 2, 2), BoostingSize(2, 1, 3))
    together = boosted_trees(split, sizes=sizes, balanced=True)
    alone = [boosted_trees(split, sizes=[size], balanced=True)[0] for size in sizes]
    assert [one.core.digest for one in together] == [one.core.digest for one in alone]
    assert together[0].settings == "1 of depth 2, 3-bit leaves"


def test_both_cuts_of_boosted_trees_become_cells(drawn, proven_cells):
    two, three = (boosted_trees(drawn(3, n), sizes=[BoostingSize(3, 1, 2)], input_bits=5)[0] for n in (2, 3))
    assert proven_cells(two.core, two.assumption) > 0
    assert 0 < proven_cells(three.core, three.assumption) < proven_cells(three.chip())


def test_balance_moves_answers_to_the_rare_class(drawn):
    split = drawn(2, 2)
    rare = int(np.bincount(split.train_labels).argmin())
    size = [BoostingSize(2, 1, 4)]
    plain, balanced = (boosted_trees(split, sizes=size, balanced=one)[0] for one in (False, True))
    answers = [(one.predict(split.test_features) == rare).sum() for one in (plain, balanced)]
    assert answers[0] < answers[1]


@pytest.mark.parametrize(("labels", "most"), [((1, 1, 0, 1), 1), ((0, 2, 2, 1), 2)])
def test_trees_that_ask_nothing_give_the_most_frequent_class(labels, most):
    table, names = np.ones((4, 1)), ("a", "b", "c")[: max(labels) + 1]
    split = Split("same", table, np.array(labels), table, np.array(labels), ("x",), names, 0, 0.5)
    (opponent,) = boosted_trees(split, sizes=[BoostingSize(2, 1, 1)])
    assert opponent.core.inputs == ()
    assert opponent.predict(table).tolist() == [most] * 4


def test_a_class_without_samples_and_senseless_sizes_are_refused():
    table = np.arange(4.0)[:, None]
    split = Split("two", table, np.array([0, 0, 1, 1]), table, np.array([0, 1, 2, 2]), ("x",), ("a", "b", "c"), 0, 0.5)
    with pytest.raises(DataError) as raised:
        boosted_trees(split)
    assert str(raised.value) == "class 'c' has no sample in the training part"
    with pytest.raises(ConfigError) as refused:
        BoostingSize(1, 1, 17)
    assert str(refused.value) == "leaf_bits is 17\n\nhint: choose a whole number from 1 to 16"

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from tinydwn.baselines import decision_trees, tree_netlist
from tinydwn.data import Split
from tinydwn.encoder import fit_encoder
from tinydwn.errors import ConfigError
from tinydwn.netlist.simulate import simulate


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), leaves=st.integers(2, 20), labels=st.integers(2, 5), balanced=st.booleans())
def test_the_netlist_answers_what_the_tree_does(seed, leaves, labels, balanced):
    rng = np.random.default_rng(seed)
    bits, classes = rng.random((80, 6)) < 0.5, rng.integers(0, labels, 80)
    codes = (np.arange(labels)[:, None] >> np.arange(3) & 1).astype(bool)
    names = tuple("abcdef")
    netlist = tree_netlist(
        bits, classes, codes, inputs=names, outputs=("x", "y", "z"), leaves=leaves, balanced=balanced, seed=seed
    )
    weight = "balanced" if balanced else None
    model = DecisionTreeClassifier(max_leaf_nodes=leaves, class_weight=weight, random_state=seed).fit(bits, classes)
    others = rng.random((200, 6)) < 0.5
    assert netlist.inputs == names
    np.testing.assert_array_equal(simulate(netlist, others), codes[model.predict(others)])


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10**6), trees=st.sampled_from([3, 5]), labels=st.integers(2, 5))
def test_trees_vote_output_by_output(seed, trees, labels):
    rng = np.random.default_rng(seed)
    bits, classes = rng.random((80, 6)) < 0.5, rng.integers(0, labels, 80)
    codes = (np.arange(labels)[:, None] >> np.arange(3) & 1).astype(bool)
    netlist = tree_netlist(
        bits, classes, codes, inputs="abcdef", outputs="xyz", leaves=8, trees=trees, balanced=False, seed=seed
    )
    others, draws, ones = rng.random((200, 6)) < 0.5, np.random.default_rng(seed), 0
    for k in range(trees):
        weight = draws.multinomial(80, np.full(80, 1 / 80))
        drawn = np.flatnonzero(weight)
        model = DecisionTreeClassifier(max_leaf_nodes=8, max_features=0.5, random_state=seed + k)
        ones = ones + codes[model.fit(bits[drawn], classes[drawn], weight[drawn]).predict(others)].astype(int)
    np.testing.assert_array_equal(simulate(netlist, others), ones > trees / 2)


@pytest.mark.parametrize("trees", [0, 2])
def test_trees_that_may_not_agree_are_refused(trees):
    with pytest.raises(ConfigError, match=f"{trees} trees may not agree"):
        tree_netlist(
            np.eye(2, dtype=bool), np.arange(2), np.eye(2, dtype=bool), inputs="ab", outputs="yz", leaves=2, trees=trees
        )


def test_a_tree_that_asks_nothing_is_refused():
    with pytest.raises(ConfigError) as raised:
        tree_netlist(np.ones((2, 1), bool), np.arange(2), np.eye(2, dtype=bool), inputs=("a",), outputs="yz", leaves=1)
    assert str(raised.value) == "a tree of 1 leaves asks nothing\n\nhint: choose at least 2"


@settings(max_examples=10)
@given(
    seed=st.integers(0, 10**6),
    classes=st.integers(2, 5),
    input_bits=st.sampled_from([3, 8, 16]),
    balanced=st.booleans(),
)
def test_a_tree_of_a_depth_is_scikit_learns_tree_on_words(drawn, seed, classes, input_bits, balanced):
    split = drawn(seed, classes)
    words = fit_encoder(
        split.train_features,
        feature_names=split.feature_names,
        bits_per_feature=255,
        scheme="adaptive",
        input_bits=input_bits,
    ).fixed_point.words
    opponents = decision_trees(split, depths=(1, 3, 6), input_bits=input_bits, balanced=balanced, seed=seed)
    for depth, opponent in zip((1, 3, 6), opponents, strict=True):
        weight = "balanced" if balanced else None
        model = DecisionTreeClassifier(max_depth=depth, class_weight=weight, random_state=seed)
        model.fit(words(split.train_features), split.train_labels)
        assert opponent.settings == f"depth {depth}"
        for features in (split.train_features, split.test_features):
            np.testing.assert_array_equal(opponent.predict(features), model.predict(words(features)))


def test_a_question_whose_branches_agree_is_not_asked():
    table, labels = np.arange(10.0)[:, None], np.array([0, 0, 0, 1, 0, 1, 1, 1, 1, 1])
    (tree,) = decision_trees(Split("steps", table, labels, table, labels, ("x",), ("a", "b"), 0, 0.5), depths=(2,))
    assert tree.encoder.bit_names == ("x > 2.5", "x > 4.5")
    assert tree.core.inputs == ("x > 4.5",)
    assert tree.core.nodes == ()


def test_both_cuts_of_a_tree_become_cells(drawn, proven_cells):
    split = drawn(3, 3)
    (tree,) = decision_trees(split, depths=(3,), input_bits=6)
    core, chip = proven_cells(tree.core, tree.assumption), proven_cells(tree.chip())
    assert 0 < core < chip


def test_the_chip_of_a_tree_answers_from_words_what_the_core_does_from_bits(drawn):
    split = drawn(5, 4)
    (tree,) = decision_trees(split, depths=(4,), input_bits=8)
    chip = tree.chip()
    grid = tree.encoder.fixed_point
    words = grid.words(split.test_features)
    signals = {
        f"{name}[{bit}]": words[:, feature] >> bit & 1 == 1
        for feature, name in enumerate(split.feature_names)
        for bit in range(int(grid.input_bits[feature]))
    }
    answers = simulate(chip, np.array([signals[name] for name in chip.inputs]).T)
    np.testing.assert_array_equal(answers @ (1 << np.arange(2)), tree.predict(split.test_features))


def test_a_tree_without_a_question_is_a_constant(proven_cells):
    table = np.ones((4, 1))
    split = Split("same", table, np.array([1, 1, 0, 1]), table, np.zeros(4, int), ("x",), ("a", "b"), 0, 0.5)
    (tree,) = decision_trees(split, depths=(2,))
    assert tree.core.inputs == ()
    assert tree.predict(table).tolist() == [1, 1, 1, 1]
    assert tree.accuracy(table, split.train_labels) == 0.75


def test_depths_and_words_that_make_no_sense_are_refused(drawn):
    with pytest.raises(ConfigError) as raised:
        decision_trees(drawn(0, 2), depths=(0,))
    assert str(raised.value) == "a tree of depth 0 asks nothing\n\nhint: choose at least 1"
    with pytest.raises(ConfigError) as raised:
        decision_trees(drawn(0, 2), input_bits=25)
    assert str(raised.value) == "trees cannot tell words of 25 bits apart\n\nhint: choose at most 24 input_bits"

"""Optimal trees as circuits: they are what was solved, and no grown tree of their depth answers more."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from tinydwn.baselines import optimal_tree as module
from tinydwn.baselines import optimal_tree_netlist, optimal_trees, telling_bits
from tinydwn.data import Split
from tinydwn.errors import ConfigError, ProgramMissing
from tinydwn.netlist import simulate
from tinydwn.tools.streed import SolvedTree

NAMES = tuple("abcdef")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Let trees read few bits."""
    monkeypatch.setattr(module, "WORK", 1e8)


def _random_tree(rng, bits: int, classes: int, depth: int) -> SolvedTree:
    low, high, bit, label = [], [], [], []

    def grow(left: int) -> int:
        number = len(bit)
        asks = left > 0 and rng.random() < 0.8
        for part, value in ((low, -1), (high, -1), (bit, rng.integers(bits) if asks else -1)):
            part.append(value)
        label.append(-1 if asks else rng.integers(classes))
        if asks:
            low[number] = grow(left - 1)
            high[number] = grow(left - 1)
        return number

    grow(depth)
    return SolvedTree(*(np.array(part, dtype=np.int64) for part in (low, high, bit, label)))


def _walked(tree: SolvedTree, sample) -> int:
    node = 0
    while tree.bit[node] >= 0:
        node = (tree.children_right if sample[tree.bit[node]] else tree.children_left)[node]
    return tree.label[node]


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), depth=st.integers(1, 5), classes=st.integers(2, 5))
def test_the_netlist_answers_what_the_tree_does(seed, depth, classes):
    rng = np.random.default_rng(seed)
    tree = _random_tree(rng, 4, classes, depth)
    bits, order = rng.random((80, 6)) < 0.5, rng.permutation(6)[:4]
    present = np.sort(rng.permutation(9)[:classes])
    labels = np.concatenate([present, rng.choice(present, 80 - classes)])
    codes = (np.arange(9)[:, None] >> np.arange(4) & 1).astype(bool)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "run_streed", lambda *_, **__: tree)
        netlist = optimal_tree_netlist(bits, labels, codes, inputs=NAMES, outputs="wxyz", depth=depth, order=order)
    others = rng.random((200, 6)) < 0.5
    expected = [codes[present[_walked(tree, sample)]] for sample in others[:, order]]
    assert netlist.inputs == NAMES
    np.testing.assert_array_equal(simulate(netlist, others), expected)


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), depth=st.integers(1, 4), classes=st.integers(2, 4), balanced=st.booleans())
def test_no_grown_tree_of_the_depth_answers_more_samples(streed, seed, depth, classes, balanced):
    rng = np.random.default_rng(seed)
    bits, labels = rng.random((90, 6)) < 0.5, rng.integers(0, classes, 90)
    labels[:classes] = np.arange(classes)
    codes = np.eye(classes, dtype=bool)
    options = {"inputs": NAMES, "outputs": "vwxyz"[:classes], "depth": depth, "balanced": balanced}
    netlist = optimal_tree_netlist(bits, labels, codes, order=np.arange(6), **options)
    weight = "balanced" if balanced else None
    grown = DecisionTreeClassifier(max_depth=depth, class_weight=weight, random_state=seed).fit(bits, labels)
    worth = 1 / np.bincount(labels)[labels] if balanced else np.ones(90)
    solved = (simulate(netlist, bits) == codes[labels]).all(axis=1)
    assert worth[solved].sum() >= worth[grown.predict(bits) == labels].sum() - 1e-9


def test_opponents_are_the_best_of_their_depth_over_ten_thresholds_of_a_feature(streed, drawn):
    split = drawn(1, 3)
    two, four = optimal_trees(split, depths=(2, 4), input_bits=8)
    bits = two.encoder.encode(split.train_features)
    assert np.bincount(two.encoder.feature).max() == 10
    order = telling_bits(bits, split.train_labels)[: module._most_bits(120, 3, 4, module.WORK)]
    for depth, opponent in ((2, two), (4, four)):
        grown = DecisionTreeClassifier(max_depth=depth).fit(bits[:, order], split.train_labels)
        assert opponent.accuracy(split.train_features, split.train_labels) >= grown.score(
            bits[:, order], split.train_labels
        )
        assert (opponent.family, opponent.settings) == ("optimal tree", f"depth {depth}")
    assert optimal_trees(split, depths=(2, 4), input_bits=8) == (two, four)


def test_both_cuts_of_an_optimal_tree_become_cells(streed, drawn, proven_cells):
    (tree,) = optimal_trees(drawn(3, 3), depths=(3,), input_bits=6)
    core, chip = proven_cells(tree.core, tree.assumption), proven_cells(tree.chip())
    assert 0 < core < chip


def test_the_bits_that_tell_come_first_and_each_once():
    rng = np.random.default_rng(0)
    bits = rng.random((300, 40)) < 0.5
    labels = bits[:, 7] * 2 + bits[:, 31]
    order = telling_bits(bits, labels)
    assert set(order[:2].tolist()) == {7, 31}
    assert len(set(order.tolist())) == len(order)


def test_large_tables_and_deep_trees_read_fewer_bits():
    few = [module._most_bits(samples, 2, depth, 1e11) for samples in (10**3, 10**5, 10**7) for depth in (2, 3, 4)]
    assert few == [256, 256, 84, 256, 79, 26, 70, 17, 16]


def test_samples_of_one_class_and_samples_all_alike_need_no_solver(drawn, monkeypatch):
    monkeypatch.setattr(module, "run_streed", lambda *_, **__: pytest.fail("it was solved"))
    monkeypatch.setattr(module, "find_streed", lambda: None)
    table = np.ones((4, 1))
    split = Split("same", table, np.array([1, 1, 0, 1]), table, np.zeros(4, int), ("x",), ("a", "b"), 0, 0.5)
    (tree,) = optimal_trees(split, depths=(2,))
    assert tree.core.inputs == ()
    assert tree.predict(table).tolist() == [1, 1, 1, 1]
    codes = np.array([[0], [1]], dtype=bool)
    one = optimal_tree_netlist(
        np.eye(3, dtype=bool), np.ones(3, int), codes, inputs="abc", outputs="y", depth=2, order=np.arange(3)
    )
    assert simulate(one, np.eye(3, dtype=bool)).all()


def test_depths_that_make_no_sense_and_a_missing_solver_are_told(drawn, monkeypatch):
    with pytest.raises(ConfigError) as raised:
        optimal_trees(drawn(0, 2), depths=(2, 0))
    assert str(raised.value) == "a tree of depth 0 asks nothing\n\nhint: choose at least 1"
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ProgramMissing, match="STreeD is not installed"):
        optimal_trees(drawn(0, 2))
    assert optimal_trees(drawn(0, 2), depths=()) == ()

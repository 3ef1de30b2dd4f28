from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from tinydwn.baselines import tree_netlist
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


def test_a_tree_that_asks_nothing_is_refused():
    with pytest.raises(ConfigError) as raised:
        tree_netlist(np.ones((2, 1), bool), np.arange(2), np.eye(2, dtype=bool), inputs=("a",), outputs="yz", leaves=1)
    assert str(raised.value) == "a tree of 1 leaves asks nothing\n\nhint: choose at least 2"

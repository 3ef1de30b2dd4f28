from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.baselines import decision_trees, resubstituted_trees
from tinydwn.baselines.resubstituted import seen_patterns, with_samples_as_care
from tinydwn.errors import NetlistError
from tinydwn.minimize.multi_level import Script, run_script
from tinydwn.minimize.size import size
from tinydwn.netlist import NetlistBuilder, simulate
from tinydwn.netlist.simulate import every_pattern


@pytest.mark.parametrize("classes", [2, 3])
def test_training_samples_are_answered_as_before_by_fewer_gates(drawn, proven_cells, classes):
    split = drawn(classes, classes)
    (tree,) = decision_trees(split, depths=(5,), input_bits=6)
    (smaller,) = resubstituted_trees(split, depths=(5,), input_bits=6)
    np.testing.assert_array_equal(smaller.predict(split.train_features), tree.predict(split.train_features))
    assert smaller.predict(split.test_features).max() < classes
    assert smaller.core.inputs == tree.core.inputs
    assert size(smaller.core) < size(tree.core)
    assert proven_cells(smaller.core, smaller.assumption) > 0
    assert proven_cells(smaller.chip()) > 0


def _parity(inputs):
    builder = NetlistBuilder("parity")
    builder.output("y", builder.xor(*[builder.input(f"x{k}") for k in range(inputs)]))
    return builder.build()


@given(samples=st.integers(1, 40), inputs=st.integers(2, 6), seed=st.integers(0, 10**6))
def test_a_pattern_is_seen_where_a_sample_has_it(samples, inputs, seed):
    bits = np.random.default_rng(seed).random((samples, inputs)) < 0.5
    whole = simulate(seen_patterns(_parity(inputs), bits), every_pattern(inputs))[:, 0]
    known = {tuple(row) for row in bits.tolist()}
    assert whole.tolist() == [tuple(pattern) in known for pattern in every_pattern(inputs).tolist()]


def test_what_no_sample_asks_is_left_out():
    alone = np.zeros((8, 3), dtype=bool)
    alone[:, 0] = np.arange(8) % 2 == 1  # only the first input ever differs
    smaller = with_samples_as_care(_parity(3), alone, classes=2)
    assert smaller.outputs == (("y", 2),)
    assert with_samples_as_care(_parity(3), every_pattern(3), classes=2) == _parity(3)


def test_trees_of_one_question_stay_as_they_are(drawn):
    split = drawn(5, 3)
    (tree,), (same,) = decision_trees(split, depths=(1,)), resubstituted_trees(split, depths=(1,))
    assert same.core == tree.core
    assert not seen_patterns(same.core, np.ones((2, len(same.core.inputs)), dtype=bool)).outputs


def test_a_netlist_of_what_matters_has_the_same_inputs():
    with pytest.raises(NetlistError) as refused:
        run_script(_parity(3), Script("strash", "strash"), care=_parity(2))
    assert str(refused.value) == "netlist 'parity' of what matters has other inputs than 'parity'"

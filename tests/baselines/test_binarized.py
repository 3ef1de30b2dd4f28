from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.baselines import BinarizedNetwork, binarized_networks
from tinydwn.baselines.binarized import Signs
from tinydwn.errors import ConfigError, DataError
from tinydwn.netlist import simulate


def _drawn_network(seed, inputs, hidden, outputs):
    rng = np.random.default_rng(seed)
    widths = (inputs, *hidden, outputs)
    return BinarizedNetwork(
        tuple(
            Signs(rng.random((out, width)) < 0.5, rng.integers(-2, width + 2, out)) for width, out in pairwise(widths)
        )
    )


def _by_hand(network, sample):
    """The class of one sample, one neuron at a time."""
    values, *layers = [bool(bit) for bit in sample], *network.layers
    for place, layer in enumerate(layers):
        counts = [sum(bit == sign for bit, sign in zip(values, row, strict=True)) for row in layer.positive.tolist()]
        if place == len(layers) - 1 and len(counts) > 1:
            totals = [count + int(number) for count, number in zip(counts, layer.number, strict=True)]
            return totals.index(max(totals))
        values = [count > number for count, number in zip(counts, layer.number, strict=True)]
    return int(values[0])


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    inputs=st.integers(1, 9),
    hidden=st.lists(st.integers(1, 5), max_size=2),
    outputs=st.integers(1, 5),
)
def test_netlist_and_prediction_are_what_counting_by_hand_gives(seed, inputs, hidden, outputs):
    network = _drawn_network(seed, inputs, hidden, outputs)
    bits = np.random.default_rng(seed).random((24, inputs)) < 0.5
    wanted = [_by_hand(network, sample) for sample in bits]
    width = max(1, (outputs - 1).bit_length())
    netlist = network.netlist([f"x{k}" for k in range(inputs)], [f"y{k}" for k in range(width)])
    assert network.predict(bits).tolist() == wanted
    assert (simulate(netlist, bits) @ (1 << np.arange(width))).tolist() == wanted


@pytest.mark.parametrize("classes", [2, 3])
def test_a_fitted_network_has_learned_and_the_seed_alone_decides(classes):
    rng = np.random.default_rng(classes)
    bits = rng.random((300, 9)) < 0.5
    likeness = (bits == [1, 0, 1, 1, 0, 0, 1, 0, 1]).sum(axis=1)
    labels = np.digitize(likeness, [5, 7] if classes == 3 else [5])
    fit = {"classes": classes, "hidden": (8,), "epochs": 60}
    first, again = (BinarizedNetwork.fit(bits, labels, **{**fit, "epochs": 3}, seed=2) for _ in range(2))
    for one, other in zip(first.layers, again.layers, strict=True):
        np.testing.assert_array_equal(one.positive, other.positive)
        np.testing.assert_array_equal(one.number, other.number)
    frequent = np.bincount(labels).max() / len(labels)
    learned = BinarizedNetwork.fit(bits, labels, **fit, seed=2)
    assert (learned.predict(bits) == labels).mean() > frequent + 0.15


def test_both_cuts_become_cells_and_answer_what_the_encoder_and_the_network_do(drawn, proven_cells):
    split = drawn(4, 3)
    (opponent,) = binarized_networks(split, shapes=[(4,)], bits_per_feature=2, input_bits=4, epochs=2)
    assert opponent.settings == f"{opponent.encoder.bits}-4-3 signs"
    assert proven_cells(opponent.core, opponent.assumption) > 0
    assert proven_cells(opponent.chip()) > 0
    bits = opponent.encoder.encode(split.train_features)
    network = BinarizedNetwork.fit(bits, split.train_labels, classes=3, hidden=(4,), epochs=2)
    test = opponent.encoder.encode(split.test_features)
    np.testing.assert_array_equal(opponent.predict(split.test_features), network.predict(test))
    hidden = np.random.default_rng(0).random((50, 4)) < 0.5
    last = BinarizedNetwork(network.layers[-1:])
    answers = simulate(opponent.reduction, hidden) @ (1 << np.arange(2))
    np.testing.assert_array_equal(answers, last.predict(hidden))


def test_balance_moves_answers_to_the_rare_class():
    rng = np.random.default_rng(0)
    bits = rng.random((400, 3)) < 0.5
    labels = (bits.all(axis=1) & (rng.random(400) < 0.4)).astype(int)
    plain, balanced = (
        BinarizedNetwork.fit(bits, labels, classes=2, epochs=25, balanced=one).predict(bits).mean()
        for one in (False, True)
    )
    assert plain < balanced


def test_empty_layers_no_epochs_and_no_samples_are_refused():
    bits, labels = np.ones((4, 2), dtype=bool), np.array([0, 1, 0, 1])
    with pytest.raises(ConfigError) as refused:
        BinarizedNetwork.fit(bits, labels, classes=2, hidden=(3, 0))
    assert str(refused.value) == "there is no network of shape (3, 0)\n\nhint: give neurons for each hidden layer"
    with pytest.raises(ConfigError) as refused:
        BinarizedNetwork.fit(bits, labels, classes=2, epochs=0)
    assert str(refused.value) == "0 epochs teach nothing\n\nhint: choose at least 1"
    with pytest.raises(DataError) as raised:
        BinarizedNetwork.fit(bits[:, :0], labels, classes=2)
    assert str(raised.value) == "bits of shape (4, 0) are nothing to learn from"

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.data import load_dataset
from tinydwn.errors import ConfigError
from tinydwn.lowering import lower_core
from tinydwn.lowering.argmax import add_greater, add_index, add_tournament
from tinydwn.lowering.popcount import add_popcount
from tinydwn.mapping import count_gates
from tinydwn.model import classify
from tinydwn.netlist import NetlistBuilder
from tinydwn.training import TrainingConfig, train
from tinydwn.training.budget import best_shape, network_gates, reduction_gates, tree_layers
from tinydwn.training.network import build_network
from tinydwn.training.relaxed import _blended, _gradients, blend


def expected_bit(entries, a, b):
    """Return how likely a table of two inputs gives one: the sum over its four addresses."""
    chances = [(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b]
    return sum((1 + entry) / 2 * chance for entry, chance in zip(entries, chances, strict=True))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), luts=st.integers(1, 4), samples=st.integers(1, 5))
def test_relaxed_tables_give_the_probability_of_a_one_and_its_slopes(seed, luts, samples):
    rng = np.random.default_rng(seed)
    entries, bits = rng.uniform(-1, 1, (luts, 4)), rng.random((3, samples))
    mapping = rng.integers(0, 3, (luts, 2))
    table = torch.from_numpy(entries).requires_grad_()
    rows = torch.from_numpy(bits).requires_grad_()
    values = blend(table, rows, torch.from_numpy(mapping))
    for lut, sample in itertools.product(range(luts), range(samples)):
        a, b = (bits[source, sample] for source in mapping[lut])
        assert values[lut, sample].item() == pytest.approx(expected_bit(entries[lut], a, b))
    assert torch.autograd.gradcheck(lambda one, two: blend(one, two, torch.from_numpy(mapping)), (table, rows))


def test_by_tensors_and_by_loops_relaxed_tables_are_the_same():
    rng = np.random.default_rng(1)
    entries, bits = torch.from_numpy(rng.uniform(-1, 1, (6, 4))), torch.from_numpy(rng.random((5, 7)))
    mapping, given_back = torch.from_numpy(rng.integers(0, 5, (6, 2))), torch.from_numpy(rng.normal(size=(6, 7)))
    for rounded in (False, True):
        table, rows = entries.clone().requires_grad_(), bits.clone().requires_grad_()
        values = blend(table, rows, mapping, rounded=rounded)
        torch.testing.assert_close(values, _blended(entries, bits, mapping, rounded))
        values.backward(given_back)
        for found, wanted in zip((table.grad, rows.grad), _gradients(entries, bits, mapping, given_back), strict=True):
            torch.testing.assert_close(found, wanted)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), votes=st.integers(1, 3), depth=st.integers(1, 4), classes=st.integers(2, 4))
def test_trees_share_no_table_and_answer_bits_as_frozen(seed, votes, depth, classes):
    layers = tree_layers(classes, votes=votes, depth=depth)
    config = TrainingConfig(layers=layers, inputs_per_lut=2, mapping="trees", relaxed=0.5, candidates=0, tau=1.0)
    network = build_network(config, bits=9, classes=classes, rng=np.random.default_rng(seed))
    frozen = network.freeze()
    for layer, before in zip(frozen[1:], frozen, strict=False):
        assert sorted(layer.mapping.ravel()) == list(range(before.nodes))
    bits = np.random.default_rng(seed).integers(0, 2, (20, 9)).astype(bool)
    rows = bits.T
    for layer in frozen:
        first, second = rows[layer.mapping[:, 0]], rows[layer.mapping[:, 1]]
        rows = np.take_along_axis(layer.tables, first + 2 * second, axis=1)
    counted = rows.reshape(classes, votes, -1).sum(axis=1)
    assert network.classify(torch.from_numpy(bits)).tolist() == counted.argmax(axis=0).tolist()


@pytest.mark.parametrize(("classes", "votes"), [(2, 3), (2, 8), (3, 5), (7, 8), (10, 6)])
def test_a_reduction_is_estimated_near_what_mapping_makes_of_it(classes, votes):
    builder = NetlistBuilder("reduction")
    bits = [builder.input(f"x{k}") for k in range(classes * votes)]
    sums = [add_popcount(builder, bits[k : k + votes]) for k in range(0, len(bits), votes)]
    ends = [add_greater(builder, sums[1], sums[0])]
    if classes > 2:
        ends = list(add_index(builder, add_tournament(builder, sums), classes))
    for k, net in enumerate(ends):
        builder.output(f"class[{k}]", net)
    counted = count_gates(builder.build(), "gates2", effort="fast")
    assert counted <= 1.15 * reduction_gates(classes, votes) + 4
    assert reduction_gates(classes, votes) <= 1.15 * counted + 4


@settings(max_examples=40)
@given(gates=st.integers(400, 30_000), classes=st.integers(2, 26))
def test_the_shape_of_a_budget_is_the_largest_of_its_depth_that_fits(gates, classes):
    votes, depth = best_shape(gates, classes)
    assert network_gates(classes, votes, depth=depth) <= gates
    assert network_gates(classes, votes + 1, depth=depth) > gates


def test_a_network_of_a_budget_takes_about_that_many_gates():
    flowers = load_dataset("iris").split(seed=0)
    trained = train(flowers, TrainingConfig(gates=150, epochs=12))
    assert trained.config.relaxed > 0
    counted = count_gates(lower_core(trained.classifier).netlist, "gates2", effort="fast")
    assert counted <= 150
    assert (classify(trained.classifier, flowers.test_features) == flowers.test_labels).mean() > 0.8


def test_what_no_trees_can_be_is_refused():
    config = TrainingConfig(layers=(8, 5), inputs_per_lut=2, mapping="trees", tau=1.0)
    with pytest.raises(ConfigError, match="are no trees that vote"):
        build_network(config, bits=4, classes=5, rng=np.random.default_rng(0))
    with pytest.raises(ConfigError, match="tables of 4 inputs cannot be relaxed"):
        build_network(
            TrainingConfig(layers=(8,), relaxed=0.5, tau=1.0), bits=4, classes=2, rng=np.random.default_rng(0)
        )
    with pytest.raises(ConfigError, match="no network for 10 classes has 20 gates"):
        best_shape(20, 10)
    with pytest.raises(ConfigError, match="cannot be held with the coded reduction"):
        train(load_dataset("iris").split(), TrainingConfig(gates=100, reduction="coded"))

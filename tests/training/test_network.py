from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.model import Classifier, Reduction, classify_bits, last_layer_bits
from tinydwn.training import TrainingConfig
from tinydwn.training.freeze import freeze
from tinydwn.training.network import build_network, decision_list_loss
from tinydwn.training.optimizer import Adam


def encoder_of(bits: int) -> Encoder:
    grid = FixedPoint(offset=np.full(bits, -0.5), step=np.ones(bits), input_bits=np.ones(bits, dtype=int))
    return Encoder(
        tuple(f"x{k}" for k in range(bits)), grid, feature=np.arange(bits), constant=np.zeros(bits, dtype=int)
    )


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    classes=st.integers(2, 5),
    inputs=st.integers(2, 8),
    depth=st.integers(1, 3),
    reduction=st.sampled_from(["popcount", "learnable"]),
    mapping=st.sampled_from(["learnable", "all-learnable", "random"]),
    steps=st.integers(0, 2),
)
def test_the_frozen_classifier_answers_as_the_network(seed, classes, inputs, depth, reduction, mapping, steps):
    rng = np.random.default_rng(seed)
    bits = int(rng.integers(1, 20))
    layers = (*rng.integers(1, 20, depth - 1).tolist(), classes * int(rng.integers(1, 5)))
    config = TrainingConfig(layers=layers, inputs_per_lut=inputs, reduction=reduction, mapping=mapping, tau=1.0)
    network = build_network(config, bits=bits, classes=classes, rng=rng)
    samples = rng.integers(0, 2, (40, bits)).astype(bool)
    x = torch.from_numpy(np.ascontiguousarray(samples.T)).float()
    labels = torch.from_numpy(rng.integers(0, classes, 40))
    optimizer = Adam(network.parameters)
    for _ in range(steps):
        network.loss(x, labels)[0].backward()
        optimizer.step(0.1)
        network.clamp()
    with torch.no_grad():
        _, answers = network.loss(x, labels)
        last = network.last_layer(x).numpy().T
    frozen = Classifier(encoder_of(bits), freeze(network), Reduction(reduction), tuple("abcde"[:classes]))
    assert np.array_equal(last_layer_bits(frozen, samples), last.astype(bool))
    assert np.array_equal(classify_bits(frozen, samples), answers)


def test_entries_stay_between_minus_one_and_one():
    rng = np.random.default_rng(0)
    network = build_network(TrainingConfig(layers=(6,), tau=1.0), bits=9, classes=3, rng=rng)
    x = torch.from_numpy(rng.integers(0, 2, (9, 30))).float()
    optimizer = Adam(network.parameters)
    for _ in range(5):
        network.loss(x, torch.from_numpy(rng.integers(0, 3, 30)))[0].backward()
        optimizer.step(5.0)
        network.clamp()
    assert network.layers[0].entries.abs().max() == 1.0


def test_a_tree_of_votes_starts_as_a_vote():
    config = TrainingConfig(layers=(16,), reduction="learnable", tau=1.0)
    network = build_network(config, bits=8, classes=2, rng=np.random.default_rng(0))
    assert [len(layer.entries) for layer in network.layers] == [16, 4, 1]
    network.layers = network.layers[1:]
    assert network.last_layer(torch.ones(16, 1)).item() == 1.0
    assert network.last_layer(torch.zeros(16, 1)).item() == 0.0


def test_the_learnable_reduction_keeps_classes_apart():
    config = TrainingConfig(layers=(12,), reduction="learnable", tau=1.0, inputs_per_lut=2)
    network = build_network(config, bits=8, classes=3, rng=np.random.default_rng(0))
    assert [len(layer.entries) for layer in network.layers] == [12, 6, 3]
    first, second = (layer.current_mapping() for layer in network.layers[1:])
    assert [sorted(first[2 * k : 2 * k + 2].ravel()) for k in range(3)] == [
        list(range(4 * k, 4 * k + 4)) for k in range(3)
    ]
    assert [sorted(row) for row in second] == [[0, 1], [2, 3], [4, 5]]


@settings(max_examples=30)
@given(seed=st.integers(0, 1000), nodes=st.integers(2, 5))
def test_the_decision_list_loss_is_the_likelihood_of_all_patterns_of_bits(seed, nodes):
    rng = np.random.default_rng(seed)
    scores, labels = rng.normal(size=(nodes, 4)), rng.integers(0, nodes, 4)
    one = 1 / (1 + np.exp(-scores))
    total = 0.0
    for sample in range(4):
        likelihood = 0.0
        for pattern in range(2**nodes):
            bits = [pattern >> k & 1 for k in range(nodes)]
            chance = np.prod([one[k, sample] if bits[k] else 1 - one[k, sample] for k in range(nodes)])
            likelihood += chance * ((bits.index(1) if 1 in bits else 0) == labels[sample])
        total -= np.log(likelihood)
    loss = decision_list_loss(torch.from_numpy(scores), torch.from_numpy(labels))
    assert loss.item() == pytest.approx(total / 4, rel=1e-9)


def test_the_decision_list_loss_of_one_bit_is_the_logistic_loss():
    scores, labels = torch.tensor([[0.3, -2.0, 4.0]]), torch.tensor([1, 0, 0])
    expected = torch.nn.functional.binary_cross_entropy_with_logits(scores[0], labels.float())
    torch.testing.assert_close(decision_list_loss(scores, labels), expected)


def test_adam_agrees_with_torch():
    rng = np.random.default_rng(0)
    ours = [torch.from_numpy(rng.normal(size=shape)).requires_grad_() for shape in ((3, 2), (4,))]
    theirs = [tensor.detach().clone().requires_grad_() for tensor in ours]
    optimizer, reference = Adam(ours), torch.optim.Adam(theirs, lr=0.03)
    for _ in range(5):
        for group in (ours, theirs):
            (group[0].pow(2).sum() + group[1].sin().sum()).backward()
        optimizer.step(0.03)
        reference.step()
        reference.zero_grad()
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)


def test_adam_leaves_a_parameter_without_gradient_alone():
    parameter = torch.ones(2, requires_grad=True)
    Adam([parameter]).step(0.1)
    assert parameter.tolist() == [1.0, 1.0]

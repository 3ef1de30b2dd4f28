from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.errors import ConfigError
from tinydwn.model import Classifier, Reduction, classify_bits, last_layer_bits
from tinydwn.training import TrainingConfig
from tinydwn.training.network import build_network


def encoder_of(bits: int) -> Encoder:
    grid = FixedPoint(offset=np.full(bits, -0.5), step=np.ones(bits), input_bits=np.ones(bits, dtype=int))
    return Encoder(
        tuple(f"x{k}" for k in range(bits)), grid, feature=np.arange(bits), constant=np.zeros(bits, dtype=int)
    )


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    classes=st.integers(2, 5),
    inputs=st.integers(2, 10),
    depth=st.integers(1, 3),
    reduction=st.sampled_from(["popcount", "learnable", "coded"]),
    candidates=st.sampled_from([0, 2, 5]),
    mapping=st.sampled_from(["learnable", "all-learnable", "random"]),
    steps=st.integers(0, 2),
)
def test_the_frozen_classifier_answers_as_the_network(
    seed, classes, inputs, depth, reduction, candidates, mapping, steps
):
    rng = np.random.default_rng(seed)
    bits = int(rng.integers(1, 20))
    layers = (*rng.integers(1, 20, depth - 1).tolist(), classes * int(rng.integers(1, 5)))
    config = TrainingConfig(
        layers=layers, inputs_per_lut=inputs, reduction=reduction, mapping=mapping, candidates=candidates, tau=1.0
    )
    network = build_network(config, bits=bits, classes=classes, rng=rng)
    samples = rng.integers(0, 2, (40, bits)).astype(bool)
    x, labels = torch.from_numpy(samples), torch.from_numpy(rng.integers(0, classes, 40))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.1)
    for _ in range(steps):
        torch.nn.functional.cross_entropy(network(x), labels).backward()
        optimizer.step()
        optimizer.zero_grad()
        network.clamp()
    last = network.last_layer(x.T.contiguous()).detach().numpy().T > 0
    frozen = Classifier(encoder_of(bits), network.freeze(), Reduction(reduction), tuple("abcde"[:classes]))
    assert np.array_equal(last_layer_bits(frozen, samples), last)
    assert np.array_equal(classify_bits(frozen, samples), network.classify(x).numpy())


def test_entries_stay_between_minus_one_and_one():
    rng = np.random.default_rng(0)
    network = build_network(TrainingConfig(layers=(6,), tau=1.0), bits=9, classes=3, rng=rng)
    x = torch.from_numpy(rng.integers(0, 2, (30, 9)))
    optimizer = torch.optim.Adam(network.parameters(), lr=5.0)
    for _ in range(5):
        torch.nn.functional.cross_entropy(network(x), torch.from_numpy(rng.integers(0, 3, 30))).backward()
        optimizer.step()
        network.clamp()
    assert network.layers[0].entries.abs().max() == 1.0


def test_a_tree_of_votes_starts_as_a_vote():
    config = TrainingConfig(layers=(16,), reduction="learnable", tau=1.0)
    network = build_network(config, bits=8, classes=2, rng=np.random.default_rng(0))
    assert [len(layer.entries) for layer in network.layers] == [16, 4, 1]
    network.layers = network.layers[1:]
    assert network.last_layer(torch.ones(16, 1)).item() > 0.0
    assert network.last_layer(torch.zeros(16, 1)).item() < 0.0


def test_the_learnable_reduction_keeps_classes_apart():
    config = TrainingConfig(layers=(12,), reduction="learnable", tau=1.0, inputs_per_lut=2)
    network = build_network(config, bits=8, classes=3, rng=np.random.default_rng(0))
    assert [len(layer.entries) for layer in network.layers] == [12, 6, 3]
    first, second = (layer.mapping.current() for layer in network.layers[1:])
    assert [sorted(first[2 * k : 2 * k + 2].flatten().tolist()) for k in range(3)] == [
        list(range(4 * k, 4 * k + 4)) for k in range(3)
    ]
    assert [sorted(row) for row in second.tolist()] == [[0, 1], [2, 3], [4, 5]]


@pytest.mark.parametrize("candidates", [0, 2])
def test_a_network_is_an_ordinary_module(tmp_path, candidates):
    config = TrainingConfig(layers=(8, 6), mapping="all-learnable", candidates=candidates, tau=1.0)
    network = build_network(config, bits=12, classes=3, rng=np.random.default_rng(0))
    other = build_network(config, bits=12, classes=3, rng=np.random.default_rng(1))
    x = torch.from_numpy(np.random.default_rng(2).integers(0, 2, (20, 12))).float()
    assert not torch.equal(network(x), other(x))
    torch.save(network.state_dict(), tmp_path / "network.pt")
    other.load_state_dict(torch.load(tmp_path / "network.pt", weights_only=True))
    assert torch.equal(network(x), other(x))
    assert torch.equal(copy.deepcopy(network)(x), network(x))
    assert {name for name, _ in network.named_parameters()} == {
        f"layers.{k}.{what}" for k in (0, 1) for what in ("entries", "mapping.weights")
    }
    x.requires_grad_()
    network(x).sum().backward()
    assert x.grad.shape == x.shape


@pytest.mark.parametrize("reduction", ["popcount", "learnable", "coded"])
@pytest.mark.parametrize("candidates", [0, 2])
def test_a_network_runs_on_another_device_as_a_whole(reduction, candidates):
    config = TrainingConfig(layers=(9, 6), mapping="all-learnable", reduction=reduction, candidates=candidates, tau=1.0)
    network = build_network(config, bits=12, classes=3, rng=np.random.default_rng(0)).to("meta")
    scores = network(torch.empty(7, 12, device="meta"))
    torch.nn.functional.cross_entropy(scores, torch.empty(7, dtype=torch.int64, device="meta")).backward()
    assert scores.shape == (7, 3)
    assert {parameter.grad.device.type for parameter in network.parameters()} == {"meta"}
    assert network.classify(torch.empty(7, 12, device="meta")).shape == (7,)


def small(**options):
    return build_network(
        TrainingConfig(layers=(6,), tau=1.0, **options), bits=8, classes=3, rng=np.random.default_rng(0)
    )


@pytest.mark.parametrize("shape", [(4, 7), (4, 9), (8,), (2, 4, 8)])
@pytest.mark.parametrize("mapping", ["random", "learnable"])
def test_bits_of_another_width_are_refused(shape, mapping):
    network = small(mapping=mapping)
    for call in (network, network.classify):
        with pytest.raises(ConfigError) as raised:
            call(torch.zeros(*shape))
        assert str(raised.value) == (
            f"the network reads 8 bits, the samples have shape {shape}\n\n"
            "hint: give a tensor (samples, bits) of the encoder that the network was built for"
        )


def test_no_samples_give_no_scores():
    assert small()(torch.zeros(0, 8)).shape == (0, 3)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.float64])
def test_a_network_of_another_precision_answers_alike(kind):
    bits = torch.from_numpy(np.random.default_rng(1).integers(0, 2, (20, 8)))
    network = small(candidates=0)
    answers = network.classify(bits)
    other = network.to(kind)
    assert (other.classify(bits) == answers).float().mean() > 0.9
    other(bits).sum().backward()
    assert all(torch.isfinite(parameter.grad).all() for parameter in other.parameters())


def test_a_network_that_cannot_be_built_is_refused():
    with pytest.raises(ConfigError) as raised:
        build_network(TrainingConfig(), bits=8, classes=3, rng=np.random.default_rng(0))
    assert str(raised.value) == (
        "a network of layers None, tau None, 8 bits and 3 classes cannot be built\n\n"
        "hint: set layers and tau, or let TrainingConfig.for_split choose them"
    )

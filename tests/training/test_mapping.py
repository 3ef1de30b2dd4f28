from __future__ import annotations

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.training.mapping import CandidateMapping, choose, choose_candidate, even_mapping


@settings(max_examples=100)
@given(seed=st.integers(0, 10_000), bits=st.integers(1, 40), nodes=st.integers(1, 30), inputs=st.integers(1, 8))
def test_a_random_mapping_reads_every_bit_about_equally_often(seed, bits, nodes, inputs):
    mapping = even_mapping(bits, nodes, inputs, rng=np.random.default_rng(seed))
    assert mapping.shape == (nodes, inputs)
    assert mapping.dtype == np.int64
    counts = np.bincount(mapping.ravel(), minlength=bits)
    assert len(counts) == bits
    assert counts.max() - counts.min() <= 1
    if inputs <= bits:
        assert all(len(set(row)) == inputs for row in mapping.tolist())


def test_the_same_generator_state_gives_the_same_mapping():
    one, two = (even_mapping(50, 20, 6, rng=np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, even_mapping(50, 20, 6, rng=np.random.default_rng(4)))


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_learnable_mapping_has_the_published_gradients(seed):
    rng = np.random.default_rng(seed)
    choices, sources, samples = (int(value) for value in rng.integers(1, 6, 3))
    weights, bits = rng.uniform(-0.01, 0.01, (choices, sources)), rng.integers(0, 2, (sources, samples)).astype(float)
    outer = rng.normal(size=(choices, samples))
    w = torch.from_numpy(weights.copy()).requires_grad_()
    x = torch.from_numpy(bits.copy()).requires_grad_()
    chosen = choose(w, x)
    chosen.backward(torch.from_numpy(outer))
    for choice in range(choices):
        best = max(range(sources), key=lambda source: weights[choice, source])
        assert chosen[choice].tolist() == bits[best].tolist()
    of_weights, of_bits = np.zeros_like(weights), np.zeros_like(bits)
    for choice in range(choices):
        scaled = [np.exp((value - weights[choice].max()) / 0.001) for value in weights[choice]]
        for source in range(sources):
            for sample in range(samples):
                of_weights[choice, source] += (2 * bits[source, sample] - 1) * outer[choice, sample]
                of_bits[source, sample] += scaled[source] / sum(scaled) * outer[choice, sample]
    np.testing.assert_allclose(w.grad.numpy(), of_weights, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(x.grad.numpy(), of_bits, rtol=1e-10, atol=1e-12)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), samples=st.integers(1, 40))
def test_candidates_have_the_gradients_of_their_weights_among_all_bits(seed, samples):
    rng = np.random.default_rng(seed)
    choices, sources, width = (int(value) for value in rng.integers(1, 9, 3))
    bits = torch.from_numpy(rng.integers(0, 2, (sources, samples)).astype(np.float32)).requires_grad_()
    candidates = torch.from_numpy(rng.integers(0, sources, (choices, width)))
    # Far enough apart that softmax at 0.001 is one-hot.
    weights = torch.from_numpy(rng.permuted(np.arange(width, dtype=np.float32)[None].repeat(choices, 0), axis=1))
    weights.requires_grad_()
    outer = torch.from_numpy(rng.normal(size=(choices, samples)).astype(np.float32))
    chosen = choose_candidate(weights, candidates, bits)
    chosen.backward(outer)
    expected_bits = torch.zeros_like(bits)
    for choice in range(choices):
        best = candidates[choice, weights[choice].argmax()]
        assert torch.equal(chosen[choice], bits[best])
        expected_bits[best] += outer[choice]
        for place in range(width):
            wanted = ((2 * bits[candidates[choice, place]] - 1) * outer[choice]).sum()
            torch.testing.assert_close(weights.grad[choice, place], wanted.detach(), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(bits.grad, expected_bits, rtol=1e-5, atol=1e-5)


def test_all_bits_as_candidates_learn_as_the_exact_mapping():
    rng = np.random.default_rng(0)
    bits = torch.from_numpy(rng.integers(0, 2, (12, 50)).astype(np.float32))
    weights = torch.from_numpy(rng.random((20, 12), dtype=np.float32))
    outer = torch.from_numpy(rng.normal(size=(20, 50)).astype(np.float32))
    exact, restricted = weights.clone().requires_grad_(), weights.clone().requires_grad_()
    one = choose(exact, bits)
    other = choose_candidate(restricted, torch.arange(12).repeat(20, 1), bits > 0)
    assert torch.equal(one, other)
    one.backward(outer)
    other.backward(outer)
    torch.testing.assert_close(exact.grad, restricted.grad, rtol=1e-4, atol=1e-4)


def test_the_start_is_among_the_candidates_and_chosen():
    start = even_mapping(100, 9, 4, rng=np.random.default_rng(0))
    mapping = CandidateMapping(start, 100, candidates=8, rng=np.random.default_rng(1))
    assert np.array_equal(mapping.current().numpy(), start)
    assert mapping.candidates.shape == (36, 8)

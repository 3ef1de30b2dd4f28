from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.training.efd import difference_matrix, input_gradients, look_up
from tinydwn.training.weighting import Weighting, distance_weights

WEIGHTINGS = list(Weighting)


def plain_gradients(table, address: int, inputs: int, weighting: str) -> list[float]:
    """Return the gradients of one table at one address, by the formula, one term at a time."""
    gradients = []
    for place in range(inputs):
        total = 0.0
        for other in range(2**inputs):
            distance = sum((other // 2**bit) % 2 != (address // 2**bit) % 2 for bit in range(inputs) if bit != place)
            weight = 1 / (distance + 1) if weighting == "inverse" else 0.5 * 0.75 ** (inputs - 1) / 3**distance
            total += (1 if (other // 2**place) % 2 else -1) * float(table[other]) * weight
        gradients.append(total)
    return gradients


def plain_backward(tables, bits, mapping, outer, weighting):
    """Return outputs and the gradients of tables and bits for one layer: loops in double precision."""
    luts, inputs = mapping.shape
    outputs = np.zeros((luts, bits.shape[1]))
    of_tables, of_bits = np.zeros_like(tables), np.zeros(bits.shape)
    for lut in range(luts):
        for sample in range(bits.shape[1]):
            address = sum(int(bits[mapping[lut, k], sample]) * 2**k for k in range(inputs))
            outputs[lut, sample] = tables[lut, address] > 0
            of_tables[lut, address] += outer[lut, sample]
            slopes = plain_gradients(tables[lut], address, inputs, weighting)
            for k in range(inputs):
                of_bits[mapping[lut, k], sample] += slopes[k] * outer[lut, sample]
    return outputs, of_tables, of_bits


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("inputs", range(2, 9))
def test_the_matrix_gives_what_the_formula_gives(inputs, weighting):
    rng = np.random.default_rng(inputs)
    tables = rng.uniform(-1, 1, (2, 2**inputs))
    fast = input_gradients(torch.from_numpy(tables), weighting=weighting).numpy()
    assert fast.shape == (2, inputs, 2**inputs)
    addresses = range(2**inputs) if inputs < 6 else rng.integers(0, 2**inputs, 6)
    for lut in range(2):
        for address in addresses:
            expected = plain_gradients(tables[lut], int(address), inputs, weighting.value)
            np.testing.assert_allclose(fast[lut, :, address], expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), inputs=st.integers(2, 6), weighting=st.sampled_from(WEIGHTINGS))
def test_a_layer_agrees_with_plain_loops_also_where_inputs_repeat(seed, inputs, weighting):
    rng = np.random.default_rng(seed)
    sources, luts, samples = int(rng.integers(1, 6)), int(rng.integers(1, 4)), int(rng.integers(1, 6))
    tables = rng.uniform(-1, 1, (luts, 2**inputs))
    bits = rng.integers(0, 2, (sources, samples)).astype(np.float64)
    mapping = rng.integers(0, sources, (luts, inputs))
    outer = rng.normal(size=(luts, samples))
    entries = torch.from_numpy(tables).requires_grad_()
    x = torch.from_numpy(bits).requires_grad_()
    read = x.index_select(0, torch.from_numpy(mapping.reshape(-1))).view(luts, inputs, samples)
    outputs = look_up(entries, read, weighting=weighting)
    outputs.backward(torch.from_numpy(outer))
    expected = plain_backward(tables, bits, mapping, outer, weighting.value)
    np.testing.assert_array_equal(outputs.detach().numpy(), expected[0])
    np.testing.assert_allclose(entries.grad.numpy(), expected[1], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(x.grad.numpy(), expected[2], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_single_precision_is_close_to_double(weighting):
    tables = torch.from_numpy(np.random.default_rng(0).uniform(-1, 1, (5, 64)))
    double = input_gradients(tables, weighting=weighting)
    single = input_gradients(tables.float(), weighting=weighting)
    assert single.dtype == torch.float32
    np.testing.assert_allclose(single.numpy(), double.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_a_gradient_does_not_depend_on_its_own_input(weighting):
    slopes = input_gradients(torch.rand(3, 16, dtype=torch.float64), weighting=weighting).numpy()
    addresses = np.arange(16)
    for place in range(4):
        np.testing.assert_allclose(slopes[:, place, addresses], slopes[:, place, addresses ^ (1 << place)], rtol=1e-12)


def test_a_table_that_copies_one_input_has_a_slope_there_alone():
    copies = torch.tensor([[-1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0]], dtype=torch.float64)
    for weighting in WEIGHTINGS:
        slopes = input_gradients(copies, weighting=weighting)
        assert (slopes[0, 0] > 0).all()
        assert slopes[0, 1:].abs().max() < 1e-12


def test_the_weights_are_those_of_code_and_paper():
    np.testing.assert_allclose(
        distance_weights(4, Weighting.EXPONENTIAL), 0.5 * 0.75**3 * np.array([1, 1 / 3, 1 / 9, 1 / 27])
    )
    np.testing.assert_allclose(distance_weights(4, Weighting.INVERSE), [1, 1 / 2, 1 / 3, 1 / 4])
    assert difference_matrix(2, Weighting.INVERSE).shape == (8, 4)


def test_an_entry_of_zero_answers_zero_and_a_soft_reading_gives_the_entry():
    entries = torch.tensor([[0.0, 1e-9, -0.5, 1.0]])
    bits = torch.tensor([[[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]]])
    assert look_up(entries, bits, weighting=Weighting.INVERSE).tolist() == [[0.0, 1.0, 0.0, 1.0]]
    soft = look_up(entries, bits, weighting=Weighting.INVERSE, soft=True)
    torch.testing.assert_close(soft, entries)

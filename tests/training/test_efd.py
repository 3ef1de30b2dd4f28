from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.training.efd import (
    _CompiledLookup,
    _TensorLookup,
    input_gradients,
    look_up,
    smooth_tables,
    smoothing_eigenvalues,
    smoothing_matrix,
    smoothing_weights,
)
from tinydwn.training.kernels import hadamard
from tinydwn.training.weighting import Weighting, distance_weights

WEIGHTINGS = list(Weighting)
RUNS = (_CompiledLookup, _TensorLookup)


def plain_gradients(table, address: int, inputs: int, weighting: str) -> list[float]:
    """Return the gradients of one table at one address, by the formula, one term at a time."""
    gradients = []
    for place in range(inputs):
        total = 0.0
        for other in range(2**inputs):
            distance = ((other ^ address) & ~(1 << place)).bit_count()
            if weighting == "inverse":
                weight = 1 / (distance + 1)
            elif weighting == "exponential":
                weight = 0.5 * 0.75 ** (inputs - 1) / 3**distance
            else:
                weight = 1.0 if distance == 0 else 0.0
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
@pytest.mark.parametrize("inputs", range(1, 11))
def test_smoothing_once_gives_what_the_formula_gives(inputs, weighting):
    rng = np.random.default_rng(inputs)
    tables = rng.uniform(-1, 1, (2, 2**inputs))
    fast = input_gradients(torch.from_numpy(tables), weighting=weighting).numpy()
    assert fast.shape == (2, inputs, 2**inputs)
    addresses = range(2**inputs) if inputs < 6 else rng.integers(0, 2**inputs, 6)
    for lut in range(2):
        for address in addresses:
            expected = plain_gradients(tables[lut], int(address), inputs, weighting.value)
            np.testing.assert_allclose(fast[lut, :, address], expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=60)
@given(seed=st.integers(0, 10_000), inputs=st.integers(1, 6), weighting=st.sampled_from(WEIGHTINGS))
def test_a_layer_agrees_with_plain_loops_also_where_inputs_repeat(seed, inputs, weighting):
    rng = np.random.default_rng(seed)
    sources, luts, samples = int(rng.integers(1, 6)), int(rng.integers(1, 4)), int(rng.integers(1, 6))
    tables = rng.uniform(-1, 1, (luts, 2**inputs))
    bits = rng.integers(0, 2, (sources, samples)).astype(np.float64)
    mapping = rng.integers(0, sources, (luts, inputs))
    outer = rng.normal(size=(luts, samples))
    expected = plain_backward(tables, bits, mapping, outer, weighting.value)
    for run in RUNS:
        entries = torch.from_numpy(tables).requires_grad_()
        x = torch.from_numpy(bits).requires_grad_()
        outputs = run.apply(entries, x, torch.from_numpy(mapping), weighting, False)
        outputs.backward(torch.from_numpy(outer))
        np.testing.assert_array_equal(outputs.detach().numpy(), expected[0])
        np.testing.assert_allclose(entries.grad.numpy(), expected[1], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(x.grad.numpy(), expected[2], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("inputs", [7, 8, 9, 10])
def test_wide_tables_agree_with_plain_loops(inputs, weighting):
    rng = np.random.default_rng(inputs)
    tables, mapping = rng.uniform(-1, 1, (2, 2**inputs)), rng.integers(0, 8, (2, inputs))
    bits, outer = rng.integers(0, 2, (8, 2)).astype(np.float64), rng.normal(size=(2, 2))
    expected = plain_backward(tables, bits, mapping, outer, weighting.value)
    for run in RUNS:
        entries, x = torch.from_numpy(tables).requires_grad_(), torch.from_numpy(bits).requires_grad_()
        run.apply(entries, x, torch.from_numpy(mapping), weighting, False).backward(torch.from_numpy(outer))
        np.testing.assert_allclose(entries.grad.numpy(), expected[1], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(x.grad.numpy(), expected[2], rtol=1e-11, atol=1e-12)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), samples=st.integers(1, 70), luts=st.integers(1, 20))
def test_loops_and_tensor_operations_agree_at_any_number_of_tables_and_samples(seed, samples, luts):
    rng = np.random.default_rng(seed)
    inputs = int(rng.integers(1, 7))
    found = []
    for run in RUNS:
        rng = np.random.default_rng(seed)
        entries = torch.from_numpy(rng.uniform(-1, 1, (luts, 2**inputs)).astype(np.float32)).requires_grad_()
        x = torch.from_numpy(rng.integers(0, 2, (9, samples)).astype(np.float32)).requires_grad_()
        mapping = torch.from_numpy(rng.integers(0, 9, (luts, inputs)))
        outputs = run.apply(entries, x, mapping, Weighting.EXPONENTIAL, bool(seed % 2))
        outputs.backward(torch.from_numpy(rng.normal(size=(luts, samples)).astype(np.float32)))
        found.append((outputs.detach(), entries.grad, x.grad))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_tensor_operations_stay_on_their_device():
    entries = torch.empty(4, 8, device="meta", requires_grad=True)
    bits = torch.empty(5, 6, device="meta", requires_grad=True)
    look_up(entries, bits, torch.zeros(4, 3, dtype=torch.int64, device="meta")).sum().backward()
    assert (entries.grad.device.type, bits.grad.device.type) == ("meta", "meta")


def test_bits_may_be_true_and_false():
    rng = np.random.default_rng(0)
    entries, mapping = torch.from_numpy(rng.uniform(-1, 1, (5, 8))), torch.from_numpy(rng.integers(0, 6, (5, 3)))
    bits = torch.from_numpy(rng.integers(0, 2, (6, 11)))
    assert torch.equal(look_up(entries, bits > 0, mapping), look_up(entries, bits.double(), mapping))
    assert torch.equal(look_up(entries, (2 * bits - 1).to(torch.int8), mapping), look_up(entries, bits, mapping))


@pytest.mark.parametrize("weighting", WEIGHTINGS)
@pytest.mark.parametrize("inputs", [1, 3, 6])
def test_hadamard_and_eigenvalues_smooth_as_the_matrix_does(inputs, weighting):
    size = 2**inputs
    tables = np.random.default_rng(inputs).uniform(-1, 1, (size, 8))
    walsh = np.array([[1 - 2 * ((a & b).bit_count() % 2) for a in range(size)] for b in range(size)])
    matrix = walsh @ np.diag(smoothing_eigenvalues(inputs, weighting)) @ walsh
    np.testing.assert_allclose(matrix, smoothing_matrix(inputs, weighting).numpy(), atol=1e-12)
    smooth = smooth_tables(torch.from_numpy(tables.T.copy()), weighting).numpy()
    np.testing.assert_allclose(smooth, tables.T @ matrix, atol=1e-12)
    transformed = tables.copy()
    hadamard(transformed)
    np.testing.assert_allclose(transformed, walsh @ tables, atol=1e-12)


@pytest.mark.parametrize("inputs", [1, 2, 5])
def test_exponential_weights_are_half_the_multilinear_gradient_a_quarter_inside(inputs):
    table = np.random.default_rng(inputs).uniform(-1, 1, 2**inputs)
    slopes = input_gradients(torch.from_numpy(table[None]), weighting=Weighting.EXPONENTIAL).numpy()[0]
    for address in range(2**inputs):
        point = torch.tensor([0.75 if address >> k & 1 else 0.25 for k in range(inputs)], dtype=torch.float64)
        point.requires_grad_()
        extension = torch.zeros((), dtype=torch.float64)
        for other in range(2**inputs):
            corner = torch.ones((), dtype=torch.float64)
            for k in range(inputs):
                corner = corner * (point[k] if other >> k & 1 else 1 - point[k])
            extension = extension + table[other] * corner
        extension.backward()
        np.testing.assert_allclose(slopes[:, address], point.grad.numpy() / 2, rtol=1e-10)


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
    for weighting in WEIGHTINGS:
        np.testing.assert_allclose(-np.diff(smoothing_weights(5, weighting)), distance_weights(5, weighting))


def test_an_entry_of_zero_answers_zero_and_a_soft_reading_gives_the_entry():
    entries = torch.tensor([[0.0, 1e-9, -0.5, 1.0]])
    bits, mapping = torch.tensor([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]]), torch.tensor([[0, 1]])
    for run in RUNS:
        assert run.apply(entries, bits, mapping, Weighting.INVERSE, False).tolist() == [[0.0, 1.0, 0.0, 1.0]]
        torch.testing.assert_close(run.apply(entries, bits, mapping, Weighting.INVERSE, True), entries)


@pytest.mark.parametrize("mapping", [[[0, 3]], [[-1, 0]]])
def test_a_mapping_beyond_the_bits_is_refused(mapping):
    with pytest.raises(IndexError, match=r"tables read rows -?\d to \d of 3"):
        look_up(torch.zeros(1, 4), torch.zeros(3, 5), torch.tensor(mapping))

from __future__ import annotations

import numpy as np
import pytest
import torch

from tinydwn.training.regularization import spectral_matrix, spectral_norm


def plain_matrix(inputs: int) -> np.ndarray:
    """Return C by its definition."""
    size = 2**inputs
    matrix = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            product = 1
            for bit in range(inputs):
                if i >> bit & 1:
                    product *= 2 * (j >> bit & 1) - 1
            matrix[i, j] = product / size
    return matrix


@pytest.mark.parametrize("inputs", range(1, 7))
def test_the_matrix_is_the_published_one_and_its_rows_are_orthogonal(inputs):
    matrix = spectral_matrix(inputs)
    np.testing.assert_array_equal(matrix, plain_matrix(inputs))
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(2**inputs) / 2**inputs, atol=1e-15)


@pytest.mark.parametrize("inputs", [2, 4, 6])
def test_the_norm_equals_the_product_with_the_matrix(inputs):
    rng = np.random.default_rng(inputs)
    layers = [rng.uniform(-1, 1, (nodes, 2**inputs)) for nodes in (7, 3)]
    expected = sum(np.linalg.norm(layer @ plain_matrix(inputs)) for layer in layers)
    assert spectral_norm([torch.from_numpy(layer) for layer in layers]).item() == pytest.approx(expected, rel=1e-12)


def test_its_gradient_shrinks_entries():
    entries = torch.tensor([[0.5, -0.25]], requires_grad=True)
    spectral_norm([entries]).backward()
    assert (entries.grad.sign() == entries.detach().sign()).all()

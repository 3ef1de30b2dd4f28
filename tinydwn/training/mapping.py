"""Which bits a lookup table reads: fixed at random, or learned."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd import Function

_SOFTMAX_TEMPERATURE = 0.001  # as in the authors' released code


def even_mapping(bits: int, nodes: int, inputs: int, *, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a random mapping, (nodes, inputs) int64, that reads all of `bits` bits equally often.

    How often two bits are read differs by one at most, and a table reads a bit twice only where there are fewer bits
    than inputs.

    >>> even_mapping(4, 2, 2, rng=np.random.default_rng(0)).ravel().tolist()
    [2, 3, 0, 1]
    """
    mapping = np.empty((nodes, inputs), dtype=np.int64)
    read = np.zeros(bits, dtype=np.int64)
    whole, rest = divmod(inputs, bits)
    for row in mapping:
        rarest = np.sort(np.argpartition(read + rng.random(bits), rest)[:rest])
        read[rarest] += 1
        row[:] = np.concatenate([np.tile(np.arange(bits), whole), rarest])
    return mapping


class _Choose(Function):
    """The bit with the largest weight for every table input."""

    @staticmethod
    def forward(ctx: Any, weights: Tensor, bits: Tensor) -> Tensor:  # noqa: ANN401
        """Return the chosen bits, (choices, samples)."""
        ctx.save_for_backward(weights, bits)
        return bits.index_select(0, weights.argmax(dim=1))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        """Return the gradients of weights and bits."""
        weights, bits = ctx.saved_tensors
        (gradient,) = gradients
        of_weights = gradient @ (2 * bits - 1).T
        if not ctx.needs_input_grad[1]:
            return of_weights, None
        return of_weights, torch.softmax(weights / _SOFTMAX_TEMPERATURE, dim=1).T @ gradient


def choose(weights: Tensor, bits: Tensor) -> Tensor:
    """Return for every choice the bit with the largest weight, (choices, samples).

    `weights` is (choices, bits), `bits` is (bits, samples) of 0.0 and 1.0. The way back is that of learnable mapping
    (Bacellar et al., ICML 2024): with output gradient `g`, `dW = g (2x-1)^T` and `dx = softmax(W / 0.001)^T g`.
    """
    result: Tensor = _Choose.apply(weights, bits)  # type: ignore[no-untyped-call]
    return result

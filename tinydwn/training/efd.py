"""Extended finite differences: gradients for lookup tables.

Bacellar et al., "Differentiable Weightless Neural Networks", ICML 2024 (arXiv 2410.11112), section 3. Tables
hold real numbers, the bit at an address is `entry > 0`. For input `l` at address `a` the gradient is

    w_l(a) = sum over addresses k of  sign_l(k) * entry(k) * weight(d(k, a)),

where `d` is the Hamming distance of `k` and `a` with bit `l` left out, and `sign_l(k)` is +1 where bit `l` of `k`
is set, else -1. The sum is linear in the entries and does not depend on the sample: one matrix product gives the
`n * 2**n` values of a table, and each sample gathers the `n` that belong to its address.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd import Function

from tinydwn.training.weighting import Weighting, distance_weights


@cache
def difference_matrix(inputs: int, weighting: Weighting) -> Tensor:
    """Return the matrix that takes `2**n` entries to `n * 2**n` gradients, (n * 2**n, 2**n) float64.

    Row `l * 2**n + a` holds the gradient for input `l` at address `a`.
    """
    size = 1 << inputs
    address = np.arange(size)
    differing = address[:, None] ^ address[None, :]
    weights = distance_weights(inputs, weighting)
    rows = []
    for place in range(inputs):
        others = [differing >> k & 1 for k in range(inputs) if k != place]
        distance = np.sum(others, axis=0, dtype=np.int64) if others else np.zeros_like(differing)
        sign = np.where(address >> place & 1, 1.0, -1.0)
        rows.append(weights[distance] * sign[None, :])
    return torch.from_numpy(np.concatenate(rows))


def input_gradients(entries: Tensor, *, weighting: Weighting) -> Tensor:
    """Return the gradients of all inputs at all addresses, (luts, n, 2**n), for `entries`, (luts, 2**n)."""
    luts, size = entries.shape
    inputs = size.bit_length() - 1
    matrix = difference_matrix(inputs, weighting).to(entries.dtype)
    return (entries @ matrix.T).view(luts, inputs, size)


class _Lookup(Function):
    """Tables read at addresses, with extended finite differences as the way back."""

    @staticmethod
    def forward(ctx: Any, entries: Tensor, bits: Tensor, weighting: Weighting, soft: bool) -> Tensor:  # noqa: ANN401
        """Return `entry > 0` as 0.0 or 1.0, or the entry itself where `soft`."""
        inputs = bits.shape[1]
        address = torch.zeros(bits.shape[0], bits.shape[2], dtype=torch.int64)
        for place in range(inputs):
            address += bits[:, place].to(torch.int64) << place
        ctx.save_for_backward(entries, address)
        ctx.weighting = weighting
        read = entries.gather(1, address)
        return read if soft else (read > 0).to(entries.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        """Return the gradients of entries and bits."""
        entries, address = ctx.saved_tensors
        (gradient,) = gradients
        of_entries = torch.zeros_like(entries).scatter_add_(1, address, gradient)
        if not ctx.needs_input_grad[1]:
            return of_entries, None, None, None
        slopes = input_gradients(entries, weighting=ctx.weighting)
        inputs = slopes.shape[1]
        of_bits = slopes.gather(2, address[:, None, :].expand(-1, inputs, -1)) * gradient[:, None, :]
        return of_entries, of_bits, None, None


def look_up(entries: Tensor, bits: Tensor, *, weighting: Weighting, soft: bool = False) -> Tensor:
    """Return what each table gives for each sample, (luts, samples), 0.0 or 1.0.

    `entries` is (luts, 2**n), `bits` is (luts, n, samples) of 0.0 and 1.0, input `k` is bit `k` of the address.
    On the way back an entry gets the gradient of the outputs that read it, and an input the extended finite
    difference. With `soft` the output is the entry itself instead of its sign.
    """
    result: Tensor = _Lookup.apply(entries, bits, weighting, soft)  # type: ignore[no-untyped-call]
    return result

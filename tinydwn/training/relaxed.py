"""Tables of two inputs that answer with real numbers: relaxed gates, and their gradients.

Petersen et al., "Deep Differentiable Logic Gate Networks", NeurIPS 2022 (arXiv 2210.08277): a gate of bits that are one
with probabilities `a` and `b` is one with the probability that its multilinear extension gives,

    y = t0 + (t1 - t0) a + (t2 - t0) b + (t0 - t1 - t2 + t3) a b,

`t` being how likely its four entries are. Here an entry between -1 and 1 is one with probability (1 + entry) / 2, so
that the bit which a table is frozen to, `entry > 0`, is the likelier one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd import Function

from tinydwn.training import kernels


def blend(entries: Tensor, bits: Tensor, mapping: Tensor, *, rounded: bool = False) -> Tensor:
    """Return how likely each table gives one for each sample, (luts, samples); 0.0 or 1.0 where `rounded`.

    `entries` is (luts, 4), `bits` is (sources, samples), probabilities from 0 to 1; `mapping`, (luts, 2) int64, names
    the rows of `bits` that inputs 0 and 1 read. Gradients are those of the multilinear extension, also where the
    outputs are `rounded`: there they go straight through.

    >>> both = torch.tensor([[-1.0, -1.0, -1.0, 1.0]])
    >>> blend(both, torch.tensor([[0.5, 1.0], [0.5, 0.75]]), torch.tensor([[0, 1]])).tolist()
    [[0.25, 0.75]]
    """
    result: Tensor = _Blend.apply(entries, bits, mapping, rounded)  # type: ignore[no-untyped-call]
    return result


class _Blend(Function):
    @staticmethod
    def forward(ctx: Any, entries: Tensor, bits: Tensor, mapping: Tensor, rounded: bool) -> Tensor:  # noqa: ANN401
        bits = bits.to(entries.dtype).contiguous()
        ctx.save_for_backward(entries, bits, mapping)
        if entries.device.type != "cpu":
            return _blended(entries, bits, mapping, rounded)
        values = entries.new_empty((len(mapping), bits.shape[1]))
        kernels.blend_tables(entries.detach().numpy(), bits.detach().numpy(), mapping.numpy(), values.numpy(), rounded)
        return values

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        entries, bits, mapping = ctx.saved_tensors
        gradient = gradients[0].contiguous()
        if entries.device.type != "cpu":
            return (*_gradients(entries, bits, mapping, gradient), None, None)
        of_entries, of_bits = torch.empty_like(entries), torch.zeros_like(bits)
        given = (entries, bits, mapping, gradient, of_entries, of_bits)
        kernels.add_blend_gradients(*(np.asarray(one.detach().numpy()) for one in given))
        return of_entries, of_bits, None, None


def _slopes(entries: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    t0, t1, t2, t3 = ((1 + entries) / 2).T[:, :, None]
    return t0, t1 - t0, t2 - t0, t0 - t1 - t2 + t3


def _blended(entries: Tensor, bits: Tensor, mapping: Tensor, rounded: bool) -> Tensor:
    """Return the same by tensor operations, on any device."""
    base, first, second, both = _slopes(entries)
    a, b = bits[mapping[:, 0]], bits[mapping[:, 1]]
    values = base + first * a + second * b + both * a * b
    return (values > 0.5).to(values.dtype) if rounded else values


def _gradients(entries: Tensor, bits: Tensor, mapping: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor]:
    """Return the gradients of entries and bits by tensor operations, on any device."""
    _, first, second, both = _slopes(entries)
    a, b = bits[mapping[:, 0]], bits[mapping[:, 1]]
    shares = ((1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b)
    of_entries = torch.stack([(gradient * share).sum(dim=1) / 2 for share in shares], dim=1)
    of_bits = torch.zeros_like(bits).index_add_(0, mapping[:, 0], gradient * (first + both * b))
    return of_entries, of_bits.index_add_(0, mapping[:, 1], gradient * (second + both * a))

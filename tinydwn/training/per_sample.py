"""Extended finite differences sample by sample: the measure that tinydwn's own way is held against.

A plain port of how the authors' released CUDA kernel and its torch module work (alanbacellar/DWN, commit dfbf71e):
every sample sums over all addresses of every table, for every input, with the power of each distance taken anew. The
kernel's threads are the loops here, compiled, on one thread. `powers=True` is kinder than the release: the powers
are taken once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.autograd import Function

from tinydwn.compiled import compiled
from tinydwn.training.weighting import Weighting, distance_weights

Reals = NDArray[np.float32]


@compiled
def read_samples(bits: Reals, mapping: NDArray[np.int64], entries: Reals, values: Reals) -> None:
    """Set `values`, (samples, luts), to the entries that `bits`, (samples, sources), lead to."""
    for sample in range(len(bits)):
        for lut in range(len(entries)):
            address = 0
            for place in range(mapping.shape[1]):
                address |= int(bits[sample, mapping[lut, place]] > 0) << place
            values[sample, lut] = entries[lut, address]


@compiled
def ones(number: int) -> int:
    """Return the number of ones in the binary form of a number."""
    count = 0
    while number:
        number &= number - 1
        count += 1
    return count


@compiled
def difference(table: Reals, address: int, place: int, alpha: np.float32, beta: np.float32) -> np.float32:
    """Return the extended finite difference of a table at an address for one input."""
    total = np.float32(0)
    others = ~(1 << place)
    for other in range(len(table)):
        term = table[other] * alpha * beta ** ones((address ^ other) & others)
        total += term if other >> place & 1 else -term
    return total


@compiled
def difference_by_powers(table: Reals, address: int, place: int, weights: Reals) -> np.float32:
    """Return the same, with the weight of each distance given."""
    total = np.float32(0)
    others = ~(1 << place)
    for other in range(len(table)):
        term = table[other] * weights[ones((address ^ other) & others)]
        total += term if other >> place & 1 else -term
    return total


@compiled
def hand_back(
    bits: Reals,
    mapping: NDArray[np.int64],
    entries: Reals,
    gradient: Reals,
    weights: Reals,
    powers: bool,
    of_bits: Reals,
    of_entries: Reals,
) -> None:
    """Add the gradients of bits and entries; `weights` are those of the distances, by exponent where not `powers`."""
    alpha = weights[0]
    beta = weights[1] / weights[0] if len(weights) > 1 else np.float32(0)
    for sample in range(len(bits)):
        for lut in range(len(entries)):
            address = 0
            for place in range(mapping.shape[1]):
                address |= int(bits[sample, mapping[lut, place]] > 0) << place
            given = gradient[sample, lut]
            of_entries[lut, address] += given
            for place in range(mapping.shape[1]):
                if powers:
                    slope = difference_by_powers(entries[lut], address, place, weights)
                else:
                    slope = difference(entries[lut], address, place, alpha, beta)
                of_bits[sample, mapping[lut, place]] += slope * given


class _Lookup(Function):
    @staticmethod
    def forward(ctx: Any, entries: Tensor, bits: Tensor, mapping: Tensor, powers: bool) -> Tensor:  # noqa: ANN401
        values = entries.new_empty(len(bits), len(entries))
        read_samples(bits.detach().numpy(), mapping.numpy(), entries.detach().numpy(), values.numpy())
        ctx.save_for_backward(entries, bits, mapping)
        ctx.powers = powers
        return values

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        entries, bits, mapping = ctx.saved_tensors
        of_entries, of_bits = torch.zeros_like(entries), torch.zeros_like(bits)
        hand_back(
            bits.detach().numpy(),
            mapping.numpy(),
            entries.detach().numpy(),
            gradients[0].contiguous().numpy(),
            distance_weights(mapping.shape[1], Weighting.EXPONENTIAL).astype(np.float32),
            ctx.powers,
            of_bits.numpy(),
            of_entries.numpy(),
        )
        return of_entries, of_bits, None, None


class _Sign(Function):
    """One where a value is above zero; the gradient goes straight through."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:  # noqa: ANN401, ARG004
        return (values > 0).to(values.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:  # noqa: ANN401, ARG004
        return gradients[0]


class PerSampleNetwork(nn.Module):
    """One layer of tables with a fixed mapping, and votes by class over `tau`, sample by sample.

    Bits are (samples, sources) float32, scores (samples, classes).
    """

    mapping: Tensor

    def __init__(self, entries: Tensor, mapping: Tensor, *, classes: int, tau: float, powers: bool = False) -> None:
        super().__init__()
        self.entries = nn.Parameter(entries.clone())
        self.register_buffer("mapping", mapping)
        self.classes, self.tau, self.powers = classes, tau, powers

    def forward(self, bits: Tensor) -> Tensor:
        """Return scores, (samples, classes)."""
        with torch.no_grad():
            self.entries.clamp_(-1, 1)
        values: Tensor = _Lookup.apply(self.entries, bits, self.mapping, self.powers)  # type: ignore[no-untyped-call]
        votes: Tensor = _Sign.apply(values)  # type: ignore[no-untyped-call]
        return votes.view(len(bits), self.classes, -1).sum(dim=-1) / self.tau

"""Extended finite differences: gradients for lookup tables.

Bacellar et al., "Differentiable Weightless Neural Networks", ICML 2024 (arXiv 2410.11112), section 3. Tables
hold real numbers, the bit at an address is `entry > 0`. For input `l` at address `a` the gradient is

    w_l(a) = sum over addresses k of  sign_l(k) * entry(k) * weight(d(k, a)),

where `d` is the Hamming distance of `k` and `a` with bit `l` left out, and `sign_l(k)` is +1 where bit `l` of `k`
is set, else -1. None of it depends on the sample, and it is the plain finite difference of a smoothed table:

    w_l(a) = S(a with bit l set) - S(a with bit l cleared),    S(a) = sum over k of entry(k) * v(D(k, a)),

with the full Hamming distance `D` and `v(D) = weight(D) + weight(D+1) + ... + weight(n-1)`. For the two values of bit
`l` differ by `v(d) - v(d+1) = weight(d)` where `k` has it set, and by as much less where it has not. So each table is
smoothed once, `2**n` values, and each sample takes `n` differences.

With the exponential weights of the released code there is a second reading. They are `0.5 * 0.75**(n-1-d) * 0.25**d`,
so the gradient is half that of the table's multilinear extension, taken where every other input has gone a quarter of
the way to its opposite: the mean difference over samples whose other bits are flipped with probability 1/4.

As `v` depends on the distance alone, the Walsh-Hadamard transform diagonalizes the smoothing, whatever the weights are.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd import Function

from tinydwn.training import kernels
from tinydwn.training.weighting import Weighting, distance_weights


def smoothing_weights(inputs: int, weighting: Weighting) -> NDArray[np.float64]:
    """Return `v`, the weights of the full Hamming distances 0 to n in the smoothed table, (n + 1,) float64.

    >>> smoothing_weights(2, Weighting.INVERSE).tolist()
    [1.5, 0.5, 0.0]
    """
    weights = distance_weights(inputs, weighting)
    return np.append(np.cumsum(weights[::-1])[::-1], 0.0)


@cache
def smoothing_matrix(inputs: int, weighting: Weighting) -> Tensor:
    """Return the symmetric matrix that smooths tables, (2**n, 2**n) float64: `S = entries @ matrix`."""
    address = np.arange(1 << inputs)
    return torch.from_numpy(smoothing_weights(inputs, weighting)[np.bitwise_count(address[:, None] ^ address)])


@cache
def smoothing_eigenvalues(inputs: int, weighting: Weighting) -> NDArray[np.float64]:
    """Return what each Walsh-Hadamard coefficient of a table is multiplied by, over 2**n, (2**n,) float64."""
    values = smoothing_weights(inputs, weighting)[np.bitwise_count(np.arange(1 << inputs))]
    for place in range(inputs):
        pairs = values.reshape(-1, 2, 1 << place)
        values = np.stack([pairs[:, 0] + pairs[:, 1], pairs[:, 0] - pairs[:, 1]], axis=1).reshape(-1)
    return values / (1 << inputs)


def input_gradients(entries: Tensor, *, weighting: Weighting) -> Tensor:
    """Return the gradients of all inputs at all addresses, (luts, n, 2**n), for `entries`, (luts, 2**n).

    >>> copies_its_input = torch.tensor([[-1.0, 1.0]])
    >>> input_gradients(copies_its_input, weighting=Weighting.INVERSE).tolist()
    [[[2.0, 2.0]]]
    """
    smooth = smooth_tables(entries, weighting)
    address = torch.arange(entries.shape[1], device=entries.device)
    bits = [1 << place for place in range(_inputs(entries))]
    return torch.stack([smooth[:, address | bit] - smooth[:, address & ~bit] for bit in bits], dim=1)


def smooth_tables(entries: Tensor, weighting: Weighting) -> Tensor:
    """Return the smoothed tables, (luts, 2**n)."""
    return entries @ smoothing_matrix(_inputs(entries), weighting).to(entries)


def look_up(
    entries: Tensor, bits: Tensor, mapping: Tensor, *, weighting: Weighting = Weighting.EXPONENTIAL, soft: bool = False
) -> Tensor:
    """Return what each table gives for each sample, (luts, samples), 0.0 or 1.0.

    `entries` is (luts, 2**n), `bits` is (sources, samples), above zero for one; `mapping`, (luts, n) int64, names the
    row of `bits` that input `k`, bit `k` of the address, reads. On the way back an entry gets the gradient of
    the outputs that read it, and an input the extended finite difference. With `soft` the output is the entry itself
    instead of its sign. `IndexError` where the mapping names a row that is not there.

    >>> xor = torch.tensor([[-1.0, 1.0, 1.0, -1.0]])
    >>> look_up(xor, torch.tensor([[0.0, 1.0], [1.0, 1.0]]), torch.tensor([[0, 1]])).tolist()
    [[1.0, 0.0]]
    """
    _check_rows(mapping, len(bits))
    compiled = entries.device.type == "cpu" and entries.dtype in (torch.float32, torch.float64)
    run = _CompiledLookup if compiled else _TensorLookup
    result: Tensor = run.apply(entries, bits, mapping, weighting, soft)  # type: ignore[no-untyped-call]
    return result


def _check_rows(mapping: Tensor, rows: int) -> None:
    """Refuse a mapping that reads beyond the rows; on a device it would take a round trip to know."""
    if mapping.device.type == "cpu" and mapping.numel():
        first, last = kernels.smallest_and_largest(mapping.numpy())
        if first < 0 or last >= rows:
            raise IndexError(f"tables read rows {first} to {last} of {rows}")


class _CompiledLookup(Function):
    """Tables read by compiled loops, on a processor."""

    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401
        entries: Tensor,
        bits: Tensor,
        mapping: Tensor,
        weighting: Weighting,
        soft: bool,
    ) -> Tensor:
        addresses = np.empty((len(mapping), bits.shape[1]), dtype=np.uint8 if mapping.shape[1] <= 8 else np.uint16)
        values = entries.new_empty(addresses.shape)
        kernels.read_tables(_array(entries), _array(bits), mapping.numpy(), addresses, values.numpy(), soft)
        ctx.save_for_backward(entries, mapping)
        ctx.addresses, ctx.sources, ctx.weighting = addresses, len(bits), weighting
        return values

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        entries, mapping = ctx.saved_tensors
        gradient, addresses = _array(gradients[0]), ctx.addresses
        of_entries = of_bits = None
        if ctx.needs_input_grad[0]:
            of_entries = torch.empty_like(entries)
            kernels.add_entry_gradients(addresses, gradient, of_entries.numpy())
        if ctx.needs_input_grad[1]:
            of_bits = entries.new_zeros(ctx.sources, addresses.shape[1])
            values = smoothing_eigenvalues(mapping.shape[1], ctx.weighting).astype(gradient.dtype)[:, None]
            kernels.add_bit_gradients(_array(entries), mapping.numpy(), addresses, gradient, values, of_bits.numpy())
        return of_entries, of_bits, None, None, None


class _TensorLookup(Function):
    """The same by tensor operations, on any device."""

    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401
        entries: Tensor,
        bits: Tensor,
        mapping: Tensor,
        weighting: Weighting,
        soft: bool,
    ) -> Tensor:
        places = torch.arange(mapping.shape[1], device=bits.device)
        addresses = ((bits > 0)[mapping].to(torch.int64) << places[:, None]).sum(dim=1)
        ctx.save_for_backward(entries, mapping, addresses)
        ctx.sources, ctx.weighting = len(bits), weighting
        read = entries.gather(1, addresses)
        return read if soft else (read > 0).to(entries.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        entries, mapping, addresses = ctx.saved_tensors
        (gradient,) = gradients
        of_entries = of_bits = None
        if ctx.needs_input_grad[0]:
            of_entries = torch.zeros_like(entries).scatter_add_(1, addresses, gradient)
        if ctx.needs_input_grad[1]:
            smooth = smooth_tables(entries, ctx.weighting)
            of_bits = entries.new_zeros(ctx.sources, addresses.shape[1])
            for place, sources in enumerate(mapping.T):
                bit = 1 << place
                slope = smooth.gather(1, addresses | bit) - smooth.gather(1, addresses & ~bit)
                of_bits.index_add_(0, sources, slope * gradient)
        return of_entries, of_bits, None, None, None


def _inputs(entries: Tensor) -> int:
    """Return the number of inputs of tables, n, from their size 2**n."""
    return int(entries.shape[1]).bit_length() - 1


def _array(tensor: Tensor) -> NDArray[Any]:
    """Return the values of a tensor on the processor as a contiguous array, without a copy where it is one."""
    return np.asarray(tensor.detach().contiguous().numpy())

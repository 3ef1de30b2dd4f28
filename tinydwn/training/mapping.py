"""Which bits a lookup table reads: fixed at random, or learned."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.autograd import Function

from tinydwn.training import kernels

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


class FixedMapping(nn.Module):
    """A mapping that stays as it is: `sources`, (luts, n) int64."""

    sources: Tensor

    def __init__(self, sources: NDArray[np.int64]) -> None:
        super().__init__()
        self.register_buffer("sources", torch.from_numpy(sources.copy()))

    def read(self, bits: Tensor) -> tuple[Tensor, Tensor]:
        """Return rows of bits, (rows, samples), and which of them each table reads, (luts, n)."""
        return bits, self.sources

    def current(self) -> Tensor:
        """Return the bits that the tables read now, (luts, n) int64."""
        return self.sources


class LearnableMapping(nn.Module):
    """A mapping that is learned as published: every table input weighs every bit and reads the heaviest.

    `weights` is (luts * n, bits). With gradient `g` at the chosen bits, `dW = g (2x-1)^T` and
    `dx = softmax(W / 0.001)^T g` (Bacellar et al., ICML 2024, and their released code). Time and memory grow with
    luts * n * bits. Weights start between -`spread` and `spread`: the wider, the slower the choice moves.
    """

    def __init__(self, start: NDArray[np.int64], bits: int, *, rng: np.random.Generator, spread: float = 1.0) -> None:
        super().__init__()
        flat = start.reshape(-1)
        weights = 2 * rng.random(size=(flat.size, bits), dtype=np.float32) - 1
        weights[np.arange(flat.size), flat] = 1.0
        weights *= np.float32(spread)
        self.weights = nn.Parameter(torch.from_numpy(weights))
        self.inputs = start.shape[1]

    def read(self, bits: Tensor) -> tuple[Tensor, Tensor]:
        """Return rows of bits, (rows, samples), and which of them each table reads, (luts, n)."""
        return choose(self.weights, bits), _in_turn(len(self.weights), self.inputs, bits.device)

    def current(self) -> Tensor:
        """Return the bits that the tables read now, (luts, n) int64."""
        return self.weights.detach().argmax(dim=1).view(-1, self.inputs)


class CandidateMapping(nn.Module):
    """A mapping that is learned among candidates, which each table input draws at random for itself.

    `weights` and `candidates` are (luts * n, candidates). Gradients are those of `LearnableMapping` for the
    candidates' weights; as softmax at 0.001 is all but one-hot, `dx` goes to the chosen bit alone. Time and memory do
    not depend on the number of bits.
    """

    candidates: Tensor

    def __init__(self, start: NDArray[np.int64], bits: int, *, candidates: int, rng: np.random.Generator) -> None:
        super().__init__()
        flat = start.reshape(-1)
        drawn = rng.integers(0, bits, size=(flat.size, candidates))
        drawn[:, 0] = flat
        weights = 2 * rng.random(size=drawn.shape, dtype=np.float32) - 1
        weights[:, 0] = 1.0
        self.weights = nn.Parameter(torch.from_numpy(weights))
        self.register_buffer("candidates", torch.from_numpy(drawn))
        self.inputs = start.shape[1]

    def read(self, bits: Tensor) -> tuple[Tensor, Tensor]:
        """Return rows of bits, (rows, samples), and which of them each table reads, (luts, n)."""
        rows = choose_candidate(self.weights, self.candidates, bits)
        return rows, _in_turn(len(self.weights), self.inputs, bits.device)

    def current(self) -> Tensor:
        """Return the bits that the tables read now, (luts, n) int64."""
        return _heaviest(self.weights.detach(), self.candidates).view(-1, self.inputs)


def choose(weights: Tensor, bits: Tensor) -> Tensor:
    """Return for every choice the bit with the largest weight, (choices, samples); see `LearnableMapping`.

    `weights` is (choices, bits), `bits` is (bits, samples) of zeros and ones.
    """
    result: Tensor = _Choose.apply(weights, bits)  # type: ignore[no-untyped-call]
    return result


def choose_candidate(weights: Tensor, candidates: Tensor, bits: Tensor) -> Tensor:
    """Return for every choice its heaviest candidate's bit, (choices, samples); see `CandidateMapping`."""
    result: Tensor = _ChooseCandidate.apply(weights, candidates, bits)  # type: ignore[no-untyped-call]
    return result


class _Choose(Function):
    @staticmethod
    def forward(ctx: Any, weights: Tensor, bits: Tensor) -> Tensor:  # noqa: ANN401
        ctx.save_for_backward(weights, bits)
        return bits.index_select(0, weights.argmax(dim=1)).to(weights.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        weights, bits = ctx.saved_tensors
        (gradient,) = gradients
        of_weights = gradient @ (2 * bits.to(weights.dtype) - 1).T
        if not ctx.needs_input_grad[1]:
            return of_weights, None
        return of_weights, torch.softmax(weights / _SOFTMAX_TEMPERATURE, dim=1).T @ gradient


class _ChooseCandidate(Function):
    @staticmethod
    def forward(ctx: Any, weights: Tensor, candidates: Tensor, bits: Tensor) -> Tensor:  # noqa: ANN401
        ctx.save_for_backward(weights, candidates, bits)
        return bits.index_select(0, _heaviest(weights, candidates)).to(weights.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401
        weights, candidates, bits = ctx.saved_tensors
        (gradient,) = gradients
        of_bits = None
        if ctx.needs_input_grad[2]:
            of_bits = weights.new_zeros(bits.shape).index_add_(0, _heaviest(weights, candidates), gradient)
        return _of_candidates(candidates, bits, gradient), None, of_bits


def _of_candidates(candidates: Tensor, bits: Tensor, gradient: Tensor) -> Tensor:
    """Return the gradients of the candidates' weights, (choices, candidates)."""
    if gradient.device.type != "cpu":
        return (gradient @ (2 * bits.to(gradient.dtype) - 1).T).gather(1, candidates)
    signs = torch.where(bits > 0, 1, -1).to(torch.int8)
    of_weights = gradient.new_empty(candidates.shape)
    kernels.candidate_gradients(signs.numpy(), candidates.numpy(), gradient.contiguous().numpy(), of_weights.numpy())
    return of_weights


def _heaviest(weights: Tensor, candidates: Tensor) -> Tensor:
    """Return the heaviest candidate of each choice, (choices,)."""
    return candidates.gather(1, weights.argmax(dim=1, keepdim=True)).squeeze(1)


def _in_turn(rows: int, inputs: int, device: torch.device) -> Tensor:
    """Return the mapping of tables that read `rows` rows one after the other, (luts, n)."""
    return torch.arange(rows, device=device).view(-1, inputs)

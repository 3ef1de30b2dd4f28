"""Samples of one boolean function: what a hypothesis is fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ConfigError, DataError


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Samples of one boolean function.

    `inputs` names the bits that may be read; `bits`, (samples, inputs), are their values; `wanted`, (samples,), is what
    the function should be; `weight`, (samples,), not negative and not all zero, is what a right answer is worth.
    `DataError` where these do not hold together.

    >>> samples = Labelled(("a", "b"), np.eye(2, dtype=bool), np.array([True, False]), np.array([3.0, 1.0]))
    >>> samples.accuracy(np.array([True, True]))
    0.75
    """

    inputs: tuple[str, ...]
    bits: NDArray[np.bool_]
    wanted: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def __post_init__(self) -> None:
        samples, inputs = len(self.wanted), len(self.inputs)
        if not samples or not inputs:
            raise DataError("there are no samples to form a hypothesis on", hint="give samples and inputs")
        if self.bits.shape != (samples, inputs) or self.weight.shape != (samples,):
            raise DataError(
                f"{samples} labels and {inputs} inputs do not belong to bits of shape {self.bits.shape} "
                f"and weights of shape {self.weight.shape}",
                hint="give a row of bits, a label and a weight for each sample",
            )
        if not np.isfinite(self.weight).all() or (self.weight < 0).any() or not self.weight.any():
            raise DataError(
                "the weights of samples are negative, infinite or all zero", hint="give numbers from 0, some above it"
            )

    def __len__(self) -> int:
        return len(self.wanted)

    @property
    def share(self) -> NDArray[np.float64]:
        """The weight of each sample as a share of all weights, (samples,)."""
        return np.asarray(self.weight / self.weight.sum())

    @property
    def pull(self) -> NDArray[np.float64]:
        """The share of each sample, positive where true is wanted, negative where false is, (samples,)."""
        return np.where(self.wanted, self.share, -self.share)

    @property
    def signs(self) -> NDArray[np.float32]:
        """The bits as +1 (true) and -1 (false), (samples, inputs)."""
        return np.where(self.bits, np.float32(1), np.float32(-1))

    def accuracy(self, answers: NDArray[np.bool_]) -> float:
        """Return the share of weight that answers, (samples,), are right on."""
        return float(self.weight[answers == self.wanted].sum() / self.weight.sum())

    def part(self, chosen: NDArray[np.bool_]) -> Labelled:
        """Return some of the samples."""
        return Labelled(self.inputs, self.bits[chosen], self.wanted[chosen], self.weight[chosen])

    def evened(self) -> Labelled:
        """Return about as many samples of equal weight, each as often as its weight says; without chance.

        >>> samples = Labelled(("a",), np.array([[True], [False]]), np.array([True, False]), np.array([3.0, 1.0]))
        >>> samples.evened().bits[:, 0].tolist()
        [True, True]
        """
        positive = self.weight[self.weight > 0]
        if positive.min() == positive.max():
            return self.part(self.weight > 0)
        places = (np.arange(len(self)) + 0.5) / len(self)
        drawn = np.minimum(np.searchsorted(np.cumsum(self.share), places), len(self) - 1)
        return Labelled(self.inputs, self.bits[drawn], self.wanted[drawn], np.ones(len(self)))

    def turned(self, places: Sequence[int]) -> Labelled:
        """Return the samples with the sum modulo 2 of some inputs added to what is wanted."""
        return replace(self, wanted=self.wanted ^ np.logical_xor.reduce(self.bits[:, list(places)], axis=1))


def held_back(samples: Labelled, *, seed: int, share: float = 0.25) -> tuple[Labelled, Labelled]:
    """Return most of the samples, and the share held back to judge on, drawn per answer; `ConfigError` below 8 samples.

    >>> samples = Labelled(("a",), np.zeros((40, 1), bool), np.arange(40) % 2 == 0, np.ones(40))
    >>> [len(part) for part in held_back(samples, seed=0)]
    [30, 10]
    """
    if len(samples) < 8:
        raise ConfigError(f"{len(samples)} samples cannot be divided", hint="give at least 8 samples")
    order = np.random.default_rng(seed).permutation(len(samples))
    back = np.zeros(len(samples), dtype=bool)
    for answer in (False, True):
        own = order[samples.wanted[order] == answer]
        back[own[: round(share * len(own))]] = True
    if not samples.weight[back].any() or not samples.weight[~back].any():
        raise ConfigError("too few samples have a weight", hint="give more samples a weight")
    return samples.part(~back), samples.part(back)

"""Training samples as tensors, and the part that validates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from tinydwn.data.held_out import held_out
from tinydwn.encoder.fit import checked_weights


@dataclass(frozen=True, slots=True)
class Samples:
    """Thermometer bits, (samples, bits) bool, classes, (samples,) int64, and what a teacher says of them.

    `taught` are probabilities, (samples, classes) float32, with no columns where there is no teacher. `weights` are
    those of the samples in the loss, (samples, 1) float32, with no column where all count the same.
    """

    bits: Tensor
    labels: Tensor
    taught: Tensor
    weights: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def amount(self) -> float:
        """The sum of the weights."""
        return amount_of(self.weights)

    def batch(self, chosen: Tensor | slice) -> Batch:
        """Return the chosen samples as layers read them."""
        rows = self.bits[chosen].T.contiguous()
        return Batch(rows, self.labels[chosen], self.taught[chosen], self.weights[chosen])

    def to(self, device: torch.device) -> Samples:
        """Return the samples on a device."""
        return Samples(*(values.to(device) for values in (self.bits, self.labels, self.taught, self.weights)))


@dataclass(frozen=True, slots=True)
class Batch:
    """Some samples, their bits as rows, (bits, samples); the rest as in `Samples`."""

    rows: Tensor
    labels: Tensor
    taught: Tensor
    weights: Tensor

    @property
    def amount(self) -> float:
        """The sum of the weights."""
        return amount_of(self.weights)

    def right(self, answers: Tensor) -> float:
        """Return the sum of the weights of the samples that answers, (samples,), are right on."""
        right = answers == self.labels
        return float(self.weights[right].sum(dtype=torch.float64)) if self.weights.shape[1] else int(right.sum())


def amount_of(weights: Tensor) -> float:
    """Return the sum of weights as `Samples` has them, the number of samples where all count the same."""
    return float(weights.sum(dtype=torch.float64)) if weights.shape[1] else len(weights)


def hold_out(
    bits: NDArray[np.bool_],
    labels: NDArray[np.int64],
    *,
    taught: NDArray[np.float32] | None = None,
    weights: NDArray[np.float64] | None = None,
    fraction: float,
    rng: np.random.Generator,
) -> tuple[Samples, Samples]:
    """Return a training and a validation part, stratified: each class gives its nearest whole share of samples.

    A class keeps at least one sample in the training part. Weights are scaled to a mean of one.
    """
    taught = np.zeros((len(labels), 0), dtype=np.float32) if taught is None else taught
    scaled = np.zeros((len(labels), 0)) if weights is None else (weights / weights.mean())[:, None]
    given = (bits, labels, taught, scaled.astype(np.float32))
    held = held_out(labels, fraction, rng)
    training, validation = (
        Samples(*(torch.from_numpy(np.ascontiguousarray(values[part])) for values in given)) for part in (~held, held)
    )
    return training, validation


def weights_that_differ(weights: ArrayLike | None, samples: int) -> NDArray[np.float64] | None:
    """Return weights of samples, checked; None where all are the same, which is as good as none.

    >>> weights_that_differ([2.0, 2.0], 2) is None
    True
    """
    if weights is None:
        return None
    checked = checked_weights(weights, samples)
    return None if (checked == checked[0]).all() else checked


def flip_some(rows: Tensor, share: float, rng: np.random.Generator) -> None:
    """Flip each bit, in place, with this probability, independently.

    A Poisson number of places is drawn, with repetition: then a bit is drawn at least once with the probability wanted.
    """
    if share:
        drawn = rng.integers(0, rows.numel(), rng.poisson(-rows.numel() * math.log1p(-share)))
        places = torch.from_numpy(drawn).to(rows.device)
        flat = rows.view(-1)
        flat[places] = ~flat[places]

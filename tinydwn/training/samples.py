"""Training samples as tensors, and the part that validates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tinydwn.data.held_out import held_out


@dataclass(frozen=True, slots=True)
class Samples:
    """Thermometer bits, (samples, bits) bool, classes, (samples,) int64, and what a teacher says of them.

    `taught` are probabilities, (samples, classes) float32, with no columns where there is no teacher.
    """

    bits: Tensor
    labels: Tensor
    taught: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, chosen: Tensor | slice) -> tuple[Tensor, Tensor, Tensor]:
        """Return the chosen samples as layers read them, (bits, samples) by rows, with classes and probabilities."""
        return self.bits[chosen].T.contiguous(), self.labels[chosen], self.taught[chosen]

    def to(self, device: torch.device) -> Samples:
        """Return the samples on a device."""
        return Samples(self.bits.to(device), self.labels.to(device), self.taught.to(device))


def hold_out(
    bits: NDArray[np.bool_],
    labels: NDArray[np.int64],
    *,
    taught: NDArray[np.float32] | None = None,
    fraction: float,
    rng: np.random.Generator,
) -> tuple[Samples, Samples]:
    """Return a training and a validation part, stratified: each class gives its nearest whole share.

    A class keeps at least one sample in the training part.
    """
    taught = np.zeros((len(labels), 0), dtype=np.float32) if taught is None else taught
    held = held_out(labels, fraction, rng)
    training, validation = (
        Samples(*(torch.from_numpy(np.ascontiguousarray(values[part])) for values in (bits, labels, taught)))
        for part in (~held, held)
    )
    return training, validation


def flip_some(rows: Tensor, share: float, rng: np.random.Generator) -> None:
    """Flip each bit, in place, with this probability, independently.

    A Poisson number of places is drawn, with repetition: then a bit is drawn at least once with the probability wanted.
    """
    if share:
        drawn = rng.integers(0, rows.numel(), rng.poisson(-rows.numel() * math.log1p(-share)))
        places = torch.from_numpy(drawn).to(rows.device)
        flat = rows.view(-1)
        flat[places] = ~flat[places]

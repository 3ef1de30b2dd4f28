"""Training of perceptrons whose weights are whole numbers of few bits, on words."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import linear

from tinydwn.errors import ConfigError
from tinydwn.training.straight_through import descend, outputs_for, straight_through

SumLayer = tuple[NDArray[np.int64], NDArray[np.int64], int]
"""Weights, (neurons, inputs), a number per neuron that is added, (neurons,), and by how many bits sums are cut."""
_BATCH, _RATE, _SHARPNESS = 64, 0.01, 8.0
_LEAK = 0.1
_WITHIN = 0.99
"""So large a share of the sums above 0 of a hidden layer is to fit its activations."""


def train_sums(
    words: NDArray[np.int64],
    largest: NDArray[np.int64],
    labels: NDArray[np.int64],
    *,
    classes: int,
    hidden: Sequence[int],
    weight_bits: int,
    activation_bits: int,
    epochs: int,
    balanced: bool = False,
    seed: int = 0,
) -> list[SumLayer]:
    """Return the layers of a perceptron trained on `words`, (samples, features), and `labels`, (samples,).

    `largest`, (features,), are the largest words. A weight is a whole number of `weight_bits` bits with its sign, as
    large below 0 as above. What a hidden neuron answers is its sum, shifted right by so many bits, cut to 0 and to the
    largest number of `activation_bits` bits; the last layer's sums are as they are. A single output is above 0 for the
    second of two classes. `ConfigError` where the words are so wide that no float holds the sums.
    """
    network = _Network(
        largest,
        (*hidden, outputs_for(classes)),
        2 ** (weight_bits - 1) - 1,
        2**activation_bits - 1,
        torch.Generator().manual_seed(seed),
    )
    network.to(network.kind)
    inputs = torch.from_numpy(words).to(network.kind)
    network.center(inputs)

    def settle(epoch: int) -> None:
        if 2 * epoch <= epochs:
            network.settle(inputs)

    descend(
        network,
        network.parameters(),
        inputs,
        labels,
        classes=classes,
        balanced=balanced,
        epochs=epochs,
        batch_size=_BATCH,
        learning_rate=_RATE,
        seed=seed,
        after_step=network.cut,
        before_epoch=settle,
    )
    return network.frozen()


def _kind_for(most: int) -> torch.dtype:
    """Return the kind of numbers that holds sums of up to `most`, and as much added to them, exactly."""
    if 2 * most < 1 << 24:
        return torch.float32
    if 2 * most < 1 << 53:
        return torch.float64
    raise ConfigError(f"sums of up to {most} cannot be learned exactly", hint="give narrower words, or fewer of them")


class _Network(nn.Module):
    """Latent weights from -1 to 1, which `steps` whole numbers are spread over, and a shift per neuron.

    All sums are whole numbers that its `kind` of numbers holds, so that what is trained is what is frozen.
    """

    def __init__(
        self, largest: NDArray[np.int64], widths: Sequence[int], steps: int, top: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        sizes = tuple(zip((len(largest), *widths), widths, strict=False))
        self.weights = nn.ParameterList(
            (torch.rand(out, width, generator=generator) * 2 - 1) * min(1.0, 2 / sqrt(width) + 0.5 / steps)
            for width, out in sizes
        )
        self.shifts = nn.ParameterList(torch.zeros(width) for width in widths)
        self.sharpness = nn.Parameter(torch.tensor(log(_SHARPNESS)))
        self.steps, self.top = steps, top
        self.kind = _kind_for(steps * max(sum(largest.tolist()), *(top * width for width in (0, *widths[:-1]))))
        self.cuts = [0] * (len(widths) - 1)
        # A sum of full inputs of a weight each: what a shift and the sharpness of scores are measured in.
        self.units = [float(largest.max()) * steps * sqrt(len(largest))]
        self.units += [float(top) * steps * sqrt(width) for width in widths[:-1]]

    def forward(self, values: Tensor) -> Tensor:
        """Return the scores of samples, (samples, outputs), for words, (samples, features)."""
        for layer in range(len(self.cuts)):
            values = self._activation(layer, self._sums(layer, values))
        return self.sharpness.exp() / self.units[-1] * self._sums(len(self.cuts), values)

    def cut(self) -> None:
        """Keep the latent weights where they have a gradient."""
        with torch.no_grad():
            for weight in self.weights:
                weight.clamp_(-1.0, 1.0)

    @torch.no_grad()
    def center(self, values: Tensor) -> None:
        """Shift the sums of hidden layers so that each neuron starts with a mean of 0 over all samples."""
        inputs = values
        for layer in range(len(self.cuts)):
            self.shifts[layer].copy_(-self._sums(layer, values).mean(dim=0) / self.units[layer])
            self.settle(inputs)
            values = self._activation(layer, self._sums(layer, values))

    @torch.no_grad()
    def settle(self, values: Tensor) -> None:
        """Choose by how many bits the sums of each hidden layer are cut, for the words of all samples."""
        for layer in range(len(self.cuts)):
            sums = self._sums(layer, values)
            above = np.sort(sums[sums > 0].numpy())
            most = int(above[int(_WITHIN * (len(above) - 1))]) if len(above) else 0
            self.cuts[layer] = max(0, most.bit_length() - self.top.bit_length())
            values = self._activation(layer, sums)

    @torch.no_grad()
    def frozen(self) -> list[SumLayer]:
        """Return the layers in whole numbers."""
        return [
            (
                self._whole_weights(layer).numpy().astype(np.int64),
                self._whole_shifts(layer).numpy().astype(np.int64),
                cut,
            )
            for layer, cut in enumerate((*self.cuts, 0))
        ]

    def _whole_weights(self, layer: int) -> Tensor:
        exact = self.weights[layer] * self.steps
        return straight_through(exact, exact.round())

    def _whole_shifts(self, layer: int) -> Tensor:
        exact = self.shifts[layer] * self.units[layer]
        return straight_through(exact, exact.round())

    def _sums(self, layer: int, values: Tensor) -> Tensor:
        return linear(values, self._whole_weights(layer), self._whole_shifts(layer))

    def _activation(self, layer: int, sums: Tensor) -> Tensor:
        exact = sums / 2 ** self.cuts[layer]
        cut = exact.clamp(0, self.top)
        # A small slope outside, so that a neuron that answers 0 to all samples can come back.
        return straight_through(cut + _LEAK * (exact - cut), cut.floor())

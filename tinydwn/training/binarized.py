"""Training of networks whose weights and activations are signs.

Courbariaux et al., "Binarized neural networks", 2016. What batch normalization does before a sign is a threshold for
the number of ones (Umuroglu et al., "FINN", 2017), so that what is learned is exact in whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import linear

from tinydwn.training.straight_through import descend, outputs_for, signs, straight_through

SignLayer = tuple[NDArray[np.bool_], NDArray[np.int64]]
"""Signs of weights, (neurons, inputs), true for 1, and a whole number per neuron, (neurons,)."""
_BATCH, _RATE, _SHARPNESS, _LEAST_DEVIATION = 64, 0.01, 3.0, 1e-5


def train_signs(
    bits: NDArray[np.bool_],
    labels: NDArray[np.int64],
    *,
    classes: int,
    hidden: Sequence[int],
    epochs: int,
    balanced: bool = False,
    seed: int = 0,
) -> list[SignLayer]:
    """Return the layers of a network trained on `bits`, (samples, inputs), and `labels`, (samples,).

    A neuron counts the inputs that are as its weight's sign says. In all layers but the last, the number beside the
    signs is the most that it may count for its answer to be 0. In the last one the number is added to what is counted;
    for a single output, which speaks for the second of two classes, it is again the most for the answer 0.
    """
    network = _Network(bits.shape[1], (*hidden, outputs_for(classes)), torch.Generator().manual_seed(seed))
    inputs = torch.from_numpy(np.where(bits, 1.0, -1.0).astype(np.float32))
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
        before_epoch=lambda _: None,
    )
    return network.frozen(inputs)


class _Network(nn.Module):
    """Latent weights from -1 to 1, and a shift per neuron: of a normalized sum, in the last layer of a scaled one."""

    def __init__(self, inputs: int, widths: Sequence[int], generator: torch.Generator) -> None:
        super().__init__()
        sizes = zip((inputs, *widths), widths, strict=False)
        self.weights = nn.ParameterList(torch.rand(out, width, generator=generator) * 2 - 1 for width, out in sizes)
        self.shifts = nn.ParameterList(torch.zeros(width) for width in widths)
        self.sharpness = nn.Parameter(torch.tensor(log(_SHARPNESS)))

    def forward(self, values: Tensor) -> Tensor:
        """Return the scores of samples, (samples, outputs), for signs, (samples, inputs)."""
        for weight, shift in zip(self.weights[:-1], self.shifts[:-1], strict=True):
            total = linear(values, signs(weight))
            deviation = (total.var(dim=0, unbiased=False) + _LEAST_DEVIATION).sqrt()
            values = signs((total - total.mean(dim=0)) / deviation + shift)
        # What is added counts in whole inputs, so that what is trained is what is frozen.
        inputs = values.shape[1]
        exact = self.shifts[-1] * sqrt(inputs) / 2
        total = linear(values, signs(self.weights[-1])) / 2 + straight_through(exact, exact.round())
        scores: Tensor = self.sharpness.exp() * total * (2 / sqrt(inputs))
        return scores

    def cut(self) -> None:
        """Keep the latent weights where they have a gradient."""
        with torch.no_grad():
            for weight in self.weights:
                weight.clamp_(-1.0, 1.0)

    @torch.no_grad()
    def frozen(self, values: Tensor) -> list[SignLayer]:
        """Return the layers in whole numbers; what is normalized is by all samples of `values`."""
        layers: list[SignLayer] = []
        for weight, shift in zip(self.weights[:-1], self.shifts[:-1], strict=True):
            total = linear(values, signs(weight))
            deviation = (total.var(dim=0, unbiased=False) + _LEAST_DEVIATION).sqrt()
            limit = _counted(total.mean(dim=0) - shift * deviation, weight.shape[1])
            layers.append(((weight > 0).numpy(), np.floor(limit).astype(np.int64)))
            counts = (total.double() + weight.shape[1]) / 2
            values = torch.where(counts > torch.from_numpy(np.floor(limit)), 1.0, -1.0)
        weight, shift = self.weights[-1], self.shifts[-1]
        inputs = weight.shape[1]
        numbers = (shift * sqrt(inputs) / 2).round().numpy().astype(np.int64)
        if weight.shape[0] == 1:
            numbers = (inputs // 2) - numbers  # above 0 where more than half, less what is added, agree
        return [*layers, ((weight > 0).numpy(), numbers)]


def _counted(total: Tensor, inputs: int) -> NDArray[np.float64]:
    """Return how many of `inputs` agree where their signs sum to `total`."""
    return np.asarray((total.double() + inputs).numpy() / 2)

"""Adam, on a few tensors that are updated in place."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

_DECAY_OF_MEAN = 0.9
_DECAY_OF_SQUARE = 0.999
_SMALLEST = 1e-8


class Adam:
    """Adam (Kingma and Ba, 2015) with its usual constants; its whole state is `steps`, `means` and `squares`."""

    def __init__(self, parameters: Sequence[Tensor]) -> None:
        self.parameters = tuple(parameters)
        self.steps = 0
        self.means = [torch.zeros_like(parameter) for parameter in self.parameters]
        self.squares = [torch.zeros_like(parameter) for parameter in self.parameters]

    def step(self, learning_rate: float) -> None:
        """Move every parameter against its gradient, and clear the gradients."""
        self.steps += 1
        size = learning_rate / (1 - _DECAY_OF_MEAN**self.steps)
        correction = (1 - _DECAY_OF_SQUARE**self.steps) ** 0.5
        with torch.no_grad():
            for parameter, mean, square in zip(self.parameters, self.means, self.squares, strict=True):
                gradient = parameter.grad
                if gradient is None:
                    continue
                mean.lerp_(gradient, 1 - _DECAY_OF_MEAN)
                square.mul_(_DECAY_OF_SQUARE).addcmul_(gradient, gradient, value=1 - _DECAY_OF_SQUARE)
                parameter.addcdiv_(mean, square.sqrt().div_(correction).add_(_SMALLEST), value=-size)
                parameter.grad = None

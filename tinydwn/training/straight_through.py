"""Rounding that a gradient passes straight through, and how networks of few-bit numbers are trained.

Bengio, Leonard and Courville, "Estimating or propagating gradients through stochastic neurons", 2013.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy

from tinydwn.training.config import ClassWeight
from tinydwn.training.loop import one_thread
from tinydwn.training.loss import class_weights

LAST_SHARE = 0.01


def straight_through(exact: Tensor, rounded: Tensor) -> Tensor:
    """Return `rounded`, with the gradient of `exact`.

    >>> x = torch.tensor([0.4, 0.6], requires_grad=True)
    >>> y = straight_through(2 * x, x.round())
    >>> y.sum().backward()
    >>> y.tolist(), x.grad.tolist()
    ([0.0, 1.0], [2.0, 2.0])
    """
    return exact + (rounded - exact).detach()


def signs(values: Tensor) -> Tensor:
    """Return 1 where a value is above 0 and -1 elsewhere; the gradient is that of a value cut to -1 to 1.

    >>> signs(torch.tensor([-0.5, 0.0, 3.0])).tolist()
    [-1.0, -1.0, 1.0]
    """
    cut = values.clamp(-1.0, 1.0)
    return straight_through(cut, torch.where(values > 0, 1.0, -1.0))


def outputs_for(classes: int) -> int:
    """Return how many scores tell so many classes apart: one speaks for the second of two."""
    return 1 if classes == 2 else classes


def two_scores(scores: Tensor) -> Tensor:
    """Return scores of classes, (samples, classes): a single score, (samples, 1), speaks for the second of two."""
    return torch.cat([torch.zeros_like(scores), scores], dim=1) if scores.shape[1] == 1 else scores


def descend(
    scores: Callable[[Tensor], Tensor],
    parameters: Iterable[Tensor],
    inputs: Tensor,
    labels: NDArray[np.int64],
    *,
    classes: int,
    balanced: bool,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    after_step: Callable[[], None],
    before_epoch: Callable[[int], None],
) -> None:
    """Make the cross-entropy of scores small by Adam, at a learning rate that falls by half a cosine.

    `scores` gives those of rows of `inputs`, (samples, features), one column per class, or one in all for the second of
    two classes. With `balanced`, each class counts as much as any other. One thread; the seed alone decides the order
    of samples.
    """
    wanted, rng = torch.tensor(labels), np.random.default_rng([seed, 1])
    kind = ClassWeight.BALANCED if balanced else ClassWeight.NONE
    weights = torch.from_numpy(class_weights(kind, labels, classes=classes)).to(inputs.dtype)
    optimizer: Any = torch.optim.Adam(list(parameters), lr=learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs, LAST_SHARE * learning_rate)
    with one_thread():
        for epoch in range(epochs):
            before_epoch(epoch)
            order = torch.from_numpy(rng.permutation(len(inputs)))
            for chosen in torch.split(order, batch_size):
                if len(chosen) == 1 < len(order):
                    continue  # the last of an epoch: one sample has no spread to normalize by
                loss = cross_entropy(two_scores(scores(inputs[chosen])), wanted[chosen], weight=weights)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                after_step()
            schedule.step()

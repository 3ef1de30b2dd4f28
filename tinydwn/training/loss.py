"""What training makes small."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from tinydwn.training.config import ClassWeight, TrainingConfig
from tinydwn.training.network import DWNNetwork
from tinydwn.training.regularization import spectral_norm


class Loss(nn.Module):
    """Cross-entropy with label smoothing and class weights, what a teacher says, and the regularization beside it."""

    weights: Tensor

    def __init__(self, config: TrainingConfig, labels: NDArray[np.int64], *, classes: int) -> None:
        super().__init__()
        self.register_buffer("weights", torch.from_numpy(class_weights(config.class_weight, labels, classes=classes)))
        self.may_be_empty = not bool(self.weights.all())
        self.label_smoothing, self.spectral = config.label_smoothing, config.spectral
        self.distillation = config.distillation

    def forward(self, scores: Tensor, labels: Tensor, taught: Tensor) -> Tensor:
        """Return the mean loss of scores, (samples, classes), for labels, (samples,), and a teacher's probabilities.

        `taught` is (samples, classes), or (samples, 0) without a teacher.
        """
        if self.may_be_empty and not bool(self.weights[labels].any()):
            return scores.sum() * 0.0  # no sample of the batch counts
        own = cross_entropy(scores, labels, weight=self.weights, label_smoothing=self.label_smoothing)
        if not taught.shape[1]:
            return own
        return (1 - self.distillation) * own + self.distillation * cross_entropy(scores, taught, weight=self.weights)

    def regularization(self, network: DWNNetwork) -> Tensor | float:
        """Return what is added to the loss for the network's own sake."""
        if not self.spectral:
            return 0.0
        return self.spectral * spectral_norm([layer.entries for layer in network.layers])


def class_weights(
    kind: ClassWeight | tuple[float, ...], labels: NDArray[np.int64], *, classes: int
) -> NDArray[np.float32]:
    """Return the weight of each class in the loss, (classes,) float32: ones, as given, or such that all count the same.

    A class without samples weighs one then. As in scikit-learn, the balanced weight is samples / (classes * count).

    >>> class_weights(ClassWeight.BALANCED, np.array([0, 0, 1]), classes=2).tolist()
    [0.75, 1.5]
    """
    if isinstance(kind, tuple):
        return np.array(kind, dtype=np.float32)
    counts = np.bincount(labels, minlength=classes)
    if kind is ClassWeight.NONE:
        return np.ones(classes, dtype=np.float32)
    present = np.count_nonzero(counts)
    return np.where(counts > 0, len(labels) / (present * np.maximum(counts, 1)), 1.0).astype(np.float32)

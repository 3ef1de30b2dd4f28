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
from tinydwn.training.samples import Batch, Samples, amount_of


class Loss(nn.Module):
    """Cross-entropy with label smoothing and class weights, what a teacher says, and the regularization beside it."""

    weights: Tensor

    def __init__(self, config: TrainingConfig, samples: Samples, *, classes: int) -> None:
        super().__init__()
        labels = samples.labels.numpy()
        weights = samples.weights[:, 0].numpy() if samples.weights.shape[1] else None
        self.register_buffer(
            "weights", torch.from_numpy(class_weights(config.class_weight, labels, weights, classes=classes))
        )
        self.may_be_empty = not bool(self.weights.all())
        self.label_smoothing, self.spectral = config.label_smoothing, config.spectral
        self.distillation = config.distillation

    def forward(self, scores: Tensor, batch: Batch) -> Tensor:
        """Return the mean loss of scores, (samples, classes), for a batch's labels and what a teacher says of it.

        The mean is by the weights of the samples, for the labels times those of their classes.
        """
        if self.may_be_empty and not bool(self.weights[batch.labels].any()):
            return scores.sum() * 0.0  # no sample of the batch counts
        own = self._own(scores, batch)
        if not batch.taught.shape[1]:
            return own
        return (1 - self.distillation) * own + self.distillation * self._taught(scores, batch)

    def _own(self, scores: Tensor, batch: Batch) -> Tensor:
        if not batch.weights.shape[1]:
            return cross_entropy(scores, batch.labels, weight=self.weights, label_smoothing=self.label_smoothing)
        each = cross_entropy(
            scores, batch.labels, weight=self.weights, label_smoothing=self.label_smoothing, reduction="none"
        )
        weights = batch.weights[:, 0]
        return (weights * each).sum() / (weights * self.weights[batch.labels]).sum()

    def _taught(self, scores: Tensor, batch: Batch) -> Tensor:
        if not batch.weights.shape[1]:
            return cross_entropy(scores, batch.taught, weight=self.weights)
        each = cross_entropy(scores, batch.taught, weight=self.weights, reduction="none")
        return (batch.weights[:, 0] * each).sum() / amount_of(batch.weights)

    def regularization(self, network: DWNNetwork) -> Tensor | float:
        """Return what is added to the loss for the network's own sake."""
        if not self.spectral:
            return 0.0
        return self.spectral * spectral_norm([layer.entries for layer in network.layers])


def class_weights(
    kind: ClassWeight | tuple[float, ...],
    labels: NDArray[np.int64],
    weights: NDArray[np.float32] | None = None,
    *,
    classes: int,
) -> NDArray[np.float32]:
    """Return the weight of each class in the loss, (classes,) float32: ones, as given, or such that all count the same.

    A class without samples weighs one then. As in scikit-learn, the balanced weight is samples / (classes * count);
    with `weights` of the samples, (samples,), a sample counts as often as its weight says.

    >>> class_weights(ClassWeight.BALANCED, np.array([0, 0, 1]), classes=2).tolist()
    [0.75, 1.5]
    """
    if isinstance(kind, tuple):
        return np.array(kind, dtype=np.float32)
    counts = np.bincount(labels, weights=weights, minlength=classes).astype(np.float64)
    if kind is ClassWeight.NONE:
        return np.ones(classes, dtype=np.float32)
    present = np.count_nonzero(counts)
    return np.where(counts > 0, counts.sum() / (present * np.where(counts > 0, counts, 1)), 1.0).astype(np.float32)

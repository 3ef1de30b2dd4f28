"""What happened in training, epoch by epoch."""

from __future__ import annotations

from dataclasses import dataclass

from tinydwn.model.classifier import Classifier
from tinydwn.training.config import TrainingConfig


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training samples, `number` of `epochs`, counted from 1.

    Losses are means per sample; accuracies are shares, those of training measured while the network moved,
    noise included. The validation figures are None where no validation part was split off. `best`: no epoch before
    was better.
    """

    number: int
    epochs: int
    learning_rate: float
    training_loss: float
    training_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    best: bool


@dataclass(frozen=True, slots=True)
class Trained:
    """What `train` gives: the classifier of the best epoch, the configuration with every field set, the history.

    `resumed_after` is the number of epochs that came from a checkpoint; `restarted` says why a checkpoint was there
    but could not be used, and is empty otherwise.
    """

    classifier: Classifier
    history: tuple[Epoch, ...]
    config: TrainingConfig
    resumed_after: int = 0
    restarted: str = ""

    @property
    def best_epoch(self) -> Epoch:
        """The epoch whose classifier was kept."""
        return next(epoch for epoch in reversed(self.history) if epoch.best)

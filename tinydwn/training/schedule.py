"""How the learning rate goes from epoch to epoch."""

from __future__ import annotations

import math

from tinydwn.training.config import Schedule, TrainingConfig

_LAST_SHARE = 0.01  # of the learning rate, where the cosine ends


def learning_rate(config: TrainingConfig, done: int) -> float:
    """Return the learning rate of the epoch after `done` epochs.

    >>> [round(learning_rate(TrainingConfig(epochs=8, schedule="steps"), done), 6) for done in (0, 2, 4, 7)]
    [0.01, 0.001, 0.0001, 1e-05]
    """
    share = done / (config.epochs or 1)
    if config.schedule is Schedule.CONSTANT:
        return config.learning_rate
    if config.schedule is Schedule.STEPS:
        return config.learning_rate * 0.1 ** int(4 * share)
    return config.learning_rate * (_LAST_SHARE + (1 - _LAST_SHARE) * (1 + math.cos(math.pi * share)) / 2)

"""How the learning rate goes from epoch to epoch."""

from __future__ import annotations

import math

from tinydwn.training.config import Schedule, TrainingConfig

_LAST_SHARE = 0.01  # of the learning rate, where the cosine ends
_SETTLING, _SLOWLY = 0.8, 3
_ROUNDED_SHARE = 0.2  # of the learning rate, where tables begin to answer with bits


def learning_rate(config: TrainingConfig, done: float) -> float:
    """Return the learning rate of the epoch after `done` epochs, or of a step within it where that is a fraction.

    The cosine falls over the relaxed epochs, where there are some, and again, from a fifth of its height, over the
    others: what was settled with probabilities is settled once more with bits.

    >>> [round(learning_rate(TrainingConfig(epochs=8, schedule="steps"), done), 6) for done in (0, 2, 4, 7)]
    [0.01, 0.001, 0.0001, 1e-05]
    """
    epochs = config.epochs or 1
    share = done / epochs
    if config.schedule is Schedule.CONSTANT:
        return config.learning_rate
    if config.schedule is Schedule.STEPS:
        return config.learning_rate * 0.1 ** int(4 * share)
    height = 1.0
    if 0 < config.relaxed < 1:
        rounded = share >= config.relaxed
        height = _ROUNDED_SHARE if rounded else 1.0
        share = (share - config.relaxed) / (1 - config.relaxed) if rounded else share / config.relaxed
    return config.learning_rate * height * (_LAST_SHARE + (1 - _LAST_SHARE) * (1 + math.cos(math.pi * share)) / 2)


def settling(config: TrainingConfig, done: float) -> float:
    """Return by what share entries of relaxed tables move away from 0 in a step, after `done` epochs.

    It takes over slowly: what the loss does not decide any more is 1 or 0 in the end, so that rounding changes little.

    >>> [round(settling(TrainingConfig(epochs=10, relaxed=1.0), done), 4) for done in (0, 5)]
    [0.0, 0.0005]
    """
    share = done / (config.relaxed * (config.epochs or 1))
    return _SETTLING * share**_SLOWLY * learning_rate(config, done)

"""Distillation: a small network learns the votes of larger ones, not only the labels.

Hinton et al., "Distilling the Knowledge in a Neural Network", 2015 (arXiv 1503.02531): how sure a teacher is of the
other classes says more of a sample than its label does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ConfigError
from tinydwn.model.classifier import Classifier, Reduction
from tinydwn.model.reference import last_layer_bits
from tinydwn.training.automatic import usual_tau

_SAMPLES_AT_ONCE = 4096


def probabilities(teachers: Sequence[Classifier], features: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return what the teachers say of samples, (samples, features), on average: (samples, classes) float32.

    A teacher's votes are softened by the temperature that suits its number of tables. `ConfigError` for a teacher that
    does not end in votes, or teachers of different classes.
    """
    names = {teacher.class_names for teacher in teachers}
    if len(names) != 1 or any(teacher.reduction is not Reduction.POPCOUNT for teacher in teachers):
        raise ConfigError(
            "teachers are popcount classifiers of the same classes", hint="train them with reduction='popcount'"
        )
    said = [_softened(teacher, features) for teacher in teachers]
    return np.asarray(np.mean(said, axis=0), dtype=np.float32)


def _softened(teacher: Classifier, features: NDArray[np.float64]) -> NDArray[np.float32]:
    tau = usual_tau(teacher.reduction, teacher.layers[-1].nodes, teacher.classes)
    parts = []
    for start in range(0, len(features), _SAMPLES_AT_ONCE):
        bits = last_layer_bits(teacher, teacher.encoder.encode(features[start : start + _SAMPLES_AT_ONCE]))
        scores = bits.reshape(len(bits), teacher.classes, -1).sum(axis=2) / tau
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        parts.append(weights / weights.sum(axis=1, keepdims=True))
    return np.concatenate(parts).astype(np.float32)

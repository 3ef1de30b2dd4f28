"""Classifiers that are no circuits of the front, measured on the same split for comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.data.pattern_names import outputs_of
from tinydwn.synthesis.accuracy import accuracy
from tinydwn.synthesis.result import Reference

if TYPE_CHECKING:
    from tinydwn.data import Split

BOOSTING = "histogram boosting"
_MOST_SAMPLES = 20_000


def references_of(split: Split | None, *, seed: int, balanced: bool = False) -> tuple[Reference, ...]:
    """Return gradient boosting over histograms with the settings of scikit-learn, nothing without samples.

    It learns from at most 20,000 samples of the training part, and its name says so where these are fewer than all.
    Where classes are patterns of outputs, each output is learned by itself.
    """
    if split is None:
        return ()
    from sklearn.base import clone
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    features, labels, name = split.train_features, split.train_labels, BOOSTING
    if len(labels) > _MOST_SAMPLES:
        chosen = np.sort(np.random.default_rng(seed).choice(len(labels), _MOST_SAMPLES, replace=False))
        features, labels, name = features[chosen], labels[chosen], f"{BOOSTING} on {_MOST_SAMPLES:,} samples"
    outputs = len(outputs_of(split.class_names))
    model = HistGradientBoostingClassifier(random_state=seed, early_stopping=False)
    with threadpool_limits(1):  # the same sums in the same order, whatever the machine
        models = [
            clone(model).fit(features, bits) if np.ptp(bits) else int(bits[0])
            for bits in ([labels >> j & 1 for j in range(outputs)] if outputs else [labels])
        ]
        training, test = (
            accuracy(_answers(models, part), known, balanced=balanced)
            for part, known in ((split.train_features, split.train_labels), (split.test_features, split.test_labels))
        )
    return (Reference(name, training, test),)


def _answers(models: Sequence[Any], features: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the class of each sample: what the only model says, or the number whose bits models or constants tell."""
    said = [
        np.full(len(features), one) if isinstance(one, int) else one.predict(features).astype(np.int64)
        for one in models
    ]
    return np.asarray(sum(bits << j for j, bits in enumerate(said)))

"""Classifiers that are no circuits of the front, measured on the same split for comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinydwn.synthesis.accuracy import accuracy
from tinydwn.synthesis.result import Reference

if TYPE_CHECKING:
    from tinydwn.data import Split

BOOSTING = "histogram boosting"
_MOST_SAMPLES = 20_000


def references_of(split: Split | None, *, seed: int, balanced: bool = False) -> tuple[Reference, ...]:
    """Return gradient boosting over histograms with the settings of scikit-learn, nothing without samples.

    It learns from at most 20,000 samples of the training part, and its name says so where these are fewer than all.
    """
    if split is None:
        return ()
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    features, labels, name = split.train_features, split.train_labels, BOOSTING
    if len(labels) > _MOST_SAMPLES:
        chosen = np.sort(np.random.default_rng(seed).choice(len(labels), _MOST_SAMPLES, replace=False))
        features, labels, name = features[chosen], labels[chosen], f"{BOOSTING} on {_MOST_SAMPLES:,} samples"
    with threadpool_limits(1, "openmp"):  # the same sums in the same order, whatever the machine
        model = HistGradientBoostingClassifier(random_state=seed, early_stopping=False).fit(features, labels)
        training, test = (
            accuracy(model.predict(part), known, balanced=balanced)
            for part, known in ((split.train_features, split.train_labels), (split.test_features, split.test_labels))
        )
    return (Reference(name, training, test),)

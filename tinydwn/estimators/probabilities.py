"""How likely each class is, by what a circuit answers; the answer itself is always the first of the likeliest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_AHEAD = 1 + 1e-9


def vote_probabilities(votes: NDArray[np.int64], *, tau: float) -> NDArray[np.float64]:
    """Return the softmax of votes over the temperature `tau`, both (samples, classes).

    >>> vote_probabilities(np.array([[3, 3], [5, 1]]), tau=2.0).round(3).tolist()
    [[0.5, 0.5], [0.881, 0.119]]
    """
    weights = np.exp((votes - votes.max(axis=1, keepdims=True)) / tau)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def label_shares(
    answers: NDArray[np.int64],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
    *,
    classes: int,
) -> NDArray[np.float64]:
    """Return how the labels of samples are shared out for each answer, (answers, labels) with rows that sum to one.

    By Laplace's rule of succession one sample of each label is counted on top, so that no share is zero. Where another
    label than the answer is the most frequent, the answer gets its share and a billionth more. With `weights`,
    (samples,), a sample counts as often as its weight says.

    >>> label_shares(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), classes=2).round(3).tolist()
    [[0.6, 0.4], [0.333, 0.667]]
    """
    counts = np.ones((classes, classes))
    np.add.at(counts, (answers, labels), 1.0 if weights is None else weights)
    for answer in np.flatnonzero(counts.argmax(axis=1) != np.arange(classes)):
        counts[answer, answer] = counts[answer].max() * _AHEAD
    return np.asarray(counts / counts.sum(axis=1, keepdims=True), dtype=np.float64)

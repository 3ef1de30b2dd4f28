"""Samples that nobody has measured, around those that were: somewhere to ask a teacher where the data is silent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEIGHBORS = 6
_FEW_VALUES, _OFTEN = 10, 0.05
_MOST_SAMPLES = 10_000


def around_samples(features: NDArray[np.float64], *, count: int, seed: int) -> NDArray[np.float64]:
    """Return `count` samples, (count, features), each as far from a sample as its neighbors are from each other.

    A sample is moved by a random part of the way between two of its six nearest neighbors, within the range of each
    feature: samples on the lines between neighbors would all be nearer to known ones than what comes next is. Neighbors
    are near by ranks, so that a feature's unit and its outliers do not matter (as in SMOTE of Chawla et al., 2002). A
    feature of ten values or fewer, or whose value more than a twentieth of the samples share, has that of the sample or
    of one of the two. Of more than 10,000 samples so many are drawn first.

    >>> imagined = around_samples(np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0]]), count=50, seed=0)
    >>> imagined.shape, bool((imagined >= 0).all() and (imagined <= 2).all())
    ((50, 2), True)
    """
    rng = np.random.default_rng([seed, 7])
    features, near = _with_neighbors(features, rng)
    start = rng.integers(0, len(features), count)
    one, other = (near[start, rng.integers(0, near.shape[1], count)] for _ in range(2))
    moved = features[start] + rng.random((count, 1)) * (features[one] - features[other])
    moved = np.clip(moved, features.min(axis=0), features.max(axis=0))
    whose = rng.integers(0, 4, moved.shape)
    taken = np.where(whose < 2, features[start], np.where(whose == 2, features[one], features[other]))
    return np.where(_repeated(features)[start], taken, moved)


def between_neighbors(features: NDArray[np.float64], *, count: int, seed: int) -> NDArray[np.float64]:
    """Return `count` samples, (count, features), each in the box between a sample and one of its six nearest neighbors.

    Neighbors are near as in `around_samples`. A feature of ten values or fewer has that of either end.

    >>> between_neighbors(np.array([[0.0], [1.0], [20.0]]), count=50, seed=0).shape
    (50, 1)
    """
    rng = np.random.default_rng([seed, 7, 1])
    features, near = _with_neighbors(features, rng)
    start = rng.integers(0, len(features), count)
    end = near[start, rng.integers(0, near.shape[1], count)]
    share = rng.random((count, features.shape[1]))
    way = (1 - share) * features[start] + share * features[end]
    few = np.array([len(np.unique(column)) <= _FEW_VALUES for column in features.T])
    return np.where(few, np.where(share < 0.5, features[start], features[end]), way)


def _with_neighbors(
    features: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return samples, at most so many, and the places of those nearest to each, itself among them."""
    from scipy.stats import rankdata
    from sklearn.neighbors import NearestNeighbors

    if len(features) > _MOST_SAMPLES:
        features = features[np.sort(rng.choice(len(features), _MOST_SAMPLES, replace=False))]
    ranks = rankdata(features, axis=0) / len(features)
    nearest = NearestNeighbors(n_neighbors=min(NEIGHBORS + 1, len(features))).fit(ranks)
    return features, nearest.kneighbors(ranks, return_distance=False)


def _repeated(features: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which values stand for many samples, (samples, features)."""
    repeated = np.zeros(features.shape, dtype=bool)
    for column in range(features.shape[1]):
        values, of, counts = np.unique(features[:, column], return_inverse=True, return_counts=True)
        repeated[:, column] = (len(values) <= _FEW_VALUES) | (counts[of] > _OFTEN * len(features))
    return repeated

"""Samples that nobody has measured, between those that were: somewhere to ask a teacher where the data is silent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEIGHBORS = 6
_FEW_VALUES = 10
_MOST_SAMPLES = 10_000


def between_neighbors(
    features: NDArray[np.float64], *, count: int, seed: int, stream: int = 0, boxes: bool = False
) -> NDArray[np.float64]:
    """Return `count` samples, (count, features), each on the way from a sample to one of its six nearest neighbors.

    With `boxes`, each feature goes its own share of the way: samples fill the boxes that the lines are diagonals of.

    Neighbors are near by ranks, so that a feature's unit and its outliers do not matter (as SMOTE of Chawla et al.,
    2002, without its classes). A feature of ten values or fewer has that of either end. Of more than 10,000 samples so
    many are drawn first. A `stream` gives samples of its own for a seed.

    >>> imagined = between_neighbors(np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0]]), count=50, seed=0)
    >>> imagined.shape, bool((imagined >= 0).all() and (imagined <= 2).all())
    ((50, 2), True)
    """
    from scipy.stats import rankdata
    from sklearn.neighbors import NearestNeighbors

    rng = np.random.default_rng([seed, 7, stream])
    if len(features) > _MOST_SAMPLES:
        features = features[np.sort(rng.choice(len(features), _MOST_SAMPLES, replace=False))]
    samples = len(features)
    ranks = rankdata(features, axis=0) / samples
    near = NearestNeighbors(n_neighbors=min(NEIGHBORS + 1, samples)).fit(ranks).kneighbors(ranks, return_distance=False)
    start = rng.integers(0, samples, count)
    end = near[start, rng.integers(0, near.shape[1], count)]
    share = rng.random((count, features.shape[1] if boxes else 1))
    way = (1 - share) * features[start] + share * features[end]
    few = np.array([len(np.unique(column)) <= _FEW_VALUES for column in features.T])
    either = np.where(share < 0.5, features[start], features[end])
    return np.where(few, either, way)

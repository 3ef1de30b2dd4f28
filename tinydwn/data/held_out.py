"""A share of the samples of each class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def held_out(labels: NDArray[np.int64], fraction: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Say for each sample, (samples,), whether it is held out: each class gives its nearest whole share.

    At least one sample of each class is not held out.

    >>> held_out(np.array([0, 0, 0, 0, 1]), 0.5, np.random.default_rng(0)).sum()
    np.int64(2)
    """
    held = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = rng.permutation(np.flatnonzero(labels == label))
        held[members[: min(round(fraction * len(members)), len(members) - 1)]] = True
    return held

"""The share of right answers, plain or balanced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def accuracy(answers: NDArray[np.int64], labels: NDArray[np.int64], *, balanced: bool = False) -> float:
    """Return the share of right answers, or its mean over the classes that occur.

    >>> answers, labels = np.array([0, 0, 0, 0]), np.array([0, 0, 0, 1])
    >>> accuracy(answers, labels), accuracy(answers, labels, balanced=True)
    (0.75, 0.5)
    """
    right = answers == labels
    if not balanced:
        return float(right.mean())
    return float(np.mean([right[labels == label].mean() for label in np.unique(labels)]))

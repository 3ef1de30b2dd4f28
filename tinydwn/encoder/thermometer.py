"""Where to cut a feature: uniform, gaussian, quantile and adaptive thresholds.

Each function takes one feature's values, (samples,) finite float64, and returns at most `bits` ascending
float64 thresholds, equal ones merged; the thermometer bit is ``value > threshold``. `weight`, (samples,) positive, is
how often each sample counts, by default once; uniform thresholds count nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Values = npt.NDArray[np.float64]


class Scheme(Enum):
    """How thresholds are chosen."""

    QUANTILE = "quantile"
    UNIFORM = "uniform"
    GAUSSIAN = "gaussian"
    ADAPTIVE = "adaptive"


def uniform_thresholds(values: Values, bits: int) -> Values:
    """Cut the range into `bits` + 1 equal parts.

    >>> uniform_thresholds(np.array([0.0, 1.0, 8.0]), 3).tolist()
    [2.0, 4.0, 6.0]
    """
    share = np.arange(1, bits + 1) / (bits + 1)
    low, high = values.min(), values.max()
    # Weighting both ends, unlike low + share * (high - low), cannot overflow.
    return np.unique((1 - share) * low + share * high)


def gaussian_thresholds(values: Values, bits: int, weight: Values | None = None) -> Values:
    """Cut a normal distribution with the mean and deviation of `values` into equally likely parts.

    The deviation is the unbiased estimate (divisor samples - 1), as in torch_dwn's GaussianThermometer. With weights
    mean and squares are weighed means, and the estimate is corrected by the number of samples in the same way.

    >>> gaussian_thresholds(np.array([-1.0, 0.0, 1.0]), 3).round(3).tolist()
    [-0.674, 0.0, 0.674]
    """
    mean, deviation = values.mean(), values.std(ddof=1) if values.size > 1 else 0.0
    if weight is not None:
        mean = np.average(values, weights=weight)
        square = np.average((values - mean) ** 2, weights=weight)
        deviation = np.sqrt(square * values.size / max(values.size - 1, 1))
    normal = NormalDist()
    quantiles = np.array([normal.inv_cdf(part / (bits + 1)) for part in range(1, bits + 1)])
    return np.unique(mean + deviation * quantiles)


def quantile_thresholds(values: Values, bits: int, weight: Values | None = None) -> Values:
    """Cut the sorted samples into `bits` + 1 parts of about equal size.

    Threshold i of `bits` is the sorted sample at position ``floor(samples * i / (bits + 1))``, as in
    torch_dwn's DistributiveThermometer.

    >>> quantile_thresholds(np.array([5.0, 1.0, 2.0, 9.0]), 3).tolist()
    [2.0, 5.0, 9.0]
    """
    if weight is None:
        positions = np.arange(1, bits + 1) * values.size // (bits + 1)
        return np.unique(np.sort(values)[positions])
    distinct, amounts = amount_of_each(values, weight)
    filled = np.cumsum(amounts)
    places = np.searchsorted(filled, np.arange(1, bits + 1) * filled[-1] / (bits + 1), side="right")
    return np.unique(distinct[np.minimum(places, distinct.size - 1)])


def adaptive_thresholds(values: Values, bits: int, weight: Values | None = None) -> Values:
    """Cut the sorted samples into `bits` + 1 parts, a value that fills a part alone being one by itself.

    The other values share the remaining parts about equally, so that a feature which is mostly zero still has its
    thresholds; quantiles would fall onto the zero. Histogram-based gradient boosting bins its features much like this.

    >>> adaptive_thresholds(np.array([0.0] * 90 + [1, 2, 3, 4, 5, 6, 7, 8, 9, 9]), 3).tolist()
    [0.0, 4.0, 7.0]
    """
    distinct, amounts = amount_of_each(values, weight)
    if distinct.size <= bits + 1:
        return distinct[: max(1, distinct.size - 1)]
    frequent = amounts * (bits + 1) >= amounts.sum()
    left, parts = float(amounts[~frequent].sum()), int(bits + 1 - np.count_nonzero(frequent))
    thresholds: list[float] = []
    filled = 0.0
    for k in range(distinct.size - 1):
        filled += float(amounts[k])
        share = left / max(parts, 1)
        if frequent[k]:
            filled = 0.0
        elif filled >= share or (frequent[k + 1] and 2 * filled >= share):
            left, parts, filled = left - filled, parts - 1, 0.0
        if filled == 0 and len(thresholds) < bits:
            thresholds.append(float(distinct[k]))
    return np.array(thresholds)


def amount_of_each(values: Values, weight: Values | None = None) -> tuple[Values, Values]:
    """Return the ascending different values, and the number of samples of each, or the sum of their weights.

    >>> [one.tolist() for one in amount_of_each(np.array([2.0, 1.0, 2.0]), np.array([0.5, 1.0, 3.0]))]
    [[1.0, 2.0], [1.0, 3.5]]
    """
    distinct, place = np.unique(values, return_inverse=True)
    return distinct, np.bincount(place, weights=weight).astype(np.float64)


THRESHOLDS: dict[Scheme, Callable[[Values, int, Values | None], Values]] = {
    Scheme.QUANTILE: quantile_thresholds,
    Scheme.ADAPTIVE: adaptive_thresholds,
    Scheme.UNIFORM: lambda values, bits, _: uniform_thresholds(values, bits),
    Scheme.GAUSSIAN: gaussian_thresholds,
}

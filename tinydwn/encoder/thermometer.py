"""Where to cut a feature: uniform, gaussian, quantile and adaptive thresholds.

Each function takes one feature's values, (samples,) finite float64, and returns at most `bits` ascending
float64 thresholds, equal ones merged; the thermometer bit is ``value > threshold``.
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


def gaussian_thresholds(values: Values, bits: int) -> Values:
    """Cut a normal distribution with the mean and deviation of `values` into equally likely parts.

    The deviation is the unbiased estimate (divisor samples - 1), as in torch_dwn's GaussianThermometer.

    >>> gaussian_thresholds(np.array([-1.0, 0.0, 1.0]), 3).round(3).tolist()
    [-0.674, 0.0, 0.674]
    """
    deviation = values.std(ddof=1) if values.size > 1 else 0.0
    normal = NormalDist()
    quantiles = np.array([normal.inv_cdf(part / (bits + 1)) for part in range(1, bits + 1)])
    return np.unique(values.mean() + deviation * quantiles)


def quantile_thresholds(values: Values, bits: int) -> Values:
    """Cut the sorted samples into `bits` + 1 parts of about equal size.

    Threshold i of `bits` is the sorted sample at position ``floor(samples * i / (bits + 1))``, as in
    torch_dwn's DistributiveThermometer.

    >>> quantile_thresholds(np.array([5.0, 1.0, 2.0, 9.0]), 3).tolist()
    [2.0, 5.0, 9.0]
    """
    positions = np.arange(1, bits + 1) * values.size // (bits + 1)
    return np.unique(np.sort(values)[positions])


def adaptive_thresholds(values: Values, bits: int) -> Values:
    """Cut the sorted samples into `bits` + 1 parts, a value that fills a part alone being one by itself.

    The other values share the remaining parts about equally, so that a feature which is mostly zero still has its
    thresholds; quantiles would fall onto the zero. Histogram-based gradient boosting bins its features much like this.

    >>> adaptive_thresholds(np.array([0.0] * 90 + [1, 2, 3, 4, 5, 6, 7, 8, 9, 9]), 3).tolist()
    [0.0, 4.0, 7.0]
    """
    distinct, counts = np.unique(values, return_counts=True)
    if distinct.size <= bits + 1:
        return distinct[: max(1, distinct.size - 1)]
    frequent = counts * (bits + 1) >= values.size
    left, parts = int(counts[~frequent].sum()), int(bits + 1 - np.count_nonzero(frequent))
    thresholds: list[float] = []
    filled = 0
    for k in range(distinct.size - 1):
        filled += int(counts[k])
        share = left / max(parts, 1)
        if frequent[k]:
            filled = 0
        elif filled >= share or (frequent[k + 1] and 2 * filled >= share):
            left, parts, filled = left - filled, parts - 1, 0
        if filled == 0 and len(thresholds) < bits:
            thresholds.append(float(distinct[k]))
    return np.array(thresholds)


THRESHOLDS: dict[Scheme, Callable[[Values, int], Values]] = {
    Scheme.QUANTILE: quantile_thresholds,
    Scheme.ADAPTIVE: adaptive_thresholds,
    Scheme.UNIFORM: uniform_thresholds,
    Scheme.GAUSSIAN: gaussian_thresholds,
}

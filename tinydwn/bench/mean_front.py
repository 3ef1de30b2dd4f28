"""Fronts of several seeds as one: what a budget buys on average."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

CostAndAccuracy = tuple[float, float]


class MeanPoint(NamedTuple):
    """Accuracy for at most a cost, over the seeds: mean and standard deviation."""

    cost: float
    accuracy_mean: float
    accuracy_std: float


def within(front: Sequence[CostAndAccuracy], cost: float) -> CostAndAccuracy | None:
    """Return the last point that costs no more, of (cost, accuracy) by ascending cost; None where there is none.

    The order of a front is that of the samples it was chosen by, so this is the choice that these samples make.

    >>> within([(1.0, 0.8), (4.0, 0.9)], 3.9)
    (1.0, 0.8)
    """
    return next((point for point in reversed(front) if point[0] <= cost * (1 + 1e-9)), None)


def mean_front(fronts: Sequence[Sequence[CostAndAccuracy]]) -> tuple[MeanPoint, ...]:
    """Return what every cost that occurs buys on average, from the one on that buys something for every seed.

    >>> [tuple(point) for point in mean_front([[(1.0, 0.5), (2.0, 0.75)], [(1.5, 0.25)]])]
    [(1.5, 0.375, 0.1767766952966369), (2.0, 0.5, 0.3535533905932738)]
    """
    found = []
    for cost in sorted({cost for front in fronts for cost, _ in front}):
        bought = [within(front, cost) for front in fronts]
        accuracies = [point[1] for point in bought if point is not None]
        if len(accuracies) == len(fronts):
            deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
            found.append(MeanPoint(cost, statistics.mean(accuracies), deviation))
    return tuple(found)

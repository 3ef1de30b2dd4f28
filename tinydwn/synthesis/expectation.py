"""How right a circuit will be on samples that nobody has seen yet, told from the training part alone."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORESTS = {"fast": (120, 5), "normal": (300, 10), "high": (300, 10)}
"""Trees of a forest and folds, by effort."""
_MOST_PER_TREE = 10_000
_LEAST = 1e-3
"""Probabilities below are taken for this one: no forest knows that a class is impossible."""
_COLDEST, _HOTTEST = -2.0, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What a random forest thinks of training samples that it has not seen: (samples, classes) probabilities.

    `raw` are those that the search may follow; `calibrated` have the temperature at which the labels are likeliest (Guo
    et al., "On Calibration of Modern Neural Networks", 2017): a forest is too modest where classes are clear.
    """

    raw: NDArray[np.float64]
    calibrated: NDArray[np.float64]

    def expect(self, answers: NDArray[np.int64], *, balanced: bool = False) -> tuple[float, float]:
        """Return the accuracy to expect of a circuit on unseen samples, and its standard error.

        `answers`, (samples,), is what it says of the training samples. A circuit that has learnt a label by heart gets
        for it only what those who had not seen the label think of it, so its training accuracy does not count. With
        `balanced` it is the mean over the classes.

        >>> opinion = Opinion(np.eye(2)[[0, 1, 1, 0]], np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.7, 0.3]]))
        >>> opinion.expect(np.array([0, 1, 1, 0]))[0]
        0.75
        """
        likely = self.calibrated[np.arange(len(answers)), answers]
        if not balanced:
            mean = float(likely.mean())
            return mean, _error(mean, len(answers))
        classes = self.calibrated.shape[1]
        weight = np.maximum(self.calibrated.sum(axis=0), 1e-9)
        right = np.array([likely[answers == k].sum() for k in range(classes)]) / weight
        spread = np.array([_error(float(share), float(count)) for share, count in zip(right, weight, strict=True)])
        return float(right.mean()), float(np.sqrt((spread**2).sum()) / classes)


def opinion_of(
    features: NDArray[np.float64], labels: NDArray[np.int64], *, classes: int, effort: str = "fast", seed: int
) -> Opinion:
    """Ask a forest about samples, features (samples, features) and labels (samples,), in folds that it has not seen.

    Folds are stratified where every class has samples enough; a class that a fold's forest never saw is unlikely there.
    Each tree draws at most 10,000 samples.
    """
    from sklearn.ensemble import RandomForestClassifier

    trees, count = FORESTS[effort]
    folds = _folds(labels, count, seed)
    draw = min(_MOST_PER_TREE, *(len(train) for train, _ in folds))
    forest = RandomForestClassifier(trees, min_samples_leaf=3, max_samples=draw, random_state=seed, n_jobs=2)
    with warnings.catch_warnings():  # the forest's threads exchange the filters of the process, and lose some
        said = _out_of_fold(forest, features, labels, folds, classes)
    return Opinion(said, tempered(said, labels))


def _folds(labels: NDArray[np.int64], count: int, seed: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    from sklearn.model_selection import KFold, StratifiedKFold

    counts = np.bincount(labels)
    enough = counts[counts > 0].min() >= count
    parts = (StratifiedKFold if enough else KFold)(min(count, len(labels)), shuffle=True, random_state=seed)
    return list(parts.split(np.zeros((len(labels), 1)), labels))


def _out_of_fold(
    forest: Any,
    features: NDArray[np.float64],
    labels: NDArray[np.int64],
    folds: list[tuple[NDArray[np.int64], NDArray[np.int64]]],
    classes: int,
) -> NDArray[np.float64]:
    from sklearn.base import clone

    said = np.zeros((len(labels), classes))
    for train, rest in folds:
        fitted = clone(forest).fit(features[train], labels[train])
        fitted.set_params(n_jobs=1)  # the same sums in the same order: threads add up as they end
        said[np.ix_(rest, fitted.classes_)] = fitted.predict_proba(features[rest])
    return said


def tempered(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return probabilities, (samples, classes), at the temperature at which the labels are likeliest.

    >>> modest = np.array([[0.6, 0.4], [0.4, 0.6], [0.6, 0.4], [0.4, 0.6]])
    >>> bool(tempered(modest, np.array([0, 1, 0, 1]))[0, 0] > 0.9)
    True
    """
    from scipy.optimize import minimize_scalar

    logs = np.log(np.clip(probabilities, _LEAST, 1.0))
    rows = np.arange(len(labels))

    def at(power: float) -> NDArray[np.float64]:
        powered = np.exp(logs * np.exp(power))
        return np.asarray(powered / powered.sum(axis=1, keepdims=True))

    def surprise(power: float) -> float:
        return float(-np.log(at(power)[rows, labels]).mean())

    return at(float(minimize_scalar(surprise, bounds=(_COLDEST, _HOTTEST), method="bounded").x))


def _error(share: float, count: float) -> float:
    """Return the standard error of a share of so many samples; that of one sample in doubt at least."""
    least = 0.5 / max(count, 1.0)
    inside = min(max(share, least), 1 - least)
    return float(np.sqrt(inside * (1 - inside) / max(count, 1.0)))

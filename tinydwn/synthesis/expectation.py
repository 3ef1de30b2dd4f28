"""How right a circuit will be on samples that nobody has seen yet, told from the training part alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORESTS = {"fast": (120, 5), "normal": (300, 10), "high": (300, 10)}
"""Trees of a forest and folds, by effort."""
_MOST_PER_TREE = 10_000
_MOST_FOR_KERNELS = 10_000
_QUANTILES = 200
_LEAST = 1e-3
"""Probabilities below are taken for this one: nobody knows that a class is impossible."""
_COLDEST, _HOTTEST = -2.0, 2.0
_STEPS = 100
_LEAST_SHARE = 0.01

Folds = list[tuple[NDArray[np.int64], NDArray[np.int64]]]


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What others think of training samples that they have not seen: (samples, classes) probabilities.

    They are a mixture of a random forest, extremely randomized trees, logistic regression and a support vector
    machine, each asked in folds that it was not fitted on and brought to the temperature at which the labels are
    likeliest (Guo et al., "On Calibration of Modern Neural Networks", 2017). `shares` says how much of the mixture
    each one is: as much as makes the labels likeliest (stacking; Breiman, "Stacked Regressions", 1996).
    """

    likely: NDArray[np.float64]
    shares: Mapping[str, float]

    def expect(self, answers: NDArray[np.int64], *, balanced: bool = False) -> tuple[float, float]:
        """Return the accuracy to expect of a circuit on unseen samples, and the standard error of that mean.

        `answers`, (samples,), is what it says of the training samples. A circuit that has learnt a label by heart gets
        for it only what those who had not seen the label think of it, so its training accuracy does not count. With
        `balanced` it is the mean over the classes.

        >>> opinion = Opinion(np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.7, 0.3]]), {"one": 1.0})
        >>> opinion.expect(np.array([0, 1, 1, 0]))[0]
        0.75
        """
        right = self.likely[np.arange(len(answers)), answers]
        if not balanced:
            return float(right.mean()), _error(right)
        weight = np.maximum(self.likely.sum(axis=0), 1e-9)
        worth = right / weight[answers] * len(answers) / len(weight)
        return float(worth.mean()), _error(worth)


@dataclass(frozen=True, slots=True, eq=False)
class Teacher:
    """The mixture of an opinion, fitted on all training samples: it can be asked about any others."""

    models: tuple[Any, ...]
    powers: tuple[float, ...]
    shares: tuple[float, ...]
    classes: int

    def likely(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each class, (samples, classes), for features (samples, features)."""
        total = np.zeros((len(features), self.classes))
        for model, power, share in zip(self.models, self.powers, self.shares, strict=True):
            said = np.zeros_like(total)
            said[:, model.classes_] = _probabilities(model, features)
            total += share * _at(said, power)
        return total


def opinion_of(
    features: NDArray[np.float64], labels: NDArray[np.int64], *, classes: int, effort: str = "fast", seed: int
) -> tuple[Opinion, Teacher]:
    """Ask about samples, features (samples, features) and labels (samples,), those who have not seen them.

    Folds are stratified where every class has samples enough; a class that a fold never saw is unlikely there. A tree
    draws at most 10,000 samples, and the support vector machine is left out where there are more. The teacher has seen
    all samples; members of less than a hundredth of the mixture are left out of it.
    """
    trees, count = FORESTS[effort]
    folds = _folds(labels, count, seed)
    draw = min(_MOST_PER_TREE, *(len(train) for train, _ in folds))
    models = _models(trees, draw, seed, kernels=len(labels) <= _MOST_FOR_KERNELS)
    said = {name: _out_of_fold(model, features, labels, folds, classes) for name, model in models.items()}
    powers = {name: _temperature(table, labels) for name, table in said.items()}
    tables = [_at(said[name], powers[name]) for name in models]
    shares = _mixture([table[np.arange(len(labels)), labels] for table in tables])
    likely = sum(share * table for share, table in zip(shares, tables, strict=True))
    kept = [k for k, share in enumerate(shares) if share >= _LEAST_SHARE]
    names = [list(models)[k] for k in kept]
    teacher = Teacher(
        tuple(_fitted(models[name], features, labels) for name in names),
        tuple(powers[name] for name in names),
        tuple((shares[kept] / shares[kept].sum()).tolist()),
        classes,
    )
    return Opinion(np.asarray(likely), dict(zip(models, shares.tolist(), strict=True))), teacher


def _models(trees: int, draw: int, seed: int, *, kernels: bool) -> dict[str, Any]:
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer, StandardScaler
    from sklearn.svm import SVC

    def scaled(model: Any) -> Any:  # noqa: ANN401 - any estimator
        normal = QuantileTransformer(n_quantiles=_QUANTILES, output_distribution="normal", random_state=seed)
        return make_pipeline(normal, StandardScaler(), model)

    common = {"n_estimators": trees, "random_state": seed, "n_jobs": 2, "bootstrap": True, "max_samples": draw}
    models = {
        "random forest": RandomForestClassifier(min_samples_leaf=3, **common),
        "extremely randomized trees": ExtraTreesClassifier(min_samples_leaf=2, **common),
        "logistic regression": scaled(LogisticRegression(C=0.3, max_iter=500)),
    }
    return models | ({"support vector machine": scaled(SVC(C=1.0))} if kernels else {})


def _folds(labels: NDArray[np.int64], count: int, seed: int) -> Folds:
    from sklearn.model_selection import KFold, StratifiedKFold

    counts = np.bincount(labels)
    enough = counts[counts > 0].min() >= count
    parts = (StratifiedKFold if enough else KFold)(min(count, len(labels)), shuffle=True, random_state=seed)
    return list(parts.split(np.zeros((len(labels), 1)), labels))


def _out_of_fold(
    model: Any,  # noqa: ANN401 - any estimator
    features: NDArray[np.float64],
    labels: NDArray[np.int64],
    folds: Folds,
    classes: int,
) -> NDArray[np.float64]:
    said = np.zeros((len(labels), classes))
    for train, rest in folds:
        known = np.unique(labels[train])
        if len(known) == 1:
            said[rest, known[0]] = 1.0
            continue
        fitted = _fitted(model, features[train], labels[train])
        said[np.ix_(rest, fitted.classes_)] = _probabilities(fitted, features[rest])
    return said


def _fitted(
    model: Any,  # noqa: ANN401 - any estimator
    features: NDArray[np.float64],
    labels: NDArray[np.int64],
) -> Any:  # noqa: ANN401
    import warnings

    from sklearn.base import clone
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a rougher opinion is one, too: its share decides
        warnings.filterwarnings("ignore", message="n_quantiles")
        return clone(model).fit(features, labels)


def _probabilities(
    fitted: Any,  # noqa: ANN401 - any estimator
    features: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what a model says of each class; for one that gives margins, their softmax."""
    if hasattr(fitted, "n_jobs"):
        fitted.n_jobs = 1  # several threads add up the trees in any order, and sums that are rounded differ by that
    if hasattr(fitted, "predict_proba"):
        return np.asarray(fitted.predict_proba(features))
    margins = np.asarray(fitted.decision_function(features))
    margins = np.stack([-margins, margins], axis=1) if margins.ndim == 1 else margins
    powered = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(powered / powered.sum(axis=1, keepdims=True))


def tempered(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return probabilities, (samples, classes), at the temperature at which the labels are likeliest.

    >>> modest = np.array([[0.6, 0.4], [0.4, 0.6], [0.6, 0.4], [0.4, 0.6]])
    >>> bool(tempered(modest, np.array([0, 1, 0, 1]))[0, 0] > 0.9)
    True
    """
    return _at(probabilities, _temperature(probabilities, labels))


def _temperature(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Return the power, as a logarithm, that makes the labels likeliest."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(labels))

    def surprise(power: float) -> float:
        return float(-np.log(_at(probabilities, power)[rows, labels]).mean())

    return float(minimize_scalar(surprise, bounds=(_COLDEST, _HOTTEST), method="bounded").x)


def _at(probabilities: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    powered = np.exp(np.log(np.clip(probabilities, _LEAST, 1.0)) * np.exp(power))
    return np.asarray(powered / powered.sum(axis=1, keepdims=True))


def _mixture(likely: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the shares, (members,), of the mixture that makes the labels likeliest (expectation maximization).

    `likely` has for each member the probability that it gave to each sample's label.
    """
    table = np.stack(likely)
    shares = np.full(len(table), 1 / len(table))
    for _ in range(_STEPS):
        credit = shares[:, None] * table
        shares = (credit / credit.sum(axis=0)).mean(axis=1)
    return shares


def _error(worth: NDArray[np.float64]) -> float:
    """Return the standard error of a mean; that of half a sample in doubt at least."""
    return max(float(worth.std() / np.sqrt(len(worth))), 0.5 / len(worth))

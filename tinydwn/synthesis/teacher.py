"""Who says what the labels of a table are worth: several kinds of models, asked about samples they have not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tinydwn.synthesis.formula_model import FormulaModel

FORESTS = {"fast": (120, 5), "normal": (300, 10), "high": (300, 10)}
"""Trees of a forest and folds, by effort."""
_MOST_PER_TREE = 10_000
_LEAST_FOR_THREADS = 300
"""Samples of a tree from which on two threads grow a forest sooner than one."""
_MOST_FOR_KERNELS = 10_000
_MOST_CELLS = 5_000_000
_LEAST_TO_BOOST, _MOST_TO_BOOST = 1_000, 60_000
_QUANTILES = 200
_LEAST = 1e-3
"""Probabilities below are taken for this one: nobody knows that a class is impossible."""
_COLDEST, _HOTTEST = -2.0, 2.0
_STEPS = 100
_LEAST_SHARE = 0.01
_TWO = 2
_LEAST_VALUES, _FEW_VALUES = 3, 16
_MOST_BITS = 640

Folds = list[tuple[NDArray[np.int64], NDArray[np.int64]]]


class Opinion(Protocol):
    """What is known of samples by those who were asked: see `Teacher`."""

    @property
    def likely(self) -> NDArray[np.float64]:
        """The probability of each class of the training samples, (samples, classes), told without having seen them."""
        ...

    def asked(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each class, (samples, classes), for any features, (samples, features)."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Teacher:
    """A mixture of forests, single and boosted trees, linear and additive models, a support vector machine, formulas.

    Each was brought to the temperature at which the labels are likeliest (Guo et al., "On Calibration of Modern Neural
    Networks", 2017), has a share of as much as makes the labels likeliest (stacking; Breiman, "Stacked Regressions",
    1996), and so has the mixture its `power`, as one of calibrated opinions is too modest (Ranjan and Gneiting,
    "Combining Probability Forecasts", 2010): all by what was said in folds that were not fitted on. `likely`, (samples,
    classes), is what the mixture said of the training samples there; the `members`, each a model, its power and its
    share, have seen them all.
    """

    likely: NDArray[np.float64]
    shares: Mapping[str, float]
    members: tuple[tuple[Any, float, float], ...]
    power: float

    def asked(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each class, (samples, classes), for any features, (samples, features)."""
        total = np.zeros((len(features), self.likely.shape[1]))
        for model, power, share in self.members:
            said = np.zeros_like(total)
            said[:, model.classes_] = _probabilities(model, features)
            total += share * _at(said, power)
        return _at(total, self.power)


def teacher_of(
    features: NDArray[np.float64], labels: NDArray[np.int64], *, classes: int, effort: str = "fast", seed: int
) -> Teacher:
    """Fit a teacher to training samples, features (samples, features) and labels (samples,).

    Folds are stratified where every class has samples enough; a class that a fold never saw is unlikely there. A tree
    draws at most 10,000 samples, and the support vector machine is left out where there are more, logistic regression
    where the table has more than five million cells. Boosting is asked from 1,000 samples on, which can wait for it, as
    long as samples times classes are at most 60,000, additive models where the features have at most 16 values, and
    some more than two. Formulas (see `FormulaModel`) are asked where all features are
    bits, at most 640, and there are two classes. Members of less than a hundredth of the mixture are not fitted to all
    samples.
    """
    trees, count = FORESTS[effort]
    folds = _folds(labels, count, seed)
    draw = min(_MOST_PER_TREE, *(len(train) for train, _ in folds))
    models = _models(trees, draw, seed, kernels=len(labels) <= _MOST_FOR_KERNELS, linear=features.size <= _MOST_CELLS)
    if len(labels) >= _LEAST_TO_BOOST and classes * len(labels) <= _MOST_TO_BOOST:
        models["boosted trees"] = _boosting(seed)
    if _LEAST_VALUES <= max(len(np.unique(column)) for column in features.T) <= _FEW_VALUES:
        models |= {"additive model": _additive(1.0), "free additive model": _additive(100.0)}
    if classes == _TWO and features.shape[1] <= _MOST_BITS and len(labels) <= _MOST_FOR_KERNELS and _are_bits(features):
        models["formula"] = FormulaModel(seed=seed)
    said = {name: _out_of_fold(model, features, labels, folds, classes) for name, model in models.items()}
    powers = {name: _temperature(table, labels) for name, table in said.items()}
    tables = [_at(said[name], powers[name]) for name in models]
    shares = _mixture([table[np.arange(len(labels)), labels] for table in tables])
    mixed = np.tensordot(shares, np.stack(tables), axes=1)
    power = _temperature(mixed, labels)
    whole = sum(share for share in shares if share >= _LEAST_SHARE)
    members = tuple(
        (_fitted(models[name], features, labels), powers[name], float(share / whole))
        for name, share in zip(models, shares, strict=True)
        if share >= _LEAST_SHARE
    )
    return Teacher(_at(mixed, power), dict(zip(models, shares.tolist(), strict=True)), members, power)


def _are_bits(features: NDArray[np.float64]) -> bool:
    return len(np.unique(features)) <= _TWO


def _models(trees: int, draw: int, seed: int, *, kernels: bool, linear: bool) -> dict[str, Any]:
    from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import QuantileTransformer, StandardScaler
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    def scaled(model: Any) -> Any:  # noqa: ANN401 - any estimator
        normal = QuantileTransformer(n_quantiles=_QUANTILES, output_distribution="normal", random_state=seed)
        return make_pipeline(normal, StandardScaler(), model)

    threads = 2 if draw >= _LEAST_FOR_THREADS else 1
    common = {"n_estimators": trees, "random_state": seed, "n_jobs": threads, "bootstrap": True, "max_samples": draw}
    models = {
        "random forest": RandomForestClassifier(min_samples_leaf=3, **common),
        "extremely randomized trees": ExtraTreesClassifier(min_samples_leaf=2, **common),
        "decision tree": DecisionTreeClassifier(max_leaf_nodes=8, min_samples_leaf=10, random_state=seed),
    }
    models |= {"logistic regression": scaled(LogisticRegression(C=0.3, max_iter=500))} if linear else {}
    return models | ({"support vector machine": scaled(SVC(C=1.0))} if kernels and linear else {})


def _additive(freedom: float) -> Any:  # noqa: ANN401 - any estimator
    """Return logistic regression with a weight for each value of each feature, for features of few values.

    What follows from a law is told best with much freedom, what is noisy with little.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import KBinsDiscretizer

    values = KBinsDiscretizer(_FEW_VALUES, strategy="uniform", encode="onehot-dense", subsample=None)
    return make_pipeline(values, LogisticRegression(C=freedom, max_iter=500))


def _boosting(seed: int) -> Any:  # noqa: ANN401 - any estimator
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=100, learning_rate=0.07, max_leaf_nodes=15, early_stopping=False, random_state=seed
    )


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
    from threadpoolctl import threadpool_limits

    with warnings.catch_warnings(), threadpool_limits(1):  # the same sums in the same order on any machine
        warnings.simplefilter("ignore", ConvergenceWarning)  # a rougher opinion is one, too: its share decides
        warnings.filterwarnings("ignore", message=r"n_quantiles|Feature \d+ is constant")
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

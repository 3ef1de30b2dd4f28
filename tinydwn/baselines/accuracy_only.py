"""Classifiers that are no circuits here: large ensembles, for their accuracy alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ProgramMissing

if TYPE_CHECKING:
    from tinydwn.data import Split

Predict = Callable[[NDArray[np.float64]], NDArray[np.int64]]
"""From features, (samples, features), to classes, (samples,)."""


def histogram_boosting(split: Split, options: Mapping[str, Any], *, seed: int = 0) -> Predict:
    """Return scikit-learn's HistGradientBoostingClassifier, with `options`, fitted to the training part.

    >>> from tinydwn.data import load_dataset
    >>> split = load_dataset("iris").split(seed=0)
    >>> bool((histogram_boosting(split, {"max_iter": 5})(split.test_features) == split.test_labels).mean() > 0.8)
    True
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(random_state=seed, **options)
    predict: Predict = model.fit(split.train_features, split.train_labels).predict
    return predict


def require_xgboost() -> None:
    """Raise `ProgramMissing` where XGBoost is not installed."""
    try:
        import xgboost  # noqa: F401
    except ImportError as error:
        raise ProgramMissing("XGBoost is not installed", hint="pip install 'tinydwn[bench]'") from error


def xgboost(split: Split, options: Mapping[str, Any], *, seed: int = 0) -> Predict:
    """Return XGBoost's classifier, with `options`, fitted to the training part by one thread.

    `ProgramMissing` where XGBoost is not installed.
    """
    require_xgboost()
    from xgboost import XGBClassifier

    model = XGBClassifier(random_state=seed, n_jobs=1, **options)
    predict: Predict = model.fit(split.train_features, split.train_labels).predict
    return predict

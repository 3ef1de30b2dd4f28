"""A hypothesis about samples of bits as a model with probabilities, so that a teacher can ask it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import ConfigError
from tinydwn.hypotheses import Hypothesis, Labelled, formulas

_LEAST_SURE = 0.5


class FormulaModel:
    """The formula that is best on samples it was not fitted on: a threshold, a sum, rules; of features of two values.

    It is as sure of all its answers as it was right there; of two classes. In the form of scikit-learn's estimators.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002 - as estimators have it
        """Return what a new model of the same kind is made with."""
        return {"seed": self.seed}

    def fit(self, features: NDArray[np.float64], labels: NDArray[np.int64]) -> FormulaModel:
        """Form a hypothesis on features, (samples, features), and labels, (samples,)."""
        self.classes_ = np.unique(labels)
        self._cut = (float(features.min()) + float(features.max())) / 2
        samples = self._samples(features, labels == self.classes_[-1])
        try:
            found = formulas(samples, seed=self.seed)
        except ConfigError:  # too few samples to hold some back
            found = ()
        self._best: Hypothesis | None = max(found, key=lambda one: one.expected or 0.0, default=None)
        self._share = float(samples.wanted.mean())
        return self

    def predict_proba(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each class, (samples, classes)."""
        answers = np.zeros(len(features), dtype=bool)
        last = np.full(len(features), self._share)
        if self._best is not None and len(self.classes_) > 1:
            samples = self._samples(features, answers)
            sure = max(self._best.expected or 0.0, _LEAST_SURE)
            last = np.where(self._best.answers(samples), sure, 1 - sure)
        return np.stack([1 - last, last], axis=1) if len(self.classes_) > 1 else np.ones((len(features), 1))

    def _samples(self, features: NDArray[np.float64], wanted: NDArray[np.bool_]) -> Labelled:
        names = tuple(f"x{k}" for k in range(features.shape[1]))
        return Labelled(names, features > self._cut, wanted, np.ones(len(features)))

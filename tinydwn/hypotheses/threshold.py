"""Linear threshold functions: comparators, carries, votes.

Logistic regression finds what each bit speaks for; its weights, rounded to small whole numbers or to powers of two,
make a sum that is compared with a constant. Two words that are compared, and the carry of two that are added, have
weights that halve from bit to bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.hypotheses.hypothesis import Hypothesis, hypothesis
from tinydwn.hypotheses.labelled import Labelled
from tinydwn.hypotheses.linear import LinearForm, best_cut
from tinydwn.hypotheses.logistic import Regression, forward_regressions

SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 40, 48)
_SCALES = (1, 2, 3)
_FINE_SCALES = (5, 8, 12, 20)
_POWERS = (2, 4, 7, 10)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Threshold functions of up to `most` inputs, of several sizes and roundings."""

    most: int = SIZES[-1]

    def fit(self, samples: Labelled) -> tuple[Hypothesis, ...]:
        """Return threshold functions fitted on samples, for each size the roundings that help."""
        found: dict[tuple[object, ...], Hypothesis] = {}
        for regression in forward_regressions(samples.signs, samples.wanted, samples.share, most=self.most):
            if len(regression.places) not in SIZES:
                continue
            best = 0.0
            for rounding, form in rounded_forms(regression):
                function = best_cut(form, samples)
                accuracy = samples.accuracy(function.answers(samples.bits))
                if accuracy > best:  # finer weights cost gates
                    best = accuracy
                    key = (tuple(sorted(zip(form.places, form.inverted, form.weights, strict=True))), function.cuts)
                    name = f"a threshold on {len(regression.places)} inputs, weights {rounding}"
                    found.setdefault(key, hypothesis(name, samples.inputs, form.places, function.add))
        return tuple(found.values())


def rounded_forms(regression: Regression) -> Iterator[tuple[str, LinearForm]]:
    """Yield whole-number forms close to the weights of a regression, coarse ones first, with the name of the rounding.

    >>> regression = Regression((4, 7), np.array([2.0, -0.9]), 0.0)
    >>> [(name, form.weights) for name, form in rounded_forms(regression)][:2]
    [('up to 1', (1,)), ('up to 2', (2, 1))]
    """
    largest = float(np.abs(regression.weights).max())
    if not largest > 0:
        return
    relative = regression.weights / largest
    for scale in _SCALES:
        yield f"up to {scale}", _form(regression, np.rint(relative * scale))
    for power in _POWERS:
        yield f"powers of two up to {1 << power}", _form(regression, _powers(relative, power))
    for scale in _FINE_SCALES:
        yield f"up to {scale}", _form(regression, np.rint(relative * scale))


def _form(regression: Regression, weights: NDArray[np.float64]) -> LinearForm:
    return LinearForm.signed(regression.places, weights.astype(np.int64).tolist())


def _powers(relative: NDArray[np.float64], power: int) -> NDArray[np.float64]:
    """Return signed powers of two from 1 to `2**power`, for weights relative to the largest; 0 for lesser ones."""
    with np.errstate(divide="ignore"):
        exponent = np.rint(np.log2(np.abs(relative))) + power
    return np.asarray(np.where(exponent >= 0, np.sign(relative) * 2.0 ** np.maximum(exponent, 0), 0.0))

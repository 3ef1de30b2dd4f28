"""Functions of a sum: how many of some inputs hold, or a small weighted sum, and a table over it.

Which inputs, and which of them complemented, is read off the moments of what is wanted: a function of a linear form
goes with each input in proportion to its weight, and with each product of two, as +-1, in proportion to the product of
their weights. So where the function is even, the leading eigenvector of the second moments is the form (principal
Hessian directions: Li, Journal of the American Statistical Association 87, 1992).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.hypotheses.hypothesis import Hypothesis, hypothesis
from tinydwn.hypotheses.labelled import Labelled
from tinydwn.hypotheses.linear import LinearForm, nearest_levels

_SCALES = (1, 2, 3, 5)
_WIDEST_WORD = 20
_MOST_INPUTS = 64
_MOST_CUTS = 600
_SIGMAS = 4.0
_SECOND_INPUTS = 1_024
"""Of more inputs the second moment is not looked at: it takes their square in memory, their cube in time."""
_SHARES = (0.5, 0.25)
"""An input joins a sum where its part of a direction is at least this share of the largest part."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Tables over sums of inputs: of all, of those that a moment singles out, and of all read as one binary number."""

    def fit(self, samples: Labelled) -> tuple[Hypothesis, ...]:
        """Return tables over sums, fitted on samples."""
        found: dict[LinearForm, Hypothesis] = {}
        for name, form in _forms(samples):
            if form in found or not 0 < len(form.places) <= _MOST_INPUTS:
                continue
            function = nearest_levels(form, samples)
            if len(function.cuts) <= min(_MOST_CUTS, len(samples) // 8):
                found[form] = hypothesis(f"a table over {name}", samples.inputs, form.places, function.add)
        return tuple(found.values())


def _forms(samples: Labelled) -> Iterator[tuple[str, LinearForm]]:
    inputs = samples.bits.shape[1]
    every = range(inputs)
    yield "the number of ones", LinearForm.signed(every, [1] * inputs)
    for name, direction in _directions(samples):
        largest = np.abs(direction).max()
        for share in _SHARES:
            part = np.where(np.abs(direction) >= share * largest, np.sign(direction), 0)
            yield f"a count along {name}, share {share}", LinearForm.signed(every, part.astype(np.int64).tolist())
        for scale in _SCALES[1:]:
            part = np.rint(direction / largest * scale)
            yield f"a sum along {name}, weights up to {scale}", LinearForm.signed(every, part.astype(np.int64).tolist())
    if inputs <= _WIDEST_WORD:
        yield "the inputs as a number, first lowest", LinearForm.signed(every, [1 << k for k in every])
        yield "the inputs as a number, last lowest", LinearForm.signed(every, [1 << k for k in reversed(every)])


def _directions(samples: Labelled) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield directions, (inputs,), along which what is wanted changes, chance set to zero."""
    signs, pull = samples.signs, samples.pull
    pull = (pull - samples.share * pull.sum()).astype(np.float32)
    chance = _SIGMAS * float(np.sqrt(pull @ pull))
    first = (pull @ signs).astype(np.float64)
    first[np.abs(first) < chance] = 0
    if first.any():
        yield "the first moment", first
    if len(first) > _SECOND_INPUTS:
        return
    second = ((signs.T * pull) @ signs).astype(np.float64)
    np.fill_diagonal(second, 0)
    second[np.abs(second) < chance] = 0
    if second.any():
        values, vectors = np.linalg.eigh(second)
        leading = vectors[:, int(np.abs(values).argmax())]
        yield "the second moment", leading * np.sign(leading[np.abs(leading).argmax()])

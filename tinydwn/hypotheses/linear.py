"""Linear forms in bits with positive whole weights, and functions of their value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import NetlistError
from tinydwn.hypotheses.labelled import Labelled
from tinydwn.hypotheses.levels import add_levels
from tinydwn.netlist import NetlistBuilder


@dataclass(frozen=True, slots=True)
class LinearForm:
    """The sum of `weights[k]`, positive, over those k where input `places[k]` differs from `inverted[k]`.

    >>> form = LinearForm.signed((0, 2), (3, -1))
    >>> form.values(np.array([[1, 0, 0], [0, 1, 1]], dtype=bool)).tolist()
    [4, 0]
    """

    places: tuple[int, ...]
    inverted: tuple[bool, ...]
    weights: tuple[int, ...]

    @classmethod
    def signed(cls, places: Sequence[int], weights: Sequence[int]) -> LinearForm:
        """Return the form of signed weights plus the constant that makes its least value 0; zeros are left out."""
        kept = [(int(place), int(weight)) for place, weight in zip(places, weights, strict=True) if weight]
        return cls(
            tuple(place for place, _ in kept),
            tuple(weight < 0 for _, weight in kept),
            tuple(abs(weight) for _, weight in kept),
        )

    @property
    def most(self) -> int:
        """The largest value."""
        return sum(self.weights)

    def values(self, bits: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the value for each row of bits, (samples,)."""
        literals = bits[:, list(self.places)] ^ np.array(self.inverted, dtype=bool)
        return np.asarray(literals @ np.array(self.weights, dtype=np.int64), dtype=np.int64)

    def literals(self, builder: NetlistBuilder, nets: Sequence[int]) -> list[int]:
        """Return the nets that are summed, given the net of each input of the samples."""
        return [
            builder.invert(nets[place]) if inverted else nets[place]
            for place, inverted in zip(self.places, self.inverted, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class LevelFunction:
    """A function of the value of a form: `first` below the first of `cuts`, and the other answer from each cut on.

    `cuts` ascend and lie from 1 to the largest value. One cut makes a threshold function.
    """

    form: LinearForm
    first: bool
    cuts: tuple[int, ...]

    def __post_init__(self) -> None:
        ends = (0, *self.cuts, self.form.most + 1)
        if any(low >= high for low, high in pairwise(ends)):
            raise NetlistError(
                f"cuts {self.cuts} do not ascend from 1 to {self.form.most}", hint="give each once, in ascending order"
            )

    def answers(self, bits: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the answer for each row of bits, (samples,)."""
        passed = np.searchsorted(np.array(self.cuts, dtype=np.int64), self.form.values(bits), side="right")
        return np.asarray((passed % 2 == 1) ^ self.first)

    def add(self, builder: NetlistBuilder, nets: Sequence[int]) -> int:
        """Add the circuit, given the net of each input of the samples, and return the net of the answer."""
        return add_levels(builder, self.form.literals(builder, nets), self.form.weights, self.first, self.cuts)


def best_cut(form: LinearForm, samples: Labelled) -> LevelFunction:
    """Return the threshold function of a form that is right on the most weight.

    Between neighboring values of the samples the cut is the number with the most zeros at its end.
    """
    seen, pull = pull_of_values(form, samples)
    # Answering false below position p and true from it on is right on this much more than answering true everywhere.
    gain = np.concatenate([[0.0], np.cumsum(-pull)])
    upward, downward = int(gain.argmax()), int(gain.argmin())
    first = bool(gain[upward] < gain[-1] - gain[downward])
    at = downward if first else upward
    if at in (0, len(seen)):
        return LevelFunction(form, first ^ (at == 0), ())
    return LevelFunction(form, first, (roundest(int(seen[at - 1]) + 1, int(seen[at])),))


def nearest_levels(form: LinearForm, samples: Labelled) -> LevelFunction:
    """Return the function of a form's value that answers as the majority of each value seen, or its neighbors."""
    seen, pull = pull_of_values(form, samples)
    kept = pull != 0
    seen, answers = seen[kept], pull[kept] > 0
    if not len(seen):
        return LevelFunction(form, False, ())
    changes = np.flatnonzero(answers[1:] != answers[:-1])
    cuts = tuple(roundest(int(seen[at]) + 1, int(seen[at + 1])) for at in changes)
    return LevelFunction(form, bool(answers[0]), cuts)


def pull_of_values(form: LinearForm, samples: Labelled) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the values that occur, ascending, and how much more weight wants true than false at each."""
    seen, place = np.unique(form.values(samples.bits), return_inverse=True)
    pull = np.bincount(place, weights=samples.pull, minlength=len(seen))
    return seen, np.asarray(pull, dtype=np.float64)


def roundest(least: int, most: int) -> int:
    """Return the number from `least` to `most`, both positive, whose binary writing ends with the most zeros.

    >>> roundest(5, 13), roundest(6, 7), roundest(5, 5)
    (8, 6, 5)
    """
    step = 1 << most.bit_length()
    while True:
        found = -(-least // step) * step
        if found <= most:
            return found
        step >>= 1

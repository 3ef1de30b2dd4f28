"""Which circuit of a front a rule picks, and how that compares over seeds."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinydwn.bench.rows import Spread
from tinydwn.bench.whole_fronts import Circuit, WholeFront
from tinydwn.synthesis.front import Choice, Place, choose

PICKS = ("network", "default", "knee", "training", "best", "hindsight")
"""The network itself, the default choice, the knee, the most accurate on training samples, the best expected, the most
accurate on the test part, which nobody can choose."""
LEAST_NAND2 = 0.1
"""No area below counts in a ratio."""
_MOST_ERRORS = 2.0


@dataclass(frozen=True, slots=True)
class Pick:
    """What a rule picks: accuracy and NAND2 equivalents of the chip, over seeds."""

    accuracy: Spread
    cost: Spread


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A data set over its seeds: every pick by its name, and how good the expected accuracy of the default choice was.

    `ratio` is the geometric mean of the default choice's area over that of the most accurate on training samples.
    `expected_minus_test` is a mean. `within` is the share of seeds whose test accuracy lies within two standard errors
    of what was expected, those of the difference of both; `within_expected` the same with the expected accuracy's
    alone, as if the test part had no end.
    """

    dataset: str
    classes: int
    test_samples: int
    picks: Mapping[str, Pick]
    ratio: float
    expected_mean: float
    expected_minus_test: float
    within: float
    within_expected: float
    seconds_mean: float
    seeds: int

    def gain(self, pick: str, other: str) -> float:
        """Return how much more accurate one pick is than another one."""
        return self.picks[pick].accuracy.mean - self.picks[other].accuracy.mean


def picked(front: WholeFront, pick: str) -> Circuit:
    """Return the circuit of a front that a rule of `PICKS` picks; of equals the smallest."""
    circuits = front.circuits
    if pick == "network":
        return next(one for one in circuits if one.kind == "network" and one.start == front.network)
    if pick in ("training", "hindsight"):
        return max(circuits, key=lambda one: one.training if pick == "training" else one.test)
    places = [
        Place(one.chip.area_um2, one.chip.nand2_equivalent, one.training, one.expected, one.own_error)
        for one in circuits
    ]
    rules = {"default": Choice(), "knee": Choice("knee"), "best": Choice("best")}
    return circuits[choose(places, rules[pick])]


def difference_error(circuit: Circuit, test_samples: int) -> float:
    """Return the standard error of expected minus test accuracy: the former's, and that of so many test samples.

    >>> from tinydwn.bench.whole_fronts import Area
    >>> area = Area(1, 1.0, 1.0)
    >>> round(difference_error(Circuit("tree", "", 1, area, area, 0.9, 0.9, 0.04, 0.01, 0.9), 100), 3)
    0.05
    """
    return math.hypot(circuit.error, math.sqrt(circuit.expected * (1 - circuit.expected) / test_samples))


def choice_row(dataset: str, fronts: Sequence[WholeFront]) -> ChoiceRow:
    """Return the row of a data set from the front of every seed."""
    chosen = [picked(front, "default") for front in fronts]
    training = [picked(front, "training") for front in fronts]
    missed = [abs(one.expected - one.test) for one in chosen]
    errors = [difference_error(one, front.test_samples) for one, front in zip(chosen, fronts, strict=True)]
    return ChoiceRow(
        dataset=dataset,
        classes=fronts[0].classes,
        test_samples=fronts[0].test_samples,
        picks={name: _pick([picked(front, name) for front in fronts]) for name in PICKS},
        ratio=statistics.geometric_mean(_cost(one) / _cost(other) for one, other in zip(chosen, training, strict=True)),
        expected_mean=statistics.mean(one.expected for one in chosen),
        expected_minus_test=statistics.mean(one.expected - one.test for one in chosen),
        within=statistics.mean(float(miss <= _MOST_ERRORS * error) for miss, error in zip(missed, errors, strict=True)),
        within_expected=statistics.mean(
            float(miss <= _MOST_ERRORS * one.error) for miss, one in zip(missed, chosen, strict=True)
        ),
        seconds_mean=statistics.mean(sum(front.seconds.values()) for front in fronts),
        seeds=len(fronts),
    )


def _cost(circuit: Circuit) -> float:
    return max(circuit.chip.nand2_equivalent, LEAST_NAND2)


def _pick(circuits: Sequence[Circuit]) -> Pick:
    return Pick(Spread.of(one.test for one in circuits), Spread.of(one.chip.nand2_equivalent for one in circuits))

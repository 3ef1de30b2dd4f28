"""One split, two circuits: evolved as Tiny Classifiers are, and refined; chosen without the test part."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tinydwn.bench.goals import LIBRARY, Goal
from tinydwn.bench.sizes import Sizes, sizes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tinydwn.baselines import TinyClassifier
    from tinydwn.data import Split
    from tinydwn.refine import Point
    from tinydwn.synthesis.refining import Refined

Result = TypeVar("Result")
MOST_NAND2 = 64.0
"""Refining searches circuits of up to so many NAND2 equivalents."""
GENERATIONS, MANY_SAMPLES = (300_000, 30_000), 100_000
"""Evolution has so many generations for each of its encodings, and so many for more than `MANY_SAMPLES` samples."""
POINTS = 16
"""Refined circuits that are minimized, at most."""
TOLERANCE = 1e-9
"""Accuracies and costs that differ by less are equal."""


@dataclass(frozen=True, slots=True)
class Task:
    """One data set, split by one seed, and what both sides optimize.

    `metric` is "accuracy" or "balanced": the mean of the accuracies of the classes.
    """

    goal: Goal
    metric: str
    effort: str
    seed: int


@dataclass(frozen=True, slots=True)
class Counted:
    """A circuit: accuracy by the task's metric on the test part, and what it takes.

    `asked` is its share, by the same metric, of what the search followed: see `Examples.asked`.
    """

    accuracy: float
    asked: float
    sizes: Sizes


@dataclass(frozen=True, slots=True)
class Duel:
    """What came of a task.

    `evolved` is the Tiny Classifier circuit, minimized with its function kept; `active_gates` its gates that reach the
    output before that, of a budget of `budget_gates`. Of the refined front `smallest` is the smallest circuit that
    answers as much of what the search followed, the last one where none does; `same_size` the last one that takes no
    more cells; `best` the last one, which answers most. `front` holds (NAND2 equivalents, test accuracy) of all its
    points. Seconds are those of the whole search of a side, on one machine with whatever else ran there.
    """

    evolved: Counted
    encoding: str
    budget_gates: int
    active_gates: int
    gate_evaluations: int
    evolved_s: float
    smallest: Counted
    same_size: Counted
    best: Counted
    front: tuple[tuple[float, float], ...]
    refined_s: float

    @property
    def less_right(self) -> bool:
        """Whether no refined circuit answers as much of what the search followed: `smallest` is the last one then."""
        return self.best.asked < self.evolved.asked - TOLERANCE

    @property
    def larger(self) -> bool:
        """Whether no refined circuit takes so few cells: `same_size` is the smallest one then."""
        return self.front[0][0] > self.evolved.sizes.nangate45 + TOLERANCE


def protocol() -> dict[str, object]:
    """Return what decides every outcome beside its task, as values that JSON can hold."""
    return {
        "library": LIBRARY,
        "most_nand2": MOST_NAND2,
        "generations": list(GENERATIONS),
        "many_samples": MANY_SAMPLES,
        "points": POINTS,
        "never_set": "tied",
        "as_right": "followed",
    }


def duel(task: Task) -> Duel:
    """Evolve and refine for one split, and count both on its test part, which no choice looks at.

    Each circuit keeps its function where it is minimized. The order of thermometer bits is used for the refined one,
    and for the evolved one that bits of a code are 0 where a feature has too few values to set them.
    """
    split = task.goal.split(task.seed)
    balanced = task.metric == "balanced"
    circuit, evolved_s = _timed(lambda: _evolve(split, task))
    refined, refined_s = _timed(lambda: _refine(split, task))
    evolved = _counted_evolved(circuit, split, refined, balanced=balanced)
    points, test = refined.front.points, refined.examples_of(split.test_features, split.test_labels)
    right = [test.accuracy(point.netlist, balanced=balanced) for point in points]
    chosen = choose(points, asked=evolved.asked, cost=evolved.sizes.nangate45)
    counted = {k: _counted_refined(refined, points[k], right[k]) for k in chosen}
    return Duel(
        evolved=evolved,
        encoding=f"{circuit.code.bits} bits, {circuit.code.bins}",
        budget_gates=circuit.budget,
        active_gates=circuit.active_gates,
        gate_evaluations=circuit.gate_evaluations,
        evolved_s=evolved_s,
        smallest=counted[chosen[0]],
        same_size=counted[chosen[1]],
        best=counted[chosen[2]],
        front=tuple((point.cost_nand2, score) for point, score in zip(points, right, strict=True)),
        refined_s=refined_s,
    )


def choose(points: Sequence[Point], *, asked: float, cost: float) -> tuple[int, int, int]:
    """Return the places of three points of a front, by what the search followed.

    The smallest one that answers at least such a share of it, the last one that takes at most so many NAND2
    equivalents, and the last of all, which answers most. Where there is none, the last one stands for the first, the
    smallest one for the second.
    """
    last = len(points) - 1
    smallest = next((k for k, point in enumerate(points) if point.asked >= asked - TOLERANCE), last)
    same_size = max((k for k, point in enumerate(points) if point.cost_nand2 <= cost + TOLERANCE), default=0)
    return smallest, same_size, last


def generations_for(samples: int) -> int:
    """Return how many generations each encoding gets for so many training samples.

    >>> generations_for(30_000), generations_for(200_000)
    (300000, 30000)
    """
    return GENERATIONS[samples > MANY_SAMPLES]


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    begun = time.monotonic()
    return work(), time.monotonic() - begun


def _evolve(split: Split, task: Task) -> TinyClassifier:
    from tinydwn.baselines import EvolutionOptions, evolve_tiny_classifier

    options = EvolutionOptions(
        generations=generations_for(len(split.train_labels)), balanced=task.metric == "balanced", seed=task.seed
    )
    return evolve_tiny_classifier(
        split.train_features, split.train_labels, classes=len(split.class_names), options=options
    )


def _refine(split: Split, task: Task) -> Refined:
    from tinydwn.refine import RefineOptions
    from tinydwn.synthesis.refining import refine_split
    from tinydwn.technology import load_library

    options = RefineOptions(
        effort=task.effort,
        most_nand2=MOST_NAND2,
        balanced=task.metric == "balanced",
        points=POINTS,
        seed=task.seed,
    )
    return refine_split(split, load_library(LIBRARY), options)


def _counted_evolved(circuit: TinyClassifier, split: Split, refined: Refined, *, balanced: bool) -> Counted:
    from tinydwn.netlist import Assumption

    right = circuit.predict(split.test_features) == split.test_labels
    answered = circuit.predict(refined.followed_features) == refined.followed.classes
    return Counted(
        _accuracy(right, split.test_labels, balanced=balanced),
        refined.followed.share(answered, balanced=balanced),
        sizes_of(circuit.settled, Assumption.none()),
    )


def _accuracy(right: NDArray[np.bool_], labels: NDArray[np.int64], *, balanced: bool) -> float:
    if not balanced:
        return float(right.mean())
    return float(np.mean([right[labels == label].mean() for label in np.unique(labels)]))


def _counted_refined(refined: Refined, point: Point, test_accuracy: float) -> Counted:
    """Return what a point takes; its own cells count where they are the smaller ones."""
    sizes = sizes_of(point.netlist, refined.assumption(point))
    own = min(sizes.nangate45, point.cost_nand2)
    return Counted(test_accuracy, point.asked, replace(sizes, nangate45=own))

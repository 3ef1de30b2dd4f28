"""One split, the whole field: refined circuits and other classifiers of every size, taken to cells by the same road."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinydwn.bench.goals import LIBRARY, GoalTask
from tinydwn.bench.points import Point

if TYPE_CHECKING:
    from tinydwn.baselines import Opponent
    from tinydwn.data import Split
    from tinydwn.synthesis.refining import Refined
    from tinydwn.technology import Library

REFINED, TREE, OPTIMAL = "refined", "decision tree", "optimal tree"
MOST_NAND2 = {"core": 100.0, "chip": 200.0}
"""Refining searches circuits of up to so many NAND2 equivalents, by cut."""
FAST_ABOVE = {"core": None, "chip": 200.0}
"""Other classifiers of more NAND2 equivalents after a fast mapping are mapped no further, by cut: no refined circuit
is so large, and a tenth of their area decides nothing."""
POINTS = 16
"""Refined circuits that are minimized, at most."""
DEPTHS = tuple(range(1, 9))
OPTIMAL_DEPTHS = (2, 3, 4)
"""Depths of optimal trees, which take part where STreeD is installed."""
RESUBSTITUTED = (3, 4, 5, 6)
"""Depths of decision trees that ABC makes smaller with the training samples as care set."""
COVERS = (4, 8, 12)
"""Bits that espresso's covers of the training samples read."""
BOOSTED = ((4, 1, 3), (4, 2, 3), (8, 2, 3), (8, 3, 4))
"""Trees, their depth and the bits of a leaf, of boosted ensembles."""
GATES = ((8, 8), (32, 32))
"""Gates per class in the layers of networks of two-input gates."""


@dataclass(frozen=True, slots=True)
class Field:
    """All circuits of a task, by the flow that made them, and the test accuracy of XGBoost as it is set by default."""

    points: tuple[Point, ...]
    xgboost: float

    def of(self, flow: str) -> tuple[Point, ...]:
        """Return the circuits of one flow."""
        return tuple(point for point in self.points if point.flow == flow)


def protocol() -> dict[str, object]:
    """Return what decides every outcome beside its task, as values that JSON can hold."""
    return {
        "library": LIBRARY,
        "most_nand2": dict(MOST_NAND2),
        "fast_above": dict(FAST_ABOVE),
        "points": POINTS,
        "depths": list(DEPTHS),
        "optimal_depths": list(OPTIMAL_DEPTHS),
        "resubstituted": list(RESUBSTITUTED),
        "covers": list(COVERS),
        "boosted": [list(size) for size in BOOSTED],
        "gates": [list(shape) for shape in GATES],
    }


def field(task: GoalTask) -> Field:
    """Take all contenders to proven cells, refine, and count every circuit on the test part, which decides nothing.

    `ProgramMissing` where XGBoost is not installed.
    """
    from tinydwn.baselines.accuracy_only import xgboost
    from tinydwn.refine import RefineOptions
    from tinydwn.synthesis.refining import refine_split
    from tinydwn.technology import load_library

    split, library = task.goal.split(task.seed), load_library(LIBRARY)
    options = RefineOptions(effort=task.effort, most_nand2=MOST_NAND2[task.cut], points=POINTS, seed=task.seed)
    predict = xgboost(split, {}, seed=task.seed)
    refined = refine_split(split, library, options, cut=task.cut, with_starts=True)  # type: ignore[arg-type]  # checked
    return Field(
        points=(*_refined_points(refined, split), *_opponents(split, task, library)),
        xgboost=float((predict(split.test_features) == split.test_labels).mean()),
    )


def _refined_points(refined: Refined, split: Split) -> Iterator[Point]:
    """Yield the front of refined circuits and starting points."""
    from tinydwn.refine.front import non_dominated
    from tinydwn.verify import prove_equivalent

    test = refined.examples_of(split.test_features, split.test_labels)
    both = (*refined.front.points, *refined.front.starts)
    for point in non_dominated(both, cost=lambda one: one.cost_um2, worth=lambda one: one.asked):
        cells = point.mapped.functions()
        prove_equivalent(refined.whole(point), cells, assuming=refined.assumption(point)).require()
        yield Point(REFINED, point.start, point.cost_nand2, point.accuracy, test.accuracy(point.netlist))


def _opponents(split: Split, task: GoalTask, library: Library) -> Iterator[Point]:
    from tinydwn.baselines import (
        BoostingSize,
        boosted_trees,
        decision_trees,
        gate_networks,
        optimal_trees,
        resubstituted_trees,
        sample_covers,
    )
    from tinydwn.synthesis.candidates import WORD_BITS
    from tinydwn.tools.streed import streed_is_here

    word_bits, optimal_depths = WORD_BITS[task.cut], OPTIMAL_DEPTHS if streed_is_here() else ()
    sizes = [BoostingSize(*size) for size in BOOSTED]
    opponents = (
        *decision_trees(split, depths=DEPTHS, input_bits=word_bits, seed=task.seed),
        *optimal_trees(split, depths=optimal_depths, input_bits=word_bits, seed=task.seed),
        *resubstituted_trees(split, depths=RESUBSTITUTED, input_bits=word_bits, seed=task.seed),
        *sample_covers(split, bits=COVERS, input_bits=word_bits, seed=task.seed),
        *boosted_trees(split, sizes=sizes, input_bits=word_bits, seed=task.seed),
        *gate_networks(split, shapes=GATES, input_bits=word_bits, seed=task.seed),
    )
    for opponent in opponents:
        yield _taken_to_cells(opponent, split, task.cut, library)


def _taken_to_cells(opponent: Opponent, split: Split, cut: str, library: Library) -> Point:
    from tinydwn.mapping import map_to_cells
    from tinydwn.minimize import recipe, run_recipe
    from tinydwn.netlist import Assumption
    from tinydwn.verify import prove_equivalent

    netlist = opponent.core if cut == "core" else opponent.chip()
    assuming = opponent.assumption if cut == "core" else Assumption.none()
    smaller, most = run_recipe(netlist, recipe("fast"), assuming=assuming).netlist, FAST_ABOVE[cut]
    mapped = map_to_cells(smaller, library, effort="fast" if most else "normal")
    if most and mapped.nand2_equivalent <= most:
        mapped = map_to_cells(smaller, library)
    prove_equivalent(netlist, mapped.functions(), assuming=assuming).require()
    return Point(
        opponent.family,
        opponent.settings,
        mapped.nand2_equivalent,
        opponent.accuracy(split.train_features, split.train_labels),
        opponent.accuracy(split.test_features, split.test_labels),
    )

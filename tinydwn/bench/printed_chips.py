"""One split of a printed data set: words of few bits, and who learns circuits from them, as proven chips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tinydwn.data import Split
    from tinydwn.encoder import FixedPoint
    from tinydwn.netlist import Netlist
    from tinydwn.refine import RefineOptions
    from tinydwn.refine.finish import Found
    from tinydwn.synthesis.candidates import Candidates
    from tinydwn.synthesis.expectation import Expectation, Expected
    from tinydwn.technology import Library

LIBRARY = "egfet"
WORD_BITS = {"cardio": 4, "wine-red": 4, "wine-white": 4, "balance-scale": 4, "vertebral-3c": 5, "seeds": 4}
"""The data sets, and how many bits the word of a feature has."""
OURS, TREE, OPTIMAL = FAMILIES = ("tinydwn", "decision tree", "optimal tree")
LEAVES = (2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 96)
DEPTHS = (2, 3, 4, 5, 6, 7, 8)
"""Leaves of decision trees (CART) that are grown best first, and depths of those that are grown level by level."""
MOST_NAND2, POINTS, TEST_SHARE = 250.0, 16, 0.3
_UM2_PER_CM2 = 1e8


@dataclass(frozen=True, slots=True)
class Task:
    """A data set, the seed of its split, and the effort of the search."""

    dataset: str
    seed: int
    effort: str


@dataclass(frozen=True, slots=True)
class Circuit:
    """A proven chip: who made it and from what, its area and static power, and how right it is.

    `expected` and its `own_error` were told by the training part alone, as of `Expectation`; `test` and `balanced`,
    the mean over the classes, are those of the test part. `chosen` is the smallest circuit of its family that is
    expected within a standard error of the family's best.
    """

    family: str
    made: str
    area_cm2: float
    static_power_mw: float
    training: float
    expected: float
    own_error: float
    test: float
    balanced: float
    chosen: bool = False


def printed_split(dataset: str, seed: int) -> tuple[Split, FixedPoint]:
    """Return a data set as words, and the grid of these: the range of the training part is cut into equal parts.

    Three tenths are for tests, as `sklearn.model_selection.train_test_split` takes them by the seed; a value outside
    the range of the training part is at its end.
    """
    from sklearn.model_selection import train_test_split

    from tinydwn.data import Split, load_dataset
    from tinydwn.encoder import FixedPoint

    whole, bits = load_dataset(dataset), WORD_BITS[dataset]
    train, test = train_test_split(np.arange(whole.samples), test_size=TEST_SHARE, random_state=seed)
    least, most = (bound(whole.features[train], axis=0) for bound in (np.min, np.max))
    share = (whole.features - least) / np.where(most > least, most - least, 1.0)
    words = np.clip(np.floor(share * (1 << bits)), 0, (1 << bits) - 1)
    each = np.ones(words.shape[1])
    grid = FixedPoint(offset=-0.5 * each, step=each, input_bits=bits * each.astype(np.int64))
    names = whole.feature_names, whole.class_names
    parts = words[train], whole.labels[train], words[test], whole.labels[test]
    return Split(dataset, *parts, *names, seed=seed, test_fraction=TEST_SHARE), grid


def measured_circuits(task: Task) -> tuple[Circuit, ...]:
    """Search a split, grow and solve for trees, take all to proven cells, and measure them on the test part at last."""
    from tinydwn.refine import RefineOptions
    from tinydwn.synthesis.expectation import Expectation
    from tinydwn.synthesis.refining import ask as ask_teacher
    from tinydwn.synthesis.refining import search_split
    from tinydwn.technology import load_library

    split, grid = printed_split(task.dataset, task.seed)
    library = load_library(LIBRARY)
    options = RefineOptions(effort=task.effort, most_nand2=MOST_NAND2, points=4 * POINTS)
    teacher = ask_teacher(split, effort=task.effort, seed=options.seed)
    searched = search_split(split, library, options, cut="chip", grid=grid, teacher=teacher)
    place = _Place(
        split, searched.candidates, library, Expectation.of(teacher, split.train_features, seed=options.seed)
    )
    made = [*place.worthwhile((*searched.explored.starts, *searched.explored.found)), *place.trees(options)]
    circuits = [place.measured(*one) for one in made]
    return tuple(one for family in FAMILIES for one in _by_area(each for each in circuits if each.family == family))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where circuits are compared: a split, the thresholds that all read, a library, and what is expected."""

    split: Split
    candidates: Candidates
    library: Library
    expectation: Expectation

    def worthwhile(self, found: Iterable[Found]) -> Iterator[tuple[str, str, Netlist]]:
        """Yield some circuits of a search of which more is expected than of every smaller one, in the form of trees."""
        from tinydwn.refine.front import non_dominated
        from tinydwn.refine.search import MARGIN, thinned

        unit = self.library.nand2_area_um2
        told = [
            replace(one, accuracy=self.expected(one.mapped.functions()).accuracy)
            for one in found
            if one.cost_um2 <= MARGIN * MOST_NAND2 * unit
        ]
        front = non_dominated(told, cost=lambda one: one.cost_um2, worth=lambda one: one.accuracy)
        yield from ((OURS, one.start, one.mapped.functions()) for one in thinned(front, POINTS, unit))

    def trees(self, options: RefineOptions) -> Iterator[tuple[str, str, Netlist]]:
        """Yield trees that learn from the same words: who made them, how large, and the circuit behind comparators."""
        from tinydwn.baselines import tree_netlist
        from tinydwn.lowering.parts import without_unread_inputs
        from tinydwn.synthesis.progress import tell_nobody
        from tinydwn.synthesis.start_trees import optimal_tree_starts

        examples = self.candidates.examples(self.split.train_features, self.split.train_labels)
        sizes: list[tuple[str, int, int | None]] = [(f"{leaves} leaves", leaves, None) for leaves in LEAVES]
        sizes += [(f"depth {depth}", 1 << depth, depth) for depth in DEPTHS]
        for size, leaves, depth in sizes:
            grown = tree_netlist(
                examples.bits,
                examples.classes,
                self.candidates.codes,
                inputs=examples.inputs,
                outputs=examples.outputs,
                leaves=leaves,
                depth=depth,
                seed=options.seed,
            )
            yield TREE, size, without_unread_inputs(grown)
        thorough = replace(options, effort="normal")  # at effort fast there are none
        for start in optimal_tree_starts(self.candidates, examples, thorough, tell=tell_nobody):
            yield OPTIMAL, start.name.removeprefix("an optimal tree of "), start.netlist

    def measured(self, family: str, made: str, core: Netlist) -> Circuit:
        """Return the chip, proven to have the function of its circuit behind the comparators, and measured."""
        from tinydwn.lowering.parts import behind_encoder
        from tinydwn.mapping import map_to_cells
        from tinydwn.minimize import recipe, run_recipe
        from tinydwn.synthesis.accuracy import accuracy
        from tinydwn.verify import prove_equivalent

        chip = behind_encoder(self.candidates.encoder, core)
        mapped = map_to_cells(run_recipe(chip, recipe("fast")).netlist, self.library)
        prove_equivalent(chip, mapped.functions()).require()
        expected = self.expected(core)
        said = self.said(core, self.split.test_features)
        return Circuit(
            family=family,
            made=made,
            area_cm2=mapped.area_um2 / _UM2_PER_CM2,
            static_power_mw=(mapped.leakage_nw or 0.0) / 1e6,
            training=accuracy(self.said(core, self.split.train_features), self.split.train_labels),
            expected=expected.accuracy,
            own_error=expected.own_error,
            test=accuracy(said, self.split.test_labels),
            balanced=accuracy(said, self.split.test_labels, balanced=True),
        )

    def expected(self, core: Netlist) -> Expected:
        """Return the accuracy to expect on unseen samples."""
        return self.expectation.of_answers(self.said(core, self.expectation.features))

    def said(self, core: Netlist, features: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the class of each row of words, (samples, features), as (samples,)."""
        from tinydwn.model import classify

        return classify(self.candidates.classifier(core), features)


def _by_area(circuits: Iterable[Circuit]) -> Iterator[Circuit]:
    """Yield circuits of one family by ascending area; one is chosen."""
    from tinydwn.synthesis.front import Choice, Place, choose

    ordered = sorted(circuits, key=lambda one: (one.area_cm2, -one.expected))
    places = [Place(one.area_cm2, one.area_cm2, one.training, one.expected, one.own_error) for one in ordered]
    chosen = choose(places, Choice()) if places else -1
    yield from (replace(one, chosen=k == chosen) for k, one in enumerate(ordered))

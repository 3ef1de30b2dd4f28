"""Printed classifiers: circuits for few-bit words in a printed technology, next to trees and to what was published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.rows import Spread
from tinydwn.bench.study import Measured, Study
from tinydwn.errors import ConfigError

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
"""Leaves of the decision trees (CART), at most."""
MOST_NAND2, POINTS, TEST_SHARE = 250.0, 16, 0.3
FIRST = 42
"""The split that was published on."""
_UM2_PER_CM2, _UNKNOWN = 1e8, "data set {!r} is none of the printed ones"


@dataclass(frozen=True, slots=True)
class Asked:
    """Effort of the search, data sets, and splits: 42 is the one that was published on, the others give the spread."""

    effort: str = ask.effort("fast")
    datasets: tuple[str, ...] | None = ask.datasets()
    seeds: tuple[int, ...] = ask.seeds(FIRST, *range(10))

    def __post_init__(self) -> None:
        ask.require_effort(self.effort)
        ask.require_known(self.datasets, WORD_BITS, _UNKNOWN)
        ask.require_seeds(self.seeds)
        if FIRST not in self.seeds:
            raise ConfigError(f"split {FIRST} is left out", hint="give it, as it is the one that was published on")


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


@dataclass(frozen=True, slots=True)
class Row:
    """A circuit of a split: of the published split every one of its family's front, of others the chosen one."""

    dataset: str
    seed: int
    circuit: Circuit


class Published(NamedTuple):
    """A classifier that others published: accuracy in percent, to so many digits, and area of the whole chip."""

    name: str
    accuracy: float
    area_cm2: float
    power_mw: float | None
    kind: str
    digits: int

    @property
    def least(self) -> float:
        """The least accuracy, a fraction, that is rounded to this one."""
        return (self.accuracy - 0.5 * 10**-self.digits) / 100


@cache
def published() -> dict[str, tuple[Published, ...]]:
    """Return what was published, by data set; see its sources."""
    text = resources.files("tinydwn.bench").joinpath("printed_published.json").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, Any]]] = json.loads(text)["classifiers"]
    return {name: tuple(Published(**one) for one in rows) for name, rows in found.items()}


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
    place = _Place(split, searched.candidates, library, Expectation.of(teacher, split.train_features, seed=options.seed))
    made = [*place.worthwhile((*searched.explored.starts, *searched.explored.found)), *place.trees(options)]
    circuits = [place.measured(*one) for one in made]
    return tuple(one for family in FAMILIES for one in _front(each for each in circuits if each.family == family))


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
        for leaves in LEAVES:
            grown = tree_netlist(
                examples.bits,
                examples.classes,
                self.candidates.codes,
                inputs=examples.inputs,
                outputs=examples.outputs,
                leaves=leaves,
                seed=options.seed,
            )
            yield TREE, f"{leaves} leaves", without_unread_inputs(grown)
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


def _front(circuits: Iterable[Circuit]) -> Iterator[Circuit]:
    """Yield the circuits of which more is expected than of every smaller one, by ascending area; one is chosen."""
    from tinydwn.refine.front import non_dominated
    from tinydwn.synthesis.front import Choice, Place, choose

    front = non_dominated(circuits, cost=lambda one: one.area_cm2, worth=lambda one: one.expected)
    places = [Place(one.area_cm2, one.area_cm2, one.training, one.expected, one.own_error) for one in front]
    chosen = choose(places, Choice()) if places else -1
    yield from (replace(one, chosen=k == chosen) for k, one in enumerate(front))


def _protocol() -> Mapping[str, Any]:
    return {
        "library": LIBRARY,
        "word_bits": WORD_BITS,
        "most_nand2": MOST_NAND2,
        "points": POINTS,
        "leaves": list(LEAVES),
        "test_share": TEST_SHARE,
    }


def _tasks(asked: Asked) -> list[Task]:
    names = ask.require_known(asked.datasets, WORD_BITS, _UNKNOWN)
    return [Task(name, seed, asked.effort) for seed in asked.seeds for name in names]


def _arrival(task: Task, found: Sequence[Circuit]) -> str:
    texts = (f"{one.family} {100 * one.test:.1f} % @ {one.area_cm2:.3f} cm2" for one in found if one.chosen)
    return f"{task.dataset}, split {task.seed}: {', '.join(texts)}"


def _rows(_: Asked, done: Sequence[tuple[Task, Sequence[Circuit]]]) -> Iterator[Row]:
    for task, found in done:
        yield from (Row(task.dataset, task.seed, one) for one in found if one.chosen or task.seed == FIRST)


def _findings(measured: Measured[Row]) -> Findings:
    return Findings(STUDY.question, (TextTable(("data",), tuple((row.dataset,) for row in measured.rows)),), ("x",))


STUDY = Study(
    name="printed",
    question="How small are printed classifiers of the accuracy that others published, and how small are trees?",
    told="Learn six public data sets as printed circuits, next to decision trees and to published classifiers.",
    minutes=90,
    asked=Asked,
    outcome=tuple[Circuit, ...],
    row=Row,
    tasks=_tasks,
    run=measured_circuits,
    on_arrival=_arrival,
    rows=_rows,
    findings=_findings,
    protocol=_protocol,
)

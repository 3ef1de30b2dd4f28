"""Printed classifiers: circuits for few-bit words in a printed technology, next to trees and to what was published."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.rows import Spread
from tinydwn.bench.study import Measured, Study
from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.data import Split
    from tinydwn.encoder import FixedPoint
    from tinydwn.mapping import MappedNetlist
    from tinydwn.netlist import Netlist
    from tinydwn.refine import RefineOptions
    from tinydwn.synthesis.expectation import Expectation
    from tinydwn.synthesis.refining import Refined
    from tinydwn.technology import Library

LIBRARY = "egfet"
WORD_BITS = {"cardio": 4, "wine-red": 4, "wine-white": 4, "balance-scale": 4, "vertebral-3c": 5, "seeds": 4}
"""The data sets, and how many bits the word of a feature has."""
OURS, TREE, OPTIMAL = FAMILIES = ("tinydwn", "decision tree", "optimal tree")
LEAVES = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128)
"""Leaves of the decision trees (CART), at most."""
MOST_NAND2, POINTS, TEST_SHARE = 250.0, 32, 0.3
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
    from tinydwn.synthesis.refining import refine_split
    from tinydwn.technology import load_library

    split, grid = printed_split(task.dataset, task.seed)
    library = load_library(LIBRARY)
    options = RefineOptions(effort=task.effort, most_nand2=MOST_NAND2, points=POINTS)
    teacher = ask_teacher(split, effort=task.effort, seed=options.seed)
    expectation = Expectation.of(teacher, split.train_features, seed=options.seed)
    refined = refine_split(split, library, options, cut="chip", grid=grid, teacher=teacher)
    circuits = [
        _circuit(OURS, point.start, point.netlist, point.mapped, refined, split, expectation)
        for point in (*refined.front.points, *refined.front.starts)
    ]
    for family, made, core in _trees(refined, options):
        mapped = _in_cells(refined, core, library)
        circuits.append(_circuit(family, made, core, mapped, refined, split, expectation))
    return tuple(one for family in FAMILIES for one in _front(each for each in circuits if each.family == family))


def _trees(refined: Refined, options: RefineOptions) -> Iterator[tuple[str, str, Netlist]]:
    """Yield trees that learn from the same words: who made them, how large, and the circuit behind the comparators."""
    from tinydwn.baselines import tree_netlist
    from tinydwn.lowering.parts import without_unread_inputs
    from tinydwn.synthesis.progress import tell_nobody
    from tinydwn.synthesis.start_trees import optimal_tree_starts

    examples, codes = refined.examples, refined.candidates.codes
    names = {"inputs": examples.inputs, "outputs": examples.outputs}
    for leaves in LEAVES:
        grown = tree_netlist(examples.bits, examples.classes, codes, leaves=leaves, seed=options.seed, **names)
        yield TREE, f"{leaves} leaves", without_unread_inputs(grown)
    thorough = replace(options, effort="normal")  # at effort fast there are none
    for start in optimal_tree_starts(refined.candidates, examples, thorough, tell=tell_nobody):
        yield OPTIMAL, start.name.removeprefix("an optimal tree of "), start.netlist


def _in_cells(refined: Refined, core: Netlist, library: Library) -> MappedNetlist:
    from tinydwn.lowering.parts import behind_encoder
    from tinydwn.mapping import map_to_cells
    from tinydwn.minimize import recipe, run_recipe

    return map_to_cells(run_recipe(behind_encoder(refined.encoder, core), recipe("fast")).netlist, library)


def _circuit(
    family: str,
    made: str,
    core: Netlist,
    mapped: MappedNetlist,
    refined: Refined,
    split: Split,
    expectation: Expectation,
) -> Circuit:
    """Return a chip, proven to have the function of its circuit behind the comparators, and measured."""
    from tinydwn.lowering.parts import behind_encoder
    from tinydwn.model import classify
    from tinydwn.synthesis.accuracy import accuracy
    from tinydwn.verify import prove_equivalent

    prove_equivalent(behind_encoder(refined.encoder, core), mapped.functions()).require()
    classifier = refined.candidates.classifier(core)
    expected = expectation.of_answers(classify(classifier, expectation.features))
    said = classify(classifier, split.test_features)
    return Circuit(
        family=family,
        made=made,
        area_cm2=mapped.area_um2 / _UM2_PER_CM2,
        static_power_mw=(mapped.leakage_nw or 0.0) / 1e6,
        training=accuracy(classify(classifier, split.train_features), split.train_labels),
        expected=expected.accuracy,
        own_error=expected.own_error,
        test=accuracy(said, split.test_labels),
        balanced=accuracy(said, split.test_labels, balanced=True),
    )


def _front(circuits: Iterable[Circuit]) -> Iterator[Circuit]:
    """Yield the circuits of which more is expected than of every smaller one, by ascending area; one is chosen."""
    from tinydwn.refine.front import non_dominated
    from tinydwn.synthesis.front import Choice, Place, choose

    front = non_dominated(circuits, cost=lambda one: one.area_cm2, worth=lambda one: one.expected)
    places = [Place(one.area_cm2, one.area_cm2, one.training, one.expected, one.own_error) for one in front]
    chosen = choose(places, Choice()) if places else -1
    yield from (replace(one, chosen=k == chosen) for k, one in enumerate(front))

"""Fronts of several classes: networks by plain tools, the same by tinydwn, and refined circuits, on one split."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinydwn.bench.cluster import ALL_CORES, Cluster
from tinydwn.bench.exact import plain_area_um2, require_liberty
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.smallest import LIBRARY
from tinydwn.bench.store import OutcomeStore
from tinydwn.bench.tasks import run_tasks
from tinydwn.errors import ConfigError
from tinydwn.refine.front import non_dominated

if TYPE_CHECKING:
    from tinydwn.data import Split
    from tinydwn.technology import Library

SCHEMA = "tinydwn.fronts/1"
DATASETS = ("segment", "led7", "digits", "letter")
TABLES_PER_CLASS = (2, 6, 20)
POINTS = 16
"""Circuits of a search that are minimized and mapped, at most."""
PLAIN, EXACT, REFINED, START = "plain", "exact", "refined", "start"


@dataclass(frozen=True, slots=True)
class Task:
    """One data set, split by seed 0; `liberty` is the file of the library that everything is mapped to."""

    dataset: str
    liberty: Path
    effort: str

    @property
    def key(self) -> str:
        """Everything that decides the outcome, as text; the file is taken to hold what it should."""
        return f"{self.dataset} {self.effort}"


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """A circuit on the core: what made it, areas in NAND2 equivalents, accuracy on the training and the test part.

    `flow` is "plain" or "exact" for a network by plain tools and with its function kept, "start" for a starting point
    of refining with its function kept, and "refined".
    """

    flow: str
    name: str
    cost: float
    training_accuracy: float
    test_accuracy: float

    @property
    def accuracy(self) -> float:
        """The accuracy that may decide: on the training part."""
        return self.training_accuracy


@dataclass(frozen=True, slots=True)
class Fronts:
    """All points of all data sets; print `to_text()`, keep `to_json()`."""

    points: dict[str, tuple[FrontPoint, ...]]
    effort: str

    def front(self, dataset: str) -> tuple[FrontPoint, ...]:
        """Return the points by tinydwn that no other one of them beats in area and training accuracy."""
        own = (point for point in self.points[dataset] if point.flow != PLAIN)
        return non_dominated(own, cost=lambda point: point.cost, worth=lambda point: point.training_accuracy)

    def as_right(self, dataset: str) -> tuple[tuple[FrontPoint, FrontPoint], ...]:
        """Return each network with its function kept, and the smallest circuit by tinydwn that is as right or more.

        Both are read off on the test part.
        """
        own = sorted((one for one in self.points[dataset] if one.flow != PLAIN), key=lambda one: one.cost)
        return tuple(
            (kept, next(one for one in own if one.test_accuracy >= kept.test_accuracy))
            for kept in self.points[dataset]
            if kept.flow == EXACT
        )

    def shares(self) -> tuple[float, ...]:
        """Return which share of each network's area is enough for its accuracy, see `as_right`; at least 1 NAND2."""
        return tuple(max(one.cost, 1.0) / kept.cost for name in self.points for kept, one in self.as_right(name))

    def dominated(self, dataset: str) -> tuple[FrontPoint, ...]:
        """Return the points of the front that a plain one beats in area and test accuracy, or equals in one of them."""
        plain = [point for point in self.points[dataset] if point.flow == PLAIN]
        return tuple(point for point in self.front(dataset) if any(_beats(other, point) for other in plain))

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        sets = {
            name: {"points": [asdict(point) for point in points], "dominated": len(self.dominated(name))}
            for name, points in self.points.items()
        }
        return {"schema": SCHEMA, "library": LIBRARY, "effort": self.effort, "datasets": sets}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Fronts:
        """Return what `to_json` gave; `ValueError` where a network is not there in both ways."""
        points = {
            name: tuple(FrontPoint(**one) for one in entry["points"]) for name, entry in content["datasets"].items()
        }
        for one in points.values():
            plain, exact = (sum(point.flow == flow for point in one) for flow in (PLAIN, EXACT))
            if plain != exact or not exact:
                raise ValueError(f"{plain} networks by plain tools, {exact} with their function kept")
        return cls(points, content["effort"])

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table, for each network what plain tools take, its function kept, and the search as right."""
        lines = tuple(
            _line(name, plain, *pair)
            for name, points in self.points.items()
            for plain, pair in zip((one for one in points if one.flow == PLAIN), self.as_right(name), strict=True)
        )
        head = ("data", "network", "test %", "plain", "function kept", "as right", "of kept", "test %", "from")
        count = sum(len(self.dominated(name)) for name in self.points)
        shares = self.shares()
        note = (
            f"NAND2 equivalents of the core, {LIBRARY}, seed 0; searched at effort {self.effort} from each network, up "
            "to its size, functions kept at effort fast.",
            "Plain: Yosys 'synth -flatten; abc -liberty'. As right: the smallest circuit by tinydwn that is as right "
            "as the network, read off on the test part, as the network's accuracy is.",
            f"Of the area with the function kept: {statistics.geometric_mean(shares):.2f} (geometric mean over "
            f"{len(shares)} networks). Points of fronts that a plain network beats: {count}.",
        )
        question = "What do circuits of several classes take, next to networks with their function kept?"
        return Findings(question, (TextTable(head, lines),), note)


def measure_fronts(
    liberty: Path,
    *,
    effort: str = "normal",
    datasets: Sequence[str] = DATASETS,
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, tuple[FrontPoint, ...], bool], object] | None = None,
) -> Fronts:
    """Take networks of several sizes to cells in both ways, and refine; points are kept as `run_tasks` does."""
    for name in datasets:
        if name not in DATASETS:
            raise ConfigError(f"there is no front for data set {name!r}", hint=f"choose among {', '.join(DATASETS)}")
    require_liberty(liberty)
    tasks = [Task(name, liberty.absolute(), effort) for name in datasets]
    kept = OutcomeStore(store, SCHEMA, _points, write=lambda points: list(map(asdict, points)), protocol=protocol())
    points = run_tasks(tasks, front_points, store=kept, cluster=cluster, on_arrival=on_arrival)
    return Fronts({task.dataset: points[task.key] for task in tasks}, effort)


def protocol() -> dict[str, object]:
    """Return what decides every outcome beside its task, as values that JSON can hold."""
    return {"library": LIBRARY, "points": POINTS, "tables_per_class": list(TABLES_PER_CLASS)}


def front_points(task: Task) -> tuple[FrontPoint, ...]:
    """Return the points of all flows on one data set."""
    from tinydwn.data import load_dataset
    from tinydwn.technology import load_library

    split, library = load_dataset(task.dataset).split(test_fraction=0.2, seed=0), load_library(LIBRARY)
    points: list[FrontPoint] = []
    for tables in TABLES_PER_CLASS:
        points += _points_from(split, library, task, tables * len(split.class_names))
    return tuple(points)


def _points(stored: list[dict[str, Any]]) -> tuple[FrontPoint, ...]:
    return tuple(FrontPoint(**point) for point in stored)


def _points_from(split: Split, library: Library, task: Task, luts: int) -> Iterable[FrontPoint]:
    """Return a network in both ways, what is found from it, and what else the search starts from."""
    from tinydwn.lowering import lower_core
    from tinydwn.mapping import map_to_cells
    from tinydwn.model.reference import classify
    from tinydwn.refine import RefineOptions
    from tinydwn.synthesis.candidates import WORD_BITS, feature_grid
    from tinydwn.synthesis.minimization import minimize_core
    from tinydwn.synthesis.refining import refine_split
    from tinydwn.training import TrainingConfig, train
    from tinydwn.verify import prove_equivalent

    grid = feature_grid(split, input_bits=WORD_BITS["core"])
    network = train(split, TrainingConfig(layers=(luts,), inputs_per_lut=4), fixed_point=grid).classifier
    core = lower_core(network)
    mapped = map_to_cells(minimize_core(core, effort="fast", timeout_s=600.0).netlist, library, timeout_s=600.0)
    prove_equivalent(core.netlist, mapped.functions(), assuming=core.assumption, timeout_s=600.0).require()
    training, right = (
        float((classify(network, features) == labels).mean())
        for features, labels in (
            (split.train_features, split.train_labels),
            (split.test_features, split.test_labels),
        )
    )
    plain, kept = plain_area_um2(core.netlist, task.liberty) / library.nand2_area_um2, mapped.nand2_equivalent
    for flow, cost in ((PLAIN, plain), (EXACT, kept)):
        yield FrontPoint(flow, f"{luts} tables", cost, training, right)
    options = RefineOptions(effort=task.effort, most_nand2=kept, points=POINTS, points_above=0, timeout_s=600.0)
    refined = refine_split(split, library, options, network=network)
    test = refined.examples_of(split.test_features, split.test_labels)
    for flow, points in ((REFINED, refined.front.points), (START, refined.front.starts)):
        for point in points:
            prove_equivalent(point.netlist, point.mapped.functions(), assuming=refined.assumption(point)).require()
            yield FrontPoint(flow, point.start, point.cost_nand2, point.accuracy, test.accuracy(point.netlist))


def _beats(one: FrontPoint, other: FrontPoint) -> bool:
    """Say whether a point is no worse in area and test accuracy, and better in one of them."""
    no_worse = one.cost <= other.cost and one.test_accuracy >= other.test_accuracy
    return no_worse and (one.cost < other.cost or one.test_accuracy > other.test_accuracy)


def _line(dataset: str, plain: FrontPoint, kept: FrontPoint, own: FrontPoint) -> tuple[str, ...]:
    areas = (f"{plain.cost:,.1f}", f"{kept.cost:,.1f}", f"{own.cost:,.1f}", f"{own.cost / kept.cost:.2f}")
    accuracies = (f"{100 * plain.test_accuracy:.2f}", f"{100 * own.test_accuracy:.2f}")
    return dataset, plain.name, accuracies[0], *areas, accuracies[1], own.name

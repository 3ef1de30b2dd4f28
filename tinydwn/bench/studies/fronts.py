"""Fronts of several classes: networks by plain tools, the same by tinydwn, and refined circuits, on one split."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.goals import LIBRARY
from tinydwn.bench.plain import plain_area_um2, require_liberty
from tinydwn.bench.points import Point
from tinydwn.bench.study import Measured, Study
from tinydwn.tools.checksum import sha256_of

if TYPE_CHECKING:
    from tinydwn.data import Split
    from tinydwn.technology import Library

DATASETS = ("segment", "led7", "digits", "letter")
TABLES_PER_CLASS = (2, 6, 20)
POINTS = 16
"""Circuits of a search that are minimized and mapped, at most."""
PLAIN, EXACT, REFINED, START = "plain", "exact", "refined", "start"
_UNKNOWN = "there is no front for data set {!r}"


@dataclass(frozen=True, slots=True)
class Asked:
    """The Liberty file of nangate45, the effort of searches, and data sets."""

    liberty: Path = ask.argument("The Liberty file of nangate45.")
    effort: str = ask.effort()
    datasets: tuple[str, ...] | None = ask.datasets()

    def __post_init__(self) -> None:
        ask.require_effort(self.effort)
        require_liberty(self.liberty)
        ask.require_known(self.datasets, DATASETS, _UNKNOWN)


@dataclass(frozen=True, slots=True)
class Task:
    """One data set, split by seed 0; `liberty` is the file of the library that plain tools map to.

    `digest` is the SHA-256 of that file.
    """

    dataset: str
    liberty: Path
    digest: str
    effort: str


@dataclass(frozen=True, slots=True)
class FrontPoint(Point):
    """A circuit on the core of a data set.

    `flow` is "plain" or "exact" for a network by plain tools and with its function kept, "start" for a starting point
    of refining with its function kept, and "refined".
    """

    dataset: str


def points_by_set(measured: Measured[FrontPoint]) -> dict[str, list[FrontPoint]]:
    """Return the points of each data set."""
    found: dict[str, list[FrontPoint]] = {}
    for point in measured.rows:
        found.setdefault(point.dataset, []).append(point)
    return found


def front_of(points: Sequence[FrontPoint]) -> tuple[FrontPoint, ...]:
    """Return the points by tinydwn that no other one of them beats in area and training accuracy."""
    from tinydwn.refine.front import non_dominated

    own = (point for point in points if point.flow != PLAIN)
    return non_dominated(own, cost=lambda point: point.cost, worth=lambda point: point.training_accuracy)


def as_right(points: Sequence[FrontPoint]) -> tuple[tuple[FrontPoint, FrontPoint], ...]:
    """Return each network with its function kept, and the smallest circuit by tinydwn that is as right or more.

    Both are read off on the test part.
    """
    own = sorted((one for one in points if one.flow != PLAIN), key=lambda one: one.cost)
    kept = (one for one in points if one.flow == EXACT)
    return tuple((one, next(other for other in own if other.test_accuracy >= one.test_accuracy)) for one in kept)


def dominated(points: Sequence[FrontPoint]) -> tuple[FrontPoint, ...]:
    """Return the points of the front that a plain one beats in area and test accuracy, or equals in one of them."""
    plain = [point for point in points if point.flow == PLAIN]
    return tuple(point for point in front_of(points) if any(_beats(other, point) for other in plain))


def _beats(one: FrontPoint, other: FrontPoint) -> bool:
    no_worse = one.cost <= other.cost and one.test_accuracy >= other.test_accuracy
    return no_worse and (one.cost < other.cost or one.test_accuracy > other.test_accuracy)


def _tasks(asked: Asked) -> list[Task]:
    names = ask.require_known(asked.datasets, DATASETS, _UNKNOWN)
    place, digest = asked.liberty.absolute(), sha256_of(asked.liberty)
    return [Task(name, place, digest, asked.effort) for name in names]


def front_points(task: Task) -> tuple[Point, ...]:
    """Take networks of several sizes to cells in both ways, and refine."""
    from tinydwn.data import load_dataset
    from tinydwn.technology import load_library

    split, library = load_dataset(task.dataset).split(test_fraction=0.2, seed=0), load_library(LIBRARY)
    sizes = (tables * len(split.class_names) for tables in TABLES_PER_CLASS)
    return tuple(point for luts in sizes for point in _points_from(split, library, task, luts))


def _points_from(split: Split, library: Library, task: Task, luts: int) -> Iterator[Point]:
    """Yield a network in both ways, what is found from it, and what else the search starts from."""
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
    parts = ((split.train_features, split.train_labels), (split.test_features, split.test_labels))
    right = [float((classify(network, features) == labels).mean()) for features, labels in parts]
    plain, kept = plain_area_um2(core.netlist, task.liberty) / library.nand2_area_um2, mapped.nand2_equivalent
    for flow, cost in ((PLAIN, plain), (EXACT, kept)):
        yield Point(flow, f"{luts} tables", cost, *right)
    options = RefineOptions(effort=task.effort, most_nand2=kept, points=POINTS, points_above=0, timeout_s=600.0)
    refined = refine_split(split, library, options, network=network, with_starts=True)
    test = refined.examples_of(split.test_features, split.test_labels)
    for flow, points in ((REFINED, refined.front.points), (START, refined.front.starts)):
        for point in points:
            prove_equivalent(point.netlist, point.mapped.functions(), assuming=refined.assumption(point)).require()
            yield Point(flow, point.start, point.cost_nand2, point.accuracy, test.accuracy(point.netlist))


def _rows(_: Asked, done: Sequence[tuple[Task, tuple[Point, ...]]]) -> Iterator[FrontPoint]:
    for task, points in done:
        yield from (FrontPoint(**asdict(point), dataset=task.dataset) for point in points)


def _summary(measured: Measured[FrontPoint]) -> Mapping[str, float]:
    """Return which share of each network's area is enough for its accuracy, and how many points are dominated.

    The geometric mean over the networks, of at least 1 NAND2; see `as_right`.
    """
    sets = points_by_set(measured).values()
    shares = [max(one.cost, 1.0) / kept.cost for points in sets for kept, one in as_right(points)]
    beaten = sum(len(dominated(points)) for points in sets)
    return {"share_of_kept": statistics.geometric_mean(shares), "networks": len(shares), "dominated": beaten}


def _findings(measured: Measured[FrontPoint]) -> Findings:
    lines = tuple(
        _line(name, plain, *pair)
        for name, points in points_by_set(measured).items()
        for plain, pair in zip((one for one in points if one.flow == PLAIN), as_right(points), strict=True)
    )
    head = ("data", "network", "test %", "plain", "function kept", "as right", "of kept", "test %", "from")
    said = measured.summary
    note = (
        f"NAND2 equivalents of the core, {LIBRARY}, seed 0; searched at effort {measured.about['effort']} from each "
        "network, up to its size, functions kept at effort fast.",
        "Plain: Yosys 'synth -flatten; abc -liberty'. As right: the smallest circuit by tinydwn that is as right "
        "as the network, read off on the test part, as the network's accuracy is.",
        f"Of the area with the function kept: {said['share_of_kept']:.2f} (geometric mean over {said['networks']} "
        f"networks). Points of fronts that a plain network beats: {said['dominated']}.",
    )
    return Findings(STUDY.question, (TextTable(head, lines),), note)


def _line(dataset: str, plain: FrontPoint, kept: FrontPoint, own: FrontPoint) -> tuple[str, ...]:
    areas = (f"{plain.cost:,.1f}", f"{kept.cost:,.1f}", f"{own.cost:,.1f}", f"{own.cost / kept.cost:.2f}")
    accuracies = (f"{100 * plain.test_accuracy:.2f}", f"{100 * own.test_accuracy:.2f}")
    return dataset, plain.name, accuracies[0], *areas, accuracies[1], own.name


STUDY = Study(
    name="fronts",
    question="What do circuits of several classes take, next to networks with their function kept?",
    told="Take networks of several classes and sizes to cells in both ways, and refine.",
    minutes=90,
    asked=Asked,
    outcome=tuple[Point, ...],
    row=FrontPoint,
    tasks=_tasks,
    run=front_points,
    on_arrival=lambda task, points: f"{task.dataset}: {len(points)} circuits",
    rows=_rows,
    findings=_findings,
    summary=_summary,
    protocol=lambda: {"library": LIBRARY, "points": POINTS, "tables_per_class": list(TABLES_PER_CLASS)},
)

"""Whole chips: refined circuits next to a trained network that plain tools take to cells, on the same splits."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.goals import LIBRARY, Goal, against_rest, goals_of, in_tables, in_words
from tinydwn.bench.plain import plain_area_um2, require_liberty
from tinydwn.bench.rows import Spread
from tinydwn.bench.study import Measured, Study, by
from tinydwn.tools.checksum import sha256_of

NETWORK: dict[str, Any] = {
    "layers": [16],
    "inputs_per_lut": 4,
    "reduction": "learnable",
    "scheme": "quantile",
    "snap": "nearest",
    "input_bits": 8,
}
"""The network that plain tools take to cells, with quantile thresholds in words of 8 bits.

Refining is to be as right as it on the training samples, and starts from networks of its own.
"""
SEARCHED = 0.5
"""Refining searches circuits of up to this part of the area that plain tools need."""
POINTS = 16
"""Refined circuits that are minimized, at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The Liberty file of nangate45, effort of the search, data sets and seeds."""

    liberty: Path = ask.argument("The Liberty file of nangate45.")
    effort: str = ask.effort()
    datasets: tuple[str, ...] | None = ask.datasets()
    seeds: tuple[int, ...] = ask.seeds()

    def __post_init__(self) -> None:
        ask.require_effort(self.effort)
        ask.require_seeds(self.seeds)
        require_liberty(self.liberty)
        goals_of(self.datasets)


@dataclass(frozen=True, slots=True)
class Task:
    """One data set, split by one seed; `liberty` is the file of the library that plain tools map to.

    `digest` is the SHA-256 of that file.
    """

    goal: Goal
    liberty: Path
    digest: str
    effort: str
    seed: int


@dataclass(frozen=True, slots=True)
class ChipPair:
    """One split: the network by plain tools and the refined circuit; test accuracies, areas in NAND2 equivalents."""

    plain_accuracy: float
    plain_cost: float
    accuracy: float
    cost: float
    start: str


@dataclass(frozen=True, slots=True)
class Row:
    """A data set over its seeds; `ratio` is the geometric mean of the areas' ratios, no area below 0.1."""

    dataset: str
    plain_accuracy_mean: float
    plain_cost_mean: float
    accuracy: Spread
    cost: Spread
    ratio: float
    seeds: int


def _tasks(asked: Asked) -> list[Task]:
    place, digest = asked.liberty.absolute(), sha256_of(asked.liberty)
    return [Task(goal, place, digest, asked.effort, seed) for goal in goals_of(asked.datasets) for seed in asked.seeds]


def chip_pair(task: Task) -> ChipPair:
    """Take the network to cells by plain tools, refine for the same split, and count both on the test part.

    The refined circuit is the smallest of the front that is as right as the network on the training samples, the most
    accurate one where none is.
    """
    from tinydwn.lowering import lower
    from tinydwn.model.reference import classify
    from tinydwn.refine import RefineOptions
    from tinydwn.synthesis.refining import refine_split
    from tinydwn.technology import load_library
    from tinydwn.training import TrainingConfig, train
    from tinydwn.verify import prove_equivalent

    library, split = load_library(LIBRARY), task.goal.split(task.seed)
    network = train(split, TrainingConfig.from_dict({**NETWORK, "seed": task.seed})).classifier
    plain = plain_area_um2(lower(network), task.liberty) / library.nand2_area_um2
    options = RefineOptions(effort=task.effort, most_nand2=SEARCHED * plain, points=POINTS, seed=task.seed)
    refined = refine_split(split, library, options, cut="chip")
    wanted = float((classify(network, split.train_features) == split.train_labels).mean())
    front = refined.front.points
    point = next((one for one in front if one.accuracy >= wanted), front[-1])
    prove_equivalent(refined.whole(point), point.mapped.functions()).require()
    test = refined.examples_of(split.test_features, split.test_labels)
    return ChipPair(
        plain_accuracy=float((classify(network, split.test_features) == split.test_labels).mean()),
        plain_cost=plain,
        accuracy=test.accuracy(point.netlist),
        cost=point.cost_nand2,
        start=point.start,
    )


def _arrival(task: Task, pair: ChipPair) -> str:
    plain = f"the network {100 * pair.plain_accuracy:.1f} % in {pair.plain_cost:.0f}"
    refined = f"{100 * pair.accuracy:.1f} % in {pair.cost:.1f} NAND2"
    return f"{in_words(task.goal.dataset)}, seed {task.seed}: {refined}, {plain}"


def _rows(_: Asked, done: Sequence[tuple[Task, ChipPair]]) -> Iterator[Row]:
    for dataset, pairs in by(done, lambda task: task.goal.dataset).items():
        yield Row(
            dataset=dataset,
            plain_accuracy_mean=statistics.mean(pair.plain_accuracy for pair in pairs),
            plain_cost_mean=statistics.mean(pair.plain_cost for pair in pairs),
            accuracy=Spread.of(pair.accuracy for pair in pairs),
            cost=Spread.of(pair.cost for pair in pairs),
            ratio=statistics.geometric_mean(max(pair.cost, 0.1) / pair.plain_cost for pair in pairs),
            seeds=len(pairs),
        )


def _summary(measured: Measured[Row]) -> Mapping[str, float]:
    """Return the geometric mean of the ratios, and how much accuracy is gained, on average and where it is least."""
    gains = [row.accuracy.mean - row.plain_accuracy_mean for row in measured.rows]
    ratio = statistics.geometric_mean(row.ratio for row in measured.rows)
    return {"geometric_mean_ratio": ratio, "accuracy_gain_mean": statistics.mean(gains), "least_gain": min(gains)}


def _findings(measured: Measured[Row]) -> Findings:
    lines = tuple(
        (
            in_tables(row.dataset),
            f"{100 * row.plain_accuracy_mean:.2f}",
            f"{row.plain_cost_mean:.0f}",
            row.accuracy.percent,
            row.cost.text(1),
            f"{row.ratio:.2f}",
        )
        for row in measured.rows
    )
    head = ("data", "network %", "NAND2 eq.", "refined %", "NAND2 eq.", "ratio")
    said, network, about = measured.summary, measured.protocol["network"], measured.about
    note = (
        f"Chip cut: 8-bit words in, encoder included; {LIBRARY}. Test accuracy, effort {about['effort']}, seeds "
        f"{', '.join(map(str, about['seeds']))}.",
        f"Network: {network['layers'][0]} tables of {network['inputs_per_lut']} inputs, quantile thresholds; Yosys "
        "'synth -flatten; abc -liberty'.",
        "Refined: the smallest circuit that is as right as the network on the training samples; where none is, "
        "the most accurate one.",
        f"Geometric mean of the areas' ratios {said['geometric_mean_ratio']:.2f}; accuracy "
        f"{100 * said['accuracy_gain_mean']:+.2f} points on average, {100 * said['least_gain']:+.2f} at least.",
        *against_rest(row.dataset for row in measured.rows),
    )
    return Findings(STUDY.question, (TextTable(head, lines),), note)


STUDY = Study(
    name="chip",
    question="How much smaller are refined chips than networks by plain tools?",
    told="Refine whole chips, and compare them with a trained network that plain Yosys takes to cells.",
    minutes=120,
    asked=Asked,
    outcome=ChipPair,
    row=Row,
    tasks=_tasks,
    run=chip_pair,
    on_arrival=_arrival,
    rows=_rows,
    findings=_findings,
    summary=_summary,
    protocol=lambda: {"library": LIBRARY, "network": NETWORK, "searched": SEARCHED, "points": POINTS},
)

"""Refined circuits next to Tiny Classifier circuits, on eight data sets: how small, how accurate, win or loss."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinydwn.bench import ask
from tinydwn.bench.duel import Counted, Duel, Task, duel, protocol
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.goals import against_rest, goals_of, in_tables, in_words
from tinydwn.bench.rows import Spread
from tinydwn.bench.study import Measured, Study, by
from tinydwn.errors import ConfigError

METRICS = ("accuracy", "balanced")
LEAST_NAND2, LEAST_GATES = 0.5, 1.0
"""In ratios nothing counts less than this: a circuit that is a wire takes no cell."""
_MINIMIZED = {
    "tied": "Minimizing knows which bits of a code are never set, for the evolved circuit, and the order of "
    "thermometer bits, for the refined one.",
    "": "Codes that do not occur are not used in minimizing the evolved circuit; the order of thermometer bits is for "
    "the refined one.",
}
_CHOSEN = {
    "followed": "answers as much as the evolved one of what the search followed: labels and a teacher's opinion, of "
    "training samples and of others around them. Equal size: the one that answers most of it in no more cells. Best: "
    "the one that answers most of it.",
    "": "is as right on the training part. Equal size: the most accurate one on it that takes no more cells. Best: the "
    "most accurate one on it.",
}
"""How the refined circuits were chosen; at first by the training part alone."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What both sides optimize, the effort of the search, data sets and seeds."""

    metric: str = ask.option("accuracy", "What both sides optimize: accuracy or balanced.")
    effort: str = ask.effort("fast")
    datasets: tuple[str, ...] | None = ask.datasets()
    seeds: tuple[int, ...] = ask.seeds()

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise ConfigError(f"unknown metric {self.metric!r}", hint=f"choose {' or '.join(METRICS)}")
        ask.require_effort(self.effort)
        ask.require_seeds(self.seeds)
        goals_of(self.datasets)


@dataclass(frozen=True, slots=True)
class Taken:
    """What circuits of one kind take after exact minimization, one circuit per seed.

    `bits` are input bits read, `gates2` and `nand2` counts by rule, `cost` NAND2 equivalents in nangate45 cells and
    `cost_sky130` in those of sky130_fd_sc_hd.
    """

    bits_mean: float
    gates2_mean: float
    nand2_mean: float
    cost: Spread
    cost_sky130_mean: float

    @classmethod
    def of(cls, circuits: Sequence[Counted], **more: Any) -> Any:  # noqa: ANN401 - fields of what inherits
        """Return the means of circuits."""
        sizes = [one.sizes for one in circuits]
        return cls(
            statistics.mean(one.bits for one in sizes),
            statistics.mean(one.gates2 for one in sizes),
            statistics.mean(one.nand2 for one in sizes),
            Spread.of(one.nangate45 for one in sizes),
            statistics.mean(one.sky130 for one in sizes),
            **more,
        )


@dataclass(frozen=True, slots=True)
class Means(Taken):
    """The same with test accuracy."""

    accuracy: Spread


@dataclass(frozen=True, slots=True)
class Row:
    """One data set over its seeds.

    Names that begin with `baseline` tell of Tiny Classifier circuits: the gates that they may have, those that reach
    the output, and what they take when minimized. `tinydwn` are the smallest refined circuits of `Duel`; for
    `same_size` and `best` see there.
    """

    dataset: str
    seeds: int
    baseline_budget_gates: int
    baseline_active_gates_mean: float
    baseline_accuracy: Spread
    baseline_minimized: Taken
    tinydwn: Means
    same_size: Means
    best: Means
    baseline_seconds_mean: float
    tinydwn_seconds_mean: float

    @property
    def to_budget(self) -> float:
        """The budget over the gates of the smallest refined circuit."""
        return self.baseline_budget_gates / max(self.tinydwn.gates2_mean, LEAST_GATES)

    @property
    def to_active(self) -> float:
        """The gates that reach the output over those of the smallest refined circuit."""
        return max(self.baseline_active_gates_mean, LEAST_GATES) / max(self.tinydwn.gates2_mean, LEAST_GATES)

    @property
    def to_minimized(self) -> float:
        """The cells of the minimized evolved circuit over those of the smallest refined one."""
        return max(self.baseline_minimized.cost.mean, LEAST_NAND2) / max(self.tinydwn.cost.mean, LEAST_NAND2)


def _tasks(asked: Asked) -> list[Task]:
    return [Task(goal, asked.metric, asked.effort, seed) for goal in goals_of(asked.datasets) for seed in asked.seeds]


def _arrival(task: Task, found: Duel) -> str:
    sides = {"evolved": found.evolved, "refined": found.smallest}.items()
    text = ", ".join(f"{name} {100 * one.accuracy:.1f} % in {one.sizes.nangate45:.1f} NAND2" for name, one in sides)
    return f"{in_words(task.goal.dataset)}, seed {task.seed}: {text}"


def _rows(_: Asked, done: Sequence[tuple[Task, Duel]]) -> Iterator[Row]:
    def means(circuits: list[Counted]) -> Means:
        made: Means = Means.of(circuits, accuracy=Spread.of(one.accuracy for one in circuits))
        return made

    for dataset, duels in by(done, lambda task: task.goal.dataset).items():
        evolved = [one.evolved for one in duels]
        yield Row(
            dataset=dataset,
            seeds=len(duels),
            baseline_budget_gates=duels[0].budget_gates,
            baseline_active_gates_mean=statistics.mean(one.active_gates for one in duels),
            baseline_accuracy=Spread.of(one.accuracy for one in evolved),
            baseline_minimized=Taken.of(evolved),
            tinydwn=means([one.smallest for one in duels]),
            same_size=means([one.same_size for one in duels]),
            best=means([one.best for one in duels]),
            baseline_seconds_mean=statistics.mean(one.evolved_s for one in duels),
            tinydwn_seconds_mean=statistics.mean(one.refined_s for one in duels),
        )


def _more(_: Asked, done: Sequence[tuple[Task, Duel]]) -> Mapping[str, Any]:
    """Return (NAND2 equivalents, test accuracy) of all refined points, by data set and seed, and who stood in.

    That is on how many splits no refined circuit is as right ("smallest") or as small ("same_size") as wanted.
    """
    fronts = by(((task, one.front) for task, one in done), lambda task: task.goal.dataset)
    duels = [one for _, one in done]
    stood_in = {"smallest": sum(one.less_right for one in duels), "same_size": sum(one.larger for one in duels)}
    return {"stood_in": stood_in, "fronts": fronts}


def _summary(measured: Measured[Row]) -> Mapping[str, float]:
    """Return geometric means of the ratios over the data sets, and what is gained in accuracy, on average."""
    rows = measured.rows

    def gain(kind: str) -> float:
        gains = (getattr(row, kind).accuracy.mean - row.baseline_accuracy.mean for row in rows)
        return float(statistics.mean(gains))

    return {
        "ratio_to_budget": statistics.geometric_mean(row.to_budget for row in rows),
        "ratio_to_budget_best": max(row.to_budget for row in rows),
        "ratio_to_active": statistics.geometric_mean(row.to_active for row in rows),
        "ratio_to_minimized": statistics.geometric_mean(row.to_minimized for row in rows),
        "accuracy_gain": gain("tinydwn"),
        "accuracy_gain_at_equal_size": gain("same_size"),
        "accuracy_gain_best": gain("best"),
    }


def _findings(measured: Measured[Row]) -> Findings:
    rows, said, about = measured.rows, measured.summary, measured.about
    most, generations = measured.protocol["most_nand2"], measured.protocol["generations"]
    lost = [in_words(row.dataset) for row in rows if row.tinydwn.accuracy.mean < row.baseline_accuracy.mean]
    metric = "Accuracy" if about["metric"] == "accuracy" else "Balanced accuracy (the mean over the classes)"
    note = (
        f"{metric} on the test part, mean and deviation over seeds {', '.join(map(str, about['seeds']))}.",
        "Core cut: bits in; no encoder is counted, neither the comparators of thermometer bits nor those of binary "
        "codes.",
        "Evolved: a Tiny Classifier circuit, its budget, the gates that reach the output, and gates and cells "
        "(NAND2 equivalents in nangate45) after minimization with the function kept. It had "
        f"{generations[0]:,} generations for each encoding, {generations[1]:,} for more than "
        f"{measured.protocol['many_samples']:,} training samples.",
        _MINIMIZED[measured.protocol.get("never_set", "")],
        f"Smallest: the smallest refined circuit (effort {about['effort']}, at most {most:g} NAND2) that "
        + _CHOSEN[measured.protocol.get("as_right", "")],
        f"Of {sum(row.seeds for row in rows)} splits, {about['stood_in']['smallest']} have no refined circuit that is "
        f"as right: the most accurate one stands in. {about['stood_in']['same_size']} have none that takes no more "
        "cells: the smallest one stands in.",
        f"Geometric means of evolved over smallest: budget {said['ratio_to_budget']:.0f} (at most "
        f"{said['ratio_to_budget_best']:.0f}), active gates {said['ratio_to_active']:.1f}, minimized cells "
        f"{said['ratio_to_minimized']:.1f}.",
        f"Accuracy: smallest {100 * said['accuracy_gain']:+.2f} points on average, equal size "
        f"{100 * said['accuracy_gain_at_equal_size']:+.2f}, best {100 * said['accuracy_gain_best']:+.2f}. Smallest "
        f"less accurate on: {', '.join(lost) or 'none'}.",
        *against_rest(row.dataset for row in rows),
    )
    return Findings(STUDY.question, (_sizes_table(rows), _accuracy_table(rows)), note)


def _sizes_table(rows: Sequence[Row]) -> TextTable:
    lines = tuple(
        (
            in_tables(row.dataset),
            row.baseline_accuracy.percent,
            f"{row.baseline_budget_gates}",
            f"{row.baseline_active_gates_mean:.1f}",
            f"{row.baseline_minimized.gates2_mean:.1f}",
            f"{row.baseline_minimized.cost.mean:.1f}",
            row.tinydwn.accuracy.percent,
            f"{row.tinydwn.gates2_mean:.1f}",
            f"{row.tinydwn.cost.mean:.1f}",
            f"{row.to_minimized:.1f}",
        )
        for row in rows
    )
    head = ("data", "evolved %", "budget", "active", "gates", "NAND2", "smallest %", "gates", "NAND2", "ratio")
    return TextTable(head, lines)


def _accuracy_table(rows: Sequence[Row]) -> TextTable:
    lines = tuple(
        (
            in_tables(row.dataset),
            row.baseline_accuracy.percent,
            f"{row.baseline_minimized.cost.mean:.1f}",
            row.same_size.accuracy.percent,
            f"{row.same_size.cost.mean:.1f}",
            row.best.accuracy.percent,
            f"{row.best.cost.mean:.1f}",
            f"{row.best.gates2_mean:.0f}",
        )
        for row in rows
    )
    head = ("data", "evolved %", "NAND2", "equal size %", "NAND2", "best %", "NAND2", "gates")
    return TextTable(head, lines)


STUDY = Study(
    name="tiny-classifiers",
    question="How much smaller, or more accurate, are refined circuits than Tiny Classifier circuits?",
    told="Refine public data sets, and evolve Tiny Classifier circuits for them: how small, how accurate.",
    minutes=150,
    asked=Asked,
    outcome=Duel,
    row=Row,
    tasks=_tasks,
    run=duel,
    on_arrival=_arrival,
    rows=_rows,
    findings=_findings,
    summary=_summary,
    more=_more,
    protocol=protocol,
)

"""Accuracy by protocol: contenders on data sets for every seed, told as means."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinydwn.bench import ask
from tinydwn.bench.contest import Outcome, compete
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.protocols import TEST_FRACTION, Task, protocol_named
from tinydwn.bench.rows import Spread
from tinydwn.bench.study import Measured, Study, by
from tinydwn.tools.codec import to_json


@dataclass(frozen=True, slots=True)
class Asked:
    """A protocol, and which of its data sets."""

    name: str = ask.argument("What to measure: one of the names that an unknown one lists.")
    datasets: tuple[str, ...] | None = ask.datasets()

    def __post_init__(self) -> None:
        self.tasks()

    def tasks(self) -> list[Task]:
        """Return the tasks of the protocol."""
        chosen = protocol_named(self.name)
        return list((chosen if self.datasets is None else chosen.only(self.datasets)).tasks())


@dataclass(frozen=True, slots=True)
class Row:
    """A contender on a data set over the seeds."""

    dataset: str
    contender: str
    accuracy: Spread
    training_accuracy_mean: float
    seconds_mean: float
    luts: int | None
    seeds: int


def _rows(_: Asked, done: Sequence[tuple[Task, Outcome]]) -> Iterator[Row]:
    for (dataset, contender), found in by(done, lambda task: (task.dataset, task.contender.name)).items():
        yield Row(
            dataset=dataset,
            contender=contender,
            accuracy=Spread.of(one.accuracy for one in found),
            training_accuracy_mean=statistics.mean(one.training_accuracy for one in found),
            seconds_mean=statistics.mean(one.seconds for one in found),
            luts=max((one.luts for one in found if one.luts is not None), default=None),
            seeds=len(found),
        )


def _more(asked: Asked, _: Sequence[tuple[Task, Outcome]]) -> Mapping[str, Any]:
    chosen = protocol_named(asked.name)
    return {"question": chosen.question, "seeds": chosen.seeds, "contenders": to_json(chosen.contenders)}


def _summary(measured: Measured[Row]) -> Mapping[str, Any]:
    """Return the rank of each contender by mean accuracy, 1 is the best, equal ones share; means over all data sets."""
    ranks: dict[str, list[float]] = {}
    for row in measured.rows:
        others = [other.accuracy.mean for other in measured.rows if other.dataset == row.dataset]
        better, equal = sum(one > row.accuracy.mean for one in others), others.count(row.accuracy.mean)
        ranks.setdefault(row.contender, []).append(better + (equal + 1) / 2)
    return {"average_ranks": {name: statistics.mean(values) for name, values in ranks.items()}}


def _findings(measured: Measured[Row]) -> Findings:
    names = list(dict.fromkeys(row.contender for row in measured.rows))
    found = {(row.dataset, row.contender): row for row in measured.rows}
    sets = dict.fromkeys(row.dataset for row in measured.rows)
    lines = [(dataset, *(found[dataset, name].accuracy.percent for name in names)) for dataset in sets]
    if len(names) > 1 and len(lines) > 1:
        ranks = measured.summary["average_ranks"]
        lines.append(("average rank", *(f"{ranks[name]:.2f}" for name in names)))
    seconds = ", ".join(
        f"{name} {statistics.mean(row.seconds_mean for row in measured.rows if row.contender == name):.1f}"
        for name in names
    )
    seeds = measured.about["seeds"]
    spread = f"mean and standard deviation over {len(seeds)} seeds" if len(seeds) > 1 else f"seed {seeds[0]}"
    note = (f"Test accuracy in percent, {spread}.", f"Seconds of training, mean over all: {seconds}.")
    return Findings(measured.about["question"], (TextTable(("data", *names), tuple(lines)),), note)


STUDY = Study(
    name="accuracy",
    question="How accurate are networks, by a protocol of data sets, contenders and seeds?",
    told="Measure test accuracy by a protocol: data sets, contenders and seeds that are written down.",
    minutes=60,
    asked=Asked,
    outcome=Outcome,
    row=Row,
    tasks=Asked.tasks,
    run=compete,
    on_arrival=lambda task, one: f"{task.dataset}, {task.contender.name}, seed {task.seed}: {100 * one.accuracy:.2f} %",
    rows=_rows,
    findings=_findings,
    summary=_summary,
    more=_more,
    protocol=lambda: {"test_fraction": TEST_FRACTION},
)

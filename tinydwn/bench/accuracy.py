"""Accuracy by protocol: tasks side by side, kept as they end, told as means over seeds."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinydwn.bench.cluster import ALL_CORES, Cluster
from tinydwn.bench.contest import Outcome, compete
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.protocol import TEST_FRACTION, Contender, Protocol, Task
from tinydwn.bench.store import OutcomeStore, versions_here, versions_text
from tinydwn.bench.tasks import run_tasks

SCHEMA = "tinydwn.accuracy/1"


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """A contender on a data set: mean and standard deviation (of the sample) over the seeds."""

    dataset: str
    contender: str
    accuracy_mean: float
    accuracy_std: float
    training_accuracy_mean: float
    seconds_mean: float
    luts: int | None
    seeds: int


@dataclass(frozen=True, slots=True)
class AccuracyTable:
    """All rows of a protocol; print `to_text()`, keep `to_json()`."""

    protocol: Protocol
    rows: tuple[AccuracyRow, ...]
    versions: dict[str, str]

    @property
    def average_ranks(self) -> dict[str, float]:
        """Rank of each contender by mean accuracy, 1 is the best, equal ones share; the mean over all data sets."""
        ranks: dict[str, list[float]] = {contender.name: [] for contender in self.protocol.contenders}
        for dataset in self.protocol.datasets:
            rows = [row for row in self.rows if row.dataset == dataset]
            for row in rows:
                better = sum(other.accuracy_mean > row.accuracy_mean for other in rows)
                equal = sum(other.accuracy_mean == row.accuracy_mean for other in rows)
                ranks[row.contender].append(better + (equal + 1) / 2)
        return {name: statistics.mean(values) for name, values in ranks.items() if values}

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "schema": SCHEMA,
            "protocol": self.protocol.name,
            "question": self.protocol.question,
            "seeds": list(self.protocol.seeds),
            "contenders": [
                {"name": one.name, "kind": one.kind, "options": dict(one.options)} for one in self.protocol.contenders
            ],
            "rows": [asdict(row) for row in self.rows],
            "summary": {"average_ranks": self.average_ranks},
            "versions": self.versions,
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> AccuracyTable:
        """Return the table that `to_json` gave."""
        contenders = tuple(Contender(**one) for one in content["contenders"])
        rows = tuple(AccuracyRow(**row) for row in content["rows"])
        datasets = tuple(dict.fromkeys(row.dataset for row in rows))
        protocol = Protocol(
            content["protocol"], content["question"], datasets, contenders, seeds=tuple(content["seeds"])
        )
        return cls(protocol, rows, content["versions"])

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table, one line per data set, and the ranks where there are several contenders."""
        names = [contender.name for contender in self.protocol.contenders]
        found = {(row.dataset, row.contender): row for row in self.rows}
        lines = [
            (dataset, *(_accuracy_text(found[dataset, name]) for name in names)) for dataset in self.protocol.datasets
        ]
        if len(names) > 1 and len(lines) > 1:
            lines.append(("average rank", *(f"{self.average_ranks[name]:.2f}" for name in names)))
        seconds = ", ".join(
            f"{name} {statistics.mean(row.seconds_mean for row in self.rows if row.contender == name):.1f}"
            for name in names
        )
        seeds = self.protocol.seeds
        spread = f"mean and standard deviation over {len(seeds)} seeds" if len(seeds) > 1 else f"seed {seeds[0]}"
        note = (
            f"Test accuracy in percent, {spread}.",
            f"Seconds of training, mean over all: {seconds}.",
            versions_text(self.versions),
        )
        return Findings(self.protocol.question, (TextTable(("data", *names), tuple(lines)),), note)


def measure_accuracy(
    protocol: Protocol,
    *,
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, Outcome, bool], object] | None = None,
) -> AccuracyTable:
    """Run every task of a protocol and return the table; outcomes are kept in `store` as `run_tasks` does."""
    kept = OutcomeStore(store, SCHEMA, _outcome, protocol={"test_fraction": TEST_FRACTION})
    outcomes = run_tasks(protocol.tasks(), compete, store=kept, cluster=cluster, on_arrival=on_arrival)
    rows = tuple(
        _row(dataset, contender.name, [outcomes[Task(dataset, contender, seed).key] for seed in protocol.seeds])
        for dataset in protocol.datasets
        for contender in protocol.contenders
    )
    return AccuracyTable(protocol, rows, versions_here())


def _row(dataset: str, contender: str, outcomes: list[Outcome]) -> AccuracyRow:
    accuracies = [outcome.accuracy for outcome in outcomes]
    return AccuracyRow(
        dataset=dataset,
        contender=contender,
        accuracy_mean=statistics.mean(accuracies),
        accuracy_std=statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0,
        training_accuracy_mean=statistics.mean(outcome.training_accuracy for outcome in outcomes),
        seconds_mean=statistics.mean(outcome.seconds for outcome in outcomes),
        luts=max((outcome.luts for outcome in outcomes if outcome.luts is not None), default=None),
        seeds=len(outcomes),
    )


def _accuracy_text(row: AccuracyRow) -> str:
    spread = f" ± {100 * row.accuracy_std:.2f}" if row.seeds > 1 else ""
    return f"{100 * row.accuracy_mean:.2f}{spread}"


def _outcome(stored: dict[str, Any]) -> Outcome:
    accuracy, training, seconds = (float(stored[name]) for name in ("accuracy", "training_accuracy", "seconds"))
    luts = stored["luts"]
    return Outcome(accuracy, training, seconds, None if luts is None else int(luts))

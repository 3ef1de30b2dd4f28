"""Refined circuits next to Tiny Classifier circuits, on eight data sets: how small, how accurate, win or loss."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import chain
from pathlib import Path
from typing import Any

from tinydwn.bench.cluster import ALL_CORES, Cluster
from tinydwn.bench.duel import Counted, Duel, Task, duel, protocol
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.smallest import LIBRARY, SEEDS, against_rest, goals_of, in_tables, in_words
from tinydwn.bench.store import OutcomeStore, versions_here, versions_text
from tinydwn.bench.tasks import run_tasks
from tinydwn.errors import ConfigError

SCHEMA = "tinydwn.tiny-classifiers/1"
FIRST_PROTOCOL: dict[str, Any] = {
    "library": LIBRARY,
    "most_nand2": 64.0,
    "generations": [150_000, 30_000],
    "many_samples": 5_000,
    "points": 16,
    "seeds": [0, 1, 2, 3, 4],
}
"""What decided results from before they named it."""
_MINIMIZED = {
    "tied": "Minimizing knows which bits of a code are never set, for the evolved circuit, and the order of "
    "thermometer bits, for the refined one.",
    "": "Codes that do not occur are not used in minimizing the evolved circuit; the order of thermometer bits is for "
    "the refined one.",
}
METRICS = ("accuracy", "balanced")
LEAST_NAND2, LEAST_GATES = 0.5, 1.0
"""In ratios nothing counts less than this: a circuit that is a wire takes no cell."""


@dataclass(frozen=True, slots=True)
class Means:
    """Circuits of one kind, one per seed: test accuracy, and what they take after exact minimization.

    `bits` are input bits read, `gates2` and `nand2` counts by rule, `cost` NAND2 equivalents in nangate45 cells and
    `cost_sky130` in those of sky130_fd_sc_hd.
    """

    accuracy_mean: float
    accuracy_std: float
    bits_mean: float
    gates2_mean: float
    nand2_mean: float
    cost_mean: float
    cost_std: float
    cost_sky130_mean: float

    @classmethod
    def of(cls, circuits: Sequence[Counted]) -> Means:
        """Return the means of two circuits or more."""
        accuracy = [one.accuracy for one in circuits]
        cost = [one.sizes.nangate45 for one in circuits]
        return cls(
            accuracy_mean=statistics.mean(accuracy),
            accuracy_std=statistics.stdev(accuracy),
            bits_mean=statistics.mean(one.sizes.bits for one in circuits),
            gates2_mean=statistics.mean(one.sizes.gates2 for one in circuits),
            nand2_mean=statistics.mean(one.sizes.nand2 for one in circuits),
            cost_mean=statistics.mean(cost),
            cost_std=statistics.stdev(cost),
            cost_sky130_mean=statistics.mean(one.sizes.sky130 for one in circuits),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One data set, means over the seeds.

    `evolved` are the Tiny Classifier circuits, minimized; `budget_gates` and `active_gates_mean` count them as they
    came: the gates that they may have, and those that reach the output. For `smallest`, `same_size` and `best` see
    `Duel`.
    """

    dataset: str
    seeds: int
    budget_gates: int
    active_gates_mean: float
    evolved: Means
    smallest: Means
    same_size: Means
    best: Means
    evolved_seconds_mean: float
    refined_seconds_mean: float

    @classmethod
    def of(cls, dataset: str, duels: Sequence[Duel]) -> Row:
        """Return the means of what came of every seed."""
        return cls(
            dataset=dataset,
            seeds=len(duels),
            budget_gates=duels[0].budget_gates,
            active_gates_mean=statistics.mean(one.active_gates for one in duels),
            evolved=Means.of([one.evolved for one in duels]),
            smallest=Means.of([one.smallest for one in duels]),
            same_size=Means.of([one.same_size for one in duels]),
            best=Means.of([one.best for one in duels]),
            evolved_seconds_mean=statistics.mean(one.evolved_s for one in duels),
            refined_seconds_mean=statistics.mean(one.refined_s for one in duels),
        )

    @property
    def to_budget(self) -> float:
        """The budget over the gates of the smallest refined circuit."""
        return self.budget_gates / max(self.smallest.gates2_mean, LEAST_GATES)

    @property
    def to_active(self) -> float:
        """The gates that reach the output over those of the smallest refined circuit."""
        return max(self.active_gates_mean, LEAST_GATES) / max(self.smallest.gates2_mean, LEAST_GATES)

    @property
    def to_minimized(self) -> float:
        """The cells of the minimized evolved circuit over those of the smallest refined one."""
        return max(self.evolved.cost_mean, LEAST_NAND2) / max(self.smallest.cost_mean, LEAST_NAND2)

    def to_json(self) -> dict[str, object]:
        """Return everything as flat names and values: "baseline_minimized_cost_mean", "tinydwn_accuracy_mean"."""
        flat: dict[str, object] = {_OWN.get(name, name): getattr(self, name) for name in _PLAIN}
        for kind in _KINDS:
            flat |= {_flat(kind, name): value for name, value in asdict(getattr(self, kind)).items()}
        return flat

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Row:
        """Return what `to_json` gave."""
        plain = {name: content[_OWN.get(name, name)] for name in _PLAIN}
        names = [field.name for field in fields(Means)]
        kinds: dict[str, Any] = {kind: Means(*(content[_flat(kind, name)] for name in names)) for kind in _KINDS}
        return cls(**plain, **kinds)


_KINDS = ("evolved", "smallest", "same_size", "best")
_PLAIN = tuple(field.name for field in fields(Row) if field.name not in _KINDS)
_OWN = {
    "budget_gates": "baseline_budget_gates",
    "active_gates_mean": "baseline_active_gates_mean",
    "evolved_seconds_mean": "baseline_seconds_mean",
    "refined_seconds_mean": "tinydwn_seconds_mean",
}
_PREFIX = {"evolved": "baseline_minimized", "smallest": "tinydwn", "same_size": "same_size", "best": "best"}


def _flat(kind: str, name: str) -> str:
    prefix = "baseline" if kind == "evolved" and name.startswith("accuracy") else _PREFIX[kind]
    return f"{prefix}_{name}"


@dataclass(frozen=True, slots=True)
class TinyClassifiers:
    """All rows, and the fronts behind them; print `to_text()`, keep `to_json()`.

    `fronts` holds for each data set and seed the (NAND2 equivalents, test accuracy) of all refined points. `protocol`
    is that of `duel` and the seeds. `stood_in` counts the splits on which no refined circuit is as right ("smallest")
    or as small ("same_size") as wanted and another one stands in; None where that was not counted.
    """

    rows: tuple[Row, ...]
    fronts: dict[str, tuple[tuple[tuple[float, float], ...], ...]]
    metric: str
    effort: str
    date: str
    versions: dict[str, str]
    protocol: dict[str, Any]
    stood_in: dict[str, int] | None

    @property
    def summary(self) -> dict[str, float]:
        """Geometric means of the ratios over the data sets, and what is gained in accuracy, on average."""

        def gain(kind: str) -> float:
            gains = [getattr(row, kind).accuracy_mean - row.evolved.accuracy_mean for row in self.rows]
            return float(statistics.mean(gains))

        return {
            "ratio_to_budget": statistics.geometric_mean(row.to_budget for row in self.rows),
            "ratio_to_budget_best": max(row.to_budget for row in self.rows),
            "ratio_to_active": statistics.geometric_mean(row.to_active for row in self.rows),
            "ratio_to_minimized": statistics.geometric_mean(row.to_minimized for row in self.rows),
            "accuracy_gain": gain("smallest"),
            "accuracy_gain_at_equal_size": gain("same_size"),
            "accuracy_gain_best": gain("best"),
        }

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "schema": SCHEMA,
            "metric": self.metric,
            "effort": self.effort,
            "date": self.date,
            "versions": self.versions,
            "protocol": self.protocol,
            "stood_in": self.stood_in,
            "rows": [row.to_json() for row in self.rows],
            "summary": self.summary,
            "fronts": self.fronts,
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> TinyClassifiers:
        """Return what `to_json` gave; what names no protocol was measured by the first one."""
        fronts = {
            name: tuple(tuple((cost, right) for cost, right in points) for points in found)
            for name, found in content["fronts"].items()
        }
        rows = tuple(Row.from_json(row) for row in content["rows"])
        about = {name: content[name] for name in ("metric", "effort", "date", "versions")}
        measured_by = content.get("protocol", FIRST_PROTOCOL)
        return cls(rows, fronts, **about, protocol=measured_by, stood_in=content.get("stood_in"))

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return two tables, one line per data set, and what they come to."""
        question = "How much smaller, or more accurate, are refined circuits than Tiny Classifier circuits?"
        return Findings(question, (_sizes_table(self.rows), _accuracy_table(self.rows)), self._note())

    def _note(self) -> tuple[str, ...]:
        said = self.summary
        lost = [in_words(row.dataset) for row in self.rows if row.smallest.accuracy_mean < row.evolved.accuracy_mean]
        most, generations = self.protocol["most_nand2"], self.protocol["generations"]
        metric = "Accuracy" if self.metric == "accuracy" else "Balanced accuracy (the mean over the classes)"
        return (
            f"{metric} on the test part, mean and deviation over seeds {', '.join(map(str, self.protocol['seeds']))}.",
            "Core cut: bits in; no encoder is counted, neither the comparators of thermometer bits nor those of binary "
            "codes.",
            "Evolved: a Tiny Classifier circuit, its budget, the gates that reach the output, and gates and cells "
            "(NAND2 equivalents in nangate45) after minimization with the function kept. It had "
            f"{generations[0]:,} generations for each encoding, {generations[1]:,} for more than "
            f"{self.protocol['many_samples']:,} training samples.",
            _MINIMIZED[self.protocol.get("never_set", "")],
            f"Smallest: the smallest refined circuit (effort {self.effort}, at most {most:g} NAND2) that is as "
            "right on the training part. Equal size: the most accurate one on it that takes no more cells. Best: the "
            "most accurate one on it.",
            *self._stood_in_note(),
            f"Geometric means of evolved over smallest: budget {said['ratio_to_budget']:.0f} (at most "
            f"{said['ratio_to_budget_best']:.0f}), active gates {said['ratio_to_active']:.1f}, minimized cells "
            f"{said['ratio_to_minimized']:.1f}.",
            f"Accuracy: smallest {100 * said['accuracy_gain']:+.2f} points on average, equal size "
            f"{100 * said['accuracy_gain_at_equal_size']:+.2f}, best {100 * said['accuracy_gain_best']:+.2f}. Smallest "
            f"less accurate on: {', '.join(lost) or 'none'}.",
            *against_rest([row.dataset for row in self.rows]),
            f"Measured {self.date}; {versions_text(self.versions)}",
        )

    def _stood_in_note(self) -> tuple[str, ...]:
        if self.stood_in is None:
            return ()
        smallest, same_size = self.stood_in["smallest"], self.stood_in["same_size"]
        return (
            f"Of {sum(row.seeds for row in self.rows)} splits, {smallest} have no refined circuit that is as right: "
            f"the most accurate one stands in. {same_size} have none that takes no more cells: the smallest one stands "
            "in.",
        )


def measure_tiny_classifiers(
    *,
    date: str,
    metric: str = "accuracy",
    effort: str = "fast",
    datasets: Sequence[str] | None = None,
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, Duel, bool], object] | None = None,
) -> TinyClassifiers:
    """Evolve and refine for every data set and seed; outcomes are kept in `store` as `run_tasks` does.

    `metric` is one of `METRICS`; `date` is the ISO day that the finding is to bear. `ConfigError` for other metrics
    and efforts, and for data sets without goals.
    """
    require_sense(metric=metric, effort=effort)
    tasks = {goal.dataset: [Task(goal, metric, effort, seed) for seed in SEEDS] for goal in goals_of(datasets)}
    kept = OutcomeStore(store, SCHEMA, Duel.from_json, protocol=protocol())
    duels = run_tasks(chain.from_iterable(tasks.values()), duel, store=kept, cluster=cluster, on_arrival=on_arrival)
    found = {name: [duels[task.key] for task in same] for name, same in tasks.items()}
    rows = tuple(Row.of(name, same) for name, same in found.items())
    fronts = {name: tuple(one.front for one in same) for name, same in found.items()}
    measured_by = {**protocol(), "seeds": list(SEEDS)}
    every = tuple(chain.from_iterable(found.values()))
    return TinyClassifiers(rows, fronts, metric, effort, date, versions_here(), measured_by, stood_in_of(every))


def require_sense(*, metric: str, effort: str) -> None:
    """Raise `ConfigError` for metrics and efforts that there are not."""
    from tinydwn.refine import RefineOptions

    if metric not in METRICS:
        raise ConfigError(f"unknown metric {metric!r}", hint=f"choose {' or '.join(METRICS)}")
    RefineOptions(effort=effort)


def stood_in_of(duels: Sequence[Duel]) -> dict[str, int]:
    """Return on how many splits another refined circuit stands in for each kind; see `TinyClassifiers`."""
    return {"smallest": sum(one.less_right for one in duels), "same_size": sum(one.larger for one in duels)}


def _percent(means: Means) -> str:
    return f"{100 * means.accuracy_mean:.2f} ± {100 * means.accuracy_std:.2f}"


def _sizes_table(rows: Sequence[Row]) -> TextTable:
    lines = tuple(
        (
            in_tables(row.dataset),
            _percent(row.evolved),
            f"{row.budget_gates}",
            f"{row.active_gates_mean:.1f}",
            f"{row.evolved.gates2_mean:.1f}",
            f"{row.evolved.cost_mean:.1f}",
            _percent(row.smallest),
            f"{row.smallest.gates2_mean:.1f}",
            f"{row.smallest.cost_mean:.1f}",
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
            _percent(row.evolved),
            f"{row.evolved.cost_mean:.1f}",
            _percent(row.same_size),
            f"{row.same_size.cost_mean:.1f}",
            _percent(row.best),
            f"{row.best.cost_mean:.1f}",
            f"{row.best.gates2_mean:.0f}",
        )
        for row in rows
    )
    head = ("data", "evolved %", "NAND2", "equal size %", "NAND2", "best %", "NAND2", "gates")
    return TextTable(head, lines)

"""The IWLS 2020 contest: circuits learnt from samples of unknown functions, next to what others published."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from tinydwn.bench.cluster import ALL_CORES, Cluster
from tinydwn.bench.contest_circuits import MOST_NODES, SEARCHED_NODES, Solved, Task, solve
from tinydwn.bench.contest_function import digest_of, functions_in
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.store import OutcomeStore, versions_here, versions_text
from tinydwn.bench.tasks import run_tasks
from tinydwn.refine import RefineOptions

SCHEMA = "tinydwn.iwls2020/1"
WITHIN = (50, 100, 137, 300, 744, MOST_NODES)
"""AND nodes of budgets: 744 is what UFPel's circuits take on average over all functions of the contest."""
RIVALS = {"ufpel": "UFPel", "cgp": "CGP", "best": "best published"}


@dataclass(frozen=True, slots=True)
class Contest:
    """All functions; print `to_text()`, keep `to_json()`. `effort` and `seed` are those of the searches."""

    rows: tuple[Solved, ...]
    effort: str
    seed: int
    versions: Mapping[str, str]

    @property
    def summary(self) -> dict[str, Any]:
        """Means over functions; accuracies are fractions.

        `within` has for each budget the mean test accuracy of the circuits that are most accurate on the validation
        part within it, and their mean nodes. `rivals` has the means of what was published for these functions, as far
        as it was. `at_ufpel` is the geometric mean of our nodes over UFPel's where a circuit of the front is as
        accurate on the test part, and how many functions that is.
        """
        return {
            "functions": len(self.rows),
            "test_accuracy": statistics.mean(row.test_accuracy for row in self.rows),
            "and_nodes": statistics.mean(row.and_nodes for row in self.rows),
            "seconds": statistics.mean(row.seconds for row in self.rows),
            "within": {str(nodes): self._within(nodes) for nodes in WITHIN},
            "rivals": {name: means for name in RIVALS if (means := self._rival(name)) is not None},
            "at_ufpel": self._at_ufpel(),
        }

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "schema": SCHEMA,
            "effort": self.effort,
            "seed": self.seed,
            "protocol": protocol(),
            "versions": dict(self.versions),
            "rows": [row.to_json() for row in self.rows],
            "summary": self.summary,
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Contest:
        """Return what `to_json` gave."""
        rows = tuple(Solved.from_json(row) for row in content["rows"])
        return cls(rows, content["effort"], content["seed"], content["versions"])

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table of functions and one of budgets."""
        lines = [
            (
                row.function,
                str(row.inputs),
                f"{100 * row.test_accuracy:.2f} @ {row.and_nodes}",
                *(_published_text(row.function, rival) for rival in RIVALS),
                str(row.depth),
                f"{row.nand2:.0f}",
                f"{row.seconds:.0f}",
                row.start,
            )
            for row in self.rows
        ]
        head = ("function", "inputs", "test % @ ANDs", *RIVALS.values(), "depth", "NAND2", "seconds", "from")
        said = self.summary
        budgets = TextTable(
            ("at most ANDs", "mean test %", "mean ANDs"),
            tuple(
                (str(nodes), f"{100 * said['within'][str(nodes)][0]:.2f}", f"{said['within'][str(nodes)][1]:.0f}")
                for nodes in WITHIN
            ),
        )
        question = "What do circuits learnt from 12,800 samples know of the functions of the IWLS 2020 contest?"
        return Findings(question, (TextTable(head, tuple(lines)), budgets), self._note())

    def _note(self) -> tuple[str, ...]:
        said = self.summary
        rivals = [
            f"{RIVALS[name]} {100 * accuracy:.2f} % @ {nodes:.0f}" for name, (accuracy, nodes) in said["rivals"].items()
        ]
        return (
            f"Mean test accuracy {100 * said['test_accuracy']:.2f} % with {said['and_nodes']:.0f} AND nodes, "
            f"{said['seconds']:.0f} s for a function.",
            f"Published, on the same functions: {', '.join(rivals) or 'nothing'}.",
            *self._note_on_nodes(*said["at_ufpel"]),
            "AND nodes after ABC's dc2; dc2; dch; dc2, an XOR being three. Searched and chosen on the training and the "
            "validation part, by one rule for all functions; the test part is reported. Best published: chosen with "
            "the test part in view.",
            f"Effort {self.effort}, seed {self.seed}; {versions_text(self.versions)}",
        )

    @staticmethod
    def _note_on_nodes(ratio: float, reached: int) -> tuple[str, ...]:
        if not reached:
            return ()
        return (
            f"At UFPel's accuracy, function by function: {ratio:.2f} of its nodes (geometric mean over the {reached} "
            "functions where a circuit of the front reaches it, the smallest that does on the test part).",
        )

    def _within(self, nodes: int) -> list[float]:
        bought = [
            max((point for point in row.front if point.and_nodes <= nodes), key=lambda one: one.validation_accuracy)
            for row in self.rows
        ]
        return [
            statistics.mean(point.test_accuracy for point in bought),
            statistics.mean(point.and_nodes for point in bought),
        ]

    def _rival(self, name: str) -> list[float] | None:
        known = [published()[row.function][name] for row in self.rows if row.function in published()]
        if not known:
            return None
        return [statistics.mean(percent / 100 for percent, _ in known), statistics.mean(nodes for _, nodes in known)]

    def _at_ufpel(self) -> list[float]:
        ratios = []
        for row in self.rows:
            if row.function not in published():
                continue
            percent, nodes = published()[row.function]["ufpel"]
            as_right = [point.and_nodes for point in row.front if point.test_accuracy >= percent / 100 - 5e-5]
            if as_right:
                ratios.append(max(min(as_right), 1) / max(nodes, 1))
        return [statistics.geometric_mean(ratios) if ratios else 0.0, len(ratios)]


def protocol() -> dict[str, object]:
    """Return what decides every outcome beside its task, as values that JSON can hold."""
    return {"searched_nodes": SEARCHED_NODES, "most_nodes": MOST_NODES}


@cache
def published() -> dict[str, dict[str, tuple[float, int]]]:
    """Return test accuracy in percent and AND nodes of what was published, by function and rival; see its sources."""
    text = resources.files("tinydwn.bench").joinpath("iwls2020_published.json").read_text(encoding="utf-8")
    functions: dict[str, dict[str, tuple[float, int]]] = json.loads(text)["functions"]
    return functions


def measure_contest(
    folder: Path,
    *,
    functions: Sequence[str] | None = None,
    effort: str = "normal",
    seed: int = 0,
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, Solved, bool], object] | None = None,
) -> Contest:
    """Learn every function of a folder, or the given ones; outcomes are kept as `run_tasks` does.

    Raises as `functions_in`, `ConfigError` for an unknown effort.
    """
    RefineOptions(effort=effort)
    names = functions_in(folder, None if functions is None else tuple(functions))
    tasks = [Task(folder.resolve(), name, digest_of(folder, name), effort, seed) for name in names]
    kept = OutcomeStore(store, SCHEMA, Solved.from_json, write=Solved.to_json, protocol=protocol())
    found = run_tasks(tasks, solve, store=kept, cluster=cluster, on_arrival=on_arrival)
    return Contest(tuple(found[task.key] for task in tasks), effort, seed, versions_here())


def _published_text(function: str, rival: str) -> str:
    if function not in published():
        return "-"
    percent, nodes = published()[function][rival]
    return f"{percent:.2f} @ {nodes}"

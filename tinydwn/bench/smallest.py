"""The smallest circuits for an accuracy: fronts of refined circuits on public data, by a written protocol."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinydwn.bench.cluster import ALL_CORES, Cluster
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.store import OutcomeStore
from tinydwn.bench.tasks import run_tasks
from tinydwn.errors import ConfigError

SCHEMA = "tinydwn.smallest/1"
LIBRARY = "nangate45"


@dataclass(frozen=True, slots=True)
class Goal:
    """A data set, one class against the rest where `positive` names it, and budgets in NAND2 equivalents."""

    dataset: str
    budgets: tuple[float, ...]
    positive: str | None = None


GOALS = (
    Goal("segment", (8.0,), "brickface"),
    Goal("phoneme", (15.0, 40.0)),
    Goal("sylvine", (8.0, 40.0)),
    Goal("jasmine", (8.0,)),
    Goal("nomao", (14.0, 60.0)),
    Goal("skin-segmentation", (15.0, 60.0)),
    Goal("blood-transfusion", (4.0,)),
    Goal("australian", (2.0,)),
)
POSITIVE = {goal.dataset: goal.positive for goal in GOALS if goal.positive is not None}
"""The class that stands against the rest of its data set."""
SEEDS = (0, 1, 2, 3, 4)
FIRST_SEEDS = (0, 1, 2, 3, 4)
"""Those of results from before they named them."""


@dataclass(frozen=True, slots=True)
class SmallestRow:
    """Refined circuits within a budget: test accuracy and area in NAND2 equivalents, mean and deviation over seeds."""

    dataset: str
    cut: str
    budget: float
    accuracy_mean: float
    accuracy_std: float
    cost_mean: float
    cost_std: float
    seeds: int


@dataclass(frozen=True, slots=True)
class Smallest:
    """All rows; print `to_text()`, keep `to_json()`. `seeds` are those of the splits."""

    rows: tuple[SmallestRow, ...]
    cut: str
    effort: str
    seeds: tuple[int, ...]

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "schema": SCHEMA,
            "library": LIBRARY,
            "cut": self.cut,
            "effort": self.effort,
            "seeds": list(self.seeds),
            "rows": [asdict(row) for row in self.rows],
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Smallest:
        """Return what `to_json` gave; what names no seeds was measured with the first ones."""
        rows = tuple(SmallestRow(**row) for row in content["rows"])
        return cls(rows, content["cut"], content["effort"], tuple(content.get("seeds", FIRST_SEEDS)))

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table, one line per data set and budget."""
        lines = tuple(
            (
                in_tables(row.dataset),
                f"{row.budget:g}",
                f"{100 * row.accuracy_mean:.2f} ± {100 * row.accuracy_std:.2f}",
                f"{row.cost_mean:.1f} ± {row.cost_std:.1f}",
            )
            for row in self.rows
        )
        head = ("data", "at most NAND2 eq.", "test accuracy %", "NAND2 eq.")
        cut = "thermometer bits in, encoder left out" if self.cut == "core" else "8-bit words in, encoder included"
        note = (
            f"{self.cut} cut: {cut}; areas of {LIBRARY}, mapped.",
            f"Effort {self.effort}, seeds {', '.join(map(str, self.seeds))}: mean and standard deviation. Chosen on "
            "training samples alone.",
            *against_rest([row.dataset for row in self.rows]),
        )
        return Findings("How accurate are refined circuits within small budgets?", (TextTable(head, lines),), note)


@dataclass(frozen=True, slots=True)
class Task:
    """One data set, split by one seed."""

    goal: Goal
    cut: str
    effort: str
    seed: int

    @property
    def key(self) -> str:
        """Everything that decides the outcome, as text."""
        return json.dumps({**asdict(self.goal), "cut": self.cut, "effort": self.effort, "seed": self.seed})


Outcome = list[dict[str, float | str]]


def in_tables(dataset: str) -> str:
    """Return how tables name a data set, with the class that stands against the rest where there is one.

    >>> in_tables("segment"), in_tables("phoneme")
    ('segment, brickface', 'phoneme')
    """
    return f"{dataset}, {POSITIVE[dataset]}" if dataset in POSITIVE else dataset


def in_words(dataset: str) -> str:
    """Return how sentences and figures name a data set.

    >>> in_words("segment")
    'segment (brickface against the rest)'
    """
    return f"{dataset} ({POSITIVE[dataset]} against the rest)" if dataset in POSITIVE else dataset


def against_rest(datasets: Iterable[str]) -> tuple[str, ...]:
    """Return a sentence for each data set of which one class stands against the rest."""
    return tuple(
        f"{in_tables(name)}: the class {POSITIVE[name]} against all others."
        for name in dict.fromkeys(datasets)
        if name in POSITIVE
    )


def goals_of(datasets: Sequence[str] | None = None, budgets: Sequence[float] | None = None) -> tuple[Goal, ...]:
    """Return all goals, or those of some data sets; with the same budgets for each where some are given.

    `ConfigError` for a data set without goals, unless there are budgets, and for budgets that do not ascend.
    """
    if budgets is not None:
        if not budgets or min(budgets) <= 0 or list(budgets) != sorted(set(budgets)):
            raise ConfigError(f"budgets {list(budgets)} do not ascend from above 0", hint="give some like 8,16,32,64")
        names = dict.fromkeys(datasets or [goal.dataset for goal in GOALS])
        return tuple(Goal(name, tuple(map(float, budgets)), POSITIVE.get(name)) for name in names)
    for name in datasets or ():
        if name not in {goal.dataset for goal in GOALS}:
            hint = f"choose among {', '.join(goal.dataset for goal in GOALS)}"
            raise ConfigError(f"there are no goals for data set {name!r}", hint=hint)
    return tuple(goal for goal in GOALS if datasets is None or goal.dataset in datasets)


def tasks_of(
    *, cut: str, effort: str, datasets: Sequence[str] | None = None, budgets: Sequence[float] | None = None
) -> tuple[Task, ...]:
    """Return all tasks, data set by data set, or those of some of them; raises as `goals_of`."""
    return tuple(Task(goal, cut, effort, seed) for goal in goals_of(datasets, budgets) for seed in SEEDS)


def measure_smallest(
    *,
    cut: str = "core",
    effort: str = "normal",
    datasets: Sequence[str] | None = None,
    budgets: Sequence[float] | None = None,
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, Outcome, bool], object] | None = None,
) -> Smallest:
    """Refine every data set for every seed, and return what the budgets buy; outcomes are kept as `run_tasks` does.

    `datasets` and `budgets`, in NAND2 equivalents, as in `goals_of`.
    """
    tasks = tasks_of(cut=cut, effort=effort, datasets=datasets, budgets=budgets)
    goals = tuple(dict.fromkeys(task.goal for task in tasks))
    kept = OutcomeStore(store, SCHEMA, _outcome, write=list, protocol={"library": LIBRARY})
    outcomes = run_tasks(tasks, smallest, store=kept, cluster=cluster, on_arrival=on_arrival)
    rows = [
        _row(goal, budget, cut, [outcomes[Task(goal, cut, effort, seed).key][k] for seed in SEEDS])
        for goal in goals
        for k, budget in enumerate(goal.budgets)
    ]
    return Smallest(tuple(rows), cut, effort, SEEDS)


def smallest(task: Task) -> Outcome:
    """Refine one split; return for each budget the most accurate circuit within it, by the training samples."""
    from tinydwn.data import load_dataset
    from tinydwn.refine import RefineOptions
    from tinydwn.synthesis.refining import refine_split
    from tinydwn.technology import load_library
    from tinydwn.verify import prove_equivalent

    library = load_library(LIBRARY)
    split = load_dataset(task.goal.dataset, positive=task.goal.positive).split(test_fraction=0.2, seed=task.seed)
    options = RefineOptions(effort=task.effort, most_nand2=max(task.goal.budgets), seed=task.seed)
    refined = refine_split(split, library, options, cut=task.cut)  # type: ignore[arg-type]
    test = refined.examples_of(split.test_features, split.test_labels)
    outcome: Outcome = []
    for budget in task.goal.budgets:
        point = refined.front.within(budget * library.nand2_area_um2)
        prove_equivalent(refined.whole(point), point.mapped.functions(), assuming=refined.assumption(point)).require()
        outcome.append(
            {
                "accuracy": test.accuracy(point.netlist),
                "training_accuracy": point.accuracy,
                "cost": point.cost_nand2,
                "start": point.start,
            }
        )
    return outcome


def _row(goal: Goal, budget: float, cut: str, found: Sequence[dict[str, float | str]]) -> SmallestRow:
    accuracy, cost = ([float(one[name]) for one in found] for name in ("accuracy", "cost"))
    return SmallestRow(
        dataset=goal.dataset,
        cut=cut,
        budget=budget,
        accuracy_mean=statistics.mean(accuracy),
        accuracy_std=statistics.stdev(accuracy),
        cost_mean=statistics.mean(cost),
        cost_std=statistics.stdev(cost),
        seeds=len(found),
    )


def _outcome(stored: list[dict[str, float | str]]) -> Outcome:
    for one in stored:
        float(one["accuracy"]), float(one["cost"])
    return stored

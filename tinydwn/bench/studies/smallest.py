"""The smallest circuits for an accuracy: fronts of refined circuits on public data, by a written protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.goals import LIBRARY, GoalTask, against_rest, cut_text, goals_of, in_tables, in_words
from tinydwn.bench.rows import Spread
from tinydwn.bench.study import Measured, Study, by


@dataclass(frozen=True, slots=True)
class Asked:
    """Data sets with their goals, or any with the same budgets; the search's cut and effort, and seeds."""

    cut: str = ask.cut()
    effort: str = ask.effort()
    datasets: tuple[str, ...] | None = ask.datasets()
    budgets: tuple[int, ...] | None = ask.option(
        None, "NAND2 equivalents, ascending: the same ones for every data set, of any name.", shown="those of each"
    )
    seeds: tuple[int, ...] = ask.seeds()

    def __post_init__(self) -> None:
        ask.require_cut(self.cut)
        ask.require_effort(self.effort)
        ask.require_seeds(self.seeds)
        goals_of(self.datasets, self.budgets)


@dataclass(frozen=True, slots=True)
class Bought:
    """What a budget buys: the circuit that the search would choose, its test accuracy and NAND2 equivalents."""

    accuracy: float
    training_accuracy: float
    cost: float
    start: str


@dataclass(frozen=True, slots=True)
class Row:
    """Circuits within a budget: test accuracy and area in NAND2 equivalents, over seeds."""

    dataset: str
    cut: str
    budget: float
    accuracy: Spread
    cost: Spread
    seeds: int


Outcome = tuple[Bought, ...]


def _tasks(asked: Asked) -> list[GoalTask]:
    goals = goals_of(asked.datasets, asked.budgets)
    return [GoalTask(goal, asked.cut, asked.effort, seed) for goal in goals for seed in asked.seeds]


def smallest(task: GoalTask) -> Outcome:
    """Search a split; return for each budget the circuit within it that is most accurate for what the search sees."""
    from tinydwn.refine import RefineOptions
    from tinydwn.synthesis.refining import refine_split
    from tinydwn.technology import load_library
    from tinydwn.verify import prove_equivalent

    library, split = load_library(LIBRARY), task.goal.split(task.seed)
    options = RefineOptions(effort=task.effort, most_nand2=max(task.goal.budgets), seed=task.seed)
    refined = refine_split(split, library, options, cut=task.cut)  # type: ignore[arg-type]  # refused where it is none
    test = refined.examples_of(split.test_features, split.test_labels)
    found = []
    for budget in task.goal.budgets:
        point = refined.front.within(budget * library.nand2_area_um2)
        prove_equivalent(refined.whole(point), point.mapped.functions(), assuming=refined.assumption(point)).require()
        found.append(Bought(test.accuracy(point.netlist), point.accuracy, point.cost_nand2, point.start))
    return tuple(found)


def _arrival(task: GoalTask, found: Outcome) -> str:
    text = ", ".join(f"{100 * one.accuracy:.1f} % in {one.cost:.1f} NAND2" for one in found)
    return f"{in_words(task.goal.dataset)}, seed {task.seed}: {text}"


def _rows(asked: Asked, done: Sequence[tuple[GoalTask, Outcome]]) -> Iterator[Row]:
    for goal, found in by(done, lambda task: task.goal).items():
        for budget, same in zip(goal.budgets, zip(*found, strict=True), strict=True):
            accuracy, cost = Spread.of(one.accuracy for one in same), Spread.of(one.cost for one in same)
            yield Row(goal.dataset, asked.cut, budget, accuracy, cost, len(same))


def _findings(measured: Measured[Row]) -> Findings:
    lines = tuple(
        (in_tables(row.dataset), f"{row.budget:g}", row.accuracy.percent, row.cost.text(1)) for row in measured.rows
    )
    about = measured.about
    note = (
        f"{cut_text(about['cut']).capitalize()}; areas of {LIBRARY}, mapped.",
        f"Effort {about['effort']}, seeds {', '.join(map(str, about['seeds']))}: mean and standard deviation. Chosen "
        "on training samples alone.",
        *against_rest(row.dataset for row in measured.rows),
    )
    head = ("data", "at most NAND2 eq.", "test accuracy %", "NAND2 eq.")
    return Findings(STUDY.question, (TextTable(head, lines),), note)


STUDY = Study(
    name="smallest",
    question="How accurate are refined circuits within small budgets?",
    told="Refine public data sets within small budgets, and count the test samples that the circuits get right.",
    minutes=80,
    asked=Asked,
    outcome=Outcome,
    row=Row,
    tasks=_tasks,
    run=smallest,
    on_arrival=_arrival,
    rows=_rows,
    findings=_findings,
    protocol=lambda: {"library": LIBRARY},
)

"""Refined circuits next to decision trees and others: which of them is more accurate for its area."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinydwn.bench import ask
from tinydwn.bench.field import OPTIMAL, REFINED, TREE, Field, field, protocol
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.goals import LIBRARY, GoalTask, against_rest, cut_text, goals_of, in_tables, in_words
from tinydwn.bench.mean_front import MeanPoint, mean_front, within
from tinydwn.bench.rows import Spread
from tinydwn.bench.study import Measured, Study, by


@dataclass(frozen=True, slots=True)
class Asked:
    """Cut, effort of the search, data sets, and two seeds or more. Where STreeD is installed it takes part."""

    cut: str = ask.cut()
    effort: str = ask.effort("fast")
    datasets: tuple[str, ...] | None = ask.datasets()
    seeds: tuple[int, ...] = ask.seeds(0, 1, 2)

    def __post_init__(self) -> None:
        from tinydwn.baselines.accuracy_only import require_xgboost

        require_xgboost()
        ask.require_cut(self.cut)
        ask.require_effort(self.effort)
        ask.require_seeds(self.seeds, least=2)
        goals_of(self.datasets)


@dataclass(frozen=True, slots=True)
class Row:
    """A contender of one size on one data set over its seeds; costs are NAND2 equivalents.

    `refined_accuracy` is that of the refined circuits, seed by seed the most accurate one on the training part, that
    take no more cells than the contender; `larger` counts the seeds where none does and the smallest one stands in.
    """

    dataset: str
    flow: str
    settings: str
    cost: Spread
    accuracy: Spread
    refined_cost_mean: float
    refined_accuracy: Spread
    larger: int
    seeds: int

    @property
    def gain(self) -> float:
        """How much more accurate refined circuits of at most the contender's area are."""
        return self.refined_accuracy.mean - self.accuracy.mean

    @property
    def is_tree(self) -> bool:
        """Whether it is one decision tree, a greedy or an optimal one."""
        return self.flow in (TREE, OPTIMAL)


def above(measured: Measured[Row]) -> tuple[Row, ...]:
    """Return the decision and optimal trees more accurate than refined circuits of at most their area."""
    return tuple(row for row in measured.rows if row.is_tree and not row.larger and row.gain < 0)


def below(measured: Measured[Row]) -> tuple[Row, ...]:
    """Return the trees of both kinds that are smaller than every refined circuit of a seed: nothing compares."""
    return tuple(row for row in measured.rows if row.is_tree and row.larger)


def fronts_of(measured: Measured[Row]) -> dict[str, tuple[MeanPoint, ...]]:
    """Return the mean fronts of refined circuits by data set."""
    fronts = measured.about["fronts"].items()
    return {name: tuple(MeanPoint(*point) for point in front) for name, front in fronts}


def _tasks(asked: Asked) -> list[GoalTask]:
    return [GoalTask(goal, asked.cut, asked.effort, seed) for goal in goals_of(asked.datasets) for seed in asked.seeds]


def _arrival(task: GoalTask, found: Field) -> str:
    text = f"{len(found.points)} circuits, XGBoost {100 * found.xgboost:.1f} %"
    return f"{in_words(task.goal.dataset)}, seed {task.seed}: {text}"


def _rows(_: Asked, done: Sequence[tuple[GoalTask, Field]]) -> Iterator[Row]:
    """Yield a row per contender and size, in the order in which the first seed has them."""
    for dataset, fields in by(done, lambda task: task.goal.dataset).items():
        for point in fields[0].points:
            if point.flow != REFINED:
                yield _row(dataset, point.flow, point.name, fields)


def _row(dataset: str, flow: str, settings: str, fields: Sequence[Field]) -> Row:
    own = [next(point for point in one.of(flow) if point.name == settings) for one in fields]
    bought = [_bought(one, point.cost) for one, point in zip(fields, own, strict=True)]
    return Row(
        dataset=dataset,
        flow=flow,
        settings=settings,
        cost=Spread.of(point.cost for point in own),
        accuracy=Spread.of(point.test_accuracy for point in own),
        refined_cost_mean=statistics.mean(cost for cost, _ in bought),
        refined_accuracy=Spread.of(right for _, right in bought),
        larger=sum(within([one], point.cost) is None for one, point in zip(bought, own, strict=True)),
        seeds=len(fields),
    )


def _bought(one: Field, cost: float) -> tuple[float, float]:
    """Return cost and test accuracy of the refined circuit that a cost buys; the smallest where it buys none."""
    front = [(point.cost, point.test_accuracy) for point in one.of(REFINED)]
    return within(front, cost) or front[0]


def _more(_: Asked, done: Sequence[tuple[GoalTask, Field]]) -> Mapping[str, Any]:
    """Return mean fronts of refined circuits, and mean accuracies of XGBoost, by data set."""
    fields = by(done, lambda task: task.goal.dataset)
    fronts = {
        name: mean_front([[(point.cost, point.test_accuracy) for point in one.of(REFINED)] for one in found])
        for name, found in fields.items()
    }
    return {
        "fronts": fronts,
        "xgboost": {name: statistics.mean(one.xgboost for one in found) for name, found in fields.items()},
    }


def _findings(measured: Measured[Row]) -> Findings:
    lines = tuple(
        (
            in_tables(row.dataset),
            row.flow,
            row.settings,
            f"{row.cost.mean:.1f}",
            row.accuracy.percent,
            f"{row.refined_cost_mean:.1f}",
            row.refined_accuracy.percent,
            f"{100 * row.gain:+.2f}",
        )
        for row in measured.rows
    )
    head = ("data", "contender", "size", "NAND2", "test %", "refined NAND2", "test %", "gain")
    return Findings(STUDY.question, (TextTable(head, lines),), tuple(_note(measured)))


def _note(measured: Measured[Row]) -> Iterator[str]:
    rows, about = measured.rows, measured.about
    smaller = [f"{_named(row)} ({row.larger} of {row.seeds} seeds)" for row in below(measured)]
    better = [f"{_named(row)} ({-100 * row.gain:.2f})" for row in above(measured)]
    fast_above = measured.protocol.get("fast_above", {}).get(about["cut"])
    yield f"{cut_text(about['cut']).capitalize()}; {LIBRARY}. Means over seeds {', '.join(map(str, about['seeds']))}."
    yield (
        "Refined: the most accurate circuit on the training part that takes no more cells, of at most "
        f"{measured.protocol['most_nand2'][about['cut']]:g} NAND2, effort {about['effort']}. Gain over decision trees: "
        f"{_gain_over(measured, TREE)}."
    )
    if any(row.flow == OPTIMAL for row in rows):
        yield f"Gain over optimal trees (STreeD): {_gain_over(measured, OPTIMAL)}."
    elif "optimal_depths" in measured.protocol:
        yield "Optimal trees took no part: STreeD was not installed."
    yield (
        f"Of {sum(row.seeds for row in rows)} pairs of contender and seed, {sum(row.larger for row in rows)} have no "
        "refined circuit that takes no more cells: the smallest one stands in."
    )
    if fast_above:
        yield f"Others of more than {fast_above:g} NAND2 are mapped at effort fast."
    yield f"Trees above refined circuits (by points): {', '.join(better) or 'none'}."
    yield f"Trees smaller than every refined circuit, left out of the average: {', '.join(smaller) or 'none'}."
    xgboost = (f"{in_words(name)} {100 * right:.2f}" for name, right in about["xgboost"].items())
    yield f"XGBoost, no circuit: {', '.join(xgboost)}."
    yield from against_rest(row.dataset for row in rows)


def _gain_over(measured: Measured[Row], flow: str) -> str:
    alike = [row.gain for row in measured.rows if row.flow == flow and not row.larger]
    return f"{100 * statistics.mean(alike):+.2f} points on average" if alike else "none can be told"


def _named(row: Row) -> str:
    return f"{in_words(row.dataset)} {'optimal ' if row.flow == OPTIMAL else ''}{row.settings}"


STUDY = Study(
    name="trees",
    question="Are refined circuits more accurate than decision trees and others of the same area?",
    told="Take trees, boosted trees, networks of gates and refined circuits to cells: which is best for its area.",
    minutes=120,
    asked=Asked,
    outcome=Field,
    row=Row,
    tasks=_tasks,
    run=field,
    on_arrival=_arrival,
    rows=_rows,
    findings=_findings,
    more=_more,
    derived=("gain",),
    protocol=protocol,
)

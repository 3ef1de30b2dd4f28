"""Refined circuits next to decision trees and others: which of them is more accurate for its area."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinydwn.bench.cluster import ALL_CORES, Cluster
from tinydwn.bench.field import MOST_NAND2, OPTIMAL, REFINED, TREE, Field, Task, field
from tinydwn.bench.field import protocol as field_protocol
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.mean_front import MeanPoint, mean_front, within
from tinydwn.bench.smallest import LIBRARY, against_rest, goals_of, in_tables, in_words
from tinydwn.bench.store import OutcomeStore, versions_here, versions_text
from tinydwn.bench.tasks import run_tasks
from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.synthesis.result import Cut

SCHEMA = "tinydwn.trees/1"


@dataclass(frozen=True, slots=True)
class Row:
    """A contender of one size on one data set, means and deviations over seeds; costs are NAND2 equivalents.

    `refined` accuracy is that of the refined circuits, seed by seed the most accurate one on the training part, that
    take no more cells than the contender; `larger` counts the seeds where none does and the smallest one stands in.
    """

    dataset: str
    flow: str
    settings: str
    cost_mean: float
    cost_std: float
    accuracy_mean: float
    accuracy_std: float
    refined_cost_mean: float
    refined_accuracy_mean: float
    refined_accuracy_std: float
    larger: int
    seeds: int

    @property
    def gain(self) -> float:
        """How much more accurate refined circuits of at most the contender's area are."""
        return self.refined_accuracy_mean - self.accuracy_mean


@dataclass(frozen=True, slots=True)
class Trees:
    """All rows on one cut; print `to_text()`, keep `to_json()`.

    `fronts` are the mean fronts of refined circuits, `xgboost` mean accuracies of XGBoost, by data set; `protocol` is
    that of `field`.
    """

    rows: tuple[Row, ...]
    fronts: Mapping[str, tuple[MeanPoint, ...]]
    xgboost: Mapping[str, float]
    seeds: tuple[int, ...]
    cut: str
    effort: str
    date: str
    versions: Mapping[str, str]
    protocol: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        fields: Mapping[str, Sequence[Field]],
        *,
        seeds: Sequence[int],
        cut: str,
        effort: str,
        date: str,
        versions: Mapping[str, str],
        protocol: Mapping[str, Any],
    ) -> Trees:
        """Return the means of what came of every seed, by data set; two seeds or more."""
        fronts = {
            name: mean_front([[(point.cost, point.test_accuracy) for point in one.of(REFINED)] for one in found])
            for name, found in fields.items()
        }
        xgboost = {name: statistics.mean(one.xgboost for one in found) for name, found in fields.items()}
        rows = tuple(row for name, found in fields.items() for row in _rows(name, found))
        return cls(rows, fronts, xgboost, tuple(seeds), cut, effort, date, versions, protocol)

    def above(self) -> tuple[Row, ...]:
        """Return the decision and optimal trees more accurate than refined circuits of at most their area."""
        return tuple(row for row in self._trees() if not row.larger and row.gain < 0)

    def below(self) -> tuple[Row, ...]:
        """Return the trees of both kinds that are smaller than every refined circuit of a seed: nothing compares."""
        return tuple(row for row in self._trees() if row.larger)

    def _trees(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.flow in (TREE, OPTIMAL))

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "schema": SCHEMA,
            "library": LIBRARY,
            "seeds": list(self.seeds),
            "cut": self.cut,
            "effort": self.effort,
            "date": self.date,
            "versions": dict(self.versions),
            "protocol": dict(self.protocol),
            "rows": [{**asdict(row), "gain": row.gain} for row in self.rows],
            "fronts": {name: [point._asdict() for point in front] for name, front in self.fronts.items()},
            "xgboost": dict(self.xgboost),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Trees:
        """Return what `to_json` gave."""
        rows = tuple(Row(**{name: value for name, value in row.items() if name != "gain"}) for row in content["rows"])
        fronts = {name: tuple(MeanPoint(**point) for point in front) for name, front in content["fronts"].items()}
        about = {name: content[name] for name in ("xgboost", "cut", "effort", "date", "versions", "protocol")}
        return cls(rows, fronts, seeds=tuple(content["seeds"]), **about)

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table, one line per contender and size, and where a tree is above."""
        lines = tuple(
            (
                in_tables(row.dataset),
                row.flow,
                row.settings,
                f"{row.cost_mean:.1f}",
                f"{100 * row.accuracy_mean:.2f} ± {100 * row.accuracy_std:.2f}",
                f"{row.refined_cost_mean:.1f}",
                f"{100 * row.refined_accuracy_mean:.2f} ± {100 * row.refined_accuracy_std:.2f}",
                f"{100 * row.gain:+.2f}",
            )
            for row in self.rows
        )
        head = ("data", "contender", "size", "NAND2", "test %", "refined NAND2", "test %", "gain")
        question = "Are refined circuits more accurate than decision trees and others of the same area?"
        return Findings(question, (TextTable(head, lines),), self._note())

    def _note(self) -> tuple[str, ...]:
        smaller = [f"{_named(row)} ({row.larger} of {row.seeds} seeds)" for row in self.below()]
        above = [f"{_named(row)} ({-100 * row.gain:.2f})" for row in self.above()]
        xgboost = ", ".join(f"{in_words(name)} {100 * right:.2f}" for name, right in self.xgboost.items())
        cut = "thermometer bits in, encoder left out" if self.cut == "core" else "8-bit words in, encoder included"
        fast_above = self.protocol.get("fast_above", {}).get(self.cut)
        return (
            f"{self.cut} cut: {cut}; {LIBRARY}. Means over seeds {', '.join(map(str, self.seeds))}.",
            "Refined: the most accurate circuit on the training part that takes no more cells, of at most "
            f"{self.protocol['most_nand2'][self.cut]:g} NAND2, "
            f"effort {self.effort}. Gain over decision trees: {self._gain_over(TREE)}.",
            *self._optimal(),
            f"Of {sum(row.seeds for row in self.rows)} pairs of contender and seed, "
            f"{sum(row.larger for row in self.rows)} have no refined circuit that takes no more cells: the smallest "
            "one stands in.",
            *([f"Others of more than {fast_above:g} NAND2 are mapped at effort fast."] if fast_above else []),
            f"Trees above refined circuits (by points): {', '.join(above) or 'none'}.",
            f"Trees smaller than every refined circuit, left out of the average: {', '.join(smaller) or 'none'}.",
            f"XGBoost, no circuit: {xgboost}.",
            *against_rest([row.dataset for row in self.rows]),
            f"Measured {self.date}; {versions_text(self.versions)}",
        )

    def _optimal(self) -> tuple[str, ...]:
        """Say what optimal trees came to; nothing for measurements from before they took part."""
        if any(row.flow == OPTIMAL for row in self.rows):
            return (f"Gain over optimal trees (STreeD): {self._gain_over(OPTIMAL)}.",)
        return ("Optimal trees took no part: STreeD was not installed.",) if "optimal_depths" in self.protocol else ()

    def _gain_over(self, flow: str) -> str:
        alike = [row.gain for row in self._trees() if row.flow == flow and not row.larger]
        return f"{100 * statistics.mean(alike):+.2f} points on average" if alike else "none can be told"


def measure_trees(
    *,
    date: str,
    cut: Cut = "core",
    effort: str = "fast",
    datasets: Sequence[str] | None = None,
    seeds: Sequence[int] = (0, 1, 2),
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, Field, bool], object] | None = None,
) -> Trees:
    """Take the whole field of every data set and seed to cells; outcomes are kept in `store` as `run_tasks` does.

    Where STreeD is installed optimal trees are in the field, and searches start from such trees, too. `date` is the
    ISO day that the finding is to bear. `ConfigError` for other cuts and efforts, for data sets without goals, and for
    less than two seeds, which have no deviation; `ProgramMissing` where XGBoost is not installed. Both are told before
    anything is done.
    """
    require_sense(cut=cut, effort=effort, seeds=seeds)
    tasks = {goal.dataset: [Task(goal, cut, effort, seed) for seed in seeds] for goal in goals_of(datasets)}
    kept = OutcomeStore(store, SCHEMA, Field.from_json, protocol=field_protocol())
    found = run_tasks(chain.from_iterable(tasks.values()), field, store=kept, cluster=cluster, on_arrival=on_arrival)
    fields = {name: [found[task.key] for task in same] for name, same in tasks.items()}
    about = {"cut": cut, "effort": effort, "date": date}
    return Trees.of(fields, seeds=seeds, **about, versions=versions_here(), protocol=field_protocol())


def require_sense(*, cut: str, effort: str, seeds: Sequence[int]) -> None:
    """Raise as `measure_trees` where nothing could be measured."""
    from tinydwn.baselines.accuracy_only import require_xgboost
    from tinydwn.refine import RefineOptions

    require_xgboost()
    if cut not in MOST_NAND2:
        raise ConfigError(f"unknown cut {cut!r}", hint=f"choose {' or '.join(MOST_NAND2)}")
    if len(set(seeds)) < max(2, len(seeds)):
        raise ConfigError(f"seeds {list(seeds)} give no mean and deviation", hint="choose two different ones or more")
    RefineOptions(effort=effort)


def _named(row: Row) -> str:
    return f"{in_words(row.dataset)} {'optimal ' if row.flow == OPTIMAL else ''}{row.settings}"


def _rows(dataset: str, fields: Sequence[Field]) -> list[Row]:
    """Return a row per contender and size, in the order in which the first seed has them."""
    order = [(point.flow, point.name) for point in fields[0].points if point.flow != REFINED]
    return [_row(dataset, flow, settings, fields) for flow, settings in order]


def _row(dataset: str, flow: str, settings: str, fields: Sequence[Field]) -> Row:
    own = [next(point for point in one.of(flow) if point.name == settings) for one in fields]
    bought = [_bought(one, point.cost) for one, point in zip(fields, own, strict=True)]
    accuracy, refined = [point.test_accuracy for point in own], [right for _, right in bought]
    return Row(
        dataset=dataset,
        flow=flow,
        settings=settings,
        cost_mean=statistics.mean(point.cost for point in own),
        cost_std=statistics.stdev(point.cost for point in own),
        accuracy_mean=statistics.mean(accuracy),
        accuracy_std=statistics.stdev(accuracy),
        refined_cost_mean=statistics.mean(cost for cost, _ in bought),
        refined_accuracy_mean=statistics.mean(refined),
        refined_accuracy_std=statistics.stdev(refined),
        larger=sum(within([one], point.cost) is None for one, point in zip(bought, own, strict=True)),
        seeds=len(fields),
    )


def _bought(one: Field, cost: float) -> tuple[float, float]:
    """Return cost and test accuracy of the refined circuit that a cost buys; the smallest where it buys none."""
    front = [(point.cost, point.test_accuracy) for point in one.of(REFINED)]
    return within(front, cost) or front[0]

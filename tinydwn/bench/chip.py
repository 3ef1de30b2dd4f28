"""Whole chips: refined circuits next to a trained network that plain tools take to cells, on the same splits."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from tinydwn.bench.cluster import ALL_CORES, Cluster
from tinydwn.bench.exact import plain_area_um2, require_liberty
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.smallest import LIBRARY, SEEDS, Goal, against_rest, goals_of, in_tables
from tinydwn.bench.store import OutcomeStore
from tinydwn.bench.tasks import run_tasks

SCHEMA = "tinydwn.chip/1"
NETWORK: dict[str, Any] = {
    "layers": (16,),
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
FIRST_PROTOCOL: dict[str, Any] = {
    "library": LIBRARY,
    "network": {
        "layers": [16],
        "inputs_per_lut": 4,
        "reduction": "learnable",
        "scheme": "quantile",
        "snap": "nearest",
        "input_bits": 8,
    },
    "searched": 0.5,
    "points": 16,
    "seeds": [0, 1, 2, 3, 4],
}
"""What decided results from before they named it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One data set, split by one seed; `liberty` is the file of the library that both sides are mapped to."""

    goal: Goal
    liberty: Path
    effort: str
    seed: int

    @property
    def key(self) -> str:
        """Everything that decides the outcome, as text; the file is taken to hold what it should."""
        return json.dumps([self.goal.dataset, self.goal.positive, self.effort, self.seed])


@dataclass(frozen=True, slots=True)
class ChipPair:
    """One split: the network by plain tools and the refined circuit; test accuracies, areas in NAND2 equivalents."""

    plain_accuracy: float
    plain_cost: float
    accuracy: float
    cost: float
    start: str


@dataclass(frozen=True, slots=True)
class ChipRow:
    """A data set, means over the seeds; `ratio` is the geometric mean of the areas' ratios, no area below 0.1."""

    dataset: str
    plain_accuracy_mean: float
    plain_cost_mean: float
    accuracy_mean: float
    accuracy_std: float
    cost_mean: float
    cost_std: float
    ratio: float
    seeds: int


@dataclass(frozen=True, slots=True)
class Chips:
    """All rows; print `to_text()`, keep `to_json()`. `protocol` is that of `chip_pair` and the seeds."""

    rows: tuple[ChipRow, ...]
    effort: str
    protocol: dict[str, Any]

    @property
    def summary(self) -> dict[str, float]:
        """Geometric mean of the ratios, and how much accuracy is gained, on average and where it is least."""
        gains = [row.accuracy_mean - row.plain_accuracy_mean for row in self.rows]
        ratio = statistics.geometric_mean(row.ratio for row in self.rows)
        return {"geometric_mean_ratio": ratio, "accuracy_gain_mean": statistics.mean(gains), "least_gain": min(gains)}

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        rows = [asdict(row) for row in self.rows]
        return {
            "schema": SCHEMA,
            "library": LIBRARY,
            "effort": self.effort,
            "protocol": self.protocol,
            "rows": rows,
            "summary": self.summary,
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Chips:
        """Return what `to_json` gave; what names no protocol was measured by the first one."""
        rows = tuple(ChipRow(**row) for row in content["rows"])
        return cls(rows, content["effort"], content.get("protocol", FIRST_PROTOCOL))

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table, one line per data set."""
        lines = tuple(
            (
                in_tables(row.dataset),
                f"{100 * row.plain_accuracy_mean:.2f}",
                f"{row.plain_cost_mean:.0f}",
                f"{100 * row.accuracy_mean:.2f} ± {100 * row.accuracy_std:.2f}",
                f"{row.cost_mean:.1f} ± {row.cost_std:.1f}",
                f"{row.ratio:.2f}",
            )
            for row in self.rows
        )
        head = ("data", "network %", "NAND2 eq.", "refined %", "NAND2 eq.", "ratio")
        said = self.summary
        network = self.protocol["network"]
        luts, inputs = network["layers"][0], network["inputs_per_lut"]
        note = (
            f"Chip cut: 8-bit words in, encoder included; {LIBRARY}. Test accuracy, effort {self.effort}, seeds "
            f"{', '.join(map(str, self.protocol['seeds']))}.",
            f"Network: {luts} tables of {inputs} inputs, quantile thresholds; Yosys 'synth -flatten; abc -liberty'.",
            "Refined: the smallest circuit that is as right as the network on the training samples; where none is, "
            "the most accurate one.",
            f"Geometric mean of the areas' ratios {said['geometric_mean_ratio']:.2f}; accuracy "
            f"{100 * said['accuracy_gain_mean']:+.2f} points on average, {100 * said['least_gain']:+.2f} at least.",
            *against_rest([row.dataset for row in self.rows]),
        )
        question = "How much smaller are refined chips than networks by plain tools?"
        return Findings(question, (TextTable(head, lines),), note)


def measure_chips(
    liberty: Path,
    *,
    effort: str = "normal",
    datasets: Sequence[str] | None = None,
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, ChipPair, bool], object] | None = None,
) -> Chips:
    """Compare both sides on every data set and seed; `liberty` is the file of the library that both are mapped to.

    Pairs are kept in `store` as `run_tasks` does.
    """
    require_liberty(liberty)
    tasks = {goal: [Task(goal, liberty.absolute(), effort, seed) for seed in SEEDS] for goal in goals_of(datasets)}
    pairs = run_tasks(
        chain.from_iterable(tasks.values()),
        chip_pair,
        store=OutcomeStore(store, SCHEMA, lambda pair: ChipPair(**pair), protocol=protocol()),
        cluster=cluster,
        on_arrival=on_arrival,
    )
    rows = (_row(goal.dataset, [pairs[task.key] for task in same]) for goal, same in tasks.items())
    return Chips(tuple(rows), effort, {**protocol(), "seeds": list(SEEDS)})


def protocol() -> dict[str, object]:
    """Return what decides every outcome beside its task, as values that JSON can hold."""
    return {
        "library": LIBRARY,
        "network": {**NETWORK, "layers": list(NETWORK["layers"])},
        "searched": SEARCHED,
        "points": POINTS,
    }


def chip_pair(task: Task) -> ChipPair:
    """Take the network to cells by plain tools, refine for the same split, and count both on the test part.

    The refined circuit is the smallest of the front that is as right as the network on the training samples, the most
    accurate one where none is.
    """
    from tinydwn.data import load_dataset
    from tinydwn.lowering import lower
    from tinydwn.model.reference import classify
    from tinydwn.refine import RefineOptions
    from tinydwn.synthesis.refining import refine_split
    from tinydwn.technology import load_library
    from tinydwn.training import TrainingConfig, train
    from tinydwn.verify import prove_equivalent

    library = load_library(LIBRARY)
    split = load_dataset(task.goal.dataset, positive=task.goal.positive).split(test_fraction=0.2, seed=task.seed)
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


def _row(dataset: str, pairs: Sequence[ChipPair]) -> ChipRow:
    return ChipRow(
        dataset=dataset,
        plain_accuracy_mean=statistics.mean(pair.plain_accuracy for pair in pairs),
        plain_cost_mean=statistics.mean(pair.plain_cost for pair in pairs),
        accuracy_mean=statistics.mean(pair.accuracy for pair in pairs),
        accuracy_std=statistics.stdev(pair.accuracy for pair in pairs),
        cost_mean=statistics.mean(pair.cost for pair in pairs),
        cost_std=statistics.stdev(pair.cost for pair in pairs),
        ratio=statistics.geometric_mean(max(pair.cost, 0.1) / pair.plain_cost for pair in pairs),
        seeds=len(pairs),
    )

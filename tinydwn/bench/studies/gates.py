"""Accuracy within budgets of two-input gates: networks trained for one, every gate counted, and what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tinydwn.bench import ask
from tinydwn.bench.arithmetic import FAMILIES, contenders, sizes_for
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.gate_networks import NETWORK, SHRUNK, Counted, counted_networks
from tinydwn.bench.published_gates import PUBLISHED
from tinydwn.bench.study import Measured, Study
from tinydwn.errors import ConfigError

BUDGETS = {
    "mnist": (3_500, 8_000, 16_000),
    "letter": (1_500, 3_000, 6_000),
    "digits": (600, 1_200, 2_400),
    "segment": (100, 250, 600),
}
_NETWORKS = "networks"
CLASSES = {"mnist": 10, "letter": 26, "digits": 10, "segment": 7}
_UNKNOWN = "there are no budgets of gates for data set {!r}"
_LEAST, _MOST = 50, 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Data sets, budgets of gates where not those of each, seeds, and how long networks train."""

    datasets: tuple[str, ...] = ask.argument("Data sets, separated by commas: mnist, letter, digits, segment.")
    gates: tuple[int, ...] | None = ask.option(
        None, "Budgets of two-input gates, the same for every data set.", shown="those of each"
    )
    seeds: tuple[int, ...] = ask.seeds(0)
    epochs: int | None = ask.option(None, "Times through the training part.", shown="by the data")

    def __post_init__(self) -> None:
        ask.require_known(self.datasets, BUDGETS, _UNKNOWN)
        ask.require_seeds(self.seeds)
        if self.epochs is not None and self.epochs < 1:
            raise ConfigError(f"{self.epochs} epochs cannot be trained", hint="choose at least 1")
        if self.gates is not None and (not self.gates or not all(_LEAST <= one <= _MOST for one in self.gates)):
            raise ConfigError(
                f"budgets of {', '.join(map(str, self.gates)) or 'no'} gates cannot be measured",
                hint=f"choose numbers from {_LEAST} to {_MOST}",
            )
        _require_room(self)


def _require_room(asked: Asked) -> None:
    """Raise `ConfigError` where a budget is too small for any network of the classes of a data set."""
    from tinydwn.training.budget import best_shape

    for name in asked.datasets:
        for gates in asked.gates or BUDGETS[name]:
            best_shape(gates, CLASSES[name])


@dataclass(frozen=True, slots=True)
class Task:
    """A data set, split and trained by a seed: networks of a family, of which only "networks" have a budget of gates.

    The other families are those of `tinydwn.bench.arithmetic`, of their own sizes.
    """

    dataset: str
    family: str
    budget: int | None
    seed: int
    epochs: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A circuit from thermometer bits, a perceptron from words, to the class; counts are `gates2` after mapping.

    `gates2` is that of the whole; `tables_gates2` and `reduction_gates2` are those of its parts, minimized each on its
    own. `model` is "network", the function of the trained network, or "network, shrunk", where gates were taken off
    that the training samples hardly need, and where parts cannot be told apart any more. Other models are contenders of
    their own sizes, trained on the whole training part: there is no budget and no validation part. `proof` is how
    proving that the mapped gates mean what was lowered, or found by shrinking, ended.
    """

    dataset: str
    seed: int
    model: str
    budget: int | None
    test_accuracy: float
    validation_accuracy: float | None
    gates2: int
    tables_gates2: int | None
    reduction_gates2: int | None
    proof: str
    seconds: float

    @property
    def reduction_share(self) -> float | None:
        """The share of popcount and argmax in the gates of the parts, None where there are no parts."""
        if self.tables_gates2 is None or self.reduction_gates2 is None:
            return None
        return self.reduction_gates2 / max(self.tables_gates2 + self.reduction_gates2, 1)


def _tasks(asked: Asked) -> list[Task]:
    names = ask.require_known(asked.datasets, BUDGETS, _UNKNOWN)
    return [
        Task(name, family, budget, seed, asked.epochs)
        for name in names
        for family, budget in (
            *((_NETWORKS, one) for one in asked.gates or BUDGETS[name]),
            *((one, None) for one in FAMILIES),
        )
        for seed in asked.seeds
    ]


def _run(task: Task) -> tuple[Counted, ...]:
    if task.budget is None:
        return _contenders(task)
    return counted_networks(task.dataset, budget=task.budget, seed=task.seed, epochs=task.epochs)


def _contenders(task: Task) -> tuple[Counted, ...]:
    """Return the networks of a family that counts and adds, split as the others are, in all their sizes."""
    from tinydwn.data import load_dataset

    split = load_dataset(task.dataset).split(test_fraction=0.2, seed=task.seed)
    sizes = [size for size in sizes_for(len(split.feature_names)) if size.family == task.family]
    return tuple(contenders(split, sizes=sizes, epochs=task.epochs, seed=task.seed))


def _arrival(task: Task, found: Sequence[Counted]) -> str:
    text = ", ".join(f"{100 * one.test_accuracy:.2f} % in {one.gates2}" for one in found)
    what = task.family if task.budget is None else f"{task.budget} gates"
    return f"{task.dataset}, {what}, seed {task.seed}: {text}"


def _rows(_: Asked, done: Sequence[tuple[Task, tuple[Counted, ...]]]) -> list[Row]:
    return [
        Row(dataset=task.dataset, seed=task.seed, budget=task.budget, **asdict(one))
        for task, found in done
        for one in found
    ]


def _summary(measured: Measured[Row]) -> Mapping[str, Any]:
    """Return how many circuits exceed their budget, and how many proofs do not say EQUIVALENT."""
    return {
        "above_budget": sum(
            row.gates2 > row.budget for row in measured.rows if row.budget is not None and row.model == SHRUNK
        ),
        "not_proven": sum(row.proof != "EQUIVALENT" for row in measured.rows),
    }


def _shown(count: int | None) -> str:
    return "-" if count is None else f"{count}"


def _findings(measured: Measured[Row]) -> Findings:
    lines = tuple(
        (
            row.dataset,
            _shown(row.budget),
            f"{row.seed}",
            row.model,
            f"{100 * row.test_accuracy:.2f}",
            f"{row.gates2}",
            _shown(row.tables_gates2),
            _shown(row.reduction_gates2),
            _shown(None if row.reduction_share is None else round(100 * row.reduction_share)),
            row.proof,
        )
        for row in measured.rows
    )
    head = ("data", "budget", "seed", "model", "test %", "gates2", "tables", "reduction", "reduction %", "proof")
    sets = {row.dataset for row in measured.rows}
    told = tuple((one.model, f"{one.accuracy:.2f}", one.size, one.counts) for one in PUBLISHED if one.dataset in sets)
    tables = [TextTable(head, lines)]
    if told:
        tables.append(TextTable(("published, mnist", "test %", "size", "what it counts"), told))
    note = (
        "Core: from thermometer bits to the class, tables, popcount and argmax counted, the encoder not.",
        f"'{NETWORK}' keeps the function of the network; '{SHRUNK}' is the most accurate one on the validation part "
        "within the budget. The test part is looked at once, at the end.",
        "Binarized networks and quantized perceptrons have sizes of their own instead of a budget, and learn from the "
        "whole training part; perceptrons read words of few bits. The sums and the choice of the class are the "
        "reduction, of a single layer all of it.",
        f"{measured.summary['above_budget']} circuits exceed their budget; "
        f"{measured.summary['not_proven']} proofs do not say EQUIVALENT.",
    )
    return Findings(STUDY.question, tuple(tables), note)


STUDY = Study(
    name="gates",
    question="How accurate are networks within budgets of two-input gates?",
    told="Train networks for budgets of two-input gates, count and prove every gate, next to published figures.",
    minutes=120,
    asked=Asked,
    outcome=tuple[Counted, ...],
    row=Row,
    tasks=_tasks,
    run=_run,
    on_arrival=_arrival,
    rows=_rows,
    findings=_findings,
    summary=_summary,
    derived=("reduction_share",),
    protocol=lambda: {"rule": "gates2", "cut": "core"},
)

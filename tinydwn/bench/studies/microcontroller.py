"""Classifiers within an ATmega328P: the most accurate model of each kind that fits, and what equal accuracy costs."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.microcontroller.measure import FAMILIES, MOST_PLAYED, MicrocontrollerRow, Task, measure
from tinydwn.bench.microcontroller.opponents import BOOSTED, FORESTS, LEAVES, require_generators
from tinydwn.bench.microcontroller.ours import CIRCUITS, LIBRARY, MOST_BITS, MOST_NAND2, TABLES, TRAINING
from tinydwn.bench.study import Study
from tinydwn.errors import ConfigError
from tinydwn.tools.avr import find_avr_gcc, find_runner

DATASETS = ("breast_cancer", "australian", "phoneme", "segment", "sylvine", "spambase", "jasmine", "letter")
OURS = ("tinydwn circuit", "tinydwn network")
XGBOOST, BY_HAND = "XGBoost", "XGBoost in whole numbers"
ENSEMBLES = (XGBOOST, "random forest, votes", "random forest, shares")
"""Ensembles as the public tools write them."""
KINDS = {
    "tinydwn": OURS,
    "XGBoost": (XGBOOST,),
    "random forest": ENSEMBLES[1:],
    "decision tree": ("decision tree",),
    "XGBoost by hand": (BY_HAND,),
}
_MORE_ACCURATE, _FASTER = 0.012, 3.0


_UNKNOWN = "data set {!r} is not measured"


@dataclass(frozen=True, slots=True)
class Asked:
    """Data sets and seeds; refuses to begin where avr-gcc, simavr's library or a package that writes C is missing."""

    datasets: tuple[str, ...] | None = ask.datasets()
    seeds: tuple[int, ...] = ask.seeds(0)

    def __post_init__(self) -> None:
        ask.require_known(self.datasets, DATASETS, _UNKNOWN)
        ask.require_seeds(self.seeds)
        require_generators()
        find_avr_gcc()
        find_runner()


def _tasks(asked: Asked) -> list[Task]:
    names = ask.require_known(asked.datasets, DATASETS, _UNKNOWN)
    return [Task(name, family, seed) for name in names for seed in asked.seeds for family in FAMILIES]


def _arrival(task: Task, rows: Sequence[MicrocontrollerRow]) -> str:
    best = max((row for row in rows if row.fits), key=lambda row: (row.validation, -(row.cycles or 0.0)), default=None)
    text = "nothing fits" if best is None else f"{100 * best.accuracy:.2f} % in {best.cycles or 0:,.0f} cycles"
    return f"{task.dataset}, {task.family}, seed {task.seed}: {text}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen of all rows: of each kind of models, data set by data set and seed by seed, one that fits."""

    rows: tuple[MicrocontrollerRow, ...]

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data sets, in the order of the rows."""
        return tuple(dict.fromkeys(row.dataset for row in self.rows))

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, in the order of the rows."""
        return tuple(dict.fromkeys(row.seed for row in self.rows))

    def best(self, dataset: str, seed: int, models: Sequence[str]) -> MicrocontrollerRow:
        """Return the row that is chosen: of those that fit, the best on the part to choose by, then the fastest."""
        fitting = [row for row in self._of(dataset, seed, models) if row.fits]
        if not fitting:
            raise ConfigError(f"no {models[0]} fits for {dataset!r}", hint="measure smaller ones")
        return max(fitting, key=lambda row: (row.validation, -(row.cycles or 0.0)))

    def ratios(self, ensembles: Sequence[str] = ENSEMBLES) -> dict[str, float]:
        """Return by how much the fastest of tinydwn's rows is faster than each kind of ensembles that is chosen.

        Compared are the fastest rows that are at least as accurate on the part to choose by as the chosen ensemble,
        less than which no row of tinydwn may be; where none is, the pair is left out. A geometric mean over data sets.
        """
        found: dict[str, float] = {}
        for model in ensembles:
            each = [ratio for pair in self._pairs() if (ratio := self._ratio(*pair, model)) is not None]
            if each:
                found[model] = statistics.geometric_mean(each)
        return found

    @property
    def summary(self) -> dict[str, Any]:
        """Mean accuracies of the chosen rows by kind, how much more accurate tinydwn is than XGBoost, and ratios."""
        means = {
            kind: statistics.mean(self.best(*pair, models).accuracy for pair in self._pairs())
            for kind, models in KINDS.items()
        }
        return {
            "accuracy": means,
            "above_xgboost": means["tinydwn"] - means["XGBoost"],
            "above_xgboost_by_hand": means["tinydwn"] - means["XGBoost by hand"],
            "times_faster": self.ratios((*ENSEMBLES, BY_HAND)),
            "all_right": all(row.right for row in self.rows if row.fits),
        }

    def _pairs(self) -> list[tuple[str, int]]:
        return [(dataset, seed) for dataset in self.datasets for seed in self.seeds]

    def _of(self, dataset: str, seed: int, models: Sequence[str]) -> list[MicrocontrollerRow]:
        return [row for row in self.rows if (row.dataset, row.seed) == (dataset, seed) and row.model in models]

    def _ratio(self, dataset: str, seed: int, model: str) -> float | None:
        chosen = self.best(dataset, seed, (model,))
        ours = self._fastest(dataset, seed, OURS, chosen.validation)
        same = self._fastest(dataset, seed, (model,), chosen.validation)
        return None if ours is None or same is None else same / ours

    def _fastest(self, dataset: str, seed: int, models: Sequence[str], least: float) -> float | None:
        rows = self._of(dataset, seed, models)
        return min((row.cycles for row in rows if row.cycles and row.fits and row.validation >= least), default=None)

    def findings(self) -> Findings:
        """Return tables of accuracy, of what the chosen rows take, and of the speed at equal accuracy."""
        return Findings(STUDY.question, (self._accuracies(), self._sizes(), self._speeds()), self._note())

    def _accuracies(self) -> TextTable:
        lines = [
            (dataset, *(f"{100 * self._mean(dataset, models):.2f}" for models in KINDS.values()))
            for dataset in self.datasets
        ]
        means = (f"{100 * mean:.2f}" for mean in self.summary["accuracy"].values())
        return TextTable(("test %", *KINDS), (*lines, ("mean", *means)))

    def _mean(self, dataset: str, models: Sequence[str]) -> float:
        return statistics.mean(self.best(dataset, seed, models).accuracy for seed in self.seeds)

    def _sizes(self) -> TextTable:
        lines = []
        for dataset in self.datasets:
            for models in KINDS.values():
                row = self.best(dataset, self.seeds[0], models)
                sizes = (f"{row.flash_bytes:,}", f"{row.ram_bytes:,}", f"{row.cycles or 0.0:,.0f}")
                lines.append((dataset, row.model, row.generator, row.settings, f"{100 * row.accuracy:.2f}", *sizes))
        return TextTable(("chosen", "model", "form or tool", "size", "test %", "flash", "RAM", "cycles"), tuple(lines))

    def _speeds(self) -> TextTable:
        models = (*ENSEMBLES, BY_HAND)
        lines = []
        for dataset in self.datasets:
            each = (self._ratio(dataset, self.seeds[0], model) for model in models)
            lines.append((dataset, *("-" if ratio is None else f"{ratio:.2f}" for ratio in each)))
        found = self.ratios(models)
        last = (f"{found[model]:.2f}" if model in found else "-" for model in models)
        return TextTable(("times faster than", *models), (*lines, ("geometric mean", *last)))

    def _note(self) -> tuple[str, ...]:
        said = self.summary
        faster = [said["times_faster"].get(model, 0.0) for model in ENSEMBLES]
        claims = {
            f"At least {100 * _MORE_ACCURATE:.1f} points above the most accurate XGBoost that fits, on average: "
            f"{100 * said['above_xgboost']:+.2f} points": said["above_xgboost"] >= _MORE_ACCURATE,
            f"At least {_FASTER:g} times faster than ensembles by public tools of equal accuracy: "
            f"{min(faster):.2f} times": min(faster) >= _FASTER,
        }
        right = "all answers are those of the models" if said["all_right"] else "some answers differ from the models'"
        return (
            "All models read the same words of 15 bits, learn from the same 64 % of the samples and are chosen by the "
            f"same 16 %; test accuracy is that of the other 20 %. Seeds {', '.join(map(str, self.seeds))}.",
            "Flash and RAM, stack included, of the whole firmware by avr-gcc -Os; cycles beyond an empty call, the "
            f"mean of up to {MOST_PLAYED} test samples, by simavr: {right}.",
            "Times faster: the fastest of tinydwn's at least as accurate, on the part to choose by, as the chosen "
            "ensemble, next to the fastest ensemble of that kind that is; - where none of tinydwn's is.",
            "XGBoost by hand: its trees with leaves rounded to whole numbers, which no public tool here writes.",
            *(f"{text}: {'holds' if holds else 'does not hold'}." for text, holds in claims.items()),
        )


def protocol() -> dict[str, Any]:
    """Return what decides outcomes beside data set, family and seed."""
    return {
        "tables": list(TABLES),
        "training": dict(TRAINING),
        "most_bits": MOST_BITS,
        "circuits": [CIRCUITS, MOST_NAND2, LIBRARY],
        "leaves": list(LEAVES),
        "forests": [list(one) for one in FORESTS],
        "boosted": [list(one) for one in BOOSTED],
    }


STUDY = Study(
    name="microcontroller",
    question="Which classifier is the most accurate within the 32 kB of an ATmega328P, and how fast is it?",
    told="Compare circuits, networks, trees and their ensembles within the 32 kB of an ATmega328P, on simavr.",
    minutes=90,
    asked=Asked,
    outcome=tuple[MicrocontrollerRow, ...],
    row=MicrocontrollerRow,
    tasks=_tasks,
    run=measure,
    on_arrival=_arrival,
    rows=lambda _, done: [row for _, rows in done for row in rows],
    findings=lambda measured: Chosen(measured.rows).findings(),
    summary=lambda measured: Chosen(measured.rows).summary,
    protocol=protocol,
)

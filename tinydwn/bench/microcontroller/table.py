"""What all rows say: the most accurate model of each kind that fits, and what equal accuracy costs."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinydwn.bench.cluster import ALL_CORES, Cluster
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.microcontroller.measure import (
    FAMILIES,
    MOST_PLAYED,
    MicrocontrollerRow,
    Task,
    measure,
    rows_of,
)
from tinydwn.bench.microcontroller.opponents import BOOSTED, FORESTS, LEAVES, require_generators
from tinydwn.bench.microcontroller.ours import CIRCUITS, LIBRARY, MOST_BITS, MOST_NAND2, TABLES, TRAINING
from tinydwn.bench.store import OutcomeStore, versions_here, versions_text
from tinydwn.bench.tasks import run_tasks
from tinydwn.errors import ConfigError
from tinydwn.tools.avr import find_avr_gcc, find_runner

SCHEMA = "tinydwn.microcontroller/1"
DATASETS = ("breast_cancer", "australian", "phoneme", "segment", "sylvine", "spambase", "jasmine", "letter")
SEEDS = (0,)
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


@dataclass(frozen=True, slots=True)
class Microcontroller:
    """All rows; print `to_text()`, keep `to_json()`."""

    rows: tuple[MicrocontrollerRow, ...]
    datasets: tuple[str, ...]
    seeds: tuple[int, ...]
    versions: Mapping[str, str]

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

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "schema": SCHEMA,
            "processor": "ATmega328P",
            "datasets": list(self.datasets),
            "seeds": list(self.seeds),
            "rows": [asdict(row) for row in self.rows],
            "summary": self.summary,
            "versions": dict(self.versions),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Microcontroller:
        """Return what `to_json` gave."""
        return cls(
            tuple(rows_of(content["rows"])), tuple(content["datasets"]), tuple(content["seeds"]), content["versions"]
        )

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return tables of accuracy, of what the chosen rows take, and of the speed at equal accuracy."""
        return Findings(
            "Which classifier is the most accurate within the 32 kB of an ATmega328P, and how fast is it?",
            (self._accuracies(), self._sizes(), self._speeds()),
            self._note(),
        )

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
            versions_text(dict(self.versions)),
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


def measure_microcontroller(
    *,
    datasets: Sequence[str] | None = None,
    seeds: Sequence[int] = SEEDS,
    store: Path | None = None,
    cluster: Cluster = ALL_CORES,
    on_arrival: Callable[[Task, list[MicrocontrollerRow], bool], object] | None = None,
) -> Microcontroller:
    """Measure all families of models on every data set; outcomes are kept as `run_tasks` does.

    `ProgramMissing` where avr-gcc, simavr's library or a package that writes C is missing, `ConfigError` for another
    data set.
    """
    names = datasets_of(datasets)
    require_generators()
    find_avr_gcc()
    find_runner()
    tasks = [Task(name, family, seed) for name in names for seed in seeds for family in FAMILIES]
    kept = OutcomeStore(store, SCHEMA, rows_of, write=_plain, protocol=protocol())
    found = run_tasks(tasks, measure, store=kept, cluster=cluster, on_arrival=on_arrival)
    rows = tuple(row for task in tasks for row in found[task.key])
    return Microcontroller(rows, names, tuple(seeds), versions_here())


def datasets_of(datasets: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return all data sets, or the given ones; `ConfigError` for one that is not measured."""
    for name in datasets or ():
        if name not in DATASETS:
            raise ConfigError(f"data set {name!r} is not measured", hint=f"choose among {', '.join(DATASETS)}")
    return DATASETS if datasets is None else tuple(dict.fromkeys(datasets))


def _plain(rows: list[MicrocontrollerRow]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]

"""Printed classifiers: circuits for few-bit words in a printed technology, next to trees and to what was published."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.printed_chips import (
    DEPTHS,
    FAMILIES,
    LEAVES,
    LIBRARY,
    MOST_NAND2,
    OPTIMAL,
    OURS,
    POINTS,
    TEST_SHARE,
    TREE,
    WORD_BITS,
    Circuit,
    Task,
    measured_circuits,
)
from tinydwn.bench.rows import Spread
from tinydwn.bench.study import Measured, Study
from tinydwn.errors import ConfigError
from tinydwn.technology.battery import BATTERY_SOURCE, BATTERY_UW, batteries

FIRST = 42
"""The split that was published on."""
_UNKNOWN = "data set {!r} is none of the printed ones"


@dataclass(frozen=True, slots=True)
class Asked:
    """Effort of the search, data sets, and splits: 42 is the one that was published on, the others give the spread."""

    effort: str = ask.effort("fast")
    datasets: tuple[str, ...] | None = ask.datasets()
    seeds: tuple[int, ...] = ask.seeds(FIRST, *range(10))

    def __post_init__(self) -> None:
        ask.require_effort(self.effort)
        ask.require_known(self.datasets, WORD_BITS, _UNKNOWN)
        ask.require_seeds(self.seeds)
        if FIRST not in self.seeds:
            raise ConfigError(f"split {FIRST} is left out", hint="give it, as it is the one that was published on")


@dataclass(frozen=True, slots=True)
class Row:
    """A circuit of a split: of the published split every one, of others the chosen one."""

    dataset: str
    seed: int
    circuit: Circuit


class Published(NamedTuple):
    """A classifier that others published: accuracy in percent, to so many digits, and area of the whole chip."""

    name: str
    accuracy: float
    area_cm2: float
    power_mw: float | None
    kind: str
    digits: int

    @property
    def least(self) -> float:
        """The least accuracy, a fraction, that is rounded to this one."""
        return (self.accuracy - 0.5 * 10.0**-self.digits) / 100


@cache
def _sources() -> dict[str, Any]:
    text = resources.files("tinydwn.bench").joinpath("printed_published.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


@cache
def published() -> dict[str, tuple[Published, ...]]:
    """Return what was published, by data set; see its sources."""
    return {name: tuple(Published(**one) for one in rows) for name, rows in _sources()["classifiers"].items()}


def _protocol() -> Mapping[str, Any]:
    return {
        "library": LIBRARY,
        "word_bits": WORD_BITS,
        "most_nand2": MOST_NAND2,
        "points": POINTS,
        "leaves": list(LEAVES),
        "depths": list(DEPTHS),
        "test_share": TEST_SHARE,
    }


def _tasks(asked: Asked) -> list[Task]:
    names = ask.require_known(asked.datasets, WORD_BITS, _UNKNOWN)
    return [Task(name, seed, asked.effort) for seed in asked.seeds for name in names]


def _arrival(task: Task, found: Sequence[Circuit]) -> str:
    texts = (f"{one.family} {100 * one.test:.1f} % @ {one.area_cm2:.3f} cm2" for one in found if one.chosen)
    return f"{task.dataset}, split {task.seed}: {', '.join(texts)}"


def _rows(_: Asked, done: Sequence[tuple[Task, Sequence[Circuit]]]) -> Iterator[Row]:
    for task, found in done:
        yield from (Row(task.dataset, task.seed, one) for one in found if one.chosen or task.seed == FIRST)


class Reached(NamedTuple):
    """What it takes to be as right as the best published classifier of a data set, on the published split.

    `area_cm2` has by family its smallest circuit that is, read off on the test part; None where none is.
    """

    dataset: str
    best: Published
    area_cm2: Mapping[str, float | None]
    chosen: Circuit
    chosen_tree: Circuit | None

    @property
    def tree_cm2(self) -> float | None:
        """The smallest tree, grown or optimal."""
        return min((area for name in (TREE, OPTIMAL) if (area := self.area_cm2[name]) is not None), default=None)

    @property
    def front_holds(self) -> bool:
        """Whether a circuit of ours is as right in no more area than every tree."""
        return _no_more(self.area_cm2[OURS], self.tree_cm2)

    @property
    def choice_holds(self) -> bool:
        """Whether the one that was chosen without the test part is, too."""
        return self.chosen.test >= self.best.least and _no_more(self.chosen.area_cm2, self.tree_cm2)

    @property
    def beats_tree(self) -> bool:
        """Whether it is at least as right as the decision tree that is chosen by the same rule, in no more area."""
        tree = self.chosen_tree
        return tree is None or (self.chosen.test >= tree.test and self.chosen.area_cm2 <= tree.area_cm2)


def _no_more(area: float | None, other: float | None) -> bool:
    return area is not None and (other is None or area <= other)


def reached(measured: Measured[Row]) -> tuple[Reached, ...]:
    """Return for each data set what the accuracy of its best published classifier takes."""
    found = []
    for name in dict.fromkeys(row.dataset for row in measured.rows):
        own = [row.circuit for row in measured.rows if row.dataset == name and row.seed == FIRST]
        best = max(published()[name], key=lambda one: one.least)
        areas = {
            family: min((one.area_cm2 for one in own if one.family == family and one.test >= best.least), default=None)
            for family in FAMILIES
        }
        chosen = {one.family: one for one in own if one.chosen}
        found.append(Reached(name, best, areas, chosen[OURS], chosen.get(TREE)))
    return tuple(found)


def _summary(measured: Measured[Row]) -> Mapping[str, int]:
    """Return of how many data sets the front, and the chosen circuit, is as right as published in a tree's area.

    `beats_tree` counts where the chosen circuit is at least as right as the chosen decision tree, in no more area.
    """
    found = reached(measured)
    return {
        "datasets": len(found),
        "front_holds": sum(one.front_holds for one in found),
        "choice_holds": sum(one.choice_holds for one in found),
        "beats_tree": sum(one.beats_tree for one in found),
    }


def _findings(measured: Measured[Row]) -> Findings:
    tables = [_side_by_side(measured), _at_the_best(measured)]
    if len(measured.about["seeds"]) > 1:
        tables.append(_spreads(measured))
    return Findings(STUDY.question, tuple(tables), tuple(_note(measured)))


def _side_by_side(measured: Measured[Row]) -> TextTable:
    """Return what was published and what each family chooses, on the published split."""
    lines = []
    for name in dict.fromkeys(row.dataset for row in measured.rows):
        for one in published()[name]:
            accuracy = f"{one.accuracy:.{one.digits}f}"
            lines.append((name, f"{one.name}, {one.kind}", accuracy, "-", *_size(one.area_cm2, one.power_mw)))
        for row in measured.rows:
            circuit = row.circuit
            if (row.dataset, row.seed, circuit.chosen) == (name, FIRST, True):
                texts = (f"{100 * circuit.test:.1f}", f"{100 * circuit.balanced:.1f}")
                made = "" if circuit.family == OURS else f", {circuit.made}"
                size = _size(circuit.area_cm2, circuit.static_power_mw)
                lines.append((name, f"{circuit.family}{made}", *texts, *size))
    return TextTable(("data", "classifier", "test %", "balanced %", "cm2", "mW", "batteries"), tuple(lines))


def _size(area_cm2: float, power_mw: float | None) -> tuple[str, str, str]:
    """Return area, power, and how many printed batteries that takes, as text."""
    area = f"{area_cm2:.3f}" if area_cm2 < 1 else f"{area_cm2:.2f}"
    return (area, "-", "-") if power_mw is None else (area, f"{power_mw:.2f}", str(batteries(1000 * power_mw)))


def _at_the_best(measured: Measured[Row]) -> TextTable:
    def line(one: Reached) -> tuple[str, ...]:
        areas = ("-" if area is None else f"{area:.3f}" for area in (one.area_cm2[name] for name in FAMILIES))
        best = f"{one.best.accuracy:.{one.best.digits}f} @ {one.best.area_cm2:g}"
        chosen = f"{100 * one.chosen.test:.1f} @ {one.chosen.area_cm2:.3f}"
        return (
            one.dataset,
            best,
            *areas,
            chosen,
            *(("loss", "win")[held] for held in (one.front_holds, one.choice_holds)),
        )

    head = ("as right as", "published % @ cm2", *FAMILIES, "chosen % @ cm2", "front", "choice")
    return TextTable(head, tuple(map(line, reached(measured))))


def _spreads(measured: Measured[Row]) -> TextTable:
    lines = []
    for name in dict.fromkeys(row.dataset for row in measured.rows):
        for family in FAMILIES:
            own = [
                row.circuit
                for row in measured.rows
                if row.dataset == name and row.circuit.family == family and row.circuit.chosen
            ]
            if own:
                right = (Spread.of(one.test for one in own).percent, Spread.of(one.balanced for one in own).percent)
                area = Spread.of(one.area_cm2 for one in own).text(3)
                lines.append((name, family, str(len(own)), *right, area))
    return TextTable(("data", "chosen of", "splits", "test %", "balanced %", "cm2"), tuple(lines))


def _note(measured: Measured[Row]) -> Iterator[str]:
    said, about = measured.summary, measured.protocol
    yield (
        f"Whole chips, words in and encoder included, in {about['library']}; the range of a feature in the training "
        "part is cut into words of 4 bits (vertebral-3c: of 5). Split 42 of train_test_split, 30 % for tests. "
        f"Power is static; a battery gives {BATTERY_UW / 1000:g} mW ({BATTERY_SOURCE}). Searched up to "
        f"{about['most_nand2']:g} NAND2 equivalents, effort {measured.about['effort']}."
    )
    yield (
        "Chosen: of each family the smallest circuit that is expected, by the training part alone, within one standard "
        "error of its best. As right as: the smallest circuit of each front that is as right as the best published "
        "classifier, all read off on the test part; a win where no tree is smaller."
    )
    yield (
        f"As right as published in no more than a tree's area: {said['front_holds']} of {said['datasets']} fronts, and "
        f"{said['choice_holds']} of {said['datasets']} circuits that were chosen without the test part. At least as "
        "right as the decision tree that is chosen likewise, in no more area: "
        f"{said['beats_tree']} of {said['datasets']} chosen circuits."
    )
    yield f"Published: {_sources()['source']}. {_sources()['bounds']}."
    if not any(row.circuit.family == OPTIMAL for row in measured.rows):
        yield "Optimal trees took no part: STreeD was not installed."
    for name in dict.fromkeys(row.dataset for row in measured.rows):
        front = (
            f"{100 * row.circuit.test:.1f} @ {row.circuit.area_cm2:.3f}"
            for row in measured.rows
            if (row.dataset, row.seed, row.circuit.family) == (name, FIRST, OURS)
        )
        yield f"Front of {name}, test % @ cm2: {', '.join(front)}."


STUDY = Study(
    name="printed",
    question="How small are printed classifiers of the accuracy that others published, and how small are trees?",
    told="Learn six public data sets as printed circuits, next to decision trees and to published classifiers.",
    minutes=90,
    asked=Asked,
    outcome=tuple[Circuit, ...],
    row=Row,
    tasks=_tasks,
    run=measured_circuits,
    on_arrival=_arrival,
    rows=_rows,
    findings=_findings,
    summary=_summary,
    protocol=_protocol,
)

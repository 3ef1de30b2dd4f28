"""Whether embedded facts map to the same area as the Liberty file that they were extracted from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.random_classifier import random_classifier
from tinydwn.bench.study import Measured, Study
from tinydwn.errors import VerificationError
from tinydwn.technology import Library, load_library
from tinydwn.tools.checksum import sha256_of


@dataclass(frozen=True, slots=True)
class Asked:
    """An embedded library and its Liberty file; how many random netlists, from which seed on."""

    library: str = ask.argument("An embedded library, such as nangate45.")
    liberty: Path = ask.argument("The Liberty file it came from.")
    count: int = ask.option(20, "How many random netlists.", least=1)
    seed: int = ask.option(0, "Number of the first netlist.", least=0)
    effort: str = ask.effort("fast")
    timeout: float = ask.option(120.0, "Seconds for each run of an external program.", least=0.001, most=1e6)

    def __post_init__(self) -> None:
        ask.require_effort(self.effort)


@dataclass(frozen=True, slots=True)
class Task:
    """The random netlist of a seed; `digest` is the SHA-256 of the Liberty file."""

    seed: int
    library: str
    liberty: Path
    digest: str
    effort: str
    timeout_s: float


@dataclass(frozen=True, slots=True)
class FactsRow:
    """One random netlist, mapped with the facts and with the Liberty file."""

    seed: int
    nodes: int
    facts_area_um2: float
    liberty_area_um2: float
    same_cells: bool

    @property
    def differs(self) -> bool:
        """Whether the two areas are not the same number."""
        return self.facts_area_um2 != self.liberty_area_um2


def _tasks(asked: Asked) -> list[Task]:
    place, seeds = asked.liberty.absolute(), range(asked.seed, asked.seed + asked.count)
    digest = sha256_of(place) if place.is_file() else ""
    return [Task(seed, asked.library, place, digest, asked.effort, asked.timeout) for seed in seeds]


def facts_row(task: Task) -> FactsRow:
    """Map the tables of a random classifier by both; `LibraryError` where either library cannot be had."""
    from tinydwn.lowering import lower_core
    from tinydwn.mapping import map_to_cells

    netlist = lower_core(random_classifier(task.seed)).netlist
    ours, theirs = (
        map_to_cells(netlist, _loaded(library), effort=task.effort, timeout_s=task.timeout_s)
        for library in (task.library, task.liberty)
    )
    same = ours.cell_counts == theirs.cell_counts
    return FactsRow(task.seed, len(netlist.nodes), ours.area_um2, theirs.area_um2, same)


@lru_cache(maxsize=2)
def _loaded(library: str | Path) -> Library:
    return load_library(library)


def _summary(measured: Measured[FactsRow]) -> Mapping[str, int]:
    """Return how many netlists got another area, and how many the same cells."""
    rows = measured.rows
    return {"differences": sum(row.differs for row in rows), "same_cells": sum(row.same_cells for row in rows)}


def _findings(measured: Measured[FactsRow]) -> Findings:
    lines = tuple(
        (str(row.seed), str(row.nodes), f"{row.facts_area_um2:.4f}", f"{row.liberty_area_um2:.4f}")
        for row in measured.rows
    )
    about, said = measured.about, measured.summary
    note = (
        f"{about['library']} against {about['liberty']}: {len(lines)} random netlists, {said['same_cells']} with the "
        f"same cells, differences in area: {said['differences']}.",
    )
    return Findings(STUDY.question, (TextTable(("seed", "nodes", "facts um2", "Liberty um2"), lines),), note)


def _defect(measured: Measured[FactsRow]) -> VerificationError | None:
    differ, about = measured.summary["differences"], measured.about
    if not differ:
        return None
    return VerificationError(
        f"{differ} of {about['count']} netlists got another area from {about['liberty']} than from the facts of "
        f"{about['library']}",
        hint="check that the file is the one that the facts name as their source",
    )


STUDY = Study(
    name="facts",
    question="Do embedded facts and their Liberty file give the same areas?",
    told="Map random netlists with embedded facts and with their Liberty file: exit code 3 where areas differ.",
    minutes=1,
    asked=Asked,
    outcome=FactsRow,
    row=FactsRow,
    tasks=_tasks,
    run=facts_row,
    on_arrival=lambda task, row: f"netlist {task.seed}: {row.nodes} nodes",
    rows=lambda _, done: [row for _, row in done],
    findings=_findings,
    summary=_summary,
    kept=False,
    defect=_defect,
)

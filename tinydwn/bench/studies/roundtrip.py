"""Many random classifiers all the way to what is written and back: how many change their meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.study import Measured, Study
from tinydwn.bench.trip import ARROWS, SAMPLES, Trip, run_trip
from tinydwn.errors import VerificationError


@dataclass(frozen=True, slots=True)
class Asked:
    """How many classifiers, from which seed on; efforts take turns where none is named, as `effort_of` has it."""

    count: int = ask.option(2000, "How many random classifiers.", least=1)
    seed: int = ask.option(0, "Number of the first classifier.", least=0)
    effort: str | None = ask.option(None, "fast, normal or high.", shown="fast, a few of them more")
    timeout: float = ask.option(120.0, "Seconds for each run of an external program.", least=0.001, most=1e6)

    def __post_init__(self) -> None:
        if self.effort is not None:
            ask.require_effort(self.effort)


@dataclass(frozen=True, slots=True)
class Task:
    """The classifier of a seed."""

    seed: int
    effort: str | None
    timeout_s: float


@dataclass(frozen=True, slots=True)
class ArrowTally:
    """What one arrow came to over all classifiers, both cuts counted."""

    arrow: str
    simulated: int
    proven: int
    mismatches: int


def _tasks(asked: Asked) -> list[Task]:
    return [Task(seed, asked.effort, asked.timeout) for seed in range(asked.seed, asked.seed + asked.count)]


def trip(task: Task) -> Trip:
    """Take a classifier down the road, compared at every arrow."""
    return run_trip(task.seed, effort=task.effort, timeout_s=task.timeout_s)


def _arrival(task: Task, found: Trip) -> str:
    compared = sum(found.simulated.values()) + sum(found.proven.values())
    return f"classifier {task.seed}: {compared} comparisons, {len(found.mismatches)} mismatches"


def _rows(_: Asked, done: Sequence[tuple[Task, Trip]]) -> Iterator[ArrowTally]:
    simulated: Counter[str] = Counter()
    proven: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for _task, found in done:
        simulated.update(found.simulated)
        proven.update(found.proven)
        wrong.update(mismatch.arrow for mismatch in found.mismatches)
    yield from (ArrowTally(arrow, simulated[arrow], proven[arrow], wrong[arrow]) for arrow in ARROWS)


def _more(_: Asked, done: Sequence[tuple[Task, Trip]]) -> Mapping[str, Any]:
    return {"found": [str(mismatch) for _task, found in done for mismatch in found.mismatches]}


def _summary(measured: Measured[ArrowTally]) -> Mapping[str, int]:
    comparisons = sum(arrow.simulated + arrow.proven for arrow in measured.rows)
    return {"comparisons": comparisons, "mismatches": len(measured.about["found"])}


def _findings(measured: Measured[ArrowTally]) -> Findings:
    head, said = ("arrow", "simulated", "proven", "mismatches"), measured.summary
    lines = tuple((a.arrow, str(a.simulated), str(a.proven), str(a.mismatches)) for a in measured.rows)
    count = (
        f"{measured.about['count']:,} random classifiers, {said['comparisons']:,} comparisons by simulation and by "
        f"proof, mismatches: {said['mismatches']}."
    )
    return Findings(STUDY.question, (TextTable(head, lines),), (*measured.about["found"], count))


def _defect(measured: Measured[ArrowTally]) -> VerificationError | None:
    found = measured.about["found"]
    hint = "this is a defect of tinydwn; please report it"
    return VerificationError(found[0], hint=hint) if found else None


STUDY = Study(
    name="roundtrip",
    question="Do random classifiers keep their meaning?",
    told="Take random classifiers all the way and back, and count what changed its meaning: exit code 3 unless 0.",
    minutes=45,
    asked=Asked,
    outcome=Trip,
    row=ArrowTally,
    tasks=_tasks,
    run=trip,
    on_arrival=_arrival,
    rows=_rows,
    findings=_findings,
    summary=_summary,
    more=_more,
    protocol=lambda: {"samples": SAMPLES},
    defect=_defect,
)

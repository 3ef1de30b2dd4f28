"""Many random classifiers all the way to what is written and back: how many change their meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinydwn.bench.cluster import Cluster
from tinydwn.bench.compared import Mismatch
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.store import OutcomeStore
from tinydwn.bench.tasks import run_tasks
from tinydwn.bench.trip import ARROWS, SAMPLES, Trip, run_trip
from tinydwn.errors import ConfigError

SCHEMA = "tinydwn.roundtrip/1"
_BLOCK = 4


@dataclass(frozen=True, slots=True)
class ArrowTally:
    """What one arrow came to over all classifiers, both cuts counted."""

    arrow: str
    simulated: int
    proven: int
    mismatches: int


@dataclass(frozen=True, slots=True)
class RoundtripSummary:
    """What `roundtrip` found; print `to_text()`, keep `to_json()`."""

    classifiers: int
    seed: int
    arrows: tuple[ArrowTally, ...]
    mismatches: tuple[Mismatch, ...]

    @property
    def comparisons(self) -> int:
        """All comparisons by simulation and by proof."""
        return sum(arrow.simulated + arrow.proven for arrow in self.arrows)

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "schema": SCHEMA,
            "classifiers": self.classifiers,
            "seed": self.seed,
            "comparisons": self.comparisons,
            "mismatches": len(self.mismatches),
            "arrows": [asdict(arrow) for arrow in self.arrows],
            "found": [asdict(mismatch) for mismatch in self.mismatches],
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> RoundtripSummary:
        """Return what `to_json` gave."""
        arrows = tuple(ArrowTally(**one) for one in content["arrows"])
        return cls(content["classifiers"], content["seed"], arrows, tuple(Mismatch(**one) for one in content["found"]))

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table of the arrows; what was found to differ, and the count, as notes."""
        head = ("arrow", "simulated", "proven", "mismatches")
        rows = tuple((a.arrow, str(a.simulated), str(a.proven), str(a.mismatches)) for a in self.arrows)
        found = tuple(str(mismatch) for mismatch in self.mismatches)
        count = (
            f"{self.classifiers:,} random classifiers, {self.comparisons:,} comparisons by simulation and by proof, "
            f"mismatches: {len(found)}."
        )
        return Findings("Do random classifiers keep their meaning?", (TextTable(head, rows),), (*found, count))


def roundtrip(
    count: int,
    *,
    seed: int = 0,
    effort: str | None = None,
    processes: int = 2,
    timeout_s: float = 120.0,
    store: Path | None = None,
    on_result: Callable[[Trip], None] | None = None,
) -> RoundtripSummary:
    """Take the random classifiers of seeds `seed` to `seed + count - 1` down the road, compared at every arrow.

    Without `effort`, efforts take turns as `effort_of` has it; costly arrows are taken by a share of the seeds. With
    `store`, trips are kept there as `run_tasks` does. `on_result` hears each classifier's `Trip` as it ends. The
    summary does not depend on `processes`. `ConfigError` for a count or a number of processes below 1.
    """
    if count < 1 or processes < 1:
        raise ConfigError(
            f"{count} classifiers in {processes} processes cannot be compared", hint="choose numbers of at least 1"
        )
    firsts = range(seed, seed + count, _BLOCK)
    tasks = [Block(first, min(_BLOCK, seed + count - first), effort, timeout_s) for first in firsts]
    kept = OutcomeStore(store, SCHEMA, _read, _write, protocol={"samples": SAMPLES})
    cluster = Cluster(processes=0 if processes == 1 or len(tasks) == 1 else processes)
    found = run_tasks(
        tasks, run_block, store=kept, cluster=cluster, on_arrival=lambda _, trips, __: _tell(trips, on_result)
    )
    return _summary(count, seed, [trip for task in tasks for trip in found[task.key]])


@dataclass(frozen=True, slots=True)
class Block:
    """Some classifiers in a row, done by one process."""

    first: int
    count: int
    effort: str | None
    timeout_s: float

    @property
    def key(self) -> str:
        """Everything that decides the outcome, as text."""
        return (
            f"{self.first} to {self.first + self.count - 1}, effort {self.effort or 'in turns'}, {self.timeout_s:g} s"
        )


def run_block(block: Block) -> tuple[Trip, ...]:
    """Return the trips of a block, in order."""
    seeds = range(block.first, block.first + block.count)
    return tuple(run_trip(seed, effort=block.effort, timeout_s=block.timeout_s) for seed in seeds)


def _tell(trips: Iterable[Trip], on_result: Callable[[Trip], None] | None) -> None:
    for trip in trips:
        if on_result is not None:
            on_result(trip)


def _summary(count: int, seed: int, trips: Iterable[Trip]) -> RoundtripSummary:
    simulated: Counter[str] = Counter()
    proven: Counter[str] = Counter()
    mismatches: list[Mismatch] = []
    for trip in trips:
        simulated.update(trip.simulated)
        proven.update(trip.proven)
        mismatches.extend(trip.mismatches)
    wrong = Counter(mismatch.arrow for mismatch in mismatches)
    tallies = tuple(ArrowTally(arrow, simulated[arrow], proven[arrow], wrong[arrow]) for arrow in ARROWS)
    return RoundtripSummary(count, seed, tallies, tuple(mismatches))


def _write(trips: tuple[Trip, ...]) -> object:
    return [asdict(trip) for trip in trips]


def _read(stored: Any) -> tuple[Trip, ...]:  # noqa: ANN401 - whatever JSON held
    return tuple(Trip(**{**one, "mismatches": tuple(Mismatch(**odd) for odd in one["mismatches"])}) for one in stored)

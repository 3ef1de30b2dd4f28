"""Many random classifiers through lower, minimize, map, export and read-back: how many change their meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tinydwn.bench.text_table import text_table
from tinydwn.bench.trip import ARROWS, Mismatch, Trip, run_trip
from tinydwn.bench.workers import worker_processes
from tinydwn.errors import ConfigError

_CHUNK = 4


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
            "classifiers": self.classifiers,
            "seed": self.seed,
            "comparisons": self.comparisons,
            "mismatches": len(self.mismatches),
            "arrows": [
                {
                    "arrow": arrow.arrow,
                    "simulated": arrow.simulated,
                    "proven": arrow.proven,
                    "mismatches": arrow.mismatches,
                }
                for arrow in self.arrows
            ],
            "found": [
                {"seed": found.seed, "cut": found.cut, "arrow": found.arrow, "reason": found.reason}
                for found in self.mismatches
            ],
        }

    def to_text(self) -> str:
        """Return a table of the arrows, the mismatches, and the count."""
        head = ("arrow", "simulated", "proven", "mismatches")
        rows = [(a.arrow, str(a.simulated), str(a.proven), str(a.mismatches)) for a in self.arrows]
        found = [str(mismatch) for mismatch in self.mismatches]
        count = f"{self.classifiers} random classifiers, {self.comparisons} comparisons, mismatches: {len(found)}"
        return "\n".join([text_table(head, rows), "", *found, count, ""])


def roundtrip(
    count: int,
    *,
    seed: int = 0,
    effort: str = "fast",
    processes: int = 2,
    timeout_s: float = 120.0,
    on_result: Callable[[Trip], None] | None = None,
) -> RoundtripSummary:
    """Take the random classifiers of seeds `seed` to `seed + count - 1` down the road, compared at every arrow.

    `on_result` hears each classifier's `Trip`, in order of seeds. The summary does not depend on `processes`.
    `ConfigError` for a count or a number of processes below 1.
    """
    if count < 1 or processes < 1:
        raise ConfigError(
            f"{count} classifiers in {processes} processes cannot be compared", hint="choose numbers of at least 1"
        )
    simulated: Counter[str] = Counter()
    proven: Counter[str] = Counter()
    mismatches: list[Mismatch] = []
    for trip in _trips(partial(run_trip, effort=effort, timeout_s=timeout_s), range(seed, seed + count), processes):
        simulated.update(trip.simulated)
        proven.update(trip.proven)
        mismatches.extend(trip.mismatches)
        if on_result is not None:
            on_result(trip)
    wrong = Counter(mismatch.arrow for mismatch in mismatches)
    tallies = tuple(ArrowTally(arrow, simulated[arrow], proven[arrow], wrong[arrow]) for arrow in ARROWS)
    return RoundtripSummary(count, seed, tallies, tuple(mismatches))


def _trips(run: Callable[[int], Trip], seeds: range, processes: int) -> Iterator[Trip]:
    if processes == 1 or len(seeds) == 1:
        yield from map(run, seeds)
        return
    with worker_processes(processes) as pool:
        yield from pool.map(run, seeds, chunksize=_CHUNK)

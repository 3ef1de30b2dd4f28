"""Seconds and memory per training step, against the same step sample by sample, side by side."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import product
from typing import Any

from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.peak import peak_growth
from tinydwn.bench.workers import worker_processes
from tinydwn.errors import ConfigError

SCHEMA = "tinydwn.training-cost/1"
BATCHES = (32, 256)
LUTS = (200, 1000, 5000)
INPUTS = (2, 4, 6)
ENGINES = ("tinydwn", "per-sample", "per-sample-powers")


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One size: median seconds of a step and the memory that steps take, for each engine.

    `per_sample` is the plain port of the authors' released kernel, `per_sample_powers` the same with the powers of the
    distances taken once; see `tinydwn.training.per_sample`. Memory is what the process grew by at its peak.
    """

    batch: int
    luts: int
    inputs_per_lut: int
    seconds: float
    per_sample_seconds: float
    per_sample_powers_seconds: float
    peak_bytes: int
    per_sample_peak_bytes: int

    @property
    def speedup(self) -> float:
        """How many times faster a step is than sample by sample."""
        return self.per_sample_seconds / self.seconds

    @property
    def speedup_against_powers(self) -> float:
        """How many times faster a step is than sample by sample with powers taken once."""
        return self.per_sample_powers_seconds / self.seconds


@dataclass(frozen=True, slots=True)
class TrainingCost:
    """All rows; print `to_text()`, keep `to_json()`."""

    rows: tuple[TrainingRow, ...]
    versions: dict[str, str]

    @property
    def summary(self) -> dict[str, float]:
        """Geometric means, the worst row, and the largest share of memory."""
        speedups = [row.speedup for row in self.rows]
        return {
            "geometric_mean_speedup": statistics.geometric_mean(speedups),
            "smallest_speedup": min(speedups),
            "geometric_mean_speedup_against_powers": statistics.geometric_mean(
                row.speedup_against_powers for row in self.rows
            ),
            "smallest_speedup_against_powers": min(row.speedup_against_powers for row in self.rows),
            "largest_memory_ratio": max(row.peak_bytes / max(row.per_sample_peak_bytes, 1) for row in self.rows),
        }

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        rows = [
            {**asdict(row), "speedup": row.speedup, "speedup_against_powers": row.speedup_against_powers}
            for row in self.rows
        ]
        return {"schema": SCHEMA, "rows": rows, "summary": self.summary, "versions": self.versions}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> TrainingCost:
        """Return what `to_json` gave."""
        names = [one.name for one in fields(TrainingRow)]
        rows = tuple(TrainingRow(**{name: row[name] for name in names}) for row in content["rows"])
        return cls(rows, content["versions"])

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table, one line per size."""
        head = ("batch", "LUTs", "n", "ms", "per sample ms", "powers once ms", "faster", "than powers once")
        lines = tuple(
            (
                f"{row.batch}",
                f"{row.luts}",
                f"{row.inputs_per_lut}",
                f"{row.seconds * 1e3:.3f}",
                f"{row.per_sample_seconds * 1e3:.3f}",
                f"{row.per_sample_powers_seconds * 1e3:.3f}",
                f"{row.speedup:.1f}",
                f"{row.speedup_against_powers:.1f}",
                f"{row.peak_bytes / 1e6:.1f}",
                f"{row.per_sample_peak_bytes / 1e6:.1f}",
            )
            for row in self.rows
        )
        summary = self.summary
        note = (
            f"Geometric mean {summary['geometric_mean_speedup']:.1f} times faster than sample by sample, "
            f"at least {summary['smallest_speedup']:.1f}; "
            f"{summary['geometric_mean_speedup_against_powers']:.1f} times with powers taken once, "
            f"at least {summary['smallest_speedup_against_powers']:.1f}. One thread.",
            ", ".join(f"{name} {version}" for name, version in self.versions.items()),
        )
        question = "How much faster is a training step than sample by sample?"
        return Findings(question, (TextTable((*head, "MB", "per sample MB"), lines),), note)


def training_cost(
    *,
    batches: Sequence[int] = BATCHES,
    luts: Sequence[int] = LUTS,
    inputs: Sequence[int] = INPUTS,
    seed: int = 0,
    on_row: Callable[[TrainingRow], None] | None = None,
) -> TrainingCost:
    """Measure a step of each engine for every batch size, number of tables and inputs per table.

    Each engine and size runs in a process of its own, one after the other, so that their memory does not mix.
    `ConfigError` for numbers of tables that ten classes cannot share.
    """
    if not luts or min(luts) < 1 or any(number % 10 for number in luts):
        raise ConfigError(
            f"{', '.join(map(str, luts)) or 'no'} lookup tables cannot vote for ten classes",
            hint="choose multiples of 10",
        )
    for what, values, most in (("samples per step", batches, 1 << 20), ("inputs per table", inputs, 10)):
        if not values or min(values) < 1 or max(values) > most:
            raise ConfigError(
                f"{what} are {', '.join(map(str, values)) or 'none'}", hint=f"choose numbers from 1 to {most}"
            )
    rows = []
    for n, number, batch in product(inputs, luts, batches):
        seconds, peaks = zip(*(_measured(engine, batch, number, n, seed) for engine in ENGINES), strict=True)
        rows.append(TrainingRow(batch, number, n, *seconds, *peaks[:2]))
        if on_row is not None:
            on_row(rows[-1])
    with worker_processes(1) as pool:
        versions = pool.submit(_versions).result()
    return TrainingCost(tuple(rows), versions)


def _measured(engine: str, batch: int, luts: int, inputs: int, seed: int) -> tuple[float, int]:
    with worker_processes(1) as pool:
        return pool.submit(measure, engine, batch, luts, inputs, seed).result()


def measure(engine: str, batch: int, luts: int, inputs: int, seed: int) -> tuple[float, int]:
    """Return the median seconds of a step of an engine, and by how many bytes this process grew for it."""
    from tinydwn.training.step import seconds_per_step, step_maker

    # Code is loaded before memory counts.
    seconds_per_step(step_maker(engine, batch=2, luts=10, inputs=inputs), least_s=0.0)  # type: ignore[arg-type]
    step = step_maker(engine, batch=batch, luts=luts, inputs=inputs, seed=seed)  # type: ignore[arg-type]
    with peak_growth() as growth:
        for _ in range(3):
            step()
    seconds = seconds_per_step(step)
    return seconds, growth.bytes


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    return {"python": platform.python_version(), **{name: version(name) for name in ("torch", "numba", "numpy")}}

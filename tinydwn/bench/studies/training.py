"""Seconds and memory per training step, against the same step sample by sample, side by side."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.peak import peak_growth
from tinydwn.bench.study import Measured, Study
from tinydwn.bench.workers import worker_processes
from tinydwn.errors import ConfigError

ENGINES = ("tinydwn", "per-sample", "per-sample-powers")


@dataclass(frozen=True, slots=True)
class Asked:
    """Samples per step, numbers of tables that ten classes can share, inputs per table."""

    batch: tuple[int, ...] = ask.option((32, 256), "Samples per step, separated by commas.")
    luts: tuple[int, ...] = ask.option((200, 1000, 5000), "Numbers of lookup tables, multiples of 10.")
    inputs: tuple[int, ...] = ask.option((2, 4, 6), "Inputs per table.")
    seed: int = ask.option(0, "Number of the random networks.", least=0)

    def __post_init__(self) -> None:
        if not self.luts or min(self.luts) < 1 or any(number % 10 for number in self.luts):
            raise ConfigError(
                f"{', '.join(map(str, self.luts)) or 'no'} lookup tables cannot vote for ten classes",
                hint="choose multiples of 10",
            )
        for what, values, most in (("samples per step", self.batch, 1 << 20), ("inputs per table", self.inputs, 10)):
            if not values or min(values) < 1 or max(values) > most:
                raise ConfigError(
                    f"{what} are {', '.join(map(str, values)) or 'none'}", hint=f"choose numbers from 1 to {most}"
                )


@dataclass(frozen=True, slots=True)
class Task:
    """One size of a step."""

    batch: int
    luts: int
    inputs: int
    seed: int


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


def _tasks(asked: Asked) -> list[Task]:
    sizes = product(asked.inputs, asked.luts, asked.batch)
    return [Task(batch, luts, inputs, asked.seed) for inputs, luts, batch in sizes]


def training_row(task: Task) -> TrainingRow:
    """Measure every engine, each in a process of its own, one after the other, so that their memory does not mix."""
    measured = []
    for engine in ENGINES:
        with worker_processes(1) as pool:
            measured.append(pool.submit(step_cost, engine, task).result())
    seconds, peaks = zip(*measured, strict=True)
    return TrainingRow(task.batch, task.luts, task.inputs, *seconds, *peaks[:2])


def step_cost(engine: str, task: Task) -> tuple[float, int]:
    """Return the median seconds of a step of an engine, and by how many bytes this process grew for it."""
    from tinydwn.training.step import seconds_per_step, step_maker

    # Code is loaded before memory counts.
    seconds_per_step(step_maker(engine, batch=2, luts=10, inputs=task.inputs), least_s=0.0)  # type: ignore[arg-type]
    step = step_maker(engine, batch=task.batch, luts=task.luts, inputs=task.inputs, seed=task.seed)  # type: ignore[arg-type]
    with peak_growth() as growth:
        for _ in range(3):
            step()
    seconds = seconds_per_step(step)
    return seconds, growth.bytes


def _summary(measured: Measured[TrainingRow]) -> Mapping[str, float]:
    """Return geometric means, the worst row, and the largest share of memory."""
    rows = measured.rows
    return {
        "geometric_mean_speedup": statistics.geometric_mean(row.speedup for row in rows),
        "smallest_speedup": min(row.speedup for row in rows),
        "geometric_mean_speedup_against_powers": statistics.geometric_mean(row.speedup_against_powers for row in rows),
        "smallest_speedup_against_powers": min(row.speedup_against_powers for row in rows),
        "largest_memory_ratio": max(row.peak_bytes / max(row.per_sample_peak_bytes, 1) for row in rows),
    }


def _findings(measured: Measured[TrainingRow]) -> Findings:
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
        for row in measured.rows
    )
    said = measured.summary
    note = (
        f"Geometric mean {said['geometric_mean_speedup']:.1f} times faster than sample by sample, at least "
        f"{said['smallest_speedup']:.1f}; {said['geometric_mean_speedup_against_powers']:.1f} times with powers taken "
        f"once, at least {said['smallest_speedup_against_powers']:.1f}. One thread.",
    )
    return Findings(STUDY.question, (TextTable((*head, "MB", "per sample MB"), lines),), note)


STUDY = Study(
    name="training",
    question="How much faster is a training step than sample by sample?",
    told="Time a training step against the same step sample by sample, as the authors' released kernel works.",
    minutes=5,
    asked=Asked,
    outcome=TrainingRow,
    row=TrainingRow,
    tasks=_tasks,
    run=training_row,
    on_arrival=lambda _, row: f"{row.luts} LUTs: {row.speedup:.1f} times faster",
    rows=lambda _, done: [row for _, row in done],
    findings=_findings,
    summary=_summary,
    derived=("speedup", "speedup_against_powers"),
    timed=True,
    kept=False,
)

"""What the road costs as classifiers grow: seconds per stage and memory, each size in a process of its own."""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.random_classifier import synthetic_classifier
from tinydwn.bench.study import Measured, Study
from tinydwn.bench.workers import worker_processes
from tinydwn.errors import ConfigError

STAGES = ("lower", "minimize", "map")
CLASSES = 10
INPUTS = 2352
MAX_SECONDS = 180.0
MAX_BYTES = 4_000_000_000
_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True)
class Asked:
    """Total numbers of tables, the library to map to, and how."""

    luts: tuple[int, ...] = ask.option((500, 1000, 2000, 3000), "Numbers of lookup tables, separated by commas.")
    library: str = ask.option("sky130_fd_sc_hd", "The cell library to map to.")
    effort: str = ask.effort("fast")
    cut: str = ask.cut()
    seed: int = ask.option(0, "Number of the classifiers.", least=0)

    def __post_init__(self) -> None:
        ask.require_cut(self.cut)
        ask.require_effort(self.effort)
        if not self.luts or min(self.luts) < 2 * CLASSES:
            raise ConfigError(
                f"sizes of {', '.join(map(str, self.luts)) or 'no'} lookup tables cannot be measured",
                hint=f"choose numbers of at least {2 * CLASSES}",
            )


@dataclass(frozen=True, slots=True)
class Task:
    """A synthetic classifier of MNIST's size: two layers over 2,352 bits, popcount over ten classes, argmax."""

    layers: tuple[int, ...]
    library: str
    effort: str
    cut: str
    seed: int


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """One classifier on the road: its size, what came out of each stage, and what that cost.

    `seconds` of the clock stand in the order of `STAGES`; `cpu_s` are those of all processors, programs included,
    which other work on the machine does not lengthen; `peak_bytes` is an upper bound of the memory that was held at a
    time: the largest of the Python process plus the largest of its children (ABC), as the system counts both.
    """

    layers: tuple[int, ...]
    lowered_nodes: int
    minimized_nodes: int
    cells: int
    area_um2: float
    seconds: tuple[float, ...]
    cpu_s: float
    peak_bytes: int

    @property
    def luts(self) -> int:
        """The number of lookup tables in all layers."""
        return sum(self.layers)

    @property
    def total_s(self) -> float:
        """Seconds of the clock over all stages."""
        return sum(self.seconds)


def layers_of(luts: int) -> tuple[int, int]:
    """Split a number of lookup tables into two layers, about 2 to 1, the last a multiple of the ten classes.

    >>> layers_of(3000), layers_of(500)
    ((2000, 1000), (330, 170))
    """
    last = max(CLASSES, round(luts / 3 / CLASSES) * CLASSES)
    return luts - last, last


def _tasks(asked: Asked) -> list[Task]:
    return [Task(layers_of(luts), asked.library, asked.effort, asked.cut, asked.seed) for luts in sorted(asked.luts)]


def scale_row(task: Task) -> ScaleRow:
    """Take a classifier down the road in a new process, started clean: the memory of this one must not count."""
    with worker_processes(1) as pool:
        return pool.submit(walked, task).result()


def walked(task: Task) -> ScaleRow:
    """Take a classifier down the road in this process, and say what it cost."""
    from tinydwn.lowering import lower, lower_core
    from tinydwn.mapping import map_to_cells
    from tinydwn.minimize import recipe, run_recipe
    from tinydwn.netlist import Assumption
    from tinydwn.technology import load_library

    classifier = synthetic_classifier(task.layers, inputs=INPUTS, classes=CLASSES, seed=task.seed)
    cells = load_library(task.library)
    start, cpu_start = time.perf_counter(), _cpu_s()
    if task.cut == "core":
        core = lower_core(classifier)
        netlist, assumption = core.netlist, core.assumption
    else:
        netlist, assumption = lower(classifier), Assumption.none()
    lowered = time.perf_counter()
    smaller = run_recipe(netlist, recipe(task.effort, timeout_s=_TIMEOUT_S), assuming=assumption).netlist
    minimized = time.perf_counter()
    mapped = map_to_cells(smaller, cells, effort=task.effort, timeout_s=_TIMEOUT_S)
    end = time.perf_counter()
    return ScaleRow(
        layers=task.layers,
        lowered_nodes=len(netlist.nodes),
        minimized_nodes=len(smaller.nodes),
        cells=sum(mapped.cell_counts.values()),
        area_um2=mapped.area_um2,
        seconds=(lowered - start, minimized - lowered, end - minimized),
        cpu_s=_cpu_s() - cpu_start,
        peak_bytes=_peak_bytes(),
    )


def _cpu_s() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return (own + children) * unit


def _summary(measured: Measured[ScaleRow]) -> Mapping[str, float | bool]:
    """Return whether every size took less than 180 s and 4 GB, and the exponent of processor time in size.

    First size to last: 1 is linear; 0 for a single size.
    """
    rows = measured.rows
    first, last = rows[0], rows[-1]
    growth = math.log(last.cpu_s / first.cpu_s) / math.log(last.luts / first.luts) if last.luts > first.luts else 0.0
    within = all(row.total_s < MAX_SECONDS and row.peak_bytes < MAX_BYTES for row in rows)
    return {"within_limits": within, "growth": growth}


def _findings(measured: Measured[ScaleRow]) -> Findings:
    head = ("LUTs", "layers", "nodes", "minimized", "cells", "area um2", *(f"{stage} s" for stage in STAGES))
    lines = tuple(
        (
            str(row.luts),
            "+".join(map(str, row.layers)),
            str(row.lowered_nodes),
            str(row.minimized_nodes),
            str(row.cells),
            f"{row.area_um2:.0f}",
            *(f"{seconds:.1f}" for seconds in row.seconds),
            f"{row.total_s:.1f}",
            f"{row.cpu_s:.1f}",
            f"{row.cpu_s / row.luts * 1000:.1f}",
            f"{row.peak_bytes / 1e6:.0f}",
        )
        for row in measured.rows
    )
    said, about = measured.summary, measured.about
    within = f"{'within' if said['within_limits'] else 'beyond'} the limits of"
    note = (
        f"{about['cut']} cut, {about['library']}, effort {about['effort']}.".capitalize(),
        f"Processor time grows with LUTs to the power {said['growth']:.2f}; {within} {MAX_SECONDS:.0f} s and "
        f"{MAX_BYTES / 1e9:.0f} GB.",
    )
    more = ("total s", "cpu s", "cpu s/1000 LUTs", "peak MB")
    return Findings(STUDY.question, (TextTable((*head, *more), lines),), note)


STUDY = Study(
    name="scale",
    question="What does the road cost as classifiers grow?",
    told="Lower, minimize and map synthetic classifiers of MNIST's size: seconds per stage, and memory.",
    minutes=2,
    asked=Asked,
    outcome=ScaleRow,
    row=ScaleRow,
    tasks=_tasks,
    run=scale_row,
    on_arrival=lambda _, row: f"{row.luts} LUTs in {row.total_s:.1f} s",
    rows=lambda _, done: [row for _, row in done],
    findings=_findings,
    summary=_summary,
    derived=("luts", "total_s"),
    protocol=lambda: {"inputs": INPUTS, "classes": CLASSES},
    timed=True,
    kept=False,
)

"""What the road costs as classifiers grow: seconds per stage and memory, each size in a process of its own."""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tinydwn.bench.random_classifier import synthetic_classifier
from tinydwn.bench.text_table import text_table
from tinydwn.bench.workers import worker_processes
from tinydwn.errors import ConfigError
from tinydwn.lowering import lower, lower_core
from tinydwn.mapping import map_to_cells
from tinydwn.minimize import recipe, run_recipe
from tinydwn.netlist import Assumption
from tinydwn.technology import load_library

STAGES = ("lower", "minimize", "map")
CLASSES = 10
INPUTS = 2352
MAX_SECONDS = 180.0
MAX_BYTES = 4_000_000_000


@dataclass(frozen=True, slots=True)
class ScalePoint:
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


@dataclass(frozen=True, slots=True)
class ScaleResult:
    """Points by ascending size; print `to_text()`, keep `to_json()`."""

    cut: str
    library: str
    effort: str
    seed: int
    points: tuple[ScalePoint, ...]

    @property
    def within_limits(self) -> bool:
        """Whether every point took less than 180 s and 4 GB."""
        return all(point.total_s < MAX_SECONDS and point.peak_bytes < MAX_BYTES for point in self.points)

    @property
    def growth(self) -> float:
        """The exponent of processor time in size, first point to last: 1 is linear; 0 for a single size."""
        first, last = self.points[0], self.points[-1]
        if first.luts == last.luts:
            return 0.0
        return math.log(last.cpu_s / first.cpu_s) / math.log(last.luts / first.luts)

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "cut": self.cut,
            "library": self.library,
            "effort": self.effort,
            "seed": self.seed,
            "inputs": INPUTS,
            "limits": {"seconds": MAX_SECONDS, "peak_bytes": MAX_BYTES},
            "within_limits": self.within_limits,
            "growth": self.growth,
            "points": [_as_json(point) for point in self.points],
        }

    def to_text(self) -> str:
        """Return a table, one line per size."""
        head = ["LUTs", "layers", "nodes", "minimized", "cells", "area um2"]
        head += [*(f"{stage} s" for stage in STAGES), "total s", "cpu s", "cpu s/1000 LUTs", "peak MB"]
        rows = [
            (
                str(point.luts),
                "+".join(map(str, point.layers)),
                str(point.lowered_nodes),
                str(point.minimized_nodes),
                str(point.cells),
                f"{point.area_um2:.0f}",
                *(f"{seconds:.1f}" for seconds in point.seconds),
                f"{point.total_s:.1f}",
                f"{point.cpu_s:.1f}",
                f"{point.cpu_s / point.luts * 1000:.1f}",
                f"{point.peak_bytes / 1e6:.0f}",
            )
            for point in self.points
        ]
        limits = f"{MAX_SECONDS:.0f} s and {MAX_BYTES / 1e9:.0f} GB"
        within = f"{'within' if self.within_limits else 'beyond'} the limits of {limits}"
        return f"{text_table(head, rows)}\nprocessor time grows with LUTs to the power {self.growth:.2f}; {within}\n"


def scale(
    luts: Sequence[int] = (500, 1000, 2000, 3000),
    *,
    library: str = "sky130_fd_sc_hd",
    effort: str = "fast",
    cut: Literal["core", "chip"] = "core",
    seed: int = 0,
    timeout_s: float = 600.0,
    on_point: Callable[[ScalePoint], None] | None = None,
) -> ScaleResult:
    """Lower, minimize and map a synthetic MNIST-size classifier for each total number of lookup tables in `luts`.

    Two layers, two thirds and one third, over 2,352 thermometer bits; popcount over ten classes, argmax. Each size
    runs in a new process, so that its memory is its own; `on_point` hears each result. `timeout_s` bounds every run
    of an outside program. `ConfigError` for no sizes, or one too small for ten classes.
    """
    if not luts or min(luts) < 2 * CLASSES:
        raise ConfigError(
            f"sizes of {', '.join(map(str, luts)) or 'no'} lookup tables cannot be measured",
            hint=f"choose numbers of at least {2 * CLASSES}",
        )
    points = []
    for total in sorted(luts):
        # A new process, started clean: the memory of this one must not count.
        with worker_processes(1) as pool:
            point = pool.submit(measure, layers_of(total), library, effort, cut, seed, timeout_s).result()
        points.append(point)
        if on_point is not None:
            on_point(point)
    return ScaleResult(cut, library, effort, seed, tuple(points))


def layers_of(luts: int) -> tuple[int, int]:
    """Split a number of lookup tables into two layers, about 2 to 1, the last a multiple of the ten classes.

    >>> layers_of(3000), layers_of(500)
    ((2000, 1000), (330, 170))
    """
    last = max(CLASSES, round(luts / 3 / CLASSES) * CLASSES)
    return luts - last, last


def measure(
    layers: Sequence[int], library: str, effort: str, cut: Literal["core", "chip"], seed: int, timeout_s: float
) -> ScalePoint:
    """Take one classifier down the road in this process and say what it cost."""
    classifier = synthetic_classifier(layers, inputs=INPUTS, classes=CLASSES, seed=seed)
    cells = load_library(library)
    start, cpu_start = time.perf_counter(), _cpu_s()
    if cut == "core":
        core = lower_core(classifier)
        netlist, assumption = core.netlist, core.assumption
    else:
        netlist, assumption = lower(classifier), Assumption.none()
    lowered = time.perf_counter()
    smaller = run_recipe(netlist, recipe(effort, timeout_s=timeout_s), assuming=assumption).netlist
    minimized = time.perf_counter()
    mapped = map_to_cells(smaller, cells, effort=effort, timeout_s=timeout_s)
    end = time.perf_counter()
    return ScalePoint(
        layers=tuple(layers),
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


def _as_json(point: ScalePoint) -> dict[str, object]:
    return {
        "luts": point.luts,
        "layers": list(point.layers),
        "lowered_nodes": point.lowered_nodes,
        "minimized_nodes": point.minimized_nodes,
        "cells": point.cells,
        "area_um2": point.area_um2,
        "seconds": {**dict(zip(STAGES, point.seconds, strict=True)), "total": point.total_s},
        "cpu_s": point.cpu_s,
        "peak_bytes": point.peak_bytes,
    }

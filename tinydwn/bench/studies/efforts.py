"""What more effort is worth: the same trained networks at each effort, in area and seconds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.networks import NETWORKS, Network, trained_core
from tinydwn.bench.study import Measured, Study

EFFORTS = ("fast", "normal", "high")
LIBRARIES = ("nangate45", "sky130_fd_sc_hd")
SMALL = (
    "iris 21x2 popcount",
    "wine 21x2 popcount",
    "breast_cancer 20x2 popcount",
    "ionosphere 20x2 popcount",
    "ionosphere 36x4 learnable",
    "iris 24x4 coded",
)
"""Those networks that take the least time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which networks."""

    networks: tuple[str, ...] | None = ask.option(
        None, "Only these networks of 'bench exact', separated by commas.", shown="six small ones"
    )

    def __post_init__(self) -> None:
        ask.require_known(self.networks, NETWORKS, "no network {!r} is measured")


@dataclass(frozen=True, slots=True)
class Task:
    """One network at one effort."""

    network: Network
    effort: str


@dataclass(frozen=True, slots=True)
class EffortRow:
    """One network's core at one effort: its area in um2 by library, two-input gates, seconds for all of it.

    Every circuit was proven to mean what the network does.
    """

    network: str
    effort: str
    areas_um2: tuple[float, ...]
    gates2: int
    seconds: float

    @property
    def sizes(self) -> tuple[float, ...]:
        """Areas and gates."""
        return (*self.areas_um2, self.gates2)


def effort_row(task: Task) -> EffortRow:
    """Minimize and map the core of a network at an effort, and prove it; `VerificationError` where that fails."""
    from tinydwn.mapping import map_minimized
    from tinydwn.synthesis.minimization import minimize_core
    from tinydwn.technology import load_library
    from tinydwn.verify import prove_equivalent

    core, effort = trained_core(task.network), task.effort
    start = time.perf_counter()
    small = minimize_core(core, effort=effort, timeout_s=600.0)
    mapped = [
        map_minimized(small, load_library(name), effort=effort, timeout_s=600.0) for name in (*LIBRARIES, "gates2")
    ]
    for one in mapped:
        prove_equivalent(core.netlist, one.functions(), assuming=core.assumption, timeout_s=600.0).require()
    *areas, gates = (one.area_um2 for one in mapped)
    return EffortRow(task.network.name, effort, tuple(areas), round(gates), time.perf_counter() - start)


def _tasks(asked: Asked) -> list[Task]:
    names = ask.require_known(asked.networks or SMALL, NETWORKS, "no network {!r} is measured")
    return [Task(NETWORKS[name], effort) for name in names for effort in EFFORTS]


def _summary(measured: Measured[EffortRow]) -> Mapping[str, Mapping[str, float]]:
    """Return for each effort after the first how it compares with the one before, over networks, libraries and gates2.

    The geometric mean of the ratios, how many are smaller and how many larger, and that of the seconds.
    """
    return {effort: _step(measured, before, effort) for before, effort in pairwise(EFFORTS)}


def _step(measured: Measured[EffortRow], before: str, effort: str) -> dict[str, float]:
    pairs = [(_of(measured, row.network, before), row) for row in measured.rows if row.effort == effort]
    sizes = [both for one, other in pairs for both in zip(one.sizes, other.sizes, strict=True)]
    ratios = [now / then for then, now in sizes if then]
    return {
        "geometric_mean_ratio": statistics.geometric_mean(ratios) if all(ratios) else 0.0,
        "smaller": sum(now < then for then, now in sizes),
        "larger": sum(now > then for then, now in sizes),
        "compared": len(sizes),
        "seconds_ratio": statistics.geometric_mean(other.seconds / one.seconds for one, other in pairs),
    }


def _of(measured: Measured[EffortRow], network: str, effort: str) -> EffortRow:
    return next(row for row in measured.rows if (row.network, row.effort) == (network, effort))


def _findings(measured: Measured[EffortRow]) -> Findings:
    steps = (
        f"{effort} against {before}: {100 * (1 - said['geometric_mean_ratio']):.1f} % smaller on average, "
        f"{said['smaller']} smaller and {said['larger']} larger of {said['compared']}, in "
        f"{said['seconds_ratio']:.1f} times the seconds."
        for (before, effort), said in zip(pairwise(EFFORTS), measured.summary.values(), strict=True)
    )
    note = (
        "Core cut; minimizing and mapping at the same effort, then a proof; seconds for all libraries together.",
        *steps,
    )
    head = ("network", "effort", *(f"{name} um2" for name in LIBRARIES), "gates2", "s", "than before")
    return Findings(STUDY.question, (TextTable(head, tuple(_lines(measured))),), note)


def _lines(measured: Measured[EffortRow]) -> Iterator[tuple[str, ...]]:
    for row in measured.rows:
        before = EFFORTS[max(0, EFFORTS.index(row.effort) - 1)]
        compared = _compared(_of(measured, row.network, before), row) if before != row.effort else ""
        areas = (f"{area:,.1f}" for area in row.areas_um2)
        yield (row.network, row.effort, *areas, f"{row.gates2}", f"{row.seconds:.1f}", compared)


def _compared(before: EffortRow, now: EffortRow) -> str:
    differences = [new - old for old, new in zip(before.sizes, now.sizes, strict=True)]
    if max(differences) > 0:
        return "larger"
    return "smaller" if min(differences) < 0 else "equal"


STUDY = Study(
    name="efforts",
    question="What is more effort worth?",
    told="Take trained networks to cells at each effort, and compare areas and seconds.",
    minutes=6,
    asked=Asked,
    outcome=EffortRow,
    row=EffortRow,
    tasks=_tasks,
    run=effort_row,
    on_arrival=lambda task, row: f"{row.network}, {task.effort}: {row.gates2} two-input gates in {row.seconds:.1f} s",
    rows=lambda _, done: [row for _, row in done],
    findings=_findings,
    summary=_summary,
    protocol=lambda: {"libraries": list(LIBRARIES)},
    timed=True,
)

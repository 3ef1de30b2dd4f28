"""What more effort is worth: the same trained networks at each effort, in area and seconds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinydwn.bench.cluster import Cluster
from tinydwn.bench.exact import NETWORKS, Network
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.store import OutcomeStore
from tinydwn.bench.tasks import run_tasks
from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.lowering import Core

SCHEMA = "tinydwn.efforts/1"
EFFORTS = ("fast", "normal", "high")
LIBRARIES = ("nangate45", "sky130_fd_sc_hd")
_QUICK = (
    "iris 21x2 popcount",
    "wine 21x2 popcount",
    "breast_cancer 20x2 popcount",
    "ionosphere 20x2 popcount",
    "iris 24x4 coded",
    "ionosphere 36x4 learnable",
)
SMALL_NETWORKS = tuple(network for network in NETWORKS if network.name in _QUICK)
"""Those of `bench exact` that take the least time."""


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


@dataclass(frozen=True, slots=True)
class Efforts:
    """All rows, network by network and by rising effort; print `to_text()`, keep `to_json()`."""

    rows: tuple[EffortRow, ...]

    @property
    def summary(self) -> dict[str, dict[str, float]]:
        """For each effort after the first: how it compares with the one before, over networks, libraries and gates2.

        The geometric mean of the ratios, how many are smaller and how many larger, and that of the seconds.
        """
        return {effort: self._step(before, effort) for before, effort in pairwise(EFFORTS)}

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        rows = [{**asdict(row), "areas_um2": list(row.areas_um2)} for row in self.rows]
        return {"schema": SCHEMA, "libraries": list(LIBRARIES), "rows": rows, "summary": self.summary}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Efforts:
        """Return what `to_json` gave."""
        return cls(tuple(_row(row) for row in content["rows"]))

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table, one line per network and effort; the last column compares with the effort before."""
        head = ("network", "effort", *(f"{name} um2" for name in LIBRARIES), "gates2", "s", "than before")
        lines = tuple(
            (
                row.network,
                row.effort,
                *(f"{area:,.1f}" for area in row.areas_um2),
                f"{row.gates2}",
                f"{row.seconds:.1f}",
                _compared(self._of(row.network, before), row) if before else "",
            )
            for row in self.rows
            for before in (EFFORTS[EFFORTS.index(row.effort) - 1] if row.effort != EFFORTS[0] else "",)
        )
        steps = (
            f"{effort} against {before}: {100 * (1 - said['geometric_mean_ratio']):.1f} % smaller on average, "
            f"{said['smaller']} smaller and {said['larger']} larger of {said['compared']}, in "
            f"{said['seconds_ratio']:.1f} times the seconds."
            for (before, effort), said in zip(pairwise(EFFORTS), self.summary.values(), strict=True)
        )
        note = (
            "Core cut; minimizing and mapping at the same effort, then a proof; seconds for all libraries together.",
            *steps,
        )
        return Findings("What is more effort worth?", (TextTable(head, lines),), note)

    def _of(self, network: str, effort: str) -> EffortRow:
        return next(row for row in self.rows if (row.network, row.effort) == (network, effort))

    def _step(self, before: str, effort: str) -> dict[str, float]:
        networks = dict.fromkeys(row.network for row in self.rows)
        pairs = [(self._of(name, before), self._of(name, effort)) for name in networks]
        ratios = [now / then for one, other in pairs for then, now in _sizes(one, other) if then]
        return {
            "geometric_mean_ratio": statistics.geometric_mean(ratios) if all(ratios) else 0.0,
            "smaller": sum(now < then for one, other in pairs for then, now in _sizes(one, other)),
            "larger": sum(now > then for one, other in pairs for then, now in _sizes(one, other)),
            "compared": len(pairs) * (len(LIBRARIES) + 1),
            "seconds_ratio": statistics.geometric_mean(other.seconds / one.seconds for one, other in pairs),
        }


@dataclass(frozen=True, slots=True)
class Task:
    """One network at one effort."""

    network: Network
    effort: str

    @property
    def key(self) -> str:
        """Everything that decides the outcome, as text."""
        return f"{self.network.name} {self.effort}"


def measure_efforts(
    *,
    networks: Sequence[Network] = SMALL_NETWORKS,
    store: Path | None = None,
    on_arrival: Callable[[Task, EffortRow, bool], object] | None = None,
) -> Efforts:
    """Train each network, and take its core to cells at each effort; rows are kept in `store` as `run_tasks` does.

    Tasks run one by one in this process, so that nothing of it disturbs the seconds. `VerificationError` where a
    circuit is not proven to mean the same.
    """
    tasks = [Task(network, effort) for network in networks for effort in EFFORTS]
    kept = OutcomeStore(store, SCHEMA, _row, protocol={"libraries": list(LIBRARIES)})
    rows = run_tasks(tasks, effort_of, store=kept, cluster=Cluster(processes=0), on_arrival=on_arrival)
    return Efforts(tuple(rows[task.key] for task in tasks))


def effort_of(task: Task) -> EffortRow:
    """Return the row of a task."""
    return effort_row(task.network, trained_core(task.network), task.effort)


def networks_named(names: Sequence[str] | None) -> tuple[Network, ...]:
    """Return the networks of `bench exact` with these names, the small ones for None; `ConfigError` for another name.

    >>> networks_named(["iris 24x4 coded"])[0].luts
    24
    """
    if names is None:
        return SMALL_NETWORKS
    known = {network.name: network for network in NETWORKS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigError(f"no network '{unknown[0]}' is measured", hint=f"choose among {', '.join(known)}")
    return tuple(known[name] for name in dict.fromkeys(names))


@lru_cache(maxsize=1)
def trained_core(network: Network) -> Core:
    """Return the core of a network, trained as in `bench exact`; the last one is kept for its other efforts."""
    from tinydwn.data import load_dataset
    from tinydwn.lowering import lower_core
    from tinydwn.training import TrainingConfig, train

    split = load_dataset(network.dataset).split(seed=0)
    config = TrainingConfig.from_dict(
        {"layers": (network.luts,), "inputs_per_lut": network.inputs, "reduction": network.reduction}
    )
    return lower_core(train(split, config).classifier)


def effort_row(network: Network, core: Core, effort: str) -> EffortRow:
    """Return the row of one network at one effort."""
    from tinydwn.mapping import map_minimized
    from tinydwn.synthesis.minimization import minimize_core
    from tinydwn.technology import load_library
    from tinydwn.verify import prove_equivalent

    start = time.perf_counter()
    small = minimize_core(core, effort=effort, timeout_s=600.0)
    mapped = [
        map_minimized(small, load_library(name), effort=effort, timeout_s=600.0) for name in (*LIBRARIES, "gates2")
    ]
    for one in mapped:
        prove_equivalent(core.netlist, one.functions(), assuming=core.assumption, timeout_s=600.0).require()
    areas = [one.area_um2 for one in mapped]
    return EffortRow(network.name, effort, tuple(areas[:-1]), round(areas[-1]), time.perf_counter() - start)


def _sizes(one: EffortRow, other: EffortRow) -> Iterator[tuple[float, float]]:
    """Give the areas and gates of two rows side by side."""
    return zip((*one.areas_um2, one.gates2), (*other.areas_um2, other.gates2), strict=True)


def _compared(before: EffortRow, now: EffortRow) -> str:
    differences = [new - old for old, new in _sizes(before, now)]
    if max(differences) > 0:
        return "larger"
    return "smaller" if min(differences) < 0 else "equal"


def _row(content: dict[str, Any]) -> EffortRow:
    return EffortRow(**{**content, "areas_um2": tuple(content["areas_um2"])})

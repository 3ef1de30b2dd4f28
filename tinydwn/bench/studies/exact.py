"""Exact synthesis against plain tools: the same trained networks, every function kept on all inputs that can occur."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.networks import NETWORKS, Network, trained_core
from tinydwn.bench.plain import plain_area_um2, require_liberty
from tinydwn.bench.study import Measured, Study
from tinydwn.tools.checksum import sha256_of
from tinydwn.verify.formal import Method

LIBRARY = "sky130_fd_sc_hd"
_METHODS: dict[Method, float] = {"abc": 600.0, "yosys": 120.0}


@dataclass(frozen=True, slots=True)
class Asked:
    """The Liberty file of sky130_fd_sc_hd, the effort of minimizing and mapping, and which networks."""

    liberty: Path = ask.argument("The Liberty file of sky130_fd_sc_hd.")
    effort: str = ask.effort()
    networks: tuple[str, ...] | None = ask.option(None, "Only these networks, separated by commas.", shown="all thirty")

    def __post_init__(self) -> None:
        ask.require_effort(self.effort)
        require_liberty(self.liberty)
        ask.require_known(self.networks, NETWORKS, "no network {!r} is measured")


@dataclass(frozen=True, slots=True)
class Task:
    """One network; `liberty` is the file of the library that plain tools map to, `digest` the SHA-256 of it."""

    network: Network
    liberty: Path
    digest: str
    effort: str


@dataclass(frozen=True, slots=True)
class ExactRow:
    """One network's core: areas by plain Yosys and by tinydwn, in um2, and how many provers said EQUIVALENT.

    At least one did; the other may have run out of time.
    """

    network: str
    plain_um2: float
    own_um2: float
    proofs: int

    @property
    def ratio(self) -> float:
        """What tinydwn needs of the area that plain tools need."""
        return self.own_um2 / self.plain_um2


def _tasks(asked: Asked) -> list[Task]:
    names = ask.require_known(asked.networks, NETWORKS, "no network {!r} is measured")
    place, digest = asked.liberty.absolute(), sha256_of(asked.liberty)
    return [Task(NETWORKS[name], place, digest, asked.effort) for name in names]


def exact(task: Task) -> ExactRow:
    """Train a network, and take its core to cells in both ways; `VerificationError` where no proof holds."""
    from tinydwn.mapping import map_minimized
    from tinydwn.synthesis.minimization import minimize_core
    from tinydwn.technology import load_library
    from tinydwn.verify import Outcome, prove_equivalent

    core = trained_core(task.network)
    small = minimize_core(core, effort=task.effort, timeout_s=600.0)
    mapped = map_minimized(small, load_library(LIBRARY), effort=task.effort, timeout_s=600.0)
    verdicts = [
        prove_equivalent(core.netlist, mapped.functions(), assuming=core.assumption, method=method, timeout_s=limit)
        for method, limit in _METHODS.items()
    ]
    proofs = sum(verdict.outcome is Outcome.EQUIVALENT for verdict in verdicts)
    for verdict in verdicts:
        if not proofs or verdict.outcome is Outcome.DIFFERENT:
            verdict.require()
    return ExactRow(task.network.name, plain_area_um2(core.netlist, task.liberty), mapped.area_um2, proofs)


def _summary(measured: Measured[ExactRow]) -> Mapping[str, float]:
    """Return geometric mean and largest of the ratios."""
    ratios = [row.ratio for row in measured.rows]
    return {"geometric_mean_ratio": statistics.geometric_mean(ratios), "largest_ratio": max(ratios)}


def _findings(measured: Measured[ExactRow]) -> Findings:
    lines = tuple(
        (row.network, f"{row.plain_um2:,.0f}", f"{row.own_um2:,.0f}", f"{row.ratio:.2f}", f"{row.proofs}")
        for row in measured.rows
    )
    said = measured.summary
    note = (
        f"Core cut, {LIBRARY}, effort {measured.about['effort']}. Plain: Yosys 'synth -flatten; abc -liberty'. "
        f"Geometric mean {said['geometric_mean_ratio']:.2f}, at most {said['largest_ratio']:.2f}.",
        "Proofs: how many of ABC and Yosys said EQUIVALENT within their time.",
    )
    head = ("network", "plain um2", "tinydwn um2", "ratio", "proofs")
    return Findings(STUDY.question, (TextTable(head, lines),), note)


STUDY = Study(
    name="exact",
    question="How much smaller are trained networks with every function kept?",
    told="Take thirty trained networks to cells, with plain Yosys and with every function kept, and compare areas.",
    minutes=60,
    asked=Asked,
    outcome=ExactRow,
    row=ExactRow,
    tasks=_tasks,
    run=exact,
    on_arrival=lambda _, row: f"{row.network}: {row.ratio:.2f} of the area",
    rows=lambda _, done: [row for _, row in done],
    findings=_findings,
    summary=_summary,
    derived=("ratio",),
    protocol=lambda: {"library": LIBRARY},
)

"""What came out of a run: figures, complaints and files, in one value that is also a JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tinydwn.errors import OutputError
from tinydwn.flow import run_dir
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.complaints import Complaint, read_complaints
from tinydwn.flow.constraints import sufficient_period_ns
from tinydwn.flow.drc import Violation, read_drc
from tinydwn.flow.drc import counted as violations_in_words
from tinydwn.flow.figures import COUNTS, MUST_TELL, figures_of
from tinydwn.flow.floorplan_words import document_of
from tinydwn.flow.metrics_file import joined, read_metrics
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.played import Played
from tinydwn.flow.runner import StageRun
from tinydwn.flow.signoff import Signed, signed_figures
from tinydwn.flow.state import digest
from tinydwn.flow.supply import counted_drops, drop_remarks
from tinydwn.metrics import Metric
from tinydwn.tools.files import write_atomically
from tinydwn.verify.verdict import Verdict

SCHEMA = "tinydwn.flow/1"
_ROUNDS = ("route__drc_errors__iter:", "detailedroute__route__drc_errors__iter:")


class Told(Protocol):
    """What is told of a finished run, whatever its plan."""

    @property
    def document(self) -> dict[str, object]:
        """All of it as values that JSON can hold."""

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The figures."""

    @property
    def verdict(self) -> Verdict:
        """Whether what came of it means what it has to."""

    @property
    def simulation(self) -> str:
        """What the testbench said."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was not done, and why."""


@dataclass(frozen=True, slots=True)
class FlowOutcome:
    """A finished run. `verdict` says whether the layout means what the netlist means.

    `routing_rounds` are the violations after each round of each detailed routing, the first and one after each repair
    of antennas; `violations` are those of the last. `simulation` is what the testbench said of the routed netlist, and
    `remarks` tell what was not done and why. `files` by sha256, as they lie below it.
    """

    plan: str
    circuit: FlowCircuit
    tool: str
    parasitics: str
    options: FlowOptions
    metrics: tuple[Metric, ...]
    routing_rounds: tuple[tuple[float, ...], ...]
    violations: tuple[Violation, ...]
    warnings: tuple[Complaint, ...]
    seconds: Mapping[str, float]
    verdict: Verdict
    simulation: str
    remarks: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> float | None:
        """Return a figure by its name, None where the tool did not give it."""
        return value_of(self.metrics, name)

    @property
    def sufficient_period_ns(self) -> float | None:
        """A clock period at which no path is late, by this layout's worst one; None without a setup slack."""
        slack, period = self.value("setup_slack"), self.options.clock_period_ns
        if slack is None:
            return None
        return sufficient_period_ns(period_ns=period, setup_slack_ns=slack, registers=self.circuit.registers > 0)

    @property
    def faults(self) -> tuple[str, ...]:
        """What keeps the layout from being good, in words; empty where nothing does."""
        faults = []
        for name, meaning in COUNTS.items():
            told, detail = self.value(name), ""
            if told is None and name in MUST_TELL[self.plan]:
                faults.append(f"{self.plan} told no count of {meaning}")
            count = int(told or 0)
            if name == "drc_violations" and self.violations:
                count, detail = max(count, len(self.violations)), f": {violations_in_words(self.violations)}"
            faults += [f"{count} {meaning}{detail}"] if count else []
        for kind, corner in (("setup", ""), ("hold", ""), ("setup", "slow"), ("hold", "fast")):
            slack = self.value(f"{kind}_slack_{corner}" if corner else f"{kind}_slack")
            where = f" in the {corner} corner" if corner else ""
            faults += [f"{kind} time missed by {-slack:.3f} ns{where}"] if slack is not None and slack < 0 else []
        if self.simulation.startswith("FAIL"):
            faults.append(f"the routed netlist answers test vectors wrongly: {self.simulation}")
        return tuple(faults)

    @property
    def document(self) -> dict[str, object]:
        """The JSON document of the run."""
        circuit = self.circuit
        return {
            "schema": SCHEMA,
            "plan": self.plan,
            "tool": self.tool,
            "bundle": circuit.bundle_digest,
            "circuit": circuit.name,
            "top": circuit.top,
            "library": circuit.library,
            "cells": circuit.cells,
            "registers": circuit.registers,
            "pins": circuit.pins,
            "parasitics": self.parasitics,
            "metrics": metrics_document(self.metrics),
            "floorplan": document_of(circuit, self.options),
            "clock_period_ns": self.options.clock_period_ns,
            "sufficient_period_ns": self.sufficient_period_ns,
            "drc_by_round": [list(one) for one in self.routing_rounds],
            "verdict": str(self.verdict),
            "simulation": self.simulation,
            "remarks": list(self.remarks),
            "faults": list(self.faults),
            "warnings": [{"code": one.code, "text": one.text, "times": one.times} for one in self.warnings],
            "seconds": dict(self.seconds),
            "files": dict(self.files),
        }


def collect(
    plan: str,
    circuit: FlowCircuit,
    runs: tuple[StageRun, ...],
    *,
    folder: Path,
    options: FlowOptions,
    tool: str = "",
    metrics: tuple[Path, ...],
    drc: Path | None = None,
    verdict: Verdict,
    routed_area_um2: float | None = None,
    played: Played | None = None,
    signed: Signed | None = None,
    remarks: tuple[str, ...] = (),
    files: tuple[Path, ...] = (),
) -> FlowOutcome:
    """Read what the stages left and return it as one value.

    `metrics` are files whose keys may repeat, later ones win; `FlowError` where one of them, or the report of
    violations, was cut off.
    """
    read = joined(read_metrics(_text(path), where=f"'{path}'") for path in metrics)
    played, signed = played or Played("not played"), signed or Signed()
    area = read.number("tinydwn__routed__area") if routed_area_um2 is None else routed_area_um2
    figures = figures_of(read, netlist_area_um2=circuit.area_um2, routed_area_um2=area, registers=circuit.registers > 0)
    logs = "\n".join(_text(run.folder / run_dir.LOG) for run in runs)
    better = signed_figures(signed, played)
    counted = next((one for one in better if one.name == "power"), None)
    return FlowOutcome(
        plan=plan,
        circuit=circuit,
        tool=tool,
        parasitics=read.text("tinydwn__parasitics") or "",
        metrics=_merged(figures, (*better, *counted_drops(figures, counted))),
        options=options,
        routing_rounds=next(filter(None, map(read.rounds, _ROUNDS)), ()),
        violations=read_drc(_text(drc), where=f"'{drc}'") if drc else (),
        warnings=tuple(one for one in read_complaints(logs) if one.level == "warning"),
        seconds={run.name: run.seconds for run in runs},
        verdict=verdict,
        simulation=played.said,
        remarks=(*signed.remarks, *drop_remarks(plan, figures, logs), *remarks),
        files={path.relative_to(folder).as_posix(): digest(path) for path in files if path.is_file()},
    )


def _merged(figures: tuple[Metric, ...], better: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """Return figures with those of the same name put in their place, and the others behind."""
    named = {one.name: one for one in better}
    kept = tuple(named.pop(one.name, one) for one in figures)
    return (*kept, *named.values())


def write_outcome(outcome: Told, folder: Path) -> Path:
    """Write the document of a run to `result.json` in its folder and return the path."""
    path = folder / run_dir.RESULT
    write_atomically(path, (json.dumps(outcome.document, indent=2, allow_nan=False) + "\n").encode())
    return path


def metrics_document(metrics: Iterable[Metric]) -> list[dict[str, object]]:
    """Return figures as JSON holds them."""
    return [
        {"name": m.name, "value": m.value, "unit": m.unit, "provenance": m.provenance.value, "source": m.source}
        for m in metrics
    ]


def value_of(metrics: Iterable[Metric], name: str) -> float | None:
    """Return a figure by its name, None where there is none."""
    return next((metric.value for metric in metrics if metric.name == name), None)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise OutputError(f"'{path}' cannot be read: {error.strerror}", hint="run the flow again") from error

"""From what a plan left to an outcome: its layout is proven, played, timed and measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import LibraryError, NetlistError, ProgramError
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.corners import corners_of
from tinydwn.flow.librelane_plan import FINAL, METRICS
from tinydwn.flow.orfs_plan import results_folder
from tinydwn.flow.outcome import FlowOutcome, collect
from tinydwn.flow.played import Played, play
from tinydwn.flow.prepared import Prepared
from tinydwn.flow.routed_cells import idle_free_area, to_routed_cells
from tinydwn.flow.runner import FlowStep, StageRun
from tinydwn.flow.signoff import Signed, sign_off
from tinydwn.technology.behavior import Behavior, behaviors
from tinydwn.technology.liberty import Group, load_liberty
from tinydwn.tools.files import write_atomically
from tinydwn.tools.openroad import METRICS_FILE
from tinydwn.verify.routed import prove_routed
from tinydwn.verify.verdict import Outcome, Verdict

MODELS = "cells.v"


@dataclass(frozen=True, slots=True)
class Left:
    """The files of a finished run: metrics, routed Verilog, SPEF and report of violations where they are, and all."""

    metrics: tuple[Path, ...]
    verilog: Path
    spef: Path | None
    drc: Path | None
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Cells:
    """What a Liberty file says of its cells: what each does, and its area in um2."""

    behaviors: Mapping[str, Behavior]
    areas: Mapping[str, float]

    @classmethod
    def of(cls, tree: Group) -> _Cells:
        areas = {group.name: group.number("area") or 0.0 for group in tree.all("cell")}
        return cls(behaviors(tree), areas)


def finished(
    prepared: Prepared, runs: tuple[StageRun, ...], *, on_event: Callable[[FlowStep], None] = lambda _: None
) -> FlowOutcome:
    """Return the outcome of a plan that has run; `cells.v` is written beside its routed Verilog.

    The layout is compared with the netlist, the vectors of the bundle are played on it, and OpenSTA times it with the
    wires that were extracted. What cannot be done on this machine is told in the outcome's remarks by name.
    """
    left, circuit = left_of(prepared, runs), prepared.circuit
    on_event(FlowStep("check", "layout against netlist"))
    text, cells, verdict = _proven(circuit, left.verilog, prepared.kit.liberty)
    played, signed, area = Played("not played: there is no routed netlist"), Signed(), None
    files = list(left.files)
    if cells is not None:
        try:
            models = to_routed_cells(text, cells.behaviors)
            area = idle_free_area(text, cells.areas)
            beside = left.verilog.with_name(MODELS)
            write_atomically(beside, models.encode())
            files.append(beside)
            on_event(FlowStep("check", "test vectors on the routed netlist"))
            played = play(prepared.vectors, text, models, cells.behaviors, clock=circuit.clock)
        except NetlistError as error:
            played = Played(f"not played: {error.message}")
        on_event(FlowStep("check", "timing and power of the routed netlist"))
        signed = sign_off(
            circuit, text, left.spef, corners_of(prepared.kit), period_ns=prepared.options.clock_period_ns,
            played=played,
        )  # fmt: skip
    return collect(
        prepared.plan.name,
        circuit,
        runs,
        folder=prepared.folder,
        options=prepared.options,
        tool=prepared.tool,
        metrics=left.metrics,
        drc=left.drc,
        verdict=verdict,
        routed_area_um2=area,
        played=played,
        signed=signed,
        files=tuple(files),
    )


def left_of(prepared: Prepared, runs: tuple[StageRun, ...]) -> Left:
    """Return where each plan leaves what."""
    folder, circuit, name = prepared.folder, prepared.circuit, prepared.plan.name
    if name == "openroad":
        place = folder / "finish"
        files = tuple(place / f"{circuit.top}{end}" for end in (".def", ".odb", ".routed.v", ".spef"))
        metrics = tuple(run.folder / METRICS_FILE for run in runs)
        return Left(metrics, files[2], files[3], folder / "route" / "drc.rpt", files)
    if name == "librelane":
        final = folder / "librelane" / FINAL
        whole = tuple(sorted(path for path in final.rglob("*") if path.is_file()))
        spef = next((path for path in whole if path.suffix == ".spef" and "nom" in path.name), None)
        metrics = (folder / "librelane" / METRICS,)
        return Left(metrics, final / "nl" / f"{circuit.top}.nl.v", spef, None, whole)
    results = folder / "orfs" / results_folder(circuit)
    metrics = tuple(sorted((folder / "orfs" / results_folder(circuit, "logs")).glob("*.json")))
    spef = results / "6_final.spef"
    return Left(metrics, results / "6_final.v", spef if spef.is_file() else None, None, _final(results))


def _final(results: Path) -> tuple[Path, ...]:
    return tuple(sorted(results.glob("6_final.*")))


def _proven(circuit: FlowCircuit, layout: Path, liberty: Path) -> tuple[str, _Cells | None, Verdict]:
    """Return the routed Verilog, its cells, and how it compares with the netlist.

    The verdict is UNDECIDED where a file that it takes is missing or not sound, and then there may be no cells.
    """
    for path, what in ((layout, "routed Verilog"), (liberty, "Liberty file")):
        if not path.is_file():
            return "", None, _undecided(circuit, f"there is no {what} '{path}'")
    text = layout.read_text(encoding="utf-8", errors="replace")
    names = (f"netlist of {circuit.top}", str(layout))
    try:
        cells = _Cells.of(load_liberty(liberty))
    except LibraryError as error:
        return text, None, _undecided(circuit, error.message)
    try:
        verdict = prove_routed(circuit.verilog, text, cells.behaviors, module=circuit.top, names=names)
    except (NetlistError, ProgramError, LibraryError) as error:
        return text, None, _undecided(circuit, error.message)
    return text, cells, verdict


def _undecided(circuit: FlowCircuit, reason: str) -> Verdict:
    return Verdict(Outcome.UNDECIDED, f"routed {circuit.top} = netlist before", "comparison", reason=reason)

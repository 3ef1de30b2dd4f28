"""From what a plan left to an outcome: its layout is proven, played, timed and measured."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tinydwn.errors import LibraryError, NetlistError, ProgramError
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.constraints import to_constraints
from tinydwn.flow.corners import corners_of
from tinydwn.flow.librelane_plan import FINAL, METRICS
from tinydwn.flow.macro import MACRO, Macro, masks, one_of, write_example, write_macro
from tinydwn.flow.macro_pins import differing_pins
from tinydwn.flow.orfs_plan import results_folder
from tinydwn.flow.outcome import FlowOutcome, collect
from tinydwn.flow.played import Played, play
from tinydwn.flow.prepared import Prepared
from tinydwn.flow.routed_cells import idle_free_area, to_routed_cells
from tinydwn.flow.run_dir import LOG
from tinydwn.flow.runner import FlowStep, StageRun
from tinydwn.flow.signoff import Signed, sign_off
from tinydwn.technology.behavior import Behavior, behaviors
from tinydwn.technology.liberty import Group, load_liberty
from tinydwn.tools.files import write_atomically
from tinydwn.tools.openroad import METRICS_FILE
from tinydwn.verify.routed import prove_routed
from tinydwn.verify.verdict import Outcome, Verdict

MODELS = "cells.v"
HANDED_ON = (".powered.v", ".lef", ".lib", ".sdf", ".sdc")
"""What the last stage of plan openroad writes for other designs, as far as its OpenROAD can."""


@dataclass(frozen=True, slots=True)
class Left:
    """The files of a finished run: metrics, routed Verilog, SPEF and report of violations where they are, and all."""

    metrics: tuple[Path, ...]
    verilog: Path
    spef: Path | None
    drc: Path | None
    files: tuple[Path, ...]
    log: Path | None = None

    def remarks(self, design: str) -> dict[str, str]:
        """Return why parts of a design were not written, by the end of their names, as the run's log tells."""
        if self.log is None or not self.log.is_file():
            return {}
        said = self.log.read_text(encoding="utf-8", errors="replace")
        found = re.findall(rf"^tinydwn: remark: no {re.escape(design)}\.(\S+): (.*)$", said, re.MULTILINE)
        return dict(found)


@dataclass(frozen=True, slots=True)
class _Cells:
    """A Liberty file and what it says of its cells: what each does, and its area in um2."""

    tree: Group
    behaviors: Mapping[str, Behavior]
    areas: Mapping[str, float]

    @classmethod
    def of(cls, tree: Group) -> _Cells:
        areas = {group.name: group.number("area") or 0.0 for group in tree.all("cell")}
        return cls(tree, behaviors(tree), areas)


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
    played, signed, area, models = Played("not played: there is no routed netlist"), Signed(), None, ""
    if cells is not None:
        on_event(FlowStep("check", "test vectors on the routed netlist"))
        area = idle_free_area(text, cells.areas)
        models, played = _played(prepared, text, cells)
        on_event(FlowStep("check", "timing and power of the routed netlist"))
        corners, period_ns = corners_of(prepared.kit), prepared.options.clock_period_ns
        signed = sign_off(circuit, text, left.spef, corners, period_ns=period_ns, played=played, tree=cells.tree)
    models_file = (left.verilog.with_name(MODELS),) if models else ()
    for path in models_file:
        write_atomically(path, models.encode())
    on_event(FlowStep("check", "what another design needs of this one"))
    macro = _macro(prepared, left, text, models, signed)
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
        remarks=macro.remarks,
        files=(*left.files, *models_file, *macro.files),
    )


def _played(prepared: Prepared, text: str, cells: _Cells) -> tuple[str, Played]:
    """Return models of the cells of a routed netlist, and what the vectors of the bundle say of it."""
    try:
        models = to_routed_cells(text, cells.behaviors)
    except NetlistError as error:
        return "", Played(f"not played: {error.message}")
    return models, play(prepared.vectors, text, models, cells.behaviors, clock=prepared.circuit.clock)


def _macro(prepared: Prepared, left: Left, text: str, models: str, signed: Signed) -> Macro:
    """Write the folder `macro` of a run: what its tool has left, and what was made here."""
    circuit, kit = prepared.circuit, prepared.kit
    layout = one_of(left.files, ".def")
    gds: Path | bytes | None = one_of(left.files, f"{circuit.top}.gds", "6_final.gds")
    why = dict.fromkeys((".lef", ".lib", ".powered.v"), f"plan '{prepared.plan.name}' writes none")
    why |= {f".{end}": reason for end, reason in left.remarks(circuit.top).items()}
    if gds is None:
        gds, why[".gds"] = masks(layout, kit)
    sources = {
        ".v": text or None,
        ".cells.v": models or None,
        ".powered.v": one_of(left.files, ".powered.v", ".pnl.v"),
        ".def": layout,
        ".lef": one_of(left.files, ".lef"),
        ".lib": one_of(left.files, ".lib"),
        ".gds": gds,
        ".spef": left.spef,
        ".sdf": one_of(left.files, ".sdf") or (signed.usual.sdf if signed.usual else None),
        ".sdc": to_constraints(circuit, period_ns=prepared.options.clock_period_ns),
    }
    folder = prepared.folder / MACRO
    made = write_macro(folder, circuit.top, sources, why=why)
    example = write_example(folder, circuit, kit, period_ns=prepared.options.clock_period_ns)
    differing = tuple(f"{MACRO}: {one}" for one in differing_pins(folder, circuit.top))
    return Macro((*made.files, *example.files), (*differing, *example.remarks, *made.remarks))


def left_of(prepared: Prepared, runs: tuple[StageRun, ...]) -> Left:
    """Return where each plan leaves what."""
    folder, circuit, name = prepared.folder, prepared.circuit, prepared.plan.name
    if name == "openroad":
        place = folder / "finish"
        ends = (".def", ".odb", ".routed.v", ".spef", *HANDED_ON)
        files = tuple(path for end in ends if (path := place / f"{circuit.top}{end}").is_file())
        metrics = tuple(run.folder / METRICS_FILE for run in runs)
        verilog, wires = (place / f"{circuit.top}{end}" for end in (".routed.v", ".spef"))
        return Left(metrics, verilog, wires, folder / "route" / "drc.rpt", files, place / LOG)
    if name == "librelane":
        final = folder / "librelane" / FINAL
        whole = tuple(sorted(path for path in final.rglob("*") if path.is_file()))
        spef = next((path for path in whole if path.suffix == ".spef" and "nom" in path.name), None)
        metrics = (folder / "librelane" / METRICS,)
        return Left(metrics, final / "nl" / f"{circuit.top}.nl.v", spef, None, whole)
    results = folder / "orfs" / results_folder(circuit)
    metrics = tuple(sorted((folder / "orfs" / results_folder(circuit, "logs")).glob("*.json")))
    spef = one_of(_final(results), ".spef")
    return Left(metrics, results / "6_final.v", spef, None, _final(results))


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
        stamp = liberty.stat()
        cells = _cells_of(liberty, (stamp.st_mtime_ns, stamp.st_size))
    except LibraryError as error:
        return text, None, _undecided(circuit, error.message)
    try:
        verdict = prove_routed(circuit.verilog, text, cells.behaviors, module=circuit.top, names=names)
    except (NetlistError, ProgramError, LibraryError) as error:
        return text, None, _undecided(circuit, error.message)
    return text, cells, verdict


@lru_cache(maxsize=1)
def _cells_of(liberty: Path, _stamp: tuple[int, int]) -> _Cells:
    """Return the cells of a Liberty file, read once as long as it stays as it is."""
    return _Cells.of(load_liberty(liberty))


def _undecided(circuit: FlowCircuit, reason: str) -> Verdict:
    return Verdict(Outcome.UNDECIDED, f"routed {circuit.top} = netlist before", "comparison", reason=reason)

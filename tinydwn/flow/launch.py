"""From a bundle to a plan that can run on this machine, and from its run to an outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast

from tinydwn.errors import ConfigError, FlowError, LibraryError, NetlistError, OutputError, ProgramError, TinydwnError
from tinydwn.export.bundle import is_bundle, read_bundle
from tinydwn.flow.circuit import FlowCircuit, circuit_of
from tinydwn.flow.kit import Kit, find_kit
from tinydwn.flow.librelane_plan import FINAL, METRICS, librelane_plan
from tinydwn.flow.options import PLANS, FlowOptions
from tinydwn.flow.orfs_plan import orfs_plan, results_folder
from tinydwn.flow.outcome import FlowOutcome, collect, write_outcome
from tinydwn.flow.place_route import openroad_plan
from tinydwn.flow.platform import platform_of
from tinydwn.flow.run_dir import alone_in, require_own, write_files
from tinydwn.flow.runner import FlowStep, StageRun, run_plan
from tinydwn.flow.stage import Plan
from tinydwn.flow.tool_version import versioned
from tinydwn.technology import load_library
from tinydwn.technology.behavior import behaviors
from tinydwn.technology.liberty import load_liberty
from tinydwn.tools.container import find_container
from tinydwn.tools.librelane import find_librelane, tools_are_here
from tinydwn.tools.openroad import METRICS_FILE, find_openroad
from tinydwn.tools.orfs import find_make, find_orfs
from tinydwn.verify.routed import prove_routed
from tinydwn.verify.verdict import Outcome, Verdict

PlanName = Literal["openroad", "librelane", "orfs"]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan with all that it was made from. `lacking` is what a run would miss, empty where it can start."""

    plan: Plan
    circuit: FlowCircuit
    kit: Kit
    folder: Path
    options: FlowOptions
    lacking: tuple[TinydwnError, ...]
    tool: str


def prepare(
    bundle: Path, folder: Path, *, plan: str, circuit: str, library: str, options: FlowOptions, dry: bool
) -> Prepared:
    """Return the plan for a circuit of a bundle, to be run in `folder`.

    A `dry` one names what is missing on this machine in `lacking` and runs none of the tools; any other raises
    `ProgramMissing` or `LibraryError` for it, `FlowError` where it is more than one thing. `ConfigError` for an
    unknown plan, circuit or library; `OutputError` for a folder that holds anything but a run.
    """
    if plan not in PLANS:
        raise ConfigError(f"unknown plan '{plan}'", hint=f"choose one of {', '.join(PLANS)}")
    platform_of(library)
    _require_outside(folder)
    require_own(folder)
    chosen = circuit_of(read_bundle(bundle), circuit=circuit, library=load_library(library))
    kit = find_kit(library, root=options.pdk_root)
    lacking: list[TinydwnError] = []
    if plan != "orfs":  # the flow scripts bring their technologies along
        _noted(kit.require, lacking)
    made, program = _made(cast("PlanName", plan), chosen, kit, folder, options, lacking)
    if not dry:
        _require_nothing(lacking)
        made, program = versioned(made, program)
    return Prepared(made, chosen, kit, folder, options, tuple(lacking), program)


def write_plan(prepared: Prepared) -> tuple[Path, ...]:
    """Write all files of a plan without running it, and return where they are; `FlowError` where a run is at work."""
    with alone_in(prepared.folder):
        write_files(prepared.folder, prepared.plan.files)
    return tuple(prepared.folder / name for name in sorted(prepared.plan.files))


def run_flow(
    prepared: Prepared, *, timeout_s: float, on_event: Callable[[FlowStep], None] = lambda _: None
) -> FlowOutcome:
    """Run a plan and write its outcome beside the bundle; `FlowError` where a stage fails."""
    runs = run_plan(prepared.plan, prepared.folder, timeout_s=timeout_s, on_event=on_event)
    outcome = _collected(prepared, runs)
    write_outcome(outcome, prepared.folder)
    return outcome


def _require_outside(folder: Path) -> None:
    """Refuse a run within a bundle, which holds nothing but what its manifest names."""
    for place in (folder, *folder.parents):
        if is_bundle(place):
            raise OutputError(f"'{folder}' lies in the bundle '{place}'", hint="leave --out out, or name another place")


def _made(
    plan: PlanName, circuit: FlowCircuit, kit: Kit, folder: Path, options: FlowOptions, lacking: list[TinydwnError]
) -> tuple[Plan, str]:
    """Return a plan and the name of its program; what is missing is noted, and its usual word stands for it."""
    if plan == "openroad":
        if options.container:
            box = _noted(lambda: find_container(folders=(folder,), read_only=(kit.root,)), lacking)
            return openroad_plan(circuit, kit, options, program="openroad", container=box, folder=folder), "OpenROAD"
        program = _noted(find_openroad, lacking) or "openroad"
        return openroad_plan(circuit, kit, options, program=str(program), folder=folder), "OpenROAD"
    if plan == "librelane":
        program = _noted(find_librelane, lacking) or "librelane"
        boxed = options.container or not tools_are_here()
        made = librelane_plan(circuit, kit, options, program=str(program), folder=folder, container=boxed)
        return made, "LibreLane"
    make, flow = _noted(find_make, lacking) or "make", _noted(find_orfs, lacking) or "OpenROAD-flow-scripts/flow"
    return orfs_plan(circuit, options, make=str(make), flow=str(flow), folder=folder), "OpenROAD-flow-scripts"


def _noted(find: Callable[[], Found], lacking: list[TinydwnError]) -> Found | None:
    """Return what was found; None where it is missing, which is noted."""
    try:
        return find()
    except (ProgramError, LibraryError) as error:
        lacking.append(error)
        return None


def _require_nothing(lacking: list[TinydwnError]) -> None:
    """Raise what is missing: one thing as it was found, several together."""
    if len(lacking) == 1:
        raise lacking[0]
    if lacking:
        listed = "".join(f"\n    {error.message}" for error in lacking)
        hint = "\n".join(dict.fromkeys(error.hint for error in lacking))
        raise FlowError(f"this machine lacks {len(lacking)} things:{listed}", hint=hint)


def _collected(prepared: Prepared, runs: tuple[StageRun, ...]) -> FlowOutcome:
    folder, circuit, name = prepared.folder, prepared.circuit, prepared.plan.name
    drc = None
    if name == "openroad":
        metrics = tuple(run.folder / METRICS_FILE for run in runs)
        drc = folder / "route" / "drc.rpt"
        layout = folder / "finish" / f"{circuit.top}.routed.v"
        files = [folder / "finish" / f"{circuit.top}{end}" for end in (".def", ".odb", ".routed.v", ".spef")]
    elif name == "librelane":
        final = folder / "librelane" / FINAL
        metrics = (folder / "librelane" / METRICS,)
        layout = final / "nl" / f"{circuit.top}.nl.v"
        files = sorted(path for path in final.rglob("*") if path.is_file())
    else:
        results = folder / "orfs" / results_folder(circuit)
        metrics = tuple(sorted((folder / "orfs" / results_folder(circuit, "logs")).glob("*.json")))
        layout = results / "6_final.v"
        files = sorted(results.glob("6_final.*"))
    return collect(
        name,
        circuit,
        runs,
        folder=folder,
        clock_period_ns=prepared.options.clock_period_ns,
        tool=prepared.tool,
        metrics=metrics,
        drc=drc,
        verdict=_proven(prepared, layout),
        files=tuple(files),
    )


def _proven(prepared: Prepared, layout: Path) -> Verdict:
    """Compare the layout with the netlist; UNDECIDED where a file that it takes is missing or not sound."""
    liberty, circuit = prepared.kit.liberty, prepared.circuit
    for path, what in ((layout, "routed Verilog"), (liberty, "Liberty file")):
        if not path.is_file():
            return _undecided(circuit, f"there is no {what} '{path}'")
    text = layout.read_text(encoding="utf-8", errors="replace")
    names = (f"netlist of {circuit.top}", str(layout))
    try:
        return prove_routed(circuit.verilog, text, behaviors(load_liberty(liberty)), module=circuit.top, names=names)
    except (NetlistError, ProgramError, LibraryError) as error:
        return _undecided(circuit, error.message)


def _undecided(circuit: FlowCircuit, reason: str) -> Verdict:
    return Verdict(Outcome.UNDECIDED, f"routed {circuit.top} = netlist before", "comparison", reason=reason)

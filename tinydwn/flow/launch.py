"""From a bundle to a plan that can run on this machine, and from its run to an outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from tinydwn.errors import ConfigError, OutputError, ProgramError
from tinydwn.export.bundle import is_bundle, read_bundle
from tinydwn.flow.circuit import FlowCircuit, circuit_of
from tinydwn.flow.kit import Kit, find_kit
from tinydwn.flow.librelane_plan import FINAL, METRICS, librelane_plan
from tinydwn.flow.options import PLANS, FlowOptions
from tinydwn.flow.orfs_plan import orfs_plan, results_folder
from tinydwn.flow.outcome import FlowOutcome, collect, write_outcome
from tinydwn.flow.place_route import openroad_plan
from tinydwn.flow.platform import platform_of
from tinydwn.flow.run_dir import write_files
from tinydwn.flow.runner import FlowStep, StageRun, run_plan
from tinydwn.flow.stage import Plan
from tinydwn.technology import load_library
from tinydwn.tools.container import find_container
from tinydwn.tools.librelane import find_librelane, tools_are_here
from tinydwn.tools.openroad import METRICS_FILE, find_openroad
from tinydwn.tools.orfs import find_make, find_orfs
from tinydwn.tools.program import run_program

PlanName = Literal["openroad", "librelane", "orfs"]
_VERSION_S = 60.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan with all that it was made from. `lacking` is what a run would miss, empty where it can start."""

    plan: Plan
    circuit: FlowCircuit
    kit: Kit
    folder: Path
    options: FlowOptions
    lacking: tuple[str, ...]
    tool: str


def prepare(
    bundle: Path, folder: Path, *, plan: str, circuit: str, library: str, options: FlowOptions, dry: bool
) -> Prepared:
    """Return the plan for a circuit of a bundle, to be run in `folder`.

    A `dry` one names what is missing on this machine in `lacking` and runs none of the tools; any other raises
    `ProgramMissing` or `LibraryError` for it. `ConfigError` for an unknown plan, circuit or library.
    """
    if plan not in PLANS:
        raise ConfigError(f"unknown plan '{plan}'", hint=f"choose one of {', '.join(PLANS)}")
    platform_of(library)
    _require_outside(folder)
    chosen = circuit_of(read_bundle(bundle), circuit=circuit, library=load_library(library))
    kit = find_kit(library, root=options.pdk_root)
    lacking = [f"PDK file {path}" for path in kit.missing] if plan != "orfs" else []
    if lacking and not dry:
        kit.require()
    made, tool = _made(cast("PlanName", plan), chosen, kit, folder, options, lacking if dry else None)
    return Prepared(made, chosen, kit, folder, options, tuple(lacking), tool)


def write_plan(prepared: Prepared) -> tuple[Path, ...]:
    """Write all files of a plan without running it, and return where they are."""
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
    plan: PlanName, circuit: FlowCircuit, kit: Kit, folder: Path, options: FlowOptions, lacking: list[str] | None
) -> tuple[Plan, str]:
    if plan == "openroad":
        return _openroad(circuit, kit, folder, options, lacking)
    if plan == "librelane":
        program = _found(find_librelane, "librelane", lacking)
        return librelane_plan(
            circuit, kit, options, program=program, folder=folder, container=options.container or not tools_are_here()
        ), "LibreLane"
    make, flow = _found(find_make, "make", lacking), _found(find_orfs, "OpenROAD-flow-scripts/flow", lacking)
    return orfs_plan(circuit, options, make=make, flow=flow, folder=folder), "OpenROAD-flow-scripts"


def _openroad(
    circuit: FlowCircuit, kit: Kit, folder: Path, options: FlowOptions, lacking: list[str] | None
) -> tuple[Plan, str]:
    if options.container:
        box = find_container(folders=(folder,), read_only=(kit.root,)) if lacking is None else None
        plan = openroad_plan(circuit, kit, options, program="openroad", version=box.image if box else "", container=box)
        return plan, f"OpenROAD in {box.image}" if box else "OpenROAD"
    program = _found(find_openroad, "openroad", lacking)
    version = _version(program) if lacking is None else ""
    return openroad_plan(circuit, kit, options, program=program, version=version, container=None), f"OpenROAD {version}"


def _found(find: Callable[[], Path], word: str, lacking: list[str] | None) -> str:
    """Return a program's path; where it is missing and that may be noted, note it and return its usual word."""
    try:
        return str(find())
    except ProgramError as error:
        if lacking is None:
            raise
        lacking.append(error.message)
        return word


def _version(program: str) -> str:
    done = run_program([program, "-version"], name="OpenROAD", folder=Path("/"), timeout_s=_VERSION_S)
    return next((line.strip() for line in done.text.splitlines() if line.strip()), "")


def _collected(prepared: Prepared, runs: tuple[StageRun, ...]) -> FlowOutcome:
    folder, circuit = prepared.folder, prepared.circuit
    name = prepared.plan.name
    if name == "openroad":
        top = circuit.top
        finish = folder / "finish"
        outcome = collect(
            name, circuit, runs, folder=folder, tool=prepared.tool,
            metrics=tuple(run.folder / METRICS_FILE for run in runs),
            drc=folder / "route" / "drc.rpt",
            files=tuple(finish / f"{top}{end}" for end in (".def", ".odb", ".routed.v", ".spef")),
        )  # fmt: skip
    elif name == "librelane":
        final = folder / "librelane" / FINAL
        outcome = collect(
            name, circuit, runs, folder=folder, tool=prepared.tool,
            metrics=(folder / "librelane" / METRICS,),
            files=tuple(sorted(path for path in final.rglob("*") if path.is_file())),
        )  # fmt: skip
    else:
        logs = folder / "orfs" / results_folder(circuit, "logs")
        outcome = collect(
            name, circuit, runs, folder=folder, tool=prepared.tool,
            metrics=tuple(sorted(logs.glob("*.json"))),
            files=tuple(sorted((folder / "orfs" / results_folder(circuit)).glob("6_final.*"))),
        )  # fmt: skip
    return outcome

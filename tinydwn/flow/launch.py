"""From a bundle to a plan that can run on this machine, and from its run to an outcome."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeVar, cast

from tinydwn.errors import ConfigError, FlowError, LibraryError, ProgramError, TinydwnError
from tinydwn.export.bundle import read_bundle
from tinydwn.flow.circuit import FlowCircuit, circuit_of
from tinydwn.flow.finished import finished
from tinydwn.flow.kit import Kit, find_kit
from tinydwn.flow.librelane_plan import librelane_plan
from tinydwn.flow.librelane_steps import told_of_failure
from tinydwn.flow.options import PLANS, FlowOptions
from tinydwn.flow.orfs_plan import orfs_plan
from tinydwn.flow.outcome import FlowOutcome, write_outcome
from tinydwn.flow.place_route import openroad_plan
from tinydwn.flow.platform import platform_of
from tinydwn.flow.played import vectors_of
from tinydwn.flow.prepared import Prepared
from tinydwn.flow.run_dir import alone_in, failed_place, require_outside, require_own
from tinydwn.flow.runner import FlowStep, run_stages
from tinydwn.flow.stage import Plan
from tinydwn.flow.tool_version import versioned
from tinydwn.technology import load_library
from tinydwn.tools.container import Container, find_container
from tinydwn.tools.librelane import find_librelane, tools_are_here
from tinydwn.tools.openroad import find_openroad
from tinydwn.tools.orfs import find_make, find_orfs, find_tools

PlanName = Literal["openroad", "librelane", "orfs"]
Found = TypeVar("Found")


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
    if options.pins_side and plan != "openroad":
        raise ConfigError(f"plan '{plan}' takes no side for pins", hint="leave --pins-side out, or use plan openroad")
    require_outside(folder)
    require_own(folder)
    whole = read_bundle(bundle)
    chosen = circuit_of(whole, circuit=circuit, library=load_library(library))
    kit = find_kit(library, root=options.pdk_root)
    lacking: list[TinydwnError] = []
    if plan != "orfs":  # the flow scripts bring their technologies along
        _noted(kit.require, lacking)
    made, program = _made(cast("PlanName", plan), chosen, kit, folder, options, lacking)
    if not dry:
        _require_nothing(lacking)
        made, program = versioned(made, program)
    vectors = vectors_of(whole, circuit)
    return Prepared(made, chosen, vectors, kit, folder, options, tuple(lacking), program)


def run_flow(
    prepared: Prepared, *, timeout_s: float, on_event: Callable[[FlowStep], None] = lambda _: None
) -> FlowOutcome:
    """Run a plan, prove, play and time what it made, and write the outcome, with no other run in its folder meanwhile.

    `FlowError` where a stage fails, and where another run is at work there.
    """
    with alone_in(prepared.folder):
        try:
            runs = run_stages(prepared.plan, prepared.folder, timeout_s=timeout_s, on_event=on_event)
        except FlowError as error:
            if prepared.plan.name != "librelane":
                raise
            place = failed_place(prepared.folder, prepared.plan.stages[0].name)
            raise told_of_failure(error, place, prepared.circuit) from error
        outcome = finished(prepared, runs, on_event=on_event)
        write_outcome(outcome, prepared.folder)
        return outcome


def _made(
    plan: PlanName, circuit: FlowCircuit, kit: Kit, folder: Path, options: FlowOptions, lacking: list[TinydwnError]
) -> tuple[Plan, str]:
    """Return a plan and the name of its program; what is missing is noted, and its usual word stands for it."""

    def box() -> Container | None:
        return _noted(lambda: find_container(folders=(folder,), read_only=(kit.root,)), lacking)

    if plan == "openroad":
        if options.container:
            return openroad_plan(circuit, kit, options, program="openroad", container=box(), folder=folder), "OpenROAD"
        program = _noted(find_openroad, lacking) or "openroad"
        return openroad_plan(circuit, kit, options, program=str(program), folder=folder), "OpenROAD"
    if plan == "librelane":
        if options.container or not tools_are_here():
            made = librelane_plan(circuit, kit, options, program="librelane", container=box(), folder=folder)
            return made, "LibreLane"
        program = _noted(find_librelane, lacking) or "librelane"
        return librelane_plan(circuit, kit, options, program=str(program), folder=folder), "LibreLane"
    make, found = _noted(find_make, lacking) or "make", _noted(find_orfs, lacking)
    flow = found or Path("OpenROAD-flow-scripts/flow")
    if found:
        _noted(lambda: find_tools(flow), lacking)
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

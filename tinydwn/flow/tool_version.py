"""Which version of its tool a plan runs with: another one runs all stages again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tinydwn.flow.stage import Plan
from tinydwn.tools.librelane import find_librelane, librelane_version
from tinydwn.tools.openroad import openroad_version
from tinydwn.tools.orfs import find_orfs, find_tools, orfs_version, said_version


def versioned(plan: Plan, name: str) -> tuple[Plan, str]:
    """Return a plan whose stages hold the version of its tool, and the tool's name with it.

    The tool is asked: `ProgramMissing` and its kin where it cannot say.
    """
    version = _version(plan)
    stages = tuple(replace(stage, program_version=version) for stage in plan.stages)
    return replace(plan, stages=stages), f"{name} {version}".rstrip()


def _version(plan: Plan) -> str:
    first = plan.stages[0]
    if first.container:
        return first.container.image
    if plan.name == "orfs":
        return flow_scripts_version(find_orfs())
    if plan.name == "openroad":
        return openroad_version(first.command[0])
    return librelane_version(find_librelane()).removeprefix("LibreLane ")


def flow_scripts_version(flow: Path) -> str:
    """Return the commit of the flow scripts and what their OpenROAD and Yosys say of theirs, as far as they do."""
    openroad, yosys = find_tools(flow)
    told = (("OpenROAD", said_version(openroad, "-version")), ("Yosys", said_version(yosys, "-V")))
    parts = [orfs_version(flow), *(f"{name} {said.removeprefix(f'{name} ')}" for name, said in told if said)]
    return ", ".join(part for part in parts if part)

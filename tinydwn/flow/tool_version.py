"""Which version of its tool a plan runs with: another one runs all stages again."""

from __future__ import annotations

from dataclasses import replace

from tinydwn.flow.stage import Plan
from tinydwn.tools.librelane import find_librelane, librelane_version
from tinydwn.tools.openroad import openroad_version
from tinydwn.tools.orfs import find_orfs, orfs_version


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
        return orfs_version(find_orfs())
    if plan.name == "openroad":
        return openroad_version(first.command[0])
    where = " in its container" if "--dockerized" in first.command else ""
    return f"{librelane_version(find_librelane())}{where}".removeprefix("LibreLane ")

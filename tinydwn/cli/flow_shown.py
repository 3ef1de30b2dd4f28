"""What `tinydwn flow` shows of any plan: what would run, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tinydwn.cli.console import narrate, result, result_json, show_line, show_table

if TYPE_CHECKING:
    from tinydwn.flow.outcome import Told
    from tinydwn.flow.stage import Planned

PLAN_SCHEMA = "tinydwn.flow-plan/1"


def show_plan(prepared: Planned, head: Sequence[str], more: Mapping[str, object], *, json: bool) -> None:
    """Write a plan without running it, and show what would run behind `head`; `more` joins the JSON document."""
    from tinydwn.flow.runner import write_plan

    plan, folder, files = prepared.plan, prepared.folder, write_plan(prepared)
    if json:
        document = {
            "schema": PLAN_SCHEMA,
            "plan": plan.name,
            "folder": str(folder),
            "files": [str(path) for path in files],
            "stages": [{"name": one.name, "command": list(one.command)} for one in plan.stages],
            **more,
            "lacking": [error.message for error in prepared.lacking],
            "hints": [error.hint for error in prepared.lacking],
        }
        result_json(document)
        return
    for line in head:
        show_line(line)
    for stage in plan.stages:
        show_line(f"{stage.name}: {stage.title}", style="bold")
        result(f"  {stage.by_hand(folder)}")
    show_line(f"written to {folder}: {len(files)} files; run.sh runs them by hand")
    for error in prepared.lacking:
        show_line(f"missing here: {error.message}", style="yellow")
        result(f"  hint: {error.hint}")


def show_outcome(
    outcome: Told, place: Path, *, title: str, note: str = "", lines: Sequence[str] = (), json: bool, quiet: bool
) -> None:
    """Show figures, verdict, `lines` and remarks of a finished run."""
    from tinydwn.report.sections import Table
    from tinydwn.report.wording import metric_row

    if json:
        result_json(outcome.document)
    else:
        rows = tuple(metric_row(one) for one in outcome.metrics)
        show_table(Table(title, ("figure", "value", "how", "of what"), rows, 4, note))
        for line in (str(outcome.verdict), *lines, *outcome.remarks):
            show_line(line)
    if not quiet:
        narrate(f"written: {place}")

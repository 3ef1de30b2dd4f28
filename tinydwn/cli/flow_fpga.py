"""`tinydwn flow` for FPGAs: from a finished bundle to a placed and routed design and its bitstream."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import Step, name_next, narrate, progress, result, result_json, show_line, show_table
from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.fpga.launch import FpgaPrepared
    from tinydwn.fpga.options import FpgaOptions
    from tinydwn.fpga.outcome import FpgaOutcome

PLAN_SCHEMA = "tinydwn.flow-plan/1"
ON_SILICON = (
    "library", "utilization", "clock_period", "least_core_edge", "pins_side", "pdk_root", "container", "threads",
)  # fmt: skip
ON_FPGA = ("part", "board", "freq", "seed", "pipeline")


def require_fitting(context: typer.Context, plan: str, others: tuple[str, ...]) -> None:
    """Raise `ConfigError` where an option was given that a plan does not know."""
    for name in others:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise ConfigError(f"plan '{plan}' knows no --{name.replace('_', '-')}", hint="leave it out")


def flow_fpga(
    context: typer.Context,
    folder: Path,
    *,
    plan: str,
    circuit: str,
    options: FpgaOptions,
    out: Path | None,
    timeout: float,
    dry_run: bool,
    json: bool,
    quiet: bool,
) -> None:
    """Run a plan for an FPGA and show its outcome; ends as `tinydwn flow` does."""
    from tinydwn.flow.run_dir import beside
    from tinydwn.fpga.launch import prepare_fpga, run_fpga

    place = (out or beside(folder, plan)).absolute()
    with progress(quiet=quiet) as listen:
        listen(Step("prepare", f"{circuit} for {plan}"))
        prepared = prepare_fpga(folder, place, plan=plan, circuit=circuit, options=options, dry=dry_run)
        outcome = None if dry_run else run_fpga(prepared, timeout_s=timeout, on_event=listen)
    if outcome is None:
        _show_plan(prepared, json=json)
        again = ["flow", folder, *given.words_of(context, leave_out=("folder", "dry_run", "json", "quiet"))]
        name_next("tinydwn", *(["doctor"] if prepared.lacking else again), quiet=quiet)
        return
    _show_outcome(outcome, place, json=json, quiet=quiet)
    _require_good(outcome, place)
    name_next("tinydwn", "report", folder, quiet=quiet)


def _show_plan(prepared: FpgaPrepared, *, json: bool) -> None:
    from tinydwn.fpga.launch import write_fpga_plan

    files, source = write_fpga_plan(prepared), prepared.source
    if json:
        stages = [{"name": one.name, "command": list(one.command)} for one in prepared.plan.stages]
        result_json(
            {
                "schema": PLAN_SCHEMA, "plan": prepared.plan.name, "folder": str(prepared.folder),
                "files": [str(path) for path in files], "stages": stages, "part": prepared.part.title,
                "lacking": [error.message for error in prepared.lacking],
                "hints": [error.hint for error in prepared.lacking],
            }
        )  # fmt: skip
        return
    show_line(f"{source.top}: {len(source.pins)} pins, {source.stages} stages, on {prepared.part.title}")
    for stage in prepared.plan.stages:
        show_line(f"{stage.name}: {stage.title}", style="bold")
        result(f"  {stage.by_hand(prepared.folder)}")
    show_line(f"written to {prepared.folder}: {len(files)} files; run.sh runs them by hand")
    for error in prepared.lacking:
        show_line(f"missing here: {error.message}", style="yellow")
        result(f"  hint: {error.hint}")


def _show_outcome(outcome: FpgaOutcome, place: Path, *, json: bool, quiet: bool) -> None:
    from tinydwn.report.sections import Table
    from tinydwn.report.wording import metric_row

    if json:
        result_json(outcome.document)
    else:
        rows = tuple(metric_row(one) for one in outcome.metrics)
        title = f"{outcome.source.top} on {outcome.part.title}"
        show_table(Table(title, ("figure", "value", "how", "of what"), rows, 4))
        show_line(str(outcome.verdict))
        for line in (f"test vectors on the synthesized netlist: {outcome.simulation}", *outcome.remarks):
            show_line(line)
    if not quiet:
        narrate(f"written: {place}")


def _require_good(outcome: FpgaOutcome, place: Path) -> None:
    from tinydwn.errors import FlowError

    outcome.verdict.require()
    if outcome.faults:
        hint = f"give more --pipeline stages, a lower --freq or another --seed; the design is in '{place}'"
        raise FlowError(f"the design is not good: {'; '.join(outcome.faults)}", hint=hint)

"""`tinydwn flow` for FPGAs: from a finished bundle to a placed and routed design and its bitstream."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import Step, name_next, progress
from tinydwn.cli.flow_shown import show_outcome, show_plan
from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.fpga.options import FpgaOptions
    from tinydwn.fpga.outcome import FpgaOutcome

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
        source, part = prepared.source, prepared.part.title
        head = f"{source.top}: {len(source.pins)} pins, {source.stages} stages, on {part}"
        show_plan(prepared, [head], {"part": part}, json=json)
        again = ["flow", folder, *given.words_of(context, leave_out=("folder", "dry_run", "json", "quiet"))]
        name_next("tinydwn", *(["doctor"] if prepared.lacking else again), quiet=quiet)
        return
    title = f"{outcome.source.top} on {outcome.part.title}"
    played = f"test vectors on the synthesized netlist: {outcome.simulation}"
    show_outcome(outcome, place, title=title, lines=[played], json=json, quiet=quiet)
    _require_good(outcome, place)
    name_next("tinydwn", "report", folder, quiet=quiet)


def _require_good(outcome: FpgaOutcome, place: Path) -> None:
    from tinydwn.errors import FlowError

    outcome.verdict.require()
    if outcome.faults:
        hint = f"give more --pipeline stages, a lower --freq or another --seed; the design is in '{place}'"
        raise FlowError(f"the design is not good: {'; '.join(outcome.faults)}", hint=hint)

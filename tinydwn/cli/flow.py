"""`tinydwn flow`: from a finished bundle to a placed and routed layout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import Step, name_next, progress
from tinydwn.cli.flow_shown import show_outcome, show_plan

if TYPE_CHECKING:
    from tinydwn.flow.outcome import FlowOutcome
    from tinydwn.flow.prepared import Prepared

_LAYOUT, _FPGA = "Layout", "On an FPGA"


def flow(
    context: typer.Context,
    folder: given.Folder,
    plan: Annotated[
        str,
        typer.Option(
            help="Who lays out: openroad, librelane or orfs; or the FPGA's family: ice40, ecp5, gowin or xilinx."
        ),
    ] = "openroad",
    circuit: Annotated[
        str | None,
        typer.Option(
            help="What is laid out: chip, core, registered or serial.",
            show_default="chip, and registered on an FPGA",
            rich_help_panel=_LAYOUT,
        ),
    ] = None,
    library: Annotated[
        str, typer.Option(help="The library whose netlist is laid out.", rich_help_panel=_LAYOUT)
    ] = "sky130_fd_sc_hd",
    utilization: Annotated[
        float, typer.Option(help="The share of the core that cells fill.", rich_help_panel=_LAYOUT)
    ] = 0.35,
    clock_period: Annotated[float, typer.Option(help="The clock's period in ns.", rich_help_panel=_LAYOUT)] = 10.0,
    least_core_edge: Annotated[
        float | None,
        typer.Option(
            help="The least edge of the core in µm, to leave room or to keep the power straps as far apart as usual.",
            show_default="what the power straps need",
            rich_help_panel=_LAYOUT,
        ),
    ] = None,
    pins_side: Annotated[
        str,
        typer.Option(
            help="The side where feature words come in: left, right, top or bottom.",
            show_default="as the placer likes it",
            rich_help_panel=_LAYOUT,
        ),
    ] = "",
    part: Annotated[
        str,
        typer.Option(
            help="The FPGA: up5k, hx1k, 25f, 85f, gw1nr-9.", show_default="the family's first", rich_help_panel=_FPGA
        ),
    ] = "",
    board: Annotated[
        str,
        typer.Option(
            help="Take this board's pins: icebreaker, icestick, ulx3s or tangnano9k.",
            show_default="pins wherever they fit",
            rich_help_panel=_FPGA,
        ),
    ] = "",
    freq: Annotated[
        float | None,
        typer.Option(
            help="The clock in MHz that has to be reached.", show_default="as fast as it gets", rich_help_panel=_FPGA
        ),
    ] = None,
    pipeline: Annotated[
        int, typer.Option(min=1, max=1000, help="Cut the chip into so many stages.", rich_help_panel=_FPGA)
    ] = 1,
    seed: Annotated[int, typer.Option(min=0, help="The seed of placement.", rich_help_panel=_FPGA)] = 1,
    pdk_root: Annotated[
        Path | None, typer.Option(help="The folder of the PDKs.", show_default="PDK_ROOT, else ~/.ciel")
    ] = None,
    container: Annotated[
        bool, typer.Option("--container", help="Run the tools in the container image that LibreLane offers.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="The folder of the run.", show_default="beside the bundle, with the plan's name")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, max=256, help="Threads for the tools.")] = 2,
    timeout: Annotated[float, typer.Option(min=0.001, max=1e6, help="Seconds for each stage.")] = 3600.0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write everything that would run, and run nothing.")
    ] = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Place and route a circuit of a bundle, and report area, timing and violations, or an FPGA's cells and clock.

    The same command goes on after the last stage that ended well. Ends with 3 unless the layout is proven to mean
    what the netlist means, with 4 where a program is missing or fails, or the layout has violations.
    """
    from tinydwn.cli.flow_fpga import ON_FPGA, ON_SILICON, flow_fpga, require_fitting
    from tinydwn.errors import ConfigError
    from tinydwn.flow.launch import prepare, run_flow
    from tinydwn.flow.options import PLANS as ON_WAFERS
    from tinydwn.flow.options import FlowOptions
    from tinydwn.flow.run_dir import beside
    from tinydwn.fpga.options import FpgaOptions
    from tinydwn.fpga.part import PLANS

    if plan in PLANS:
        require_fitting(context, plan, ON_SILICON)
        flow_fpga(
            context,
            folder,
            plan=plan,
            circuit=circuit or "registered",
            options=FpgaOptions(part=part, board=board, target_mhz=freq, stages=pipeline, seed=seed),
            out=out,
            timeout=timeout,
            dry_run=dry_run,
            json=json,
            quiet=quiet,
        )
        return
    if plan not in ON_WAFERS:
        raise ConfigError(f"unknown plan '{plan}'", hint=f"choose one of {', '.join((*ON_WAFERS, *PLANS))}")
    require_fitting(context, plan, ON_FPGA)
    circuit = circuit or "chip"
    options = FlowOptions(
        utilization=utilization,
        clock_period_ns=clock_period,
        least_core_edge_um=least_core_edge,
        pins_side=pins_side,
        threads=threads,
        container=container,
        pdk_root=pdk_root,
    )
    place = (out or beside(folder, plan)).absolute()
    with progress(quiet=quiet) as listen:
        listen(Step("prepare", f"{circuit} as cells of {library}"))
        prepared = prepare(folder, place, plan=plan, circuit=circuit, library=library, options=options, dry=dry_run)
        outcome = None if dry_run else run_flow(prepared, timeout_s=timeout, on_event=listen)
    if outcome is None:
        _show_plan(prepared, json=json)
        again = ["flow", folder, *given.words_of(context, leave_out=("folder", "dry_run", "json", "quiet"))]
        name_next("tinydwn", *(["doctor"] if prepared.lacking else again), quiet=quiet)
        return
    _show_outcome(outcome, place, json=json, quiet=quiet)
    _require_good(outcome, place)
    kit, design = prepared.kit, next((name for name in sorted(outcome.files) if name.endswith(".def")), "")
    words = ("layout", place / design, "--lef", kit.tech_lef, "--lef", kit.cell_lef)
    name_next("tinydwn", *(words if design else ("report", folder)), quiet=quiet)


def _show_plan(prepared: Prepared, *, json: bool) -> None:
    from tinydwn.flow.floorplan_words import document_of, told_of
    from tinydwn.report.wording import area_text

    circuit = prepared.circuit
    head = (
        f"{circuit.top}: {circuit.cells} cells of {circuit.library}, {circuit.registers} of them registers, "
        f"{area_text(circuit.area_um2)}, {circuit.pins} pins"
    )
    floorplan = document_of(circuit, prepared.options)
    show_plan(prepared, [head, *told_of(circuit, prepared.options)], {"floorplan": floorplan}, json=json)


def _show_outcome(outcome: FlowOutcome, place: Path, *, json: bool, quiet: bool) -> None:
    from tinydwn.flow.floorplan_words import told_of

    note = f"Parasitics are {outcome.parasitics}." if outcome.parasitics else ""
    lines = (
        told_of(outcome.circuit, outcome.options)[0],
        f"test vectors on the routed netlist: {outcome.simulation}",
    )
    title = f"{outcome.circuit.top}, laid out"
    show_outcome(outcome, place, title=title, note=note, lines=lines, json=json, quiet=quiet)


def _require_good(outcome: FlowOutcome, place: Path) -> None:
    from tinydwn.errors import FlowError

    outcome.verdict.require()
    if outcome.faults:
        late = (outcome.value("setup_slack") or 0.0) < 0
        advice = f"give --clock-period {outcome.sufficient_period_ns:g}" if late else "lower --utilization"
        raise FlowError(
            f"the layout is not good: {'; '.join(outcome.faults)}", hint=f"{advice}; the layout is in '{place}'"
        )

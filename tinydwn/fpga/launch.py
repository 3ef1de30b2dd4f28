"""Preparing and running a plan for an FPGA on a circuit of a bundle: synthesized, proven, played, routed, measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tinydwn.errors import ConfigError, NetlistError, ProgramError, TinydwnError
from tinydwn.export.bundle import read_bundle
from tinydwn.flow.outcome import write_outcome
from tinydwn.flow.run_dir import LOG, alone_in, require_outside, require_own
from tinydwn.flow.runner import FlowStep, StageRun, run_stages
from tinydwn.flow.stage import Plan
from tinydwn.flow.state import digest
from tinydwn.fpga.cells import MAKERS, cell_models
from tinydwn.fpga.figures import cells_of, mapped_figures, routed_figures
from tinydwn.fpga.options import FpgaOptions
from tinydwn.fpga.outcome import MAPPED_ONLY, FpgaOutcome
from tinydwn.fpga.part import Part
from tinydwn.fpga.plan import CELLS, NETLIST, REPORT, fpga_plan, part_for, tools_of
from tinydwn.fpga.route_report import read_route_report
from tinydwn.fpga.source import Source, source_of
from tinydwn.tools.files import write_atomically
from tinydwn.tools.nextpnr import Tool
from tinydwn.tools.yosys import find_yosys
from tinydwn.verify.gate_level import simulate_gates
from tinydwn.verify.verdict import Outcome, Verdict
from tinydwn.verify.wrapped import prove_wrapped

MODELS = "cells.v"


@dataclass(frozen=True, slots=True)
class FpgaPrepared:
    """A plan with all that it was made from; `lacking` is what a run would miss, empty where it can start."""

    plan: Plan
    source: Source
    part: Part
    options: FpgaOptions
    folder: Path
    lacking: tuple[TinydwnError, ...]
    tool: str


def prepare_fpga(
    bundle: Path, folder: Path, *, plan: str, circuit: str = "registered", options: FpgaOptions, dry: bool = False
) -> FpgaPrepared:
    """Return the plan for a circuit of a bundle on a part, to be run in `folder`.

    A `dry` one names what is missing on this machine in `lacking`; any other raises `ProgramMissing` for it.
    `ConfigError` for an unknown plan, part, board or circuit and where the circuit has too many pins; `OutputError` for
    a folder that holds anything but a run.
    """
    part = part_for(plan, options)
    require_outside(folder)
    require_own(folder)
    source = source_of(read_bundle(bundle), circuit=circuit, stages=options.stages, lut_inputs=part.lut_inputs)
    return prepare_source(source, part, folder, options=options, dry=dry)


def prepare_source(
    source: Source, part: Part, folder: Path, *, options: FpgaOptions, dry: bool = False
) -> FpgaPrepared:
    """Return the plan for a circuit on a part, to be run in `folder`; as `prepare_fpga` for the rest."""
    if options.target_mhz is not None and not source.clock:
        raise ConfigError(
            f"circuit '{source.name}' has no clock to reach", hint="leave --freq out, or choose registered"
        )
    lacking: list[TinydwnError] = []

    def words(tool: Tool) -> tuple[str, ...]:
        try:
            return tool.words()
        except ProgramError as error:
            lacking.append(error)
            return (tool.name,)

    made = fpga_plan(source, part, options, folder=folder, words=words, yosys=find_yosys)
    if lacking and not dry:
        raise lacking[0]
    program = "Yosys"
    if not dry:
        versions = {tool.name: tool.version() for tool in tools_of(part.family)}
        stages = tuple(replace(one, program_version=versions.get(one.program, "")) for one in made.stages)
        made = replace(made, stages=stages)
        program = ", ".join(["Yosys", *dict.fromkeys(versions.values())])
    return FpgaPrepared(made, source, part, options, folder, tuple(lacking), program)


def run_fpga(
    prepared: FpgaPrepared, *, timeout_s: float, on_event: Callable[[FlowStep], None] = lambda _: None
) -> FpgaOutcome:
    """Run a plan, prove and play the netlist that was routed, and write the outcome, no other run in its folder.

    `FlowError` where a stage fails, the stages before it staying done, and where another run is at work there.
    """
    with alone_in(prepared.folder):
        runs = run_stages(prepared.plan, prepared.folder, timeout_s=timeout_s, on_event=on_event)
        outcome = _finished(prepared, runs, on_event)
        write_outcome(outcome, prepared.folder)
        return outcome


def _finished(prepared: FpgaPrepared, runs: tuple[StageRun, ...], on_event: Callable[[FlowStep], None]) -> FpgaOutcome:
    source, part, folder = prepared.source, prepared.part, prepared.folder
    synth, route = folder / "synth", folder / "route"
    text = (synth / NETLIST).read_text(encoding="utf-8")
    cells = cells_of((synth / CELLS).read_text(encoding="utf-8"), top=source.top, where=f"'{synth / CELLS}'")
    on_event(FlowStep("check", "synthesized netlist against the bundle's"))
    verdict = _proven(source, part, text)
    on_event(FlowStep("check", "test vectors on the synthesized netlist"))
    said, models = _played(source, part, text, set(cells))
    if models:
        write_atomically(synth / MODELS, models.encode())
    figures = mapped_figures(cells, part)
    remarks: tuple[str, ...] = (MAPPED_ONLY,)
    if part.family != "xilinx":
        report = read_route_report((route / REPORT).read_text(encoding="utf-8"), where=f"'{route / REPORT}'")
        report = report.with_log((route / LOG).read_text(encoding="utf-8", errors="replace"))
        figures, remarks = (*figures, *routed_figures(report, part, source)), ()
    left = [run.folder / name for run, one in zip(runs, prepared.plan.stages, strict=True) for name in one.results]
    return FpgaOutcome(
        plan=prepared.plan.name,
        source=source,
        part=part,
        options=prepared.options,
        tool=prepared.tool,
        metrics=figures,
        seconds={run.name: run.seconds for run in runs},
        verdict=verdict,
        simulation=said,
        remarks=remarks,
        files={path.relative_to(folder).as_posix(): digest(path) for path in left},
    )


def _proven(source: Source, part: Part, text: str) -> Verdict:
    """Say whether the netlist answers as the bundle's; UNDECIDED where it cannot be read."""
    subject = f"{source.top} for {part.family} = {source.netlist.name} of the bundle"
    try:
        return prove_wrapped(
            source.netlist,
            text,
            ports=source.ports,
            style=source.style,
            stages=source.stages,
            models=MAKERS[part.family],
            subject=subject,
        )
    except (NetlistError, ProgramError) as error:
        return Verdict(Outcome.UNDECIDED, subject, "comparison", reason=error.message)


def _played(source: Source, part: Part, text: str, used: set[str]) -> tuple[str, str]:
    """Return what the testbench says of the netlist, and the models of its cells, empty where one is not modelled."""
    try:
        models = cell_models(part.family, used)
    except NetlistError as error:
        return f"not played: {error.message}", ""
    if not source.vectors:
        return "not played: the bundle has no vectors of this circuit", models
    files = {**source.vectors, "netlist.v": text, MODELS: models}
    try:
        found = simulate_gates(files, subject=source.top, open_pins=True)
    except ProgramError as error:
        return f"not played: {error.message}", models
    if found.mismatches:
        return f"FAIL: {found.mismatches} of {found.compared} vectors", models
    return f"PASS: {found.compared} vectors", models

"""The plan that hands a circuit to OpenROAD-flow-scripts: one configuration, one stage."""

from __future__ import annotations

import re
from pathlib import Path

from tinydwn.errors import ConfigError
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.constraints import CONSTRAINTS, to_constraints
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.platform import platform_of
from tinydwn.flow.sizing import floorplan_of, strap_pitch_um
from tinydwn.flow.stage import BY_HAND, Plan, Stage, to_shell
from tinydwn.tools.orfs import VARIABLE, orfs_words, platform_files

_WORK = "work"
# Make splits words at blanks, takes $, #, :, %, = and wildcards for its own, and hands the rest to a shell and to Tcl.
_PLAIN = re.compile(r"[\w/.+@-]+")
# What the flow scripts do by default and a large chip never notices: a buffer at every port, a tie cell for every
# constant input, loads without use on clock wires for an equal delay, and free sites beside every cell.
_WITHOUT_WASTE = {
    "DONT_BUFFER_PORTS": "1",
    "SKIP_REPAIR_TIE_FANOUT": "1",
    "CTS_ARGS": "-sink_clustering_enable -repair_clock_nets -dont_use_dummy_load",
    "CELL_PAD_IN_SITES_GLOBAL_PLACEMENT": "0",
    "CELL_PAD_IN_SITES_DETAIL_PLACEMENT": "0",
}


def orfs_plan(circuit: FlowCircuit, options: FlowOptions, *, make: str, flow: str, folder: Path) -> Plan:
    """Return the one stage for a circuit; its files lie below the stage's folder `work`.

    `ConfigError` where make could not read the path of the run's `folder`, or of the folder `flow` of the checkout.
    """
    _require_plain(folder, "the run's folder", hint="choose another folder with --out")
    _require_plain(Path(flow), "OpenROAD-flow-scripts", hint=f"move it to another folder, and set {VARIABLE} to that")
    config, netlist = "scripts/config.mk", f"netlist/{circuit.top}.v"
    grid = "scripts/pdn.tcl"
    command = orfs_words(make, flow, config=folder / config, work=_WORK, cores=options.threads)
    stage = Stage(
        name="orfs",
        title="the whole flow of OpenROAD-flow-scripts",
        program="OpenROAD-flow-scripts",
        command=command,
        scripts=(config, netlist, CONSTRAINTS, grid),
        inputs=platform_files(Path(flow), platform_of(circuit.library).orfs_platform),
        results=tuple(f"{results_folder(circuit)}/{name}" for name in ("6_final.def", "6_final.v", "6_final.odb")),
        variable=VARIABLE,
        cores=options.threads,
    )
    files = {
        config: to_orfs(circuit, options, folder=folder),
        CONSTRAINTS: to_constraints(circuit, period_ns=options.clock_period_ns),
        grid: to_power_grid(circuit, options),
        netlist: circuit.verilog,
        BY_HAND: to_shell((stage,), folder),
    }
    return Plan("orfs", files, (stage,))


def _require_plain(path: Path, what: str, *, hint: str) -> None:
    """Refuse a path that make cannot read, as it is given or, since make follows links, as it is on the disk."""
    for one in (path, path.resolve()) if path.is_absolute() else (path,):
        odd = _PLAIN.sub("", str(one))
        if odd:
            raise ConfigError(f"{what} is '{one}', and make cannot read a path with {odd[0]!r} in it", hint=hint)


def results_folder(circuit: FlowCircuit, kind: str = "results") -> str:
    """Return where the flow puts `results`, `logs` or `reports`, below the stage's folder."""
    return f"{_WORK}/{kind}/{platform_of(circuit.library).orfs_platform}/{circuit.top}/base"


def to_orfs(circuit: FlowCircuit, options: FlowOptions, *, folder: Path) -> str:
    """Return `config.mk`: the netlist as it is, floorplan and power grid of a size that a tiny circuit can live in."""
    platform = platform_of(circuit.library)
    plan = floorplan_of(circuit, options)
    netlist = folder / "netlist" / f"{circuit.top}.v"
    values = {
        "PLATFORM": platform.orfs_platform,
        "DESIGN_NAME": circuit.top,
        "DESIGN_NICKNAME": circuit.top,
        "VERILOG_FILES": str(netlist),
        "SYNTH_NETLIST_FILES": str(netlist),
        "SDC_FILE": str(folder / CONSTRAINTS),
        "DIE_AREA": " ".join(f"{length:g}" for length in plan.die_um),
        "CORE_AREA": " ".join(f"{length:g}" for length in plan.core_um),
        "PDN_TCL": str(folder / "scripts" / "pdn.tcl"),
        "PLACE_DENSITY_LB_ADDON": "0.15",
        "GPL_TIMING_DRIVEN": "0",
        "GPL_ROUTABILITY_DRIVEN": str(int(circuit.cells >= 300)),
        "MAX_REPAIR_ANTENNAS_ITER_DRT": str(options.antenna_rounds),
        "REMOVE_ABC_BUFFERS": "0",
        **_WITHOUT_WASTE,
    }
    if not circuit.clock:
        values |= {"SKIP_CTS_REPAIR_TIMING": "1", "REPORT_CLOCK_SKEW": "0"}
    lines = [
        "# Written by tinydwn for OpenROAD-flow-scripts.",
        *(f"export {name} = {text}" for name, text in values.items()),
    ]
    return "\n".join([*lines, ""])


def to_power_grid(circuit: FlowCircuit, options: FlowOptions) -> str:
    """Return the Tcl of the power grid: the platform's own, with straps closer together on a small core."""
    platform = platform_of(circuit.library)
    plan = floorplan_of(circuit, options)
    vertical, horizontal = platform.vertical_straps, platform.horizontal_straps
    pitches = (strap_pitch_um(plan.width_um, vertical), strap_pitch_um(plan.height_um, horizontal))
    lines = [
        *(f"add_global_connection -net VDD -pin_pattern {{^{pin}$}} -power" for pin in ("VDD", "VPWR", "VPB")),
        *(f"add_global_connection -net VSS -pin_pattern {{^{pin}$}} -ground" for pin in ("VSS", "VGND", "VNB")),
        "global_connect",
        "set_voltage_domain -name CORE -power VDD -ground VSS",
        f"define_pdn_grid -name grid -voltage_domains CORE -pins {horizontal.layer}",
        f"add_pdn_stripe -grid grid -layer {platform.rail_layer} -width {platform.rail_width_um:g} -followpins",
    ]
    for straps, pitch in zip((vertical, horizontal), pitches, strict=True):
        place = f"-width {straps.width_um:g} -pitch {pitch:g} -offset {pitch / 2:g}"
        lines += [f"add_pdn_stripe -grid grid -layer {straps.layer} {place}"]
    lines += [
        f"add_pdn_connect -grid grid -layers {{{platform.rail_layer} {vertical.layer}}}",
        f"add_pdn_connect -grid grid -layers {{{vertical.layer} {horizontal.layer}}}",
    ]
    return "\n".join([*lines, ""])

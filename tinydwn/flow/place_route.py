"""The plan that runs OpenROAD by the Tcl of `flows/openroad`, stage by stage."""

from __future__ import annotations

from pathlib import Path

from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.constraints import CONSTRAINTS, to_constraints
from tinydwn.flow.flow_data import flow_text
from tinydwn.flow.kit import Kit
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.pin_sides import pin_groups, room_in_pins
from tinydwn.flow.platform import platform_of
from tinydwn.flow.sizing import least_core_edge_um
from tinydwn.flow.stage import BY_HAND, Plan, Stage, to_shell
from tinydwn.tools.container import Container
from tinydwn.tools.openroad import METRICS_FILE, VARIABLE, openroad_words

SHARED = ("common.tcl", "sizing.tcl")
_TITLES = {
    "floorplan": "core, rows, tap cells, power grid",
    "place": "cells and pins to their places",
    "clock": "a buffer tree for the clock",
    "timing": "setup and hold",
    "route": "wires, and antennas repaired",
    "finish": "fill, extraction, figures",
}


def openroad_plan(
    circuit: FlowCircuit,
    kit: Kit,
    options: FlowOptions,
    *,
    program: str,
    folder: Path,
    container: Container | None = None,
) -> Plan:
    """Return the stages for a circuit, to be run in `folder`; a combinational one has no stage for the clock.

    `program` is the word that starts OpenROAD, in the container where there is one.
    """
    names = [name for name in _TITLES if name != "clock" or circuit.clock]
    netlist = f"netlist/{circuit.top}.v"
    files = {f"scripts/{name}": flow_text(f"openroad/{name}") for name in (*SHARED, *(f"{one}.tcl" for one in names))}
    files |= {
        "scripts/platform.tcl": flow_text(f"openroad/platforms/{circuit.library}.tcl"),
        "scripts/settings.tcl": to_settings(circuit, kit, options),
        CONSTRAINTS: to_constraints(circuit, period_ns=options.clock_period_ns),
        netlist: circuit.verilog,
    }
    told = (*SHARED, "platform.tcl", "settings.tcl")
    rules = (kit.extraction_rules,) if kit.extraction_rules else ()
    stages = tuple(
        Stage(
            name=name,
            title=_TITLES[name],
            program="OpenROAD",
            command=openroad_words(program, f"../scripts/{name}.tcl", threads=options.threads),
            scripts=(*(f"scripts/{one}" for one in (*told, f"{name}.tcl")), CONSTRAINTS, netlist),
            inputs=(kit.liberty, kit.tech_lef, kit.cell_lef, *rules),
            results=(f"{circuit.top}.odb", METRICS_FILE, *_results(name, circuit.top, estimated=not rules)),
            may_be_empty=("drc.rpt",),
            done_line=f"tinydwn: stage {name} done",
            variable=VARIABLE,
            cores=options.threads,
            container=container,
        )
        for name in names
    )
    return Plan("openroad", files | {BY_HAND: to_shell(stages, folder)}, stages)


def _results(stage: str, top: str, *, estimated: bool) -> tuple[str, ...]:
    if stage == "route":
        return ("drc.rpt", f"{top}.estimated.spef") if estimated else ("drc.rpt",)
    return (f"{top}.def", f"{top}.routed.v", f"{top}.spef") if stage == "finish" else ()


def to_settings(circuit: FlowCircuit, kit: Kit, options: FlowOptions) -> str:
    """Return the Tcl that tells the scripts about this run."""
    values = {
        "top": circuit.top,
        "clock_port": circuit.clock,
        "utilization": f"{options.utilization:g}",
        "least_core_edge": f"{least_core_edge_um(platform_of(circuit.library), options):g}",
        "antenna_rounds": str(options.antenna_rounds),
        "room_in_pins": str(room_in_pins(circuit, options.pins_side, platform_of(circuit.library))),
        "pin_groups": tcl_list(
            [
                word
                for group in pin_groups(circuit, options.pins_side)
                for word in (group.side, tcl_list(list(group.pins)))
            ]
        ),
        "before_timing": "clock" if circuit.clock else "place",
        "liberty": tcl_list([str(kit.liberty)]),
        "tech_lef": str(kit.tech_lef),
        "cell_lef": tcl_list([str(kit.cell_lef)]),
        "extraction_rules": str(kit.extraction_rules or ""),
    }
    lines = ["# Written by tinydwn for this run.", "", "namespace eval tinydwn {", "variable settings {}"]
    lines += [f"dict set settings {name} {tcl_word(value)}" for name, value in values.items()]
    return "\n".join([*lines, "}", ""])


def tcl_word(text: str) -> str:
    """Return a text as one word of Tcl, whatever is in it.

    >>> tcl_word("a b"), tcl_word("x"), tcl_word("$[")
    ('"a b"', '"x"', '"\\\\$\\\\["')
    """
    return '"' + "".join(f"\\{letter}" if letter in '\\"$[]{}' else letter for letter in text) + '"'


def tcl_list(words: list[str]) -> str:
    """Return texts as a list of Tcl: each with its special characters escaped, so that none needs braces."""
    return " ".join("".join(f"\\{letter}" if letter in '\\"$[]{}; ' else letter for letter in word) for word in words)

"""The plan that hands a circuit to LibreLane: one configuration, one stage."""

from __future__ import annotations

import json
from pathlib import Path

from tinydwn.errors import ConfigError
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.constraints import CONSTRAINTS, to_constraints
from tinydwn.flow.kit import Kit
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.platform import Platform, platform_of
from tinydwn.flow.sizing import Floorplan, floorplan_of, strap_pitch_um
from tinydwn.flow.stage import BY_HAND, Plan, Stage, to_shell
from tinydwn.tools.container import Container
from tinydwn.tools.librelane import RUN_TAG, VARIABLE, librelane_words

FINAL = f"runs/{RUN_TAG}/final"
METRICS = f"{FINAL}/metrics.json"
_LEAST_DENSITY_PCT, _MOST_DENSITY_PCT, _ABOVE_UNIFORM_PCT = 25, 90, 15


def librelane_plan(
    circuit: FlowCircuit,
    kit: Kit,
    options: FlowOptions,
    *,
    program: str,
    folder: Path,
    container: Container | None = None,
) -> Plan:
    """Return the one stage for a circuit, run by `program` or in a `container`, which ends with it however it ends.

    `ConfigError` where LibreLane has no such technology.
    """
    platform = _known(circuit.library)
    config, netlist = "scripts/config.json", f"netlist/{circuit.top}.v"
    command = librelane_words(
        program,
        Path("../scripts/config.json"),
        pdk=platform.librelane_pdk,
        cells=platform.librelane_cells,
        pdk_root=kit.root,
        container=container is not None,
    )
    stage = Stage(
        name="librelane",
        title="the whole flow of LibreLane",
        program="LibreLane",
        command=command,
        scripts=(config, netlist, CONSTRAINTS),
        inputs=(kit.liberty, kit.tech_lef, kit.cell_lef),
        results=(METRICS,),
        variable=VARIABLE,
        cores=options.threads,
        container=container,
    )
    files = {
        config: to_librelane(circuit, options),
        CONSTRAINTS: to_constraints(circuit, period_ns=options.clock_period_ns),
        netlist: circuit.verilog,
        BY_HAND: to_shell((stage,), folder),
    }
    return Plan("librelane", files, (stage,))


_WHY = {
    "VERILOG_FILES": "A netlist of the technology's cells: LibreLane reads it and leaves it as it is.",
    "SYNTH_ELABORATE_ONLY": "No synthesis: the netlist was mapped, minimized and proven before.",
    "RUN_LINTER": "The linter would ask for the cells' own Verilog.",
    "CLOCK_PERIOD": "In ns; without a clock port it is that of the virtual clock that the constraints name.",
    "PNR_SDC_FILE": "Delays outside, loads and drivers, the same for every tool that lays this circuit out.",
    "RUN_CTS": "A clock tree only where there are registers.",
    "FP_SIZING": "Sized by cells alone, neither straps nor pins might fit: the die is given.",
    "DIE_AREA": "Left, bottom, right and top in um: the smallest die for its cells, straps and pins.",
    "CORE_AREA": "Whole sites wide, and an even number of rows high.",
    "PL_TARGET_DENSITY_PCT": "A little above the uniform density, so that few cells on a large core stay together.",
    "DESIGN_REPAIR_BUFFER_INPUT_PORTS": "A buffer at every port would be larger than a tiny circuit.",
    "GRT_ANTENNA_REPAIR_ITERS": "How often antennas are looked for and repaired, before and after the wires are laid.",
    "PDN_VWIDTH": "One strap of each net at least; they stand closer together than usual on a small core.",
}
"""What a user of LibreLane may ask of a variable, by the first of those that belong together."""


def to_librelane(circuit: FlowCircuit, options: FlowOptions) -> str:
    """Return `config.json` for LibreLane 3, read from a folder beside `netlist`.

    The netlist is of cells already, so it is only elaborated, and no linter sees it. The floorplan is given in
    numbers: LibreLane would size the core by its cells alone, and neither power straps nor pins might fit. Keys that
    begin with two slashes are comments to LibreLane.
    """
    platform = _known(circuit.library)
    plan = floorplan_of(circuit, options)
    values: dict[str, object] = {
        "meta": {"version": 2, "flow": "Classic"},
        "DESIGN_NAME": circuit.top,
        "VERILOG_FILES": [f"dir::../netlist/{circuit.top}.v"],
        "SYNTH_ELABORATE_ONLY": True,
        "RUN_LINTER": False,
        "CLOCK_PORT": circuit.clock or None,
        "CLOCK_PERIOD": options.clock_period_ns,
        "PNR_SDC_FILE": f"dir::../{CONSTRAINTS}",
        "SIGNOFF_SDC_FILE": f"dir::../{CONSTRAINTS}",
        "RUN_CTS": bool(circuit.clock),
        "FP_SIZING": "absolute",
        "DIE_AREA": list(plan.die_um),
        "CORE_AREA": list(plan.core_um),
        "PL_TARGET_DENSITY_PCT": _density_pct(circuit, plan),
        "DESIGN_REPAIR_BUFFER_INPUT_PORTS": False,
        "DESIGN_REPAIR_BUFFER_OUTPUT_PORTS": False,
        "GRT_ANTENNA_REPAIR_ITERS": max(options.antenna_rounds, 1),
        "DRT_ANTENNA_REPAIR_ITERS": options.antenna_rounds,
        **_straps(platform, plan),
    }
    told: dict[str, object] = {}
    for name, value in values.items():
        if value is not None:
            told |= {f"//{name}": _WHY[name]} if name in _WHY else {}
            told[name] = value
    return json.dumps(told, indent=2) + "\n"


def _known(library: str) -> Platform:
    platform = platform_of(library)
    if not platform.librelane_pdk:
        raise ConfigError(f"LibreLane has no technology for '{library}'", hint="choose sky130_fd_sc_hd or ihp-sg13g2")
    return platform


def _density_pct(circuit: FlowCircuit, plan: Floorplan) -> int:
    """Return a density above the uniform one: few cells on a large core stay together."""
    uniform = 100 * circuit.area_um2 / (plan.width_um * plan.height_um)
    return round(min(max(uniform + _ABOVE_UNIFORM_PCT, _LEAST_DENSITY_PCT), _MOST_DENSITY_PCT))


def _straps(platform: Platform, plan: Floorplan) -> dict[str, float]:
    """Return the power straps, one of each net in turn at equal distances, closer where the core is small."""
    values: dict[str, float] = {}
    for letter, straps, extent in (
        ("V", platform.vertical_straps, plan.width_um),
        ("H", platform.horizontal_straps, plan.height_um),
    ):
        pitch = strap_pitch_um(extent, straps)
        values |= {
            f"PDN_{letter}WIDTH": straps.width_um,
            f"PDN_{letter}SPACING": round(pitch / 2 - straps.width_um, 4),
            f"PDN_{letter}PITCH": pitch,
            f"PDN_{letter}OFFSET": round(pitch / 2, 4),
        }
    return values

"""Timing of a routed circuit by OpenSTA under one Liberty file, and what its power is counted from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ProgramError
from tinydwn.flow.cell_energy import Slew
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.constraints import OUTSIDE
from tinydwn.flow.platform import platform_of
from tinydwn.flow.routed_cells import plain_name
from tinydwn.flow.sta_report import CellPower, read_power
from tinydwn.tools.opensta import run_sta_with_results

_LIBERTY, _NETLIST, _WIRES, _DELAYS = "library.lib", "routed.v", "routed.spef", "routed.sdf"
_TOLD = re.compile(r"^tinydwn: (\w+) (\S+)$", re.MULTILINE)
_SLEW = re.compile(r"^tinydwn slew: (\S+) (\S+) (.+)$", re.MULTILINE)
_POWER, _REPORT = "tinydwn: power", "report_power -instances [get_cells *] -digits 9"
_GLOBAL = "set_power_activity -global -activity {}.0 -duty 0.5"
_STEPS = 24
_UNCONSTRAINED = 1e29


@dataclass(frozen=True, slots=True)
class Corner:
    """What OpenSTA says of a routed circuit under one Liberty file; a slack is None where no path is constrained.

    `least_period_ns` is None where no path bounds it, and where paths are late at every period that was tried.
    `slews` are of all pins as "instance/pin", `at_rest` and `once` the power of each instance if its pins do nothing
    and if they switch once in a period, the clock's pins aside; `sdf` is the text of all delays.
    """

    liberty: str
    setup_slack_ns: float | None
    hold_slack_ns: float | None
    least_period_ns: float | None
    slews: Mapping[str, Slew]
    at_rest: Mapping[str, CellPower]
    once: Mapping[str, CellPower]
    sdf: str


def time_routed(
    circuit: FlowCircuit, verilog: str, spef: str, liberty: Path, *, period_ns: float, timeout_s: float = 300.0
) -> Corner:
    """Return what OpenSTA says of routed Verilog with its wires under one Liberty file.

    Constraints are those of `to_constraints`. `least_period_ns` is found by search: the least period at which no path
    is late, to a thousandth; up to 1e9 ns are tried. Raises `ProgramError` and its kin where OpenSTA is missing or
    fails.
    """
    said, files = run_sta_with_results(
        to_script(circuit, period_ns=period_ns),
        files={_NETLIST: verilog, _WIRES: spef},
        links={_LIBERTY: liberty},
        results=[_DELAYS],
        timeout_s=timeout_s,
    )
    told = {name: float(value) for name, value in _TOLD.findall(said)}
    at_rest, once = ([*map(read_power, said.split(_POWER)[1:]), {}, {}])[:2]
    if not {"setup", "hold", "period"} <= set(told) or not set(at_rest) == set(once) != set():
        raise ProgramError("OpenSTA told no slack of the routed netlist", hint="set TINYDWN_STA to another version")
    setup_slack_ns = _bounded(told["setup"])
    return Corner(
        liberty=liberty.name,
        setup_slack_ns=setup_slack_ns,
        hold_slack_ns=_bounded(told["hold"]) if circuit.registers else None,
        least_period_ns=None if setup_slack_ns is None else _bounded(told["period"]),
        slews={plain_name(pin): Slew(float(rise), float(fall)) for rise, fall, pin in _SLEW.findall(said)},
        at_rest=at_rest,
        once=once,
        sdf=files[_DELAYS],
    )


def to_script(circuit: FlowCircuit, *, period_ns: float) -> str:
    """Return the Tcl that times `routed.v` with the wires of `routed.spef`, and writes its delays.

    The least period is told as `inf` where paths are late at every one up to 1e9 ns. Power is at rest, and then with
    every pin switching once in a period. It runs on OpenSTA from 2.0 on, which knows no `all_inputs -no_clocks`, heeds
    no activity of a pin, and has other names for slopes.
    """
    platform = platform_of(circuit.library)
    port = f" [get_ports {{{circuit.clock}}}]" if circuit.clock else ""
    propagated = "set_propagated_clock [all_clocks]" if circuit.clock else ""
    reports = "\n".join(f"{_GLOBAL.format(rate)}\nputs {{{_POWER}}}\n{_REPORT}" for rate in (0, 1))
    return f"""\
read_liberty {_LIBERTY}
read_verilog {_NETLIST}
link_design {circuit.top}
set inputs {{}}
foreach port [all_inputs] {{
  if {{ [get_property $port full_name] ne {{{circuit.clock}}} }} {{ lappend inputs $port }}
}}
proc constrain {{ period }} {{
  global inputs
  create_clock -name core_clock -period $period{port}
  {propagated}
  set outside [expr {{ {OUTSIDE} * $period }}]
  if {{ [llength $inputs] > 0 }} {{
    set_input_delay $outside -clock core_clock $inputs
    set_driving_cell -lib_cell {platform.driving_cell} $inputs
    set_false_path -hold -from $inputs
  }}
  set_output_delay $outside -clock core_clock [all_outputs]
  set_load {platform.output_load:g} [all_outputs]
}}
proc in_time {{ period }} {{
  constrain $period
  return [expr {{ [worst_slack -max] >= 0 }}]
}}
constrain {period_ns:.9g}
read_spef {_WIRES}
set high {period_ns:.9g}
while {{ ![in_time $high] && $high < 1e9 }} {{ set high [expr {{ 2 * $high }}] }}
set found [in_time $high]
set low 0.0
for {{ set step 0 }} {{ $step < {_STEPS} && $high - $low > 0.0005 * $high }} {{ incr step }} {{
  set middle [expr {{ ($low + $high) / 2 }}]
  if {{ [in_time $middle] }} {{ set high $middle }} else {{ set low $middle }}
}}
constrain {period_ns:.9g}
puts "tinydwn: setup [worst_slack -max]"
puts "tinydwn: hold [worst_slack -min]"
puts "tinydwn: period [if {{ $found }} {{ set high }} else {{ string cat inf }}]"
write_sdf {_DELAYS}
proc slew {{ pin edge }} {{
  if {{ [catch {{ get_property $pin slew_max_$edge }} found] }} {{
    set found [get_property $pin actual_${{edge}}_transition_max]
  }}
  return $found
}}
foreach pin [get_pins -of_objects [get_cells *]] {{
  puts "tinydwn slew: [slew $pin rise] [slew $pin fall] [get_property $pin full_name]"
}}
{reports}
"""


def _bounded(slack: float) -> float | None:
    return slack if abs(slack) < _UNCONSTRAINED else None

"""Timing and power of a routed circuit by OpenSTA, corner by corner: its netlist, its wires, its test vectors."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ProgramError
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.constraints import OUTSIDE
from tinydwn.flow.corners import Corners
from tinydwn.flow.platform import platform_of
from tinydwn.flow.played import Played
from tinydwn.flow.sta_report import CellPower, read_power
from tinydwn.metrics import Direction, Metric, Provenance
from tinydwn.tools.opensta import internal_energy_counted, run_sta_with_results, sta_version

_LIBERTY, _NETLIST, _WIRES, _DELAYS = "library.lib", "routed.v", "routed.spef", "routed.sdf"
_TOLD = re.compile(r"^tinydwn: (\w+) (\S+)$", re.MULTILINE)
_POWER, _REPORT = "tinydwn: power", "report_power -instances [get_cells *] -digits 9"
_GLOBAL = "set_power_activity -global -activity {}.0 -duty 0.5"
_STEPS = 24
_UNCONSTRAINED = 1e29
_HIGHER = Direction.HIGHER_IS_BETTER


@dataclass(frozen=True, slots=True)
class Corner:
    """What OpenSTA says of a routed circuit under one Liberty file; a slack is None where no path is constrained.

    `instances` have the power of each; `sdf` is the text of all delays.
    """

    liberty: str
    setup_slack_ns: float | None
    hold_slack_ns: float | None
    least_period_ns: float
    instances: Mapping[str, CellPower]
    sdf: str

    @property
    def power_w(self) -> float:
        """The power of all instances."""
        return math.fsum(one.internal_w + one.switching_w + one.leakage_w for one in self.instances.values())


def time_routed(
    circuit: FlowCircuit,
    verilog: str,
    spef: str,
    liberty: Path,
    *,
    period_ns: float,
    played: Played | None = None,
    timeout_s: float = 300.0,
) -> Corner:
    """Return what OpenSTA says of routed Verilog with its wires under one Liberty file.

    Constraints are those of `to_constraints`. Without activity in `played` its own defaults stand for power.
    `least_period_ns` is found by search: the least period at which no path is late, to a thousandth. Raises
    `ProgramError` and its kin where OpenSTA is missing or fails.
    """
    counted = played is not None and played.periods > 0
    said, files = run_sta_with_results(
        to_script(circuit, period_ns=period_ns, at_rest=counted),
        files={_NETLIST: verilog, _WIRES: spef},
        links={_LIBERTY: liberty},
        results=[_DELAYS],
        timeout_s=timeout_s,
    )
    told = {name: float(value) for name, value in _TOLD.findall(said)}
    if not {"setup", "hold", "period"} <= set(told):
        raise ProgramError("OpenSTA told no slack of the routed netlist", hint="set TINYDWN_STA to another version")
    powers = [read_power(part) for part in said.split(_POWER)[1:]]
    rates = _rates(played) if counted and played is not None else {}
    instances = _power_of(powers, rates, times=internal_energy_counted())
    return Corner(
        liberty=liberty.name,
        setup_slack_ns=_bounded(told["setup"]),
        hold_slack_ns=_bounded(told["hold"]) if circuit.registers else None,
        least_period_ns=told["period"],
        instances=instances,
        sdf=files[_DELAYS],
    )


def _rates(played: Played) -> dict[str, float]:
    """Return how often each instance's outputs switch in a period, their mean where it has several."""
    counts: dict[str, list[int]] = {}
    for (instance, _), found in played.toggles.items():
        counts.setdefault(instance, []).append(found.transitions)
    return {name: math.fsum(found) / len(found) / played.periods for name, found in counts.items()}


def _power_of(powers: list[dict[str, CellPower]], rates: Mapping[str, float], *, times: float) -> dict[str, CellPower]:
    """Return the power of each instance, `powers` being at rest and switching once a period, or as it is alone.

    What a clock does is in both; what outputs do grows with their `rates`. Internal energy was counted `times` times.
    """
    found = {}
    for name, last in powers[-1].items():
        rate, rest = rates.get(name, 1.0), powers[0][name]
        internal = (rest.internal_w + rate * (last.internal_w - rest.internal_w)) / times
        switching = rest.switching_w + rate * (last.switching_w - rest.switching_w)
        found[name] = CellPower(internal, switching, last.leakage_w)
    return found


@dataclass(frozen=True, slots=True)
class Signed:
    """What OpenSTA says of a routed circuit in the usual corner, in the slow and in the fast one, None where not run.

    `remarks` tell what was not done and why.
    """

    tool: str = ""
    usual: Corner | None = None
    slow: Corner | None = None
    fast: Corner | None = None
    remarks: tuple[str, ...] = ()


def sign_off(
    circuit: FlowCircuit, verilog: str, spef: Path | None, corners: Corners, *, period_ns: float, played: Played
) -> Signed:
    """Time routed Verilog in every corner that is installed; a program that is missing or fails is told of."""
    if spef is None or not spef.is_file():
        return Signed(remarks=("not timed by OpenSTA: the run left no SPEF",))
    wires = spef.read_text(encoding="utf-8", errors="replace")
    found: list[Corner | None] = []
    try:
        tool = f"OpenSTA {sta_version()}"
        for liberty in (corners.usual, corners.slow, corners.fast):
            timed = liberty and time_routed(circuit, verilog, wires, liberty, period_ns=period_ns, played=played)
            found.append(timed or None)
    except ProgramError as error:
        said = error.hint.partition("it said:")[2].strip().partition("\n")[0]
        return Signed(remarks=(f"not timed by OpenSTA: {error.message}{': ' if said else ''}{said}",))
    return Signed(tool, found[0], found[1], found[2], (corners.remark,) if corners.remark else ())


def signed_figures(signed: Signed, played: Played) -> tuple[Metric, ...]:
    """Return what signing off adds to the figures of a layout: corners, the largest frequency, power by activity."""
    found = []
    slowest = signed.slow or signed.usual
    if signed.slow:
        found += _slack("setup_slack_slow", signed.slow.setup_slack_ns, signed.slow.liberty, signed.tool)
    if signed.fast:
        found += _slack("hold_slack_fast", signed.fast.hold_slack_ns, signed.fast.liberty, signed.tool)
    if slowest:
        mhz, source = (
            float(f"{1e3 / slowest.least_period_ns:.4g}"),
            f"no path is late, {slowest.liberty}, {signed.tool}",
        )
        found.append(Metric("largest_frequency", mhz, "MHz", Provenance.ESTIMATED, source, _HIGHER))
    if signed.usual and played.periods:
        watts = float(f"{signed.usual.power_w:.6g}")
        source = f"{played.source}, {signed.usual.liberty}, {signed.tool}"
        found.append(Metric("power", watts, "W", Provenance.ESTIMATED, source))
    return tuple(found)


def _slack(name: str, slack_ns: float | None, liberty: str, tool: str) -> list[Metric]:
    if slack_ns is None:
        return []
    value, source = float(f"{slack_ns:.6g}"), f"worst path, {liberty}, {tool}"
    return [Metric(name, value, "ns", Provenance.ESTIMATED, source, _HIGHER)]


def to_script(circuit: FlowCircuit, *, period_ns: float, at_rest: bool) -> str:
    """Return the Tcl that times `routed.v` with the wires of `routed.spef`, and writes its delays.

    Power is that of OpenSTA's own activity, or `at_rest`, and then with every pin switching once in a period. It runs
    on OpenSTA from 2.0 on, which knows no `all_inputs -no_clocks` and heeds no activity of a pin.
    """
    platform = platform_of(circuit.library)
    port = f" [get_ports {{{circuit.clock}}}]" if circuit.clock else ""
    propagated = "set_propagated_clock [all_clocks]" if circuit.clock else ""
    reports = f"puts {{{_POWER}}}\n{_REPORT}"
    if at_rest:
        reports = "\n".join(f"{_GLOBAL.format(rate)}\n{reports}" for rate in (0, 1))
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
set low 0.0
for {{ set step 0 }} {{ $step < {_STEPS} && $high - $low > 0.0005 * $high }} {{ incr step }} {{
  set middle [expr {{ ($low + $high) / 2 }}]
  if {{ [in_time $middle] }} {{ set high $middle }} else {{ set low $middle }}
}}
constrain {period_ns:.9g}
puts "tinydwn: setup [worst_slack -max]"
puts "tinydwn: hold [worst_slack -min]"
puts "tinydwn: period $high"
write_sdf {_DELAYS}
{reports}
"""


def _bounded(slack: float) -> float | None:
    return slack if abs(slack) < _UNCONSTRAINED else None

"""Delay, static power and energy of a mapped circuit by OpenSTA, before placement, and what of it can be believed.

The circuit is timed with every input at the middle slope of the library's inverter tables and every output loaded
with four of its smallest inverters. OpenSTA extrapolates beyond the tables of a library without a word, and some
tables give negative delays there: such figures are told of and not given.

Energy is OpenSTA's energy per transition of each cell, at one transition a cycle, times the transitions that the
cell makes in a gate-level simulation of the test vectors.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ConfigError, LibraryError, ProgramError
from tinydwn.export.bundle import Bundle, text_of
from tinydwn.export.bundle_files import CELLS_FILE, MAPPED_FILE, TESTBENCH_FILE, VECTORS_FILE
from tinydwn.flow.activity import Activity, measure_activity
from tinydwn.flow.driven_outputs import driven_outputs
from tinydwn.flow.sta_report import CellPower, Stage, read_paths, read_power
from tinydwn.flow.sta_report import Path as TimingPath
from tinydwn.metrics import CUTS, Metric, Provenance
from tinydwn.technology.cells import library_from_liberty
from tinydwn.technology.liberty import load_liberty
from tinydwn.technology.library import Library
from tinydwn.technology.table_ranges import CellRanges, table_ranges
from tinydwn.technology.timing import INVERTERS_DRIVEN
from tinydwn.tools.opensta import internal_energy_counted, run_sta, sta_version

SCHEMA = "tinydwn.timing/1"
_INSTANCE = re.compile(r"^  ([A-Za-z_][\w$]*) (\w+) \(", re.MULTILINE)
_MODULE = re.compile(r"^module (\S+)", re.MULTILINE)
_PERIOD_NS = 1000.0
_LIBERTY = "library.lib"
_PATHS, _CELLS, _POWER = "tinydwn: paths", "tinydwn: cells", "tinydwn: power"
_REPORT = "-path_delay max -format full -fields {slew capacitance input_pin} -digits 9"


@dataclass(frozen=True, slots=True)
class Timing:
    """The figures of one cut in one library, and what keeps others from being given.

    `digest` is that of the bundle, `conditions` say under what the figures hold.
    """

    digest: str
    cut: str
    library: str
    tool: str
    conditions: str
    metrics: tuple[Metric, ...]
    remarks: tuple[str, ...]

    @property
    def document(self) -> dict[str, object]:
        """Everything, as values that JSON can hold."""
        return {
            "digest": self.digest, "cut": self.cut, "library": self.library, "tool": self.tool,
            "conditions": self.conditions,
            "metrics": [
                {"name": one.name, "value": one.value, "unit": one.unit, "provenance": one.provenance.value,
                 "source": one.source}
                for one in self.metrics
            ],
            "remarks": list(self.remarks),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setup:
    """One run: the module, its cells by instance and the outputs they drive, the library, and what is at its ends."""

    top: str
    instances: dict[str, str]
    outputs: tuple[str, ...]
    library: Library
    ranges: dict[str, CellRanges]
    slew_ns: float
    load_ff: float


def measure_timing(
    bundle: Bundle, *, cut: str, library: str, liberty: Path, rate_hz: float | None = None, timeout_s: float = 300.0
) -> Timing:
    """Return what OpenSTA says of one cut as mapped to `library`, by the Liberty file `liberty` of that library.

    With `rate_hz`, classifications per second, energy gives dynamic power too.

    Raises `ConfigError` for an unknown cut, `BundleError` where the bundle has no such netlist, `LibraryError`
    where the Liberty file lacks one of its cells or their tables, and `ProgramError` and its kin where OpenSTA or
    Icarus are missing or fail.
    """
    if cut not in CUTS:
        raise ConfigError(f"unknown cut '{cut}'", hint=f"choose one of {', '.join(CUTS)}")
    verilog = _text(bundle, f"{cut}/{library}/{MAPPED_FILE}")
    setup = _setup(verilog, liberty)
    files = {name: _text(bundle, f"{cut}/{name}") for name in (TESTBENCH_FILE, VECTORS_FILE)}
    files |= {MAPPED_FILE: verilog, CELLS_FILE: _text(bundle, f"{cut}/{library}/{CELLS_FILE}")}
    tool = f"OpenSTA {sta_version()}"
    said = run_sta(to_script(setup), files={MAPPED_FILE: verilog}, links={_LIBERTY: liberty}, timeout_s=timeout_s)
    outputs = {name: setup.library.cell(cell).output for name, cell in _logic(setup).items()}
    activity = measure_activity(files, outputs, timeout_s=timeout_s) if outputs else Activity(1, {})
    metrics, remarks = _figures(setup, said, activity, tool)
    metrics += tuple(_dynamic_power(one, rate_hz) for one in metrics if one.name == "energy_pj" and rate_hz is not None)
    conditions = (
        f"{liberty.name}, inputs with a slope of {setup.slew_ns:g} ns, outputs loaded with {setup.load_ff:g} fF, "
        "before placement"
    )
    return Timing(bundle.digest, cut, library, tool, conditions, metrics, remarks)


def to_script(setup: Setup) -> str:
    """Return the Tcl that times the module of `mapped.v` by `library.lib`.

    It asks for the slowest path to each output, and for those through each cell, rising and falling: what a cell off
    the slowest paths does beyond its tables can hide a slower one.
    """
    pins = " ".join(f"{name}/{setup.library.cell(cell).output}" for name, cell in _logic(setup).items())
    return f"""\
read_liberty {_LIBERTY}
read_verilog {MAPPED_FILE}
link_design {setup.top}
set_cmd_units -time ns -capacitance fF
create_clock -name virtual -period {_PERIOD_NS:g}
set_input_delay 0 -clock virtual [all_inputs]
set_output_delay 0 -clock virtual [all_outputs]
set_input_transition {setup.slew_ns:.9g} [all_inputs]
set_load {setup.load_ff:.9g} [all_outputs]
puts {{{_PATHS}}}
foreach port [all_outputs] {{
  report_checks -to $port {_REPORT}
}}
puts {{{_CELLS}}}
foreach pin {{{pins}}} {{
  report_checks -rise_through $pin {_REPORT}
  report_checks -fall_through $pin {_REPORT}
}}
puts {{{_POWER}}}
set_power_activity -global -activity 1.0 -duty 0.5
report_power -instances [get_cells *] -digits 9
"""


def _text(bundle: Bundle, name: str) -> str:
    hint = "run 'tinydwn choose' or 'tinydwn synth' with --library of the Liberty file"
    return text_of(bundle.files, name, hint=hint)


def _setup(verilog: str, liberty: Path) -> Setup:
    tree = load_liberty(liberty)
    library, ranges = library_from_liberty(tree, source=liberty.name), table_ranges(tree)
    instances = {name: cell for cell, name in _INSTANCE.findall(verilog)}
    known = {cell.name for cell in (*library.cells, *library.ties)}
    odd = sorted(set(instances.values()) - known)
    if odd:
        raise LibraryError(
            f"'{liberty}' has no cell '{odd[0]}', which the netlist uses", hint="give the Liberty file of its library"
        )
    inverter = library.inverter
    middle = ranges[inverter.name].middle_slew_ns if inverter.name in ranges else None
    if middle is None or not inverter.input_capacitance_ff:
        raise LibraryError(f"'{liberty}' has no delays of '{inverter.name}'", hint="give a Liberty file with timing")
    load_ff = INVERTERS_DRIVEN * inverter.input_capacitance_ff[0]
    outputs = driven_outputs(verilog, {cell.name: cell.output for cell in library.cells})
    return Setup(_MODULE.findall(verilog)[0], instances, outputs, library, ranges, middle, load_ff)


def _logic(setup: Setup) -> dict[str, str]:
    """Return the instances that are no tie cells."""
    ties = {cell.name for cell in setup.library.ties}
    return {name: cell for name, cell in setup.instances.items() if cell not in ties}


def _figures(setup: Setup, said: str, activity: Activity, tool: str) -> tuple[tuple[Metric, ...], tuple[str, ...]]:
    before, _, powers = said.partition(_POWER)
    to_outputs, _, through_cells = before.partition(_PATHS)[2].partition(_CELLS)
    paths, power = read_paths(to_outputs), read_power(powers)
    stages = tuple(stage for path in (*paths, *read_paths(through_cells)) for stage in path.stages)
    missing = sorted(set(setup.instances) - set(power))
    if missing:
        raise ProgramError(f"{tool} reports no power of '{missing[0]}'", hint="set TINYDWN_STA to another version")
    static_uw = math.fsum(power[name].leakage_w for name in setup.instances) * 1e6
    metrics = [_metric("static_power_uw", static_uw, "uW", f"leakage of {len(setup.instances)} cells, {tool}")]
    unreported = (*_unreported(setup, paths), *_unseen(setup, stages))
    doubts = (*unreported, *_doubts(stages, setup.ranges), *_negative_powers(power))
    if doubts:
        return tuple(metrics), (*doubts, "no delay and no energy are given: what cannot be believed is no figure")
    if paths:
        slowest = max(paths, key=lambda path: path.delay_ns)
        way = f"slowest path, from {slowest.start} to {slowest.end} through {len(slowest.stages)} cells, {tool}"
        metrics.append(_metric("delay_ps", slowest.delay_ns * 1e3, "ps", way))
    counted = f"transitions of {activity.steps + 1} test vectors in Icarus Verilog, without glitches, {tool}"
    metrics.append(
        _metric(
            "energy_pj", _energy_pj(power, activity, internal_energy_counted()), "pJ", f"per classification; {counted}"
        )
    )
    return tuple(metrics), ()


def _dynamic_power(energy: Metric, rate_hz: float) -> Metric:
    source = f"energy per classification, {rate_hz:g} times a second"
    return Metric("dynamic_power_uw", float(f"{energy.value * rate_hz * 1e-6:.6g}"), "uW", Provenance.DERIVED, source)


def _metric(name: str, value: float, unit: str, source: str) -> Metric:
    return Metric(name, float(f"{value:.6g}"), unit, Provenance.MEASURED, source)


def _energy_pj(power: dict[str, CellPower], activity: Activity, counted_times: float) -> float:
    """Return the mean energy per vector: each cell's energy per transition, times its transitions."""
    joules = math.fsum(
        (power[name].internal_w / counted_times + power[name].switching_w) * _PERIOD_NS * 1e-9 * count / activity.steps
        for name, count in activity.transitions.items()
    )
    return joules * 1e12


def _negative_powers(power: dict[str, CellPower]) -> tuple[str, ...]:
    count = sum(one.internal_w + one.switching_w < 0 for one in power.values())
    return (f"{count} of {len(power)} cells would give energy back",) if count else ()


def _unreported(setup: Setup, paths: tuple[TimingPath, ...]) -> tuple[str, ...]:
    """Return the outputs that a cell drives and to which no path was reported: the slowest may be one of theirs."""
    ends = {path.end for path in paths}
    return tuple(f"no path to '{name}' was reported" for name in setup.outputs if name not in ends)


def _unseen(setup: Setup, stages: tuple[Stage, ...]) -> tuple[str, ...]:
    """Return the cells that no path led through: whether they are within their tables is not known."""
    logic = set(_logic(setup))
    unseen = logic - {stage.instance for stage in stages}
    return (f"{len(unseen)} of {len(logic)} cells: no path through them was reported",) if unseen else ()


def _doubts(stages: tuple[Stage, ...], ranges: dict[str, CellRanges]) -> tuple[str, ...]:
    """Return why figures cannot be believed: cells that are beyond their tables somewhere, and negative delays."""
    cells: dict[str, set[str]] = {"slew": set(), "load": set(), "delay": set()}
    for stage in stages:
        known = ranges.get(stage.cell)
        if known and known.slew_ns and not known.slew_ns.holds(stage.slew_ns):
            cells["slew"].add(stage.instance)
        if known and known.load_ff and not known.load_ff.holds(stage.load_ff):
            cells["load"].add(stage.instance)
        if stage.delay_ns < 0:
            cells["delay"].add(stage.instance)
    told = {
        "slew": "an input slope beyond their delay tables",
        "load": "a load beyond their delay tables (before placement, no net has buffers)",
        "delay": "a negative delay",
    }
    total = len({stage.instance for stage in stages})
    return tuple(f"{len(cells[name])} of {total} cells: {what}" for name, what in told.items() if cells[name])

"""OpenSTA, the static timing analyzer: one script in, what it says out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from tinydwn.errors import ProgramError
from tinydwn.tools.program import find_program, run_program, tail
from tinydwn.tools.scratch import collect, scratch_folder

VARIABLE = "TINYDWN_STA"
SCRIPT = "run.tcl"
_DONE = "tinydwn: done"
_ERROR = re.compile(r"^\s*(?:Error\b|\[ERROR\b)", re.MULTILINE)
_VERSION_TIMEOUT_S = 30.0


def find_sta() -> Path:
    """Return OpenSTA's executable: TINYDWN_STA, else `sta` on the PATH."""
    hint = f"install it (Debian: apt-get install opensta), or set {VARIABLE} to its executable"
    return find_program("OpenSTA", "sta", variable=VARIABLE, hint=hint)


def sta_version() -> str:
    """Return what OpenSTA says its version is, its last line."""
    with scratch_folder({}) as folder:
        said = run_program(
            [find_sta(), "-version"], name="OpenSTA", variable=VARIABLE, folder=folder, timeout_s=_VERSION_TIMEOUT_S
        )
    lines = said.text.split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "of unknown version")


def run_sta(
    script: str, *, files: Mapping[str, str], links: Mapping[str, Path] | None = None, timeout_s: float = 300.0
) -> str:
    """Run a Tcl script in a folder that holds `files`, and other files by the names in `links`; return what it says.

    A script reads every file by its name there: OpenSTA takes brackets, quotes and `$` in a path for Tcl.

    OpenSTA ends with status 0 whatever happened: only a script that came to its last line and told of no error
    has ended well. Raises `ProgramMissing` without OpenSTA, `ProgramError` and `ProgramTimeout`.
    """
    return run_sta_with_results(script, files=files, links=links, results=(), timeout_s=timeout_s)[0]


def run_sta_with_results(
    script: str,
    *,
    files: Mapping[str, str],
    links: Mapping[str, Path] | None = None,
    results: Sequence[str],
    timeout_s: float = 300.0,
) -> tuple[str, dict[str, str]]:
    """Do as `run_sta` and return the texts of the files `results` too, which the script is to write."""
    texts = {**files, SCRIPT: f"{script.rstrip()}\nputs {{{_DONE}}}\n"}
    with scratch_folder(texts) as folder:
        for name, place in (links or {}).items():
            (folder / name).symlink_to(place.absolute())
        words: list[str | Path] = [find_sta(), "-no_splash", "-no_init", "-exit", SCRIPT]
        done = run_program(words, name="OpenSTA", variable=VARIABLE, folder=folder, timeout_s=timeout_s)
        if _ERROR.search(done.text):
            told = "\n".join(line for line in done.text.splitlines() if _ERROR.match(line))
            raise ProgramError("OpenSTA complained", hint=f"it said:\n{tail(told)}")
        if _DONE not in done.stdout.splitlines():
            raise ProgramError("OpenSTA ended before the end of its script", hint=f"it said:\n{tail(done.text)}")
        return done.stdout, collect(folder, results, program="OpenSTA", said=tail(done.text))


def internal_energy_counted() -> float:
    """Return how often OpenSTA counts a transition's internal energy: 1, or 2 as 2.0.17 does.

    A cell that takes 1 pJ when it rises and 1 pJ when it falls, and switches once in a microsecond, takes 1 uW: it is
    asked for that. `ProgramError` for any other answer than 1 or 2 uW.
    """
    return _counted(find_sta())


@cache
def _counted(program: Path) -> float:
    said = run_sta(_ASKED, files={"known.lib": _KNOWN_LIBRARY, "known.v": _KNOWN_NETLIST}, timeout_s=_VERSION_TIMEOUT_S)
    found = re.search(r"^\s*(\S+)(?:\s+\S+){3}\s+g1\s*$", said, re.MULTILINE)
    times = round(float(found[1]) / 1e-6, 3) if found else 0.0
    if times not in (1.0, 2.0):
        raise ProgramError(
            f"'{program}' counts {times:g} times the energy of a known cell", hint=f"set {VARIABLE} to another version"
        )
    return times


_ASKED = """\
read_liberty known.lib
read_verilog known.v
link_design known
create_clock -name virtual -period 1000
set_input_delay 0 -clock virtual [all_inputs]
set_power_activity -global -activity 1.0 -duty 0.5
report_power -instances [get_cells g1] -digits 9
"""
_KNOWN_NETLIST = "module known (a, y); input a; output y; KNOWN g1 (.A(a), .Y(y)); endmodule\n"
_KNOWN_LIBRARY = """\
library (known) {
  time_unit : "1ns"; voltage_unit : "1V"; current_unit : "1mA"; capacitive_load_unit (1, pf);
  leakage_power_unit : "1nW"; pulling_resistance_unit : "1kohm"; nom_voltage : 1;
  input_threshold_pct_rise : 50; input_threshold_pct_fall : 50;
  output_threshold_pct_rise : 50; output_threshold_pct_fall : 50;
  slew_lower_threshold_pct_rise : 20; slew_lower_threshold_pct_fall : 20;
  slew_upper_threshold_pct_rise : 80; slew_upper_threshold_pct_fall : 80;
  power_lut_template (both) { variable_1 : input_transition_time; variable_2 : total_output_net_capacitance;
    index_1 ("0, 9"); index_2 ("0, 9"); }
  lu_table_template (times) { variable_1 : input_net_transition; variable_2 : total_output_net_capacitance;
    index_1 ("0, 9"); index_2 ("0, 9"); }
  operating_conditions (usual) { process : 1; temperature : 25; voltage : 1; }
  default_operating_conditions : usual;
  cell (KNOWN) { area : 1;
    pin (A) { direction : input; capacitance : 0; }
    pin (Y) { direction : output; function : "A";
      timing () { related_pin : "A"; timing_sense : positive_unate;
        cell_rise (times) { values ("1, 1", "1, 1"); } cell_fall (times) { values ("1, 1", "1, 1"); }
        rise_transition (times) { values ("1, 1", "1, 1"); } fall_transition (times) { values ("1, 1", "1, 1"); } }
      internal_power () { related_pin : "A";
        rise_power (both) { values ("1, 1", "1, 1"); } fall_power (both) { values ("1, 1", "1, 1"); } } } }
}
"""

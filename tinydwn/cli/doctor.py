"""`tinydwn doctor`: what this machine has, and how to get what it lacks."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import name_next, result_json, show_line, show_table
from tinydwn.errors import ConfigError, ProgramError, TinydwnError

SCHEMA = "tinydwn.doctor/1"
State = Literal["good", "missing", "optional"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for; `missing` stops the road, `optional` only narrows it."""

    what: str
    state: State
    found: str
    remedy: str = ""


def doctor(json: given.Json = False, quiet: given.Quiet = False) -> None:
    """Say what this machine has, and how to get what it lacks.

    Ends with exit code 4 where something is missing that every result needs.
    """
    from tinydwn.report.sections import Table

    findings = examine()
    if json:
        result_json({"schema": SCHEMA, "findings": [_as_json(one) for one in findings]})
    else:
        rows = tuple((one.what, one.state, one.found) for one in findings)
        show_table(Table("This machine", ("what", "state", "found"), rows, 3))
        remedies = tuple((one.what, one.remedy) for one in findings if one.remedy)
        if remedies:
            show_table(Table("How to get what is not here", ("what", "how"), remedies, 2))
    missing = [one.what for one in findings if one.state == "missing"]
    if not json:
        show_line(f"Missing: {', '.join(missing)}." if missing else "Everything that is needed is here.")
    if missing:
        name_next("tinydwn", "doctor", quiet=quiet)
        raise typer.Exit(ProgramError.exit_code)
    name_next("tinydwn", "synth", "breast_cancer", "--out", "build/demo", quiet=quiet)


def examine() -> tuple[Finding, ...]:
    """Look for everything, in the order of the road."""
    return (*_packages(), *_programs(), _data_folder(), *_libraries(), _pdks())


def _as_json(finding: Finding) -> dict[str, str]:
    return {"what": finding.what, "state": finding.state, "found": finding.found, "remedy": finding.remedy}


def _packages() -> tuple[Finding, ...]:
    from tinydwn.synthesis.versions import package_versions
    from tinydwn.tools.versions import versions_here

    needed = package_versions()
    others = {name: version for name, version in versions_here().items() if name not in needed}
    findings = []
    for name, version in {**needed, **others}.items():
        here = version != "not installed"
        found = f"{version}, {sys.executable}" if name == "python" else version
        findings.append(Finding(name, "good" if here else "missing", found, "" if here else f"pip install {name}"))
    return tuple(findings)


def _programs() -> tuple[Finding, ...]:
    from tinydwn.synthesis.versions import abc_version, yosys_version
    from tinydwn.tools.abc import find_abc
    from tinydwn.tools.streed import find_streed, streed_version
    from tinydwn.tools.yosys import find_yosys

    return (
        _looked_for("ABC", lambda: f"{abc_version()}, {find_abc()}"),
        _looked_for("Yosys", lambda: f"{yosys_version()}, {_yosys_place(find_yosys())}"),
        *_simulator_and_compiler(),
        _optional(
            "STreeD",
            lambda: f"{streed_version()}, {find_streed()}",
            "pip install 'tinydwn[streed]'; without it no search starts from optimal trees",
        ),
        *_layout_programs(),
    )


def _yosys_place(command: tuple[str, ...]) -> str:
    return "pyosys" if command[0] == sys.executable else command[0]


def _simulator_and_compiler() -> tuple[Finding, ...]:
    from tinydwn.tools.avr import avr_gcc_version, find_avr_gcc, find_runner
    from tinydwn.tools.c_compiler import c_compiler
    from tinydwn.tools.simulator import find_icarus, icarus_version

    def compiler() -> str:
        found = c_compiler()
        return f"{found.version}, {found.command[0]}".removeprefix(", ")

    return (
        _optional(
            "Icarus Verilog",
            lambda: f"{icarus_version()}, {find_icarus()[0]}",
            "apt install iverilog, or brew install icarus-verilog; without it gate level is proven but not simulated",
        ),
        _optional(
            "C compiler",
            compiler,
            "apt install gcc, or set CC; without it compiled circuits run by numba, which is slower",
        ),
        _optional(
            "avr-gcc",
            lambda: f"{avr_gcc_version()}, {find_avr_gcc()[0]}",
            "apt install gcc-avr avr-libc; without it no microcontroller is simulated",
        ),
        _optional(
            "simavr",
            lambda: f"its library, by {find_runner()}",
            "apt install simavr libsimavr-dev; without it no microcontroller is simulated",
        ),
    )


def _fpga_programs() -> tuple[Finding, ...]:
    from tinydwn.tools.nextpnr import TOOLS, Tool

    def place(tool: Tool) -> str:
        words = tool.words()
        return tool.version() if words[0] == sys.executable else f"{tool.version()}, {words[0]}"

    found: dict[str, str] = {}
    for tool in TOOLS:
        found.setdefault(tool.package, tool.name)
    return tuple(
        _optional(tool.name, lambda one=tool: place(one), needed_for="tinydwn flow on an FPGA")  # type: ignore[misc]
        for tool in TOOLS
        if found[tool.package] == tool.name
    )


def _layout_programs() -> tuple[Finding, ...]:
    """Look for what times, places, routes and writes GDS: nothing else needs it."""
    from tinydwn.flow.tool_version import flow_scripts_version
    from tinydwn.tools.ciel import ciel_version, find_ciel
    from tinydwn.tools.container import engine_version, find_engine
    from tinydwn.tools.klayout import find_klayout, klayout_version
    from tinydwn.tools.librelane import find_librelane, librelane_version, missing_tools
    from tinydwn.tools.openroad import find_openroad, openroad_version
    from tinydwn.tools.opensta import find_sta, sta_version
    from tinydwn.tools.orfs import find_make, find_orfs, find_tools
    from tinydwn.tools.told_version import told_version

    def openroad() -> str:
        program = find_openroad()
        return f"{openroad_version(program)}, {program}"

    def librelane() -> str:
        program, missing = find_librelane(), missing_tools()
        here = f"{librelane_version(program)}, {program}"
        return f"{here}, in its container: {', '.join(missing)} not on PATH" if missing else here

    def flow_scripts() -> str:
        scripts = find_orfs()
        tools = " and ".join(map(str, find_tools(scripts)))
        return f"{flow_scripts_version(scripts)}, {scripts}, with {tools}"

    def engine() -> str:
        return f"{engine_version()}, {find_engine()}"

    def klayout() -> str:
        return f"{klayout_version()}, {_klayout_place(find_klayout())}"

    def make() -> str:
        return f"{told_version((find_make(), '--version'), name='make')}, {find_make()}"

    return (
        _optional("OpenSTA", lambda: f"{sta_version()}, {find_sta()}", needed_for="tinydwn timing"),
        _optional("ciel", lambda: f"{ciel_version()}, {find_ciel()}", needed_for="tinydwn pdk install sky130"),
        _optional("OpenROAD", openroad, needed_for="tinydwn flow --plan openroad"),
        _optional("LibreLane", librelane, needed_for="tinydwn flow --plan librelane"),
        _optional("OpenROAD-flow-scripts", flow_scripts, needed_for="tinydwn flow --plan orfs"),
        _optional("make", make, needed_for="tinydwn flow --plan orfs"),
        _optional("container engine", engine, needed_for="tinydwn flow --container"),
        *_fpga_programs(),
        _optional("KLayout", klayout, needed_for="tinydwn layout --gds"),
    )


def _klayout_place(command: tuple[str, ...]) -> str:
    return "the klayout wheel" if command[0] == sys.executable else command[0]


def _data_folder() -> Finding:
    from tinydwn.report.wording import plural

    given_folder = os.environ.get("TINYDWN_DATA")
    if not given_folder:
        remedy = "set TINYDWN_DATA to a folder of <name>.csv.gz files; else names are looked up on OpenML"
        return Finding("data folder", "optional", "TINYDWN_DATA is not set", remedy)
    folder = Path(given_folder).expanduser()
    if not folder.is_dir():
        return Finding("data folder", "missing", f"{folder} does not exist", "set TINYDWN_DATA anew, or unset it")
    files = sum(1 for entry in folder.iterdir() if entry.name.endswith((".csv.gz", ".csv", ".parquet", ".npz")))
    return Finding("data folder", "good", f"{folder}, {plural(files, 'data set')}")


def _libraries() -> tuple[Finding, ...]:
    from tinydwn.synthesis.options import DEFAULT_LIBRARIES
    from tinydwn.technology import load_library

    def cells(name: str) -> Callable[[], str]:
        return lambda: f"{len(load_library(name).cells)} cells"

    return tuple(_looked_for(f"library {name}", cells(name)) for name in DEFAULT_LIBRARIES)


def _pdks() -> Finding:
    from tinydwn.report.wording import listed
    from tinydwn.technology.pdk import PDKS, pdk_root
    from tinydwn.technology.pdk_state import state_of

    try:
        root = pdk_root()
    except ConfigError as error:
        return Finding("PDKs", "optional", error.message, error.hint)
    states = [state_of(pdk, root, hashes=False) for pdk in PDKS]
    here = [one.pdk.name for one in states if one.state == "complete"]
    lacking = [one.pdk.name for one in states if one.state != "complete"]
    found = f"{listed(here)} in {root}; 'tinydwn pdk check' compares checksums" if here else f"none in {root}"
    if not lacking:
        return Finding("PDKs", "good", found)
    return Finding("PDKs", "optional", found, f"for timing and layout: tinydwn pdk install {' '.join(lacking)}")


def _looked_for(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "good", look())
    except TinydwnError as error:
        return Finding(what, "missing", error.message, error.hint)


def _optional(what: str, look: Callable[[], str], remedy: str = "", *, needed_for: str = "") -> Finding:
    """Look for what only narrows the road where it is missing; the error's hint is the remedy where none is given."""
    found = _looked_for(what, look)
    if found.state == "good":
        return found
    return replace(found, state="optional", remedy=remedy or f"{found.remedy}; needed for '{needed_for}' only")

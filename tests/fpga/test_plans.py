"""Plans for FPGAs: pins, parts, reports and figures, without any of the tools."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from tinydwn.errors import ConfigError, FlowError, ProgramMissing
from tinydwn.fpga.figures import cells_of, mapped_figures, routed_figures
from tinydwn.fpga.launch import prepare_source
from tinydwn.fpga.options import FpgaOptions
from tinydwn.fpga.part import BOARDS, PARTS, PLANS, board_of, part_of
from tinydwn.fpga.plan import part_for, pin_file
from tinydwn.fpga.route_report import read_route_report
from tinydwn.fpga.source import source_of, to_source
from tinydwn.netlist import Netlist
from tinydwn.tools.nextpnr import TOOLS

REPORT = {
    "fmax": {"clk_a": {"achieved": 120.0, "constraint": 100.0}, "clk_b": {"achieved": 80.0, "constraint": 100.0}},
    "critical_paths": [
        {"from": "<async>", "to": "<async>", "path": [{"delay": 1.5}, {"delay": 0.25}]},
        {"from": "<async>", "to": "posedge clk_a", "path": [{"delay": 9.0}]},
    ],
    "utilization": {"ICESTORM_LC": {"used": 66, "available": 5280}, "SB_IO": {"used": 8, "available": 39}},
}


def values(metrics):
    return {one.name: round(one.value, 6) for one in metrics}


def test_figures_of_a_registered_circuit_follow_from_its_clock(chip):
    report = read_route_report(json.dumps(REPORT))
    source = to_source(chip, circuit="registered", stages=2)
    found = values(routed_figures(report, part_of("ice40"), source))
    assert found == {"logic_cells": 66, "utilization": 1.25, "fmax": 80.0, "latency": 37.5, "throughput": 80.0}


def test_a_serial_circuit_takes_an_edge_for_each_word(chip):
    source = to_source(chip, circuit="serial")
    found = values(routed_figures(read_route_report(json.dumps(REPORT)), part_of("ice40"), source))
    assert (found["latency"], found["throughput"]) == (25.0, 40.0)


def test_a_circuit_without_registers_has_the_time_of_its_longest_way(chip):
    found = values(
        routed_figures(read_route_report(json.dumps(REPORT)), part_of("ice40"), to_source(chip, circuit="chip"))
    )
    assert found == {"logic_cells": 66, "utilization": 1.25, "latency": 1.75}


def test_times_that_a_report_leaves_out_come_from_the_log():
    silent = read_route_report('{"fmax": {}, "critical_paths": [], "utilization": {}}')
    log = (
        "Info: Max frequency for clock 'clk_I_O': 100.00 MHz (FAIL at 250.00 MHz)\n"
        "Info: Max delay <async> -> <async>: 3.25 ns\n"
        "Info: Max frequency for clock 'clk_I_O': 271.96 MHz (PASS at 250.00 MHz)\n"
    )
    told = silent.with_log(log)
    assert (told.fmax_mhz, told.path_ns) == ({"clk_I_O": 271.96}, 3.25)
    assert read_route_report(json.dumps(REPORT)).with_log(log).fmax_mhz == {"clk_a": 120.0, "clk_b": 80.0}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"fmax": 1, "critical_paths": [], "utilization": {}}'])
def test_a_report_that_was_cut_off_is_refused(text):
    with pytest.raises(FlowError, match=r"report\.json is no report of nextpnr"):
        read_route_report(text)


def test_cells_are_counted_by_what_they_are():
    names = ["SB_LUT4", "SB_LUT4", "SB_DFF", "SB_DFFESR", "SB_GB"]
    cells = {f"c{k}": {"type": name} for k, name in enumerate(names)}
    counts = cells_of(json.dumps({"modules": {"m": {"cells": cells}}}), top="m")
    assert values(mapped_figures(counts, part_of("ice40"))) == {"lut4": 2, "registers": 2}
    gowin = {"LUT1": 1, "LUT4": 3, "MUX2_LUT5": 3, "DFFE": 4, "IBUF": 5, "GND": 1}
    assert values(mapped_figures(gowin, part_of("gowin"))) == {"lut4": 4, "registers": 4, "wide_muxes": 3}
    xilinx = {"LUT6": 1, "LUT2": 1, "MUXF7": 1, "FDRE": 2, "FDSE": 1}
    assert values(mapped_figures(xilinx, part_of("xilinx"))) == {"lut6": 2, "registers": 3, "wide_muxes": 1}
    with pytest.raises(FlowError, match=r"netlist\.json is no netlist of 'm'"):
        cells_of("{}", top="m")


def test_a_board_has_its_clock_and_its_connectors(chip):
    source = to_source(chip, circuit="serial")
    assert source.pins == ("clk", "load", "word[0]", "word[1]", "word[2]", "class_")
    part = part_for("ice40", FpgaOptions(board="icebreaker"))
    assert pin_file(source, part, board_of("ice40", "icebreaker")).splitlines()[:3] == [
        "set_io clk 35", "set_io load 4", "set_io word[0] 2",
    ]  # fmt: skip
    gowin = pin_file(source, part_of("gowin"), None).splitlines()
    assert gowin[:2] == ['IO_LOC "clk" 52;', 'IO_LOC "load" 25;']
    lpf = pin_file(source, part_of("ecp5", "85f"), board_of("ecp5", "ulx3s")).splitlines()
    assert lpf[0] == 'LOCATE COMP "clk" SITE "G2";'
    assert pin_file(source, part_of("ice40"), None) == ""


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_no_pin_of_a_board_is_given_out_twice(board):
    assert len({board.clock, *board.pins}) == 1 + len(board.pins)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_free_pins_of_a_part_are_as_many_as_it_says(part):
    assert not part.free_pins or len(set(part.free_pins)) == part.pins


def test_a_circuit_with_more_pins_than_the_part_is_refused():
    wide = Netlist("chip", tuple(f"x{k}" for k in range(40)), (), (("class[0]", 2),))
    with pytest.raises(ConfigError) as caught:
        pin_file(to_source(wide, circuit="registered"), part_of("ice40"), None)
    assert str(caught.value) == (
        "chip_registered has 42 pins and iCE40 UP5K, SG48 has room for 39\n\n"
        "hint: choose --circuit serial, or another part or board"
    )


def test_unknown_names_are_refused(chip):
    with pytest.raises(ConfigError, match="no FPGA family 'max10'"):
        part_of("max10")
    with pytest.raises(ConfigError, match="plan 'ice40' knows no part '85f'"):
        part_of("ice40", "85f")
    with pytest.raises(ConfigError, match="plan 'ecp5' knows no board 'icestick'"):
        board_of("ecp5", "icestick")
    with pytest.raises(ConfigError, match="a board has its own part"):
        FpgaOptions(part="up5k", board="icestick")
    for wrong in ({"target_mhz": 0.0}, {"stages": 0}, {"seed": -1}):
        with pytest.raises(ConfigError):
            FpgaOptions(**wrong)


def test_stages_need_registers_and_a_circuit_that_is_known(chip):
    from tinydwn.export.bundle import Bundle

    with pytest.raises(ConfigError, match="circuit 'chip' has no registers to cut it with"):
        source_of(Bundle({}), circuit="chip", stages=2)
    with pytest.raises(ConfigError, match="unknown circuit 'macro'"):
        source_of(Bundle({}), circuit="macro")


@pytest.mark.parametrize("family", [plan for plan in PLANS if plan != "xilinx"])
def test_a_missing_tool_is_named_with_its_package(chip, family, monkeypatch, tmp_path):
    known = importlib.util.find_spec
    absent = ("yowasp", "apycula")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name.startswith(absent) else known(name))
    monkeypatch.setenv("PATH", str(tmp_path))
    source, part = to_source(chip, circuit="registered"), part_of(family)
    with pytest.raises(ProgramMissing) as caught:
        prepare_source(source, part, tmp_path / "run", options=FpgaOptions())
    assert caught.value.message.startswith("nextpnr-")
    assert f"pip install yowasp-nextpnr-{'himbaechel-gowin' if family == 'gowin' else family} " in caught.value.hint
    dry = prepare_source(source, part, tmp_path / "run", options=FpgaOptions(), dry=True)
    assert len(dry.lacking) == 2
    assert [stage.name for stage in dry.plan.stages] == ["synth", "route", "pack"]


def test_programs_may_be_named_by_variables(monkeypatch, tmp_path):
    for tool in TOOLS:
        monkeypatch.setenv(tool.variable, str(tmp_path / "own"))
        assert tool.words() == (str(Path(tmp_path / "own")),)

"""The Tcl runs from first to last line, and gives OpenROAD only commands and options that it knows."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import FlowError
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.flow_data import FLOWS
from tinydwn.flow.kit import Kit, find_kit
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.place_route import openroad_plan, tcl_list, tcl_word
from tinydwn.flow.platform import PLATFORMS
from tinydwn.flow.runner import run_plan
from tinydwn.flow.sizing import floorplan, least_core_edge_um, strap_pitch_um


def run(circuit: FlowCircuit, kit: Kit, fake: Any, folder: Path, **options: object) -> list[list[str]]:
    chosen = FlowOptions(**options)  # type: ignore[arg-type]
    plan = openroad_plan(circuit, kit, chosen, program=str(fake.program), folder=folder)
    run_plan(plan, folder, timeout_s=60)
    return fake.commands()


def names(calls: list[list[str]], stage: str) -> list[str]:
    return [words[1] for words in calls if words[0] == stage]


def test_all_stages_of_a_registered_circuit_run_in_their_order(
    registered: FlowCircuit, kit: Kit, fake_openroad: Callable[..., Any], tmp_path: Path
) -> None:
    calls = run(registered, kit, fake_openroad(), tmp_path / "run", least_core_edge_um=60)
    assert list(dict.fromkeys(words[0] for words in calls)) == [
        "floorplan", "place", "clock", "timing", "route", "finish",
    ]  # fmt: skip
    assert ["clock", "read_db", "../place/chip_registered.odb"] in calls
    assert ["timing", "read_db", "../clock/chip_registered.odb"] in calls
    assert ["place", "create_clock", "-name", "core_clock", "-period", "10", "clk"] in calls
    order = ["read_liberty", "read_lef", "read_verilog", "link_design", "initialize_floorplan", "make_tracks"]
    place = names(calls, "floorplan")
    assert [place.index(name) for name in [*order, "tapcell", "pdngen", "write_db"]] == sorted(
        place.index(name) for name in [*order, "tapcell", "pdngen", "write_db"]
    )
    assert names(calls, "clock").index("estimate_parasitics") < names(calls, "clock").index("clock_tree_synthesis")
    assert ["floorplan", "tapcell", "-distance", "14.0", "-tapcell_master", "sky130_fd_sc_hd__tapvpwrvgnd_1"] in calls
    finish = names(calls, "finish")
    assert finish.index("filler_placement") < finish.index("check_placement") < finish.index("write_def")
    assert ["finish", "set_pdnsim_net_voltage", "-net", "VDD", "-voltage", "1.8"] in calls
    assert finish.index("check_power_grid") < finish.index("analyze_power_grid") < finish.index("write_def")
    # The stub finds antennas once: one repair after global routing, one after the detailed one.
    assert names(calls, "route").count("repair_antennas") == 2
    assert names(calls, "route").count("detailed_route") == 2


def test_a_combinational_circuit_has_a_virtual_clock_and_no_tree(
    combinational: FlowCircuit, kit: Kit, fake_openroad: Callable[..., Any], tmp_path: Path
) -> None:
    calls = run(combinational, kit, fake_openroad(), tmp_path / "run", clock_period_ns=2.5)
    assert ["place", "create_clock", "-name", "core_clock", "-period", "2.5"] in calls
    assert ["timing", "read_db", "../place/chip.odb"] in calls
    assert not {"clock_tree_synthesis", "set_propagated_clock", "report_clock_skew"} & {words[1] for words in calls}
    # Without rules for extraction, parasitics are estimated while the guides are at hand.
    assert ["route", "estimate_parasitics", "-global_routing", "-spef_file", "chip.estimated.spef"] in calls


def test_a_large_circuit_is_placed_for_its_wires_and_extracted_where_there_are_rules(
    registered: FlowCircuit,
    kit: Kit,
    fake_openroad: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "rules").touch()
    monkeypatch.setenv("FAKE_CELLS", "400")
    calls = run(registered, replace(kit, extraction_rules=tmp_path / "rules"), fake_openroad(), tmp_path / "run")
    assert ["place", "global_placement", "-density", "0.5700000000000001", "-routability_driven"] in calls
    assert ["finish", "extract_parasitics", "-ext_model_file", str(tmp_path / "rules")] in calls
    assert not any(words[:2] == ["route", "estimate_parasitics"] and "-spef_file" in words for words in calls)


@pytest.mark.parametrize("library", ["nangate45", "ihp-sg13g2"])
def test_the_other_platforms_run_too(
    registered: FlowCircuit, library: str, shared: Path, fake_openroad: Callable[..., Any], tmp_path: Path
) -> None:
    kit = find_kit(library, root=shared / "pdk").require()
    calls = run(replace(registered, library=library), kit, fake_openroad(), tmp_path / "run")
    assert names(calls, "finish")[-1] == "write_db"
    assert sum(words[1] == "set_layer_rc" for words in calls if words[0] == "place") >= 5


def test_every_file_of_the_flows_is_shipped() -> None:
    project = tomllib.loads((FLOWS.resolve().parent / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["tinydwn"]
    shipped = {path for pattern in patterns for path in FLOWS.parent.glob(pattern)}
    assert {path for path in FLOWS.rglob("*") if path.is_file()} <= shipped


def test_a_wrong_option_would_be_found(
    combinational: FlowCircuit, kit: Kit, fake_openroad: Callable[..., Any], tmp_path: Path
) -> None:
    fake = fake_openroad()
    plan = openroad_plan(combinational, kit, FlowOptions(), program=str(fake.program), folder=tmp_path)
    broken = plan.files["scripts/place.tcl"].replace("-hor_layers", "-hor_layer")
    with pytest.raises(FlowError, match="place_pins: no option -hor_layer"):
        run_plan(replace(plan, files={**plan.files, "scripts/place.tcl": broken}), tmp_path / "run", timeout_s=60)


def test_complaints_are_collected_before_a_stage_ends(
    combinational: FlowCircuit, kit: Kit, fake_openroad: Callable[..., Any], tmp_path: Path
) -> None:
    gone = replace(kit, tech_lef=tmp_path / "no tech.lef", cell_lef=tmp_path / "no [cells].lef")
    fake = fake_openroad()
    plan = openroad_plan(combinational, gone, FlowOptions(), program=str(fake.program), folder=tmp_path)
    with pytest.raises(FlowError) as caught:
        run_plan(plan, tmp_path / "run", timeout_s=60)
    told = caught.value.message.splitlines()
    assert told[1:3] == [f"    missing file: {tmp_path}/no tech.lef", f"    missing file: {tmp_path}/no [cells].lef"]


def tcl(tclsh: Path, text: str) -> list[str]:
    script = f"source {FLOWS / 'openroad' / 'sizing.tcl'}\n{text}"
    done = subprocess.run([str(tclsh)], input=script, capture_output=True, text=True, check=True, timeout=60)
    assert not done.stderr
    return done.stdout.splitlines()


SIZES = [
    (library, area, pins, utilization, edge)
    for library in PLATFORMS
    for area in (3.75, 200.0, 4321.0, 90000.0)
    for pins in (2, 66, 253, 900)
    for utilization in (0.2, 0.35, 0.9)
    for edge in (10.0, 60.0)
]


def test_tcl_and_python_agree_on_every_core_and_strap(tclsh: Path) -> None:
    lines, expected = [], []
    for library, area, pins, utilization, edge in SIZES:
        one = PLATFORMS[library]
        lines.append(
            f"puts [tinydwn::core_size {area} {pins} {utilization} {edge} {one.site_width_um} {one.row_height_um} "
            f"{one.horizontal_track_um} {one.vertical_track_um}]"
        )
        plan = floorplan(one, area_um2=area, pins=pins, utilization=utilization, least_core_edge_um=edge)
        expected.append((plan.width_um, plan.height_um, plan.sized_by))
        lines.append(f"puts [tinydwn::strap_pitch {plan.width_um} {one.vertical_straps.pitch_um} 0.01]")
    said = tcl(tclsh, "\n".join(lines))
    for (width, height, reason), core, straps, size in zip(expected, said[::2], said[1::2], SIZES, strict=True):
        got = core.split()
        assert (round(float(got[0]), 4), round(float(got[1]), 4), got[2]) == (width, height, reason)
        pitch = strap_pitch_um(width, PLATFORMS[size[0]].vertical_straps)
        assert [round(float(word), 4) for word in straps.split()] == [pitch, round(pitch / 2, 4)]


@given(
    library=st.sampled_from(sorted(PLATFORMS)),
    area=st.floats(1, 200_000),
    pins=st.integers(1, 2000),
    utilization=st.floats(0.05, 0.95),
    edge=st.floats(5, 100),
)
def test_a_core_holds_cells_pins_and_a_strap_of_each_net(
    library: str, area: float, pins: int, utilization: float, edge: float
) -> None:
    one = PLATFORMS[library]
    plan = floorplan(one, area_um2=area, pins=pins, utilization=utilization, least_core_edge_um=edge)
    assert plan.width_um * plan.height_um * utilization >= area * 0.999
    # A pin takes two tracks: both pairs of edges together offer this many places.
    places = plan.width_um / one.vertical_track_um + plan.height_um / one.horizontal_track_um
    assert places * 0.75 >= pins * 0.999
    assert min(plan.width_um, plan.height_um) >= edge - 1e-3
    for extent, straps in ((plan.width_um, one.vertical_straps), (plan.height_um, one.horizontal_straps)):
        pitch = strap_pitch_um(extent, straps)
        assert pitch <= straps.pitch_um + 1e-9
        assert pitch + 0.01 < extent  # the strap of the second net lies a whole pitch from the edge
    for length, step in ((plan.width_um, one.site_width_um), (plan.height_um, 2 * one.row_height_um)):
        assert abs(length / step - round(length / step)) < 1e-3


@pytest.mark.parametrize("library", sorted(PLATFORMS))
def test_the_smallest_core_has_room_between_its_straps(library: str, shared: Path) -> None:
    one, tech = PLATFORMS[library], find_kit(library, root=shared / "pdk").tech_lef.read_text()
    edge = least_core_edge_um(one, FlowOptions(least_core_edge_um=5))
    plan = floorplan(one, area_um2=3.75, pins=2, utilization=0.9, least_core_edge_um=edge)
    for extent, straps in ((plan.width_um, one.vertical_straps), (plan.height_um, one.horizontal_straps)):
        pitch = strap_pitch_um(extent, straps)
        assert extent >= pitch + straps.width_um
        layer = re.search(rf"^LAYER {straps.layer}\n.*?^END", tech, re.DOTALL | re.M)[0]  # type: ignore[index]
        plain = [float(gap) for gap in re.findall(r"^ *SPACING +([\d.]+) *;", layer, re.M)]
        rows = re.findall(r"WIDTH +([\d.]+)((?: +[\d.]+)+) *;?", layer)
        wide = [float(gaps.split()[-1]) for width, gaps in rows if float(width) < straps.width_um]
        assert plain or wide
        assert pitch / 2 - straps.width_um >= max(plain + wide) - 1e-9


def test_every_core_has_tap_cells_and_is_dense_enough_for_its_cells(tclsh: Path) -> None:
    asked = ["tap_distance 60.26 14", "tap_distance 20 14", "tap_distance 45.03 120"]
    asked += [f"target_density {uniform}" for uniform in (0.01, 0.4, 0.9, 0.98)]
    said = [float(line) for line in tcl(tclsh, "\n".join(f"puts [tinydwn::{words}]" for words in asked))]
    assert said == pytest.approx([14, 10, 22.515, 0.25, 0.57, 0.95, 0.98])


def test_the_die_that_failed_for_its_pins_would_have_been_large_enough(shared: Path) -> None:
    """A real run named the perimeter that its 253 pins need; ours is no smaller, and not twice as large."""
    log = (shared / "openroad" / "failed_pins" / "log.txt").read_text()
    pins, needed = re.search(r"IO pins \((\d+)\).*to ([\d.]+)um", log).groups()  # type: ignore[union-attr]
    plan = floorplan(
        PLATFORMS["sky130_fd_sc_hd"], area_um2=83.0, pins=int(pins), utilization=0.35, least_core_edge_um=20
    )
    assert plan.sized_by == "pins"
    assert float(needed) <= 2 * (plan.die_um[2] + plan.die_um[3]) <= 1.5 * float(needed)


@pytest.mark.parametrize("library", sorted(PLATFORMS))
def test_platforms_say_what_the_technology_files_say(library: str, shared: Path) -> None:
    one, kit = PLATFORMS[library], find_kit(library, root=shared / "pdk").require()
    tech, cells = kit.tech_lef.read_text(), kit.cell_lef.read_text()
    settings = (FLOWS / "openroad" / "platforms" / f"{library}.tcl").read_text()
    site = re.search(r"\bsite (\w+)", settings)[1]  # type: ignore[index]
    size = re.search(rf"^SITE\s+{site}\s*$.*?SIZE\s+([\d.]+)\s+BY\s+([\d.]+)", tech + cells, re.DOTALL | re.M)
    assert size is not None
    assert (float(size[1]), float(size[2])) == (one.site_width_um, one.row_height_um)
    for straps in (one.vertical_straps, one.horizontal_straps):
        assert f"{{ {straps.layer} {straps.width_um:g} {straps.pitch_um:g} }}" in settings
        assert re.search(rf"LAYER {straps.layer}\b", tech)
    for layer in re.findall(r"pins_\w+ (\w+)", settings):
        assert re.search(rf"LAYER {layer}\b", tech)
    liberty = kit.liberty.read_text()
    for cell in (one.driving_cell, *re.findall(r"clock_buffer (\w+)", settings)):
        assert re.search(rf"MACRO {cell}\b", cells)
        assert re.search(rf'cell ?\("?{cell}"?\)', liberty)


def test_nets_without_wires_end_the_routing(
    combinational: FlowCircuit, kit: Kit, fake_openroad: Callable[..., Any], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("FAKE_ROUTED", "0")
    with pytest.raises(FlowError) as caught:
        run(combinational, kit, fake_openroad(), tmp_path / "run")
    assert caught.value.message.splitlines()[1] == "    nets without wires are left"


def test_words_have_no_way_out_of_tcl(tclsh: Path) -> None:
    draw = random.Random(0)
    texts = ["a b", "$x", "[exit 3]", "a\\", '"', "{", "}", "#", ";", "x", "~", "a{b}c", "  "]
    texts += ["".join(chr(draw.randrange(32, 127)) for _ in range(8)) for _ in range(200)]
    asked = [f"puts <>[set x {tcl_word(text)}]" for text in texts]
    asked += [f"puts <>[lindex {tcl_word(tcl_list(['first', text]))} 1]" for text in texts]
    assert tcl(tclsh, "\n".join(asked)) == [f"<>{text}" for text in texts * 2]


LISTER = FLOWS.resolve().parent / "pdk_scripts" / "openroad_commands.py"
SOURCE = r"""
sta::define_cmd_args "place_pins" {[-hor_layers h_layers]\
                                   [-annealing]\
                                   [-exclude region]} ;# checker off
proc place_pins { args } {
  sta::parse_key_args "place_pins" args \
    keys {-hor_layers -min_distance} \
    flags {-annealing -random}
}
sta::define_cmd_args "pdngen" {[-skip_trim]}
proc set_thread_count { count } {}
"""


def test_commands_are_listed_from_usage_and_parser_alike(tmp_path: Path) -> None:
    (tmp_path / "OpenROAD" / "src" / "ppl" / "src").mkdir(parents=True)
    (tmp_path / "OpenROAD" / "src" / "ppl" / "src" / "ppl.tcl").write_text(SOURCE)
    (tmp_path / "git").write_text("#!/bin/sh\necho 0123\n")
    (tmp_path / "git").chmod(0o755)
    done = subprocess.run(
        [sys.executable, str(LISTER), str(tmp_path / "OpenROAD")],
        capture_output=True, text=True, check=True, timeout=60, env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )  # fmt: skip
    assert json.loads(done.stdout) == {
        "sources": [{"repository": "The-OpenROAD-Project/OpenROAD", "commit": "0123"}],
        "commands": {
            "pdngen": {"keys": [], "flags": ["-skip_trim"]},
            "place_pins": {"keys": ["-exclude", "-hor_layers", "-min_distance"], "flags": ["-annealing", "-random"]},
            "set_thread_count": {"keys": [], "flags": []},
        },
    }

"""A layout handed on: its parts are of one design, two of it make another, and its pins are where they were wished."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.errors import ConfigError
from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.constraints import to_constraints
from tinydwn.flow.kit import Kit
from tinydwn.flow.macro import write_example
from tinydwn.flow.macro_pins import differing_pins, ports_of
from tinydwn.flow.options import SIDES, FlowOptions
from tinydwn.flow.pin_sides import OPPOSITE, pin_groups
from tinydwn.flow.place_route import openroad_plan
from tinydwn.flow.platform import PLATFORMS
from tinydwn.flow.runner import run_plan
from tinydwn.flow.sizing import floorplan_of
from tinydwn.layout.lef import read_lef
from tinydwn.tools.simulator import simulate_verilog


def abstract(ports: set[str], name: str, *, size: str = "30.02 BY 40.8") -> str:
    pins = "".join(f"PIN {port} DIRECTION INPUT ; USE SIGNAL ; END {port}\n" for port in sorted(ports))
    supply = "".join(f"PIN {net} DIRECTION INOUT ; USE {use} ; END {net}\n" for net, use in SUPPLIES)
    return f"VERSION 5.8 ;\nMACRO {name}\nCLASS BLOCK ;\nSIZE {size} ;\n{pins}{supply}END {name}\nEND LIBRARY\n"


SUPPLIES = (("VDD", "POWER"), ("VSS", "GROUND"))


def model(ports: set[str], name: str) -> str:
    """A timing model with a bus for each word, as OpenROAD writes one."""
    words: dict[str, list[int]] = {}
    for port in ports:
        word, _, bit = port.partition("[")
        words.setdefault(word, []).append(int(bit.strip("]")) if bit else -1)
    types, pins = "", ""
    for word, bits in sorted(words.items()):
        if min(bits) < 0:
            pins += f'pin ("{word}") {{ direction : input; }}\n'
            continue
        types += f'type ("{word}_t") {{ bit_from : {max(bits)}; bit_to : {min(bits)}; }}\n'
        pins += f'bus ("{word}") {{ bus_type : "{word}_t"; direction : input; }}\n'
    return f"library ({name}) {{\n{types}cell ({name}) {{ area : 1;\n{pins}}} }}\n"


@pytest.fixture
def macro(registered: FlowCircuit, tmp_path: Path) -> Path:
    """Return a folder with the parts of a macro that agree."""
    ports = ports_of(registered.verilog, registered.top)
    assert len(ports) == registered.pins
    for end, text in (
        (".v", registered.verilog), (".lef", abstract(ports, registered.top)),
        (".lib", model(ports, registered.top)), (".sdc", to_constraints(registered, period_ns=10)),
    ):  # fmt: skip
        (tmp_path / f"{registered.top}{end}").write_text(text)
    return tmp_path


def test_parts_of_one_design_have_the_same_pins(macro: Path, registered: FlowCircuit) -> None:
    assert differing_pins(macro, registered.top) == ()
    ports = ports_of(registered.verilog, registered.top)
    gone = min(ports)
    (macro / f"{registered.top}.lef").write_text(abstract((ports - {gone}) | {"odd"}, registered.top))
    (macro / f"{registered.top}.sdc").write_text("create_clock [get_ports {clock}]\n")
    (macro / f"{registered.top}.lib").write_text("library (")
    told = differing_pins(macro, registered.top)
    assert told[:2] == (f"{registered.top}.lef lacks {gone}", f"{registered.top}.lef has more than the netlist: odd")
    assert told[2].startswith(f"{registered.top}.lib: ")
    assert told[3:] == (f"{registered.top}.sdc names clock, which is no port",)


def test_two_macros_are_placed_and_routed_as_a_design_of_their_own(
    macro: Path, registered: FlowCircuit, kit: Kit, fake_openroad: Callable[..., Any], icarus: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    written = write_example(macro, registered, kit, period_ns=10)
    assert [path.name for path in written.files] == ["example_top.v", "example_top.tcl"]
    verilog = (macro / "example_top.v").read_text()
    ports = ports_of(
        re.sub(r"^  (input|output) wire (.*?),?$", r"  \1 \2;", verilog, flags=re.MULTILINE), "example_top"
    )
    assert len(ports) == 2 * registered.pins - 1
    box = registered.verilog.split(");", 1)[0] + ");\n" + "\n".join(
        line for line in registered.verilog.splitlines() if re.match(r"\s*(input|output) ", line)
    ) + "\nendmodule\n"  # fmt: skip
    assert simulate_verilog({"top.v": verilog, "box.v": box}, top="example_top") == ""
    fake = fake_openroad()
    monkeypatch.setenv("FAKE_LAYOUT", str(macro / "example_top.v"))
    ended = subprocess.run(
        [fake.program, "-exit", "example_top.tcl"], cwd=macro, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, "tinydwn: example_top done" in ended.stdout) == (0, True), ended.stdout
    calls = [words[1:] for words in fake.commands()]
    assert ["read_lef", f"{registered.top}.lef"] in calls
    assert ["create_clock", "-name", "core_clock", "-period", "10", "clk"] in calls
    (left, right) = [[int(word) for word in words[2:]] for words in calls if words[:2] == ["place", "setLocation"]]
    assert right[0] - left[0] >= 30_020 + 20_000
    (plan,) = [words for words in calls if words[0] == "initialize_floorplan"]
    die = [float(word) for word in plan[plan.index("-die_area") + 1].split()]
    assert die[2] >= right[0] / 1000 + 30.02 + 20
    assert die[3] >= 40.8 + 40


def test_an_example_needs_the_abstract_and_the_model(macro: Path, registered: FlowCircuit, kit: Kit) -> None:
    write_example(macro, registered, kit, period_ns=10)
    (macro / f"{registered.top}.lib").unlink()
    told = write_example(macro, registered, kit, period_ns=10)
    assert told.files == ()
    assert told.remarks == (f"macro: no example_top.tcl (two of them in a design): without {registered.top}.lib",)
    assert not (macro / "example_top.v").exists()


def chip(words: list[int], clock: str) -> FlowCircuit:
    lines = [f"  input [{width - 1}:0] w{k};" if width > 1 else f"  input w{k};" for k, width in enumerate(words)]
    lines += [f"  input {clock};"] if clock else []
    text = "\n".join(["module m(x);", *lines, "  output [1:0] y;", "endmodule", ""])
    pins = sum(words) + 2 + bool(clock)
    return FlowCircuit("chip", "m", "nangate45", text, 9, bool(clock), 9.0, pins, sum(words), clock, "")


@given(st.lists(st.integers(1, 12), max_size=9), st.sampled_from(["", "clk"]), st.sampled_from(SIDES))
def test_words_come_in_on_their_side_in_order_and_find_room(words: list[int], clock: str, side: str) -> None:
    circuit = chip(words, clock)
    groups = pin_groups(circuit, side)
    assert sorted(pin for group in groups for pin in group.pins) == sorted(ports_of(circuit.verilog, "m"))
    for group in groups:
        assert group.side == (side if group.pins[0][0] == "w" else OPPOSITE[side])
        assert [int(bit) for bit in re.findall(r"\[(\d+)\]", " ".join(group.pins))] in (
            [],
            list(range(len(group.pins))),
        )
    for library in PLATFORMS:
        platform, made = PLATFORMS[library], replace(circuit, library=library)
        plan = floorplan_of(made, FlowOptions(pins_side=side))
        across = side in {"left", "right"}
        track = platform.horizontal_track_um if across else platform.vertical_track_um
        assert (plan.height_um if across else plan.width_um) >= 2 * track * sum(words)


def test_the_placer_is_told_of_groups_and_their_order(
    registered: FlowCircuit, kit: Kit, fake_openroad: Callable[..., Any], tmp_path: Path
) -> None:
    fake = fake_openroad()
    plan = openroad_plan(registered, kit, FlowOptions(pins_side="top"), program=str(fake.program), folder=tmp_path)
    run_plan(plan, tmp_path / "run", timeout_s=60)
    told = [words[2:] for words in fake.commands() if words[1] == "set_io_pin_constraint"]
    assert len(told) == len(pin_groups(registered, "top")) > 2
    assert ["-region", "bottom:*", "-pin_names", "clk"] in told
    assert all(words[-2:] == ["-group", "-order"] for words in told if " " in words[3])
    assert {words[1] for words in told} == {"top:*", "bottom:*"}
    with pytest.raises(ConfigError, match="'up' is no side of a die"):
        FlowOptions(pins_side="up")


def test_only_the_plan_that_places_pins_itself_takes_a_side(
    tinydwn: Callable[..., Any], bundle_folder: Path, tmp_path: Path
) -> None:
    ended = tinydwn(
        "flow", bundle_folder, "--plan", "orfs", "--pins-side", "left", "--dry-run", "--out", tmp_path / "r"
    )
    assert (ended.code, "plan 'orfs' takes no side for pins" in ended.err) == (1, True)


def test_an_abstract_of_the_test_is_one_that_the_reader_reads(registered: FlowCircuit) -> None:
    ports = ports_of(registered.verilog, registered.top)
    found = read_lef(abstract(ports, registered.top).splitlines()).macros[registered.top]
    assert {pin.name for pin in found.signal_pins} == ports

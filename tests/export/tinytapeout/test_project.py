"""The files of a project: what others' tools ask of them, and that their tests find a wrong answer."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import bundles
from tests.export.tinytapeout.conftest import ORIGIN, bundle_of, drawn_chip, interface_of
from tinydwn.errors import BundleError, ConfigError, ProgramError
from tinydwn.export.bundle import Bundle, write_bundle
from tinydwn.export.chip_interface import interface_text
from tinydwn.export.tinytapeout import Measured, Project, ProjectOptions, make_project
from tinydwn.export.tinytapeout.area import estimate
from tinydwn.export.tinytapeout.docs import plain
from tinydwn.export.tinytapeout.info import quoted
from tinydwn.netlist import Netlist, to_blif
from tinydwn.report.choosing import report_of
from tinydwn.report.origin import origin_of
from tinydwn.technology import load_library

Run = Callable[[Path], subprocess.CompletedProcess[str]]
WIDTHS, OUTPUTS = (11, 1, 8), 2


@pytest.fixture(scope="module")
def serial() -> Project:
    """Return a project that takes four bytes."""
    return make_project(bundle_of(drawn_chip(WIDTHS, OUTPUTS, 3)), ORIGIN)


def test_info_has_all_that_is_asked_for(serial: Project) -> None:
    info = yaml.safe_load(serial.text("info.yaml"))
    assert info["yaml_version"] == 6
    project = info["project"]
    assert project["top_module"] == serial.top == "tt_um_tinydwn_made_up"
    assert project["tiles"] == "1x1"
    assert project["clock_hz"] == 10_000_000
    assert all(f"src/{name}" in serial.files.files for name in project["source_files"])
    assert all(project[name] for name in ("title", "author", "description", "language"))
    assert set(info["pinout"]) == {f"{group}[{k}]" for group in ("ui", "uo", "uio") for k in range(8)}
    assert [info["pinout"][name] for name in ("ui[7]", "uo[0]", "uo[1]", "uo[2]", "uio[0]", "uio[1]")] == [
        "byte[7]", "class[0]", "class[1]", "", "load", "",
    ]  # fmt: skip


def test_info_tells_the_interface_as_the_datasheet_does(serial: Project) -> None:
    lines = serial.text("info.yaml").splitlines()
    told = [line.removeprefix("#").strip() for line in lines[: lines.index("pinout:")] if line.startswith("# ")][1:]
    assert told == [
        "bytes in their order: feature, bits, floor((value - offset) / step)",
        "0 to 1: f0, 11, offset 0, step 0.5",
        "2: f1, 1, offset 0, step 0.5",
        "3: f2, 8, offset 0, step 0.5",
    ]


def test_workflows_are_those_of_the_template_and_the_fpga_runs_by_hand(serial: Project) -> None:
    names = {path.rpartition("/")[2] for path in serial.files.files if path.startswith(".github/workflows/")}
    assert names == {"docs.yaml", "fpga.yaml", "gds.yaml", "test.yaml"}
    for name in names:
        made = yaml.safe_load(serial.text(f".github/workflows/{name}"))
        when = made[True]  # YAML 1.1 reads the key "on" as true
        assert when == ("workflow_dispatch" if name == "fpga.yaml" else ["push", "workflow_dispatch"])
        assert all(job["steps"] for job in made["jobs"].values())


@settings(max_examples=30)
@given(st.text())
def test_any_title_is_one_line_of_yaml(text: str) -> None:
    line = quoted(text)
    assert len(line.splitlines()) == 1
    assert yaml.safe_load(line) == "".join(letter if letter.isprintable() else " " for letter in text)


def test_the_same_bundle_gives_the_same_bytes(serial: Project) -> None:
    again = make_project(bundle_of(drawn_chip(WIDTHS, OUTPUTS, 3)), ORIGIN)
    assert again == serial
    assert again.files.digest == serial.files.digest


def test_the_datasheet_tells_order_latency_and_accuracy(serial: Project) -> None:
    page = serial.text("docs/info.md")
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## How it works", "## How to test", "## External hardware",
    ]  # fmt: skip
    assert "A sample is 4 bytes." in page
    assert "after the second rising edge, counting the one that takes the last byte" in page
    assert "| 0 to 1 | f0 | 11 | 0 | 0.5 |\n| 2 | f1 | 1 | 0 | 0.5 |\n| 3 | f2 | 8 | 0 | 0.5 |" in page
    assert "in binary, is at `uo[0]`, `uo[1]`, the lowest bit first" in page
    assert "The accuracy was not measured" in page
    measured = Measured(0.9123, "balanced accuracy", 57, "held back")
    told = replace(ORIGIN, measured=measured, kind="refined")
    page = make_project(bundle_of(drawn_chip((3, 12), 10, 3)), told).text("docs/info.md")
    assert "Measured balanced accuracy: 91.2 % of 57 samples that training did not see (held back)." in page
    assert "`uo[7]`, `uio[7]`" not in page
    assert "is 1 where class k is the answer" in page
    assert "It was found by a search" in page


@pytest.mark.parametrize(
    ("kind", "said"),
    [("network", "It is a network of"), ("refined", "found by a search"), ("tree", "It is a decision tree")],
)
def test_the_datasheet_tells_what_kind_of_circuit_it_is(kind: Any, said: str) -> None:
    page = make_project(bundle_of(drawn_chip((3,), 1, 3)), replace(ORIGIN, kind=kind)).text("docs/info.md")
    assert said in page
    assert "Classes are 0: kind 0, 1: kind 1." in page


def test_a_circuit_that_reads_nothing_has_a_project_too() -> None:
    project = make_project(bundle_of(Netlist("chip", (), (), (("class[0]", 1),))), ORIGIN)
    page = project.text("docs/info.md")
    assert "The circuit reads no feature: its answer is the same for every sample." in page
    assert "|" not in page.partition("## How to test")[0]
    assert set(project.text("test/samples.txt").splitlines()) == {"00 00 : 01 00"}


def test_bytes_that_nothing_reads_are_not_sent() -> None:
    """The word of 20 bits has its highest byte read alone, and the word of 9 bits its lowest."""
    names = tuple(f"a[{bit}]" for bit in range(16, 20)) + tuple(f"b[{bit}]" for bit in range(3, 8))
    names += tuple(f"c[{bit}]" for bit in range(8))
    netlist = Netlist("chip", names, (), (("class[0]", 2),))
    interface = interface_of(netlist, word_bits=9)
    files = {
        "chip/netlist.blif": to_blif(netlist),
        "chip/vectors.hex": f"{1 << 17 | 0b0101:x}\n",
        "interface.json": interface_text(interface),
    }
    project = make_project(Bundle({name: text.encode() for name, text in files.items()}), ORIGIN)
    assert project.pinout.bytes == 3
    page = project.text("docs/info.md")
    assert (
        "| 0: bits 19 to 16 | a | 20 | 0 | 0.5 |\n| 1: bits 7 to 0 | b | 9 | 0 | 0.5 |\n| 2: bits 7 to 0 | c |" in page
    )
    assert "Bits that the circuit does not read may be anything." in page
    assert project.text("test/samples.txt") == "05 00 00 : 01 00\n"


@pytest.mark.parametrize("place", [0, -1])
def test_circuits_of_a_search_have_a_project(place: int, searched_bundle: Bundle) -> None:
    points = sum(name.startswith("front/") for name in searched_bundle.files)
    bundle = bundles.chosen(searched_bundle, place % points)
    origin = origin_of(report_of(bundle))
    project = make_project(bundle, origin)
    page = project.text("docs/info.md")
    interface = json.loads(bundle.files["interface.json"])
    for one in interface["features"]:
        assert f"| {one['feature']} | {one['word_bits']} | " in page
    assert "Classes are 0: setosa, 1: versicolor, 2: virginica." in page
    assert f"Measured accuracy: {100 * (origin.measured or Measured(0, 'accuracy', 0, '')).share:.1f} %" in page
    assert project.samples == 30


def test_text_is_shown_as_it_is() -> None:
    assert plain("a|b\n<i>*") == "a\\|b \\<i\\>\\*"


def test_registers_are_those_that_a_read_bit_passes(serial: Project) -> None:
    read = [k for k, name in enumerate(serial.pinout.held) if name]
    passed = {place for k in read for place in range(k, len(serial.pinout.held), 8)}
    netlist = serial.netlist
    assert netlist.inputs == tuple(name for name in serial.pinout.held if name)
    assert serial.estimate.registers <= len(passed) + OUTPUTS
    assert serial.estimate.registers > OUTPUTS
    register = load_library("sky130_fd_sc_hd").register
    assert register is not None
    assert serial.estimate.register_area_um2 == pytest.approx(serial.estimate.registers * register.area_um2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("answer <= found;", "answer <= found;\n  end\n  reg x;\n  always @* begin if (ena) x = ui_in[0];", "latch"),
        ("wire [1:0] found;", "wire [1:0] found; assign found = ui_in[1:0];", "problems in 'check -assert'"),
    ],
)
def test_a_latch_and_a_net_driven_twice_are_refused(old: str, new: str, said: str, serial: Project) -> None:
    text = serial.text("src/project.v").replace(old, new).replace("{6'b0, answer[1:0]}", "{5'b0, x, answer[1:0]}")
    text = text if "reg x;" in text else text.replace("x, ", "1'b0, ")
    files = {"project.v": text, "classifier.v": serial.text("src/classifier.v")}
    with pytest.raises(ProgramError) as error:
        estimate(files, load_library("sky130_fd_sc_hd"), top=serial.top)
    assert said in str(error.value)


def test_cocotb_plays_the_samples_and_finds_a_wrong_answer(tmp_path: Path, cocotb: Run) -> None:
    project = make_project(bundle_of(drawn_chip(WIDTHS, OUTPUTS, 3), samples=24), ORIGIN)
    right, _, answers = project.text("test/samples.txt").rstrip().rpartition(" : ")
    wrong = f"{right} : {int(answers[:2], 16) ^ 1:02x} 00\n"
    write_bundle(Bundle({**project.files.files, "test/samples.txt": wrong.encode()}), tmp_path / "serial")
    played = cocotb(tmp_path / "serial")
    assert played.returncode != 0
    assert "TESTS=2 PASS=1 FAIL=1 SKIP=0" in played.stdout, played.stdout + played.stderr
    assert "sample 23 gave " in played.stdout


def test_cocotb_plays_bits_at_once_with_outputs_at_both_groups(tmp_path: Path, cocotb: Run) -> None:
    project = make_project(bundle_of(drawn_chip((5, 6), 11, 5)), ORIGIN)
    assert (project.pinout.style, project.pinout.uio_oe) == ("parallel", 0b111000)
    write_bundle(project.files, tmp_path / "parallel")
    played = cocotb(tmp_path / "parallel")
    assert played.returncode == 0, played.stdout + played.stderr
    assert "TESTS=2 PASS=2 FAIL=0 SKIP=0" in played.stdout


@pytest.mark.parametrize("name", ["Mine", "a__b", "_a", "1st", "a b", "x" * 41])
def test_a_name_that_no_module_can_have_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as error:
        ProjectOptions(name=name)
    assert str(error.value) == (
        f"a project cannot be called {name!r}\n\n"
        "hint: take up to 40 small letters, digits and single underscores, such as mine_iris"
    )


def test_other_options_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ConfigError, match="the author is empty"):
        ProjectOptions(author=" ")
    with pytest.raises(ConfigError, match="a clock of 0 Hz cannot be given to a project"):
        ProjectOptions(clock_hz=0)


def test_a_bundle_without_a_chip_is_refused() -> None:
    with pytest.raises(BundleError) as error:
        make_project(Bundle({"a": b""}), ORIGIN)
    assert str(error.value) == (
        "the bundle has no file 'chip/netlist.blif'\n\nhint: name a folder that 'tinydwn synth' wrote"
    )

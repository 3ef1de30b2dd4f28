"""Routed netlists of real runs are simulated, timed and measured as they were left."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flow.recorded import recorded
from tests.flow.test_circuit import models
from tinydwn.errors import NetlistError
from tinydwn.export.bundle import Bundle
from tinydwn.flow.activity import Toggles, read_toggles
from tinydwn.flow.circuit import FlowCircuit, circuit_of
from tinydwn.flow.kit import find_kit
from tinydwn.flow.played import play, vectors_of
from tinydwn.flow.routed_cells import idle_free_area, instances_of, to_routed_cells
from tinydwn.flow.routed_timing import Corner, time_routed
from tinydwn.technology import load_library
from tinydwn.technology.behavior import Behavior, behaviors
from tinydwn.technology.liberty import load_liberty
from tinydwn.tools.simulator import simulate_verilog

RUNS = ("demo_registered", "demo_reg_nangate", "demo_reg_ihp", "orfs_tiny_nobuf")
BENCH = """\
module testbench;
  reg clk = 0;
  reg [{top}:0] in;
  wire [{out}:0] before, after;
  integer k, bad;
  {module}_before b ({pins}, .{output}(before));
  {module} a ({pins}, .{output}(after));
  initial begin
    bad = 0;
    for (k = 0; k < 300; k = k + 1) begin
      in = {{{random}}};
      #1 clk = 1;
      #1 if (k > 3 && (before !== after || ^before === 1'bx)) bad = bad + 1;
      clk = 0;
      #1;
    end
    $display("bad %0d", bad);
    $finish;
  end
endmodule
"""


@pytest.fixture(scope="module")
def cells(shared: Path) -> dict[str, dict[str, Behavior]]:
    """What the cells of each library do."""
    names = ("sky130_fd_sc_hd", "nangate45", "ihp-sg13g2")
    return {name: behaviors(load_liberty(find_kit(name, root=shared / "pdk").liberty)) for name in names}


def routed(shared: Path, run: str) -> tuple[FlowCircuit, str]:
    played = recorded(shared, run)
    circuit = played.circuit
    return circuit, played.text("6_final.v" if run.startswith("orfs") else f"finish/{circuit.top}.routed.v")


def bench(circuit: FlowCircuit) -> str:
    """Return a testbench that puts the same random bits on the netlist before and after, and counts differences."""
    ports = re.findall(r"^  (input|output) (?:\[(\d+):0\] )?(\w+);", circuit.verilog, re.MULTILINE)
    places, low = [], 0
    for kind, high, name in ports:
        if kind == "input" and name != "clk":
            width = int(high or 0) + 1
            places.append(f".{name}(in[{low + width - 1}:{low}])")
            low += width
    ((high, output),) = [(high, name) for kind, high, name in ports if kind == "output"]
    pins = ", ".join([*places, *([".clk(clk)"] if circuit.clock else [])])
    return BENCH.format(
        top=low - 1, out=int(high or 0), module=circuit.top, pins=pins, output=output,
        random=", ".join(["$random"] * (low // 32 + 1)),
    )  # fmt: skip


@pytest.mark.parametrize("run", RUNS)
def test_a_routed_netlist_with_its_cells_answers_as_the_netlist_before(
    run: str, shared: Path, cells: dict[str, dict[str, Behavior]], icarus: object
) -> None:
    circuit, text = routed(shared, run)
    library = load_library(circuit.library)
    used = set(instances_of(circuit.verilog).values())
    before = models(library, used) + circuit.verilog.replace(f"module {circuit.top}(", f"module {circuit.top}_before(")
    for name in used:
        before = re.sub(rf"\b{name}\b", f"{name}_before", before)
    files = {"before.v": before, "after.v": text, "cells.v": to_routed_cells(text, cells[circuit.library])}
    assert simulate_verilog({**files, "testbench.v": bench(circuit)}, top="testbench").strip() == "bad 0"
    broken = re.sub(r"assign (\w+) = (.*nd.*|.*&.*);", r"assign \1 = ~(\2);", files["cells.v"], count=1)
    assert broken != files["cells.v"]
    said = simulate_verilog({**files, "cells.v": broken, "testbench.v": bench(circuit)}, top="testbench")
    assert said.strip() != "bad 0"


def test_areas_leave_out_what_is_connected_to_nothing(shared: Path, cells: dict[str, dict[str, Behavior]]) -> None:
    tree = load_liberty(find_kit("sky130_fd_sc_hd", root=shared / "pdk").liberty)
    areas = {group.name: group.number("area") or 0.0 for group in tree.all("cell")}
    circuit, text = routed(shared, "demo_registered")
    told = recorded(shared, "demo_registered").outcome()
    assert idle_free_area(text, areas) == pytest.approx(told.value("routed_area"), rel=1e-5)
    assert sum(areas[cell] for cell in instances_of(circuit.verilog).values()) == pytest.approx(circuit.area_um2)
    tiny, final = routed(shared, "orfs_tiny_nobuf")
    assert idle_free_area(final, areas) == pytest.approx(tiny.area_um2) == pytest.approx(152.646, rel=1e-4)


def test_cells_that_cannot_be_told_are_refused() -> None:
    unknown = "module m (a, y);\n ODD g (.A(a), .Y(y));\nendmodule\n"
    with pytest.raises(NetlistError, match="the Liberty file has no cell 'ODD'"):
        to_routed_cells(unknown, {})
    latch = Behavior("ODD", ("A", "G"), (("Y", "IQ"),), ("IQ", "IQN"), (("enable", "G"), ("data_in", "A")))
    with pytest.raises(NetlistError, match="'ODD' is no flip-flop"):
        to_routed_cells(unknown, {"ODD": latch})
    with pytest.raises(NetlistError, match="reads 'B', which is no pin"):
        to_routed_cells(unknown, {"ODD": Behavior("ODD", ("A",), (("Y", "A B"),))})


def test_a_flip_flop_is_cleared_and_preset_whatever_its_clock_does(icarus: object) -> None:
    cell = Behavior(
        "DFF", ("CK", "D", "RN", "S"), (("Q", "IQ"), ("QN", "IQN")), ("IQ", "IQN"),
        (("clocked_on", "CK"), ("next_state", "D"), ("clear", "!RN"), ("preset", "S")),
    )  # fmt: skip
    text = to_routed_cells("module m (a, y);\n DFF g (.D(a), .Q(y));\nendmodule\n", {"DFF": cell})
    steps = (("0001", "x"), ("0011", "1"), ("0000", "0"), ("0110", "0"), ("1110", "1"), ("0010", "1"), ("1010", "0"))
    lines = "".join(f'    {{ck, d, rn, s}} = 4\'b{bits}; #1 $write("%b%b ", q, qn);\n' for bits, _ in steps)
    bench = (
        "module testbench;\n  reg ck, d, rn, s; wire q, qn;\n"
        "  DFF g (.CK(ck), .D(d), .RN(rn), .S(s), .Q(q), .QN(qn));\n"
        f"  initial begin\n{lines}    $finish;\n  end\nendmodule\n"
    )
    said = simulate_verilog({"cells.v": text, "testbench.v": bench}, top="testbench").split()
    # Clear wins over preset; the first step clears.
    assert said == ["01", "10", "01", "01", "10", "10", "01"]


@pytest.mark.parametrize("circuit", ["chip", "registered", "serial"])
def test_vectors_are_played_and_a_wrong_layout_fails_them(
    circuit: str, bundle: Bundle, cells: dict[str, dict[str, Behavior]], icarus: object
) -> None:
    made, known = circuit_of(bundle, circuit=circuit, library=load_library("nangate45")), cells["nangate45"]
    vectors, text = vectors_of(bundle, circuit), made.verilog
    played = play(vectors, text, to_routed_cells(text, known), known, clock=made.clock)
    assert (played.said, played.failed) == ("PASS: 128 vectors", False)
    # Two edges for each vector, three in the serial circuit; the simulation ends within the last period.
    assert played.periods == {"chip": 127, "registered": 255, "serial": 383}[circuit]
    assert {name for name, _ in played.toggles} - {""} == {
        name for name, cell in instances_of(text).items() if known[cell].outputs
    }
    inverted = re.sub(r"(module NAND2_X1 .*\n  assign ZN = )(.*);", r"\1~(\2);", to_routed_cells(text, known))
    wrong = play(vectors, text, inverted, known, clock=made.clock)
    assert (wrong.failed, wrong.said[:6]) == (True, "FAIL: ")
    assert play({}, text, "", known).said == "not played: the bundle has no vectors of this circuit"
    assert play(vectors, text, "module odd", known).said == "not played: Icarus Verilog failed, exit status 2"


@given(st.lists(st.text("01x", min_size=3, max_size=3), min_size=1, max_size=20), st.integers(1, 9))
def test_toggles_of_a_bus_are_those_that_were_written(values: list[str], step: int) -> None:
    lines = ["$scope module testbench $end", "$scope module dut $end", "$var wire 3 ! a [2:0] $end", "$upscope $end"]
    for k, value in enumerate(values):
        short = value.lstrip("0") or "0"
        shortened = short if short[0] == "1" else value  # leading unknowns stay
        lines += [f"#{k * step}", f"b{shortened} !"]
    lines.append(f"#{len(values) * step}")
    found = read_toggles("\n".join(lines), [("", f"a[{k}]") for k in range(3)])
    for k in range(3):
        bits = [value[2 - k] for value in values]
        changes = sum(a + b in ("01", "10") for a, b in pairwise(bits))
        assert found["", f"a[{k}]"] == Toggles(changes, pytest.approx(bits.count("1") / len(bits)))


@cache
def corner(shared: Path, run: str) -> Corner:
    circuit, text = routed(shared, run)
    spef = recorded(shared, run).text(f"finish/{circuit.top}.spef")
    liberty = find_kit(circuit.library, root=shared / "pdk").liberty
    return time_routed(circuit, text, spef, liberty, period_ns=10.0)


@pytest.mark.parametrize("run", ["demo_registered", "demo_reg_nangate", "demo_reg_ihp"])
def test_opensta_agrees_with_what_openroad_said(run: str, shared: Path, sta: None) -> None:
    """Within two hundredths of the way that the signal takes: the data, and its clock."""
    found, log = corner(shared, run), recorded(shared, run).text("finish/log.txt")
    (setup,) = map(float, re.findall(r"^worst slack max (\S+)", log, re.MULTILINE))
    (hold,) = map(float, re.findall(r"^worst slack min (\S+)", log, re.MULTILINE))
    assert found.setup_slack_ns is not None and found.hold_slack_ns is not None  # noqa: PT018
    assert 8.0 - found.setup_slack_ns == pytest.approx(8.0 - setup, rel=0.02) or found.setup_slack_ns == pytest.approx(
        setup, rel=0.02
    )
    assert found.hold_slack_ns == pytest.approx(hold, rel=0.02, abs=0.02)
    assert 0 < found.least_period_ns <= 1.001 * (10 - found.setup_slack_ns)


def test_the_least_period_is_one_at_which_no_path_is_late(shared: Path, sta: None) -> None:
    circuit, text = routed(shared, "orfs_tiny_nobuf")
    spef, liberty = (
        recorded(shared, "orfs_tiny_nobuf").text("6_final.spef"),
        find_kit(circuit.library, root=shared / "pdk").liberty,
    )
    least = time_routed(circuit, text, spef, liberty, period_ns=10.0).least_period_ns
    slacks = [time_routed(circuit, text, spef, liberty, period_ns=least * share).setup_slack_ns for share in (1, 0.998)]
    assert slacks[0] is not None and slacks[1] is not None and slacks[0] >= 0 > slacks[1]  # noqa: PT018

"""A project's Verilog: proven at every clock edge, played against a naive reference, and wrong ones found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.export.tinytapeout.conftest import ORIGIN, answers_of, bundle_of, drawn_chip, interface_of
from tinydwn.errors import NetlistError
from tinydwn.export.bundle import Bundle
from tinydwn.export.ports import Ports
from tinydwn.export.tinytapeout import Pinout, Project, make_project
from tinydwn.export.tinytapeout.top import to_top
from tinydwn.export.verilog import to_verilog
from tinydwn.netlist import Netlist
from tinydwn.tools.simulator import simulate_verilog
from tinydwn.verify import Outcome
from tinydwn.verify.tinytapeout import prove_project

Edges = list[tuple[int, int]]


@pytest.fixture(scope="module")
def serial() -> Project:
    """Return a project that takes four bytes."""
    return make_project(bundle_of(drawn_chip((11, 1, 8), 2, 3)), ORIGIN)


def changed(project: Project, path: str, old: str, new: str) -> Project:
    """Return a project with one of its files changed."""
    text = project.text(path)
    assert old in text
    return replace(project, files=Bundle({**project.files.files, path: text.replace(old, new, 1).encode()}))


@pytest.mark.parametrize(
    ("widths", "outputs"), [((), 1), ((3,), 1), ((5, 8), 9), ((17,), 15)], ids=["none", "ui", "ui and uio", "serial"]
)
def test_every_kind_of_project_is_proven(widths: Sequence[int], outputs: int) -> None:
    netlist = drawn_chip(widths, outputs, 1) if widths else Netlist("chip", (), (), (("class[0]", 1),))
    found = prove_project(make_project(bundle_of(netlist), ORIGIN))
    assert [verdict.outcome for verdict in found] == [Outcome.EQUIVALENT] * 2


def test_what_is_proven_is_said(serial: Project) -> None:
    assert [str(verdict) for verdict in prove_project(serial)] == [
        "src/classifier.v = chip/netlist.blif: EQUIVALENT by ABC cec",
        "src/project.v = pins and registers around the chip: EQUIVALENT by ABC cec",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("if (uio_in[0])", "if (uio_in[1])"),
        ("{ui_in, held[31:8]}", "{held[23:0], ui_in}"),
        ("posedge clk", "negedge clk"),
        ("posedge clk", "posedge ena"),
        ("(held[10:0])", "(held[11:1])"),
        ("8'b00000000;", "8'b00000010;"),
        ("answer[1:0]}", "answer[0], answer[1]}"),
    ],
)
def test_a_wrong_top_is_found(old: str, new: str, serial: Project) -> None:
    chip, edge = prove_project(changed(serial, "src/project.v", old, new))
    assert (chip.outcome, edge.outcome) == (Outcome.EQUIVALENT, Outcome.DIFFERENT)


def test_a_wrong_chip_is_found(serial: Project) -> None:
    found = prove_project(changed(serial, "src/classifier.v", "assign class_[0] = ", "assign class_[0] = ~"))
    assert [verdict.outcome for verdict in found] == [Outcome.DIFFERENT] * 2


def test_a_register_more_is_refused(serial: Project) -> None:
    wrong = changed(serial, "src/project.v", "answer <= found;", "answer <= late; late <= found;")
    wrong = changed(wrong, "src/project.v", "wire [1:0] found;", "wire [1:0] found; reg [1:0] late;")
    with pytest.raises(NetlistError, match="left over"):
        prove_project(wrong)


@settings(max_examples=10)
@given(
    widths=st.lists(st.sampled_from([1, 2, 7, 8, 9, 16, 20]), min_size=1, max_size=4),
    outputs=st.sampled_from([1, 2, 8, 10]),
    seed=st.integers(0, 999),
    edges=st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255)), min_size=4, max_size=60),
)
def test_pins_do_at_every_edge_what_a_naive_reference_does(
    icarus: Path, widths: list[int], outputs: int, seed: int, edges: Edges
) -> None:
    netlist = drawn_chip(widths, outputs, seed)
    expected = reference(netlist, widths, edges)
    played = play(netlist, edges)
    assert len(played) == len(expected)
    for found, wanted in zip(played, expected, strict=True):
        assert wanted is None or found[:2] == wanted


def reference(netlist: Netlist, widths: Sequence[int], edges: Edges) -> list[tuple[int, int] | None]:
    """Return uo_out and uio_out after each edge, None while they depend on what was there in the beginning."""
    outputs = len(netlist.outputs)
    at_once = sum(widths) + max(0, outputs - 8) <= 16
    shift = max(0, sum(widths) - 8) if at_once else 1
    size = sum(-(-width // 8) for width in widths)
    words: list[int] | None = None
    loaded: list[int] = []
    said: list[tuple[int, int] | None] = []
    for ui, uio in edges:
        if words is None:
            said.append(None)
        else:
            bits = {f"f{f}[{b}]": word >> b & 1 for f, word in enumerate(words) for b in range(widths[f])}
            number = int("".join(map(str, reversed(answers_of(netlist, bits)))), 2)
            said.append((number & 255, number >> 8 << shift))
        if at_once:
            pins, words = ui | uio << 8, []
            for width in widths:
                words.append(pins & (1 << width) - 1)
                pins >>= width
        elif uio & 1:
            loaded.append(ui)
            if len(loaded) >= size:
                rest, words = loaded[-size:], []
                for width in widths:
                    count = -(-width // 8)
                    words.append(int.from_bytes(bytes(rest[:count]), "little") & (1 << width) - 1)
                    rest = rest[count:]
    return said


def play(netlist: Netlist, edges: Edges) -> list[tuple[int, int, int]]:
    """Return uo_out, uio_out and uio_oe after each edge, as Icarus Verilog has them; -1 for what is not known."""
    pinout, top = Pinout.of(netlist, interface_of(netlist)), "tt_um_played"
    bench = f"""
module drive;
  reg clk; reg [15:0] pins [0:{len(edges) - 1}]; reg [7:0] ui, uio; integer k;
  wire [7:0] uo_out, uio_out, uio_oe;
  {top} dut (.ui_in(ui), .uo_out(uo_out), .uio_in(uio), .uio_out(uio_out), .uio_oe(uio_oe),
    .ena(1'b1), .clk(clk), .rst_n(1'b1));
  initial begin
    $readmemh("pins.hex", pins);
    clk = 0;
    for (k = 0; k < {len(edges)}; k = k + 1) begin
      {{uio, ui}} = pins[k];
      #1 clk = 1;
      #1 clk = 0;
      $display("%b %b %b", uo_out, uio_out, uio_oe);
    end
    $finish(0);
  end
endmodule
"""
    files = {
        "project.v": to_top(pinout, Ports.of(netlist, module=f"{top}_core"), top=top),
        "classifier.v": to_verilog(netlist, module=f"{top}_core"),
        "drive.v": f"`default_nettype wire\n{bench}",
        "pins.hex": "".join(f"{uio:02x}{ui:02x}\n" for ui, uio in edges),
    }
    rows = [line.split() for line in simulate_verilog(files, top="drive").splitlines()]
    assert {row[2] for row in rows} == {f"{pinout.uio_oe:08b}"}
    return [tuple(-1 if set(one) - {"0", "1"} else int(one, 2) for one in row) for row in rows]

"""A routed netlist is proven against the one before it; whatever a router could do wrong is found."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.errors import NetlistError, ProgramError
from tinydwn.export.ports import Ports
from tinydwn.export.structural import to_structural_verilog
from tinydwn.mapping import map_to_cells
from tinydwn.netlist import Netlist, simulate
from tinydwn.technology import Cell, load_library
from tinydwn.technology.behavior import Behavior, behaviors
from tinydwn.technology.liberty import read_liberty
from tinydwn.verify import prove_equivalent
from tinydwn.verify.cut_open import cut_open
from tinydwn.verify.routed import prove_routed
from tinydwn.verify.verdict import Outcome

NAMES = "\n\nhint: registers are matched by name; keep names, and retime nothing"
EXTRA = "outputs or registers that are there only after place and route"
HINT = "\n\nhint: give the netlist of cells and the Liberty file that it was made with"


def _cell(name: str, inputs: str, function: str, state: str = "", output: str = "Y") -> str:
    pins = f"pin ({inputs}) {{ direction : input; }}" if inputs else ""
    return f"cell ({name}) {{ {state} {pins} pin ({output}) {{ direction : output; {function} }} }}"


def _gives(expression: str) -> str:
    return f'function : "{expression}";'


LIBERTY = "library (small) {\n" + "\n".join(
    (
        _cell("INV", "A", _gives("!A")),
        _cell("BUF", "A", _gives("A")),
        _cell("ND2", "A, B", _gives("!(A B)")),
        _cell("AOI", "A, B, C", _gives("!((A B) + C)")),
        _cell("TIE1", "", _gives("1")),
        _cell("TRI", "A, E", 'function : "A"; three_state : "!E";'),
        _cell("DFF", "D, CK", _gives("IQ"), 'ff (IQ, IQN) { clocked_on : "CK"; next_state : "D"; }', "Q"),
        _cell("DFN", "D, CK", _gives("IQN"), 'ff (IQ, IQN) { clocked_on : "CK"; next_state : "!D"; }', "Q"),
        _cell(
            "DRS",
            "D, CK, R, S",
            _gives("IQ"),
            'ff (IQ, IQN) { clocked_on : "CK"; next_state : "D"; clear : "!R"; preset : "!S"; '
            'clear_preset_var1 : "H"; clear_preset_var2 : "L"; }',
            "Q",
        ),
        _cell("LAT", "D, G", _gives("IQ"), 'latch (IQ, IQN) { enable : "G"; data_in : "D"; }', "Q"),
    )
) + "\n}\n"  # fmt: skip
BEFORE = """\
module m (input a, input b, input clk, input rst, output y);
  wire p, q, n;
  ND2 g1 (.A(a), .B(b), .Y(n));
  DFF r1 (.D(n), .CK(clk), .Q(p));
  DRS r2 (.D(p), .CK(clk), .R(rst), .S(a), .Q(q));
  AOI g2 (.A(p), .B(q), .C(b), .Y(y));
endmodule
"""
AFTER = """\
module m (a, b, clk, rst, y, VDD, VSS);
  input a, b, clk, rst; output y; inout VDD, VSS;
  wire p, q, n, c0, c1, held, p_far;
  BUF clkbuf_0 (.A(clk), .Y(c0));
  BUF clkbuf_1 (.A(c0), .Y(c1));
  BUF load (.A(c1));
  ND2 g1 (.A(a), .B(b), .Y(n));
  BUF hold (.A(n), .Y(held));
  DFF r1 (.D(held), .CK(c1), .Q(p));
  BUF far (.A(p), .Y(p_far));
  DRS r2 (.D(p_far), .CK(c0), .R(rst), .S(a), .Q(q));
  AOI g2 (.A(p_far), .B(q), .C(b), .Y(y));
  FILL f1 ();
  TAP t1 (.VPWR(VDD), .VGND(VSS));
endmodule
"""


@pytest.fixture(scope="module")
def cells() -> Mapping[str, Behavior]:
    """Return what ten cells do."""
    return behaviors(read_liberty(LIBERTY))


def swapped(text: str, *pairs: tuple[str, str]) -> str:
    """Return a text with parts replaced, each of which is there."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("method", ["abc", "yosys", "exhaustive"])
def test_buffers_a_clock_tree_taps_and_fill_change_nothing(method: str, cells: Mapping[str, Behavior]) -> None:
    verdict = prove_routed(BEFORE, AFTER, cells, module="m", method=method)
    assert (verdict.outcome, verdict.subject) == (Outcome.EQUIVALENT, "routed m = netlist before")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ((".A(p_far), .B(q), .C(b)", ".A(p_far), .B(b), .C(q)"), "output 'y'"),  # two pins swapped
        (("BUF hold", "INV hold"), "output 'r1.next_state'"),
        (("BUF clkbuf_1", "INV clkbuf_1"), "output 'r1.clocked_on'"),  # the other edge
        ((".CK(c0), .R(rst)", ".CK(a), .R(rst)"), "output 'r2.clocked_on'"),
        ((".R(rst), .S(a)", ".R(a), .S(rst)"), "output 'r2.clear'"),
        ((".D(held)", ".D(a)"), "output 'r1.next_state'"),
        (("DFF r1", "DFN r1"), "output 'r1.next_state'"),
    ],
)
def test_what_was_changed_is_found_and_shown(
    change: tuple[str, str], found: str, cells: Mapping[str, Behavior]
) -> None:
    verdict = prove_routed(BEFORE, swapped(AFTER, change), cells, module="m")
    assert verdict.outcome is Outcome.DIFFERENT
    assert verdict.reason.startswith(found)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ([(".Y(held)", ".Y()")], f"net 'held' is read and driven by nothing{HINT}"),
        ([("BUF load (.A(c1));", "BUF load (.A(c1), .Y(n));")], f"net 'n' has two drivers, one is 'load'{HINT}"),
        ([("BUF load (.A(c1));", "BUF load (.A(c1), .Y(a));")], f"input 'a' of 'm' is driven within, too{HINT}"),
        ([("BUF hold (.A(n)", "BUF hold (.A(held)")], f"net 'held' depends on itself{HINT}"),
        ([("BUF hold", "BUFX hold")], f"'hold' is a 'BUFX', which the library does not have{HINT}"),
        ([("BUF hold (.A(n)", "BUF hold (.B(n)")], f"'hold' has no pin 'B' of one bit in the library{HINT}"),
        ([("BUF hold (.A(n),", "BUF hold (")], f"pin 'A' of 'hold' is read and not joined to anything{HINT}"),
        ([("BUF hold (.A(n)", "TRI hold (.A(n), .E(a)")], f"the library gives no function for 'hold', a TRI{HINT}"),
        ([("BUF hold (.A(n)", "BUF hold (.A(VDD)")], f"pin 'A' of 'hold' is read and not joined to anything{HINT}"),
        ([("BUF hold (.A(n)", "BUF hold (.A(1'bx)")], f"net 'x' is read and driven by nothing{HINT}"),
    ],
)  # fmt: skip
def test_what_is_no_sound_netlist_is_refused(
    changes: list[tuple[str, str]], why: str, cells: Mapping[str, Behavior]
) -> None:
    with pytest.raises(NetlistError) as caught:
        cut_open(swapped(AFTER, *changes), cells, module="m")
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ([("DFF r1", "DFF r9")], f"inputs or registers that are there only before place and route: r1.state{NAMES}"),
        ([("rst, y,", "rst, y, z,"), ("output y;", "output y, z; assign z = a;")], f"{EXTRA}: z{NAMES}"),
    ],
)  # fmt: skip
def test_pins_and_registers_that_only_one_side_has_are_named(
    changes: list[tuple[str, str]], why: str, cells: Mapping[str, Behavior]
) -> None:
    with pytest.raises(NetlistError) as caught:
        prove_routed(BEFORE, swapped(AFTER, *changes), cells, module="m")
    assert str(caught.value) == why


def test_verilog_that_yosys_refuses_is_told_by_its_name_and_line(cells: Mapping[str, Behavior]) -> None:
    hint = "\n\nhint: give one whole netlist of cells: every module once, and no `include"
    for text, why in (
        (AFTER.replace("endmodule", ""), "syntax error, unexpected end of file.*"),
        (AFTER.replace("wire p", "wire ,"), "line 3: syntax error, unexpected .*"),
        (AFTER + AFTER, r"line \d+: Re-definition of module `\\m'!"),
        ('`include "x.vh"\n' + AFTER, "Can't open include file `x.vh'!"),
    ):
        with pytest.raises(NetlistError) as caught:
            prove_routed(BEFORE, text, cells, module="m", names=("a.v", "b.v"))
        assert re.fullmatch(f"'b.v': Yosys cannot read the Verilog: {why}{re.escape(hint)}", str(caught.value))


def test_a_yosys_that_fails_is_not_taken_for_a_text_that_it_refuses(
    cells: Mapping[str, Behavior], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "yosys"
    broken.write_text("#!/bin/sh\necho out of memory\nexit 7\n")
    broken.chmod(0o755)
    monkeypatch.setenv("TINYDWN_YOSYS", str(broken))
    with pytest.raises(ProgramError, match="Yosys failed, exit status 7"):
        prove_routed(BEFORE, AFTER, cells, module="m")


def test_what_is_cut_open_is_the_logic_between_registers(cells: Mapping[str, Behavior]) -> None:
    netlist = cut_open(BEFORE, cells)
    assert netlist.inputs == ("a", "b", "clk", "r1.state", "r2.state", "rst")
    assert netlist.output_names == (
        "r1.clocked_on",
        "r1.next_state",
        "r2.clear",
        "r2.clear and preset give HL",
        "r2.clocked_on",
        "r2.next_state",
        "r2.preset",
        "y",
    )
    bits = np.array([[k >> j & 1 for j in range(6)] for k in range(64)], dtype=bool)
    a, b, clk, p, q, rst = bits.T
    expected = [clk, ~(a & b), ~rst, np.zeros(64, bool), clk, p, ~a, ~((p & q) | b)]
    assert (simulate(netlist, bits) == np.array(expected).T).all()


def test_vectors_constants_latches_and_modules_within_are_read(cells: Mapping[str, Behavior]) -> None:
    text = """
    module top (input [2:1] a, input g, output [0:1] y);
      wire t; TIE1 one (.Y(t)); inner u (.x(a[2]), .g(g), .z(y[0])); ND2 n (.A(t), .B(a[1]), .Y(y[1]));
    endmodule
    module inner (input x, input g, output z); LAT l (.D(x), .G(g), .Q(z)); endmodule
    """
    netlist = cut_open(text, cells, module="top")
    assert netlist.inputs == ("a[1]", "a[2]", "g", "u.l.state")
    assert netlist.output_names == ("u.l.data_in", "u.l.enable", "y[0]", "y[1]")
    assert simulate(netlist, np.array([[1, 0, 1, 1]], dtype=bool)).tolist() == [[False, True, True, False]]


@given(st.integers(0, 10**6))
@settings(max_examples=2)
def test_buffers_anywhere_keep_a_netlist_and_an_inverter_anywhere_does_not(
    cells: Mapping[str, Behavior], seed: int
) -> None:
    rng = random.Random(seed)
    nets, lines = ["a", "b", "c"], []
    for k in range(8):
        reads = [rng.choice(nets) for _ in range(3)]
        if k % 4 == 3:
            lines.append(("DFF", f"r{k}", {"D": reads[0], "CK": "c"}, "Q", f"n{k}"))
        else:
            lines.append(("AOI", f"g{k}", dict(zip("ABC", reads, strict=True)), "Y", f"n{k}"))
        nets.append(f"n{k}")

    def module(added: str) -> str:
        body = []
        for cell, name, pins, output, net in lines:
            far = {pin: f"{name}_{pin}" for pin in pins}
            body += [f"BUF b_{far[pin]} (.A({net_}), .Y({far[pin]}));" for pin, net_ in pins.items() if added]
            joins = ", ".join(f".{pin}({far[pin] if added else net_})" for pin, net_ in pins.items())
            body.append(f"{cell} {name} ({joins}, .{output}({net}));")
        outputs = ", ".join(f"output o{k}" for k in range(8))
        ends = [f"{added or 'BUF'} e{k} (.A(n{k}), .Y(o{k}));" for k in range(8)]
        return f"module m (input a, input b, input c, {outputs});\n" + "\n".join([*body, *ends, "endmodule", ""])

    assert prove_routed(module(""), module("BUF"), cells, method="exhaustive").outcome is Outcome.EQUIVALENT
    assert prove_routed(module(""), module("INV"), cells, method="exhaustive").outcome is Outcome.DIFFERENT


def by_minterms(cell: Cell) -> Behavior:
    """Return what a library's cell does, its table written out."""
    terms = [
        " & ".join(pin if address >> k & 1 else f"!{pin}" for k, pin in enumerate(cell.inputs))
        for address in range(1 << len(cell.inputs))
        if cell.table >> address & 1
    ]
    return Behavior(cell.name, cell.inputs, ((cell.output, " | ".join(f"({term})" for term in terms)),))


@pytest.mark.parametrize("seed", range(2))
def test_our_own_verilog_of_cells_is_read_as_the_netlist_it_was_written_from(
    seed: int, drawn: Callable[..., Netlist]
) -> None:
    netlist = drawn(seed, nodes=10)
    library = load_library("sky130_fd_sc_hd")
    mapped = map_to_cells(netlist, library, effort="fast")
    cells = {cell.name: by_minterms(cell) for cell in library.cells}
    ties = tuple((tie.output, str(tie.table)) for tie in library.ties)
    cells |= {tie.name: Behavior(tie.name, (), ties) for tie in library.ties}
    read = cut_open(to_structural_verilog(mapped), cells)
    arranged = Ports.of(netlist).read_back(read, netlist)
    assert prove_equivalent(netlist, arranged, method="exhaustive").outcome is Outcome.EQUIVALENT


Designs = Callable[[str], tuple[str, str]]
LEAF = "clkbuf_3_0__f_clk (.A(clknet_0_clk),\n    ."


@pytest.mark.parametrize("design", ["seg_chip", "tiny_core"])
@pytest.mark.parametrize("method", ["abc", "yosys"])
def test_what_a_real_router_wrote_is_what_went_in(
    design: str, method: str, before_and_after: Designs, sky130_cells: Mapping[str, Behavior]
) -> None:
    verdict = prove_routed(*before_and_after(design), sky130_cells, module=design, method=method)
    assert verdict.outcome is Outcome.EQUIVALENT


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ((".A1(_010_),\n    .A2(_018_),\n    .B1(_019_)", ".A1(_010_),\n    .A2(_019_),\n    .B1(_018_)"), "' is "),
        ((f"clkbuf_4 {LEAF}X", f"clkinv_1 {LEAF}Y"), "clocked_on"),
        ((".D(\\f18[1] )", ".D(\\f18[2] )"), "next_state"),
    ],
)  # fmt: skip
def test_a_tampered_copy_of_what_a_real_router_wrote_is_refuted(
    change: tuple[str, str], found: str, before_and_after: Designs, sky130_cells: Mapping[str, Behavior]
) -> None:
    before, after = before_and_after("seg_chip")
    verdict = prove_routed(before, swapped(after, change), sky130_cells, module="seg_chip")
    assert verdict.outcome is Outcome.DIFFERENT
    assert re.match(r"output '(_\d+_\.(clocked_on|next_state)|y)' is ", verdict.reason)
    assert found in verdict.reason

"""Emitted text means what the netlist in memory means, and a change of one sign in it is found."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tinydwn.errors import NetlistError, ProgramError
from tinydwn.export.cell_models import cell_models
from tinydwn.export.gate_blif import to_gate_blif
from tinydwn.export.ports import Ports
from tinydwn.export.structural import to_structural_verilog
from tinydwn.export.verilog import to_verilog
from tinydwn.mapping import MappedNetlist, map_to_cells
from tinydwn.mapping.mapped import Instance
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder
from tinydwn.technology import load_library
from tinydwn.technology.library import Cell
from tinydwn.verify import Outcome, prove_equivalent
from tinydwn.verify.read_back import prove_gate_blif, prove_verilog, read_gate_blif, read_verilog

Draw = Callable[..., Netlist]
LIBRARIES = ["sky130_fd_sc_hd", "nangate45", "ihp-sg13g2", "egfet", "cnt-tft", "gates2", "nand2"]


def odd_names(netlist: Netlist) -> Netlist:
    """Give a netlist of 6 inputs and 3 outputs names that are hard to write down."""
    names = ("wire", "petal width (cm) > 0.8", "größe", "x[0]", "x[1]", "n" * 300)
    outputs = ("class[0]", "class[1]", "n8")
    return netlist.renamed(
        name="module",
        inputs=dict(zip(netlist.inputs, names, strict=True)),
        outputs=dict(zip(netlist.output_names, outputs, strict=True)),
    )


@pytest.mark.parametrize("seed", range(4))
def test_verilog_of_a_netlist_reads_back_as_the_netlist(seed: int, drawn: Draw) -> None:
    netlist = odd_names(drawn(seed, nodes=25, widest=6))
    text, ports = to_verilog(netlist), Ports.of(netlist)
    verdict = prove_verilog(netlist, text, ports=ports, subject="Verilog = netlist")
    assert str(verdict) == "Verilog = netlist: EQUIVALENT by ABC cec"
    read = read_verilog(text, ports=ports, like=netlist)
    assert (read.inputs, read.output_names) == (netlist.inputs, netlist.output_names)


def test_verilog_of_constants_and_wires_reads_back(drawn: Draw) -> None:
    netlist = Netlist("plain", ("a", "b"), (), (("t", 1), ("f", 0), ("x", 3), ("y", 3)))
    assert prove_verilog(netlist, to_verilog(netlist), ports=Ports.of(netlist)).outcome is Outcome.EQUIVALENT
    deaf = Netlist("deaf", (), (), (("t", 1),))
    assert prove_verilog(deaf, to_verilog(deaf), ports=Ports.of(deaf)).outcome is Outcome.EQUIVALENT


@pytest.mark.parametrize("library", LIBRARIES)
def test_cells_of_every_library_read_back_as_the_netlist(library: str, drawn: Draw) -> None:
    netlist = odd_names(drawn(7, nodes=20))
    mapped = map_to_cells(netlist, load_library(library), effort="fast")
    text = to_structural_verilog(mapped) + cell_models(mapped)
    assert prove_verilog(netlist, text, ports=Ports.of(netlist)).outcome is Outcome.EQUIVALENT
    verdict = prove_gate_blif(netlist, to_gate_blif(mapped), cell_models(mapped))
    assert str(verdict) == "gate BLIF of module: EQUIVALENT by ABC cec"


@pytest.mark.parametrize("library", ["sky130_fd_sc_hd", "nand2"])
def test_tied_and_connected_outputs_read_back(library: str) -> None:
    netlist = Netlist("plain", ("a", "b"), (), (("t", 1), ("f", 0), ("x", 3), ("y", 3), ("z", 2)))
    mapped = map_to_cells(netlist, load_library(library), effort="fast")
    text = to_structural_verilog(mapped) + cell_models(mapped)
    assert prove_verilog(netlist, text, ports=Ports.of(netlist)).outcome is Outcome.EQUIVALENT
    blif = to_gate_blif(mapped)
    assert prove_gate_blif(netlist, blif, cell_models(mapped)).outcome is Outcome.EQUIVALENT


def xor_of_ands() -> Netlist:
    """Return a circuit in which every sign matters."""
    builder = NetlistBuilder("careful")
    a, b, c, d = (builder.input(name) for name in "abcd")
    builder.output("y", builder.xor(builder.and_(a, b), builder.or_(c, d)))
    return builder.build()


CHANGES = [(" & ", " | "), (" | ", " & "), (" ^ ", " & "), ("= n", "= ~n")]


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_a_changed_sign_in_verilog_is_found(old: str, new: str) -> None:
    netlist = xor_of_ands()
    text = to_verilog(netlist)
    assert old in text
    verdict = prove_verilog(netlist, text.replace(old, new, 1), ports=Ports.of(netlist))
    assert verdict.outcome is Outcome.DIFFERENT


@pytest.mark.parametrize("method", ["abc", "yosys", "exhaustive"])
def test_a_flipped_bit_in_a_cell_of_a_mapped_netlist_is_found(method: str) -> None:
    netlist = xor_of_ands()
    mapped = map_to_cells(netlist, load_library("gates2"), effort="fast")
    for place, instance in enumerate(mapped.instances):
        old = instance.cell
        cell = Cell(f"WRONG_{old.name}", old.area_um2, old.inputs, old.output, old.table ^ 1)
        changed = (*mapped.instances[:place], Instance(cell, instance.fanin), *mapped.instances[place + 1 :])
        wrong = MappedNetlist(mapped.name, mapped.library, mapped.inputs, changed, mapped.outputs)
        verdict = prove_equivalent(netlist, wrong.functions(), method=method)  # type: ignore[arg-type]
        assert verdict.outcome is Outcome.DIFFERENT
        if method == "abc":
            text = to_structural_verilog(wrong) + cell_models(wrong)
            assert prove_verilog(netlist, text, ports=Ports.of(netlist)).outcome is Outcome.DIFFERENT
            blif = to_gate_blif(wrong)
            assert prove_gate_blif(netlist, blif, cell_models(wrong)).outcome is Outcome.DIFFERENT


def test_another_cell_in_gate_verilog_or_blif_is_found() -> None:
    netlist = xor_of_ands()
    mapped = map_to_cells(netlist, load_library("gates2"), effort="fast")
    rule = load_library("gates2")
    everything = MappedNetlist(
        "all", rule, ("a", "b"), tuple(Instance(cell, (2, 3)[: len(cell.inputs)]) for cell in rule.cells), ()
    )
    cells = cell_models(everything)
    for text, prove in (
        (to_structural_verilog(mapped), lambda text: prove_verilog(netlist, text + cells, ports=Ports.of(netlist))),
        (to_gate_blif(mapped), lambda text: prove_gate_blif(netlist, text, cells)),
    ):
        assert prove(text).outcome is Outcome.EQUIVALENT
        names = sorted(set(re.findall(r"\b(?:N?AND2|N?OR2|XN?OR2)\b", text)))
        assert names
        for name in names:
            other = {"XOR2": "AND2", "XNOR2": "AND2"}.get(name, "XOR2")
            assert prove(re.sub(rf"\b{name}\b", other, text, count=1)).outcome is Outcome.DIFFERENT


def test_swapped_ports_are_found() -> None:
    builder = NetlistBuilder("first")
    a, _ = builder.input("a"), builder.input("b")
    builder.output("y", a)
    netlist = builder.build()
    text = to_verilog(netlist).replace("y = a", "y = b")
    verdict = prove_verilog(netlist, text, ports=Ports.of(netlist))
    assert verdict.outcome is Outcome.DIFFERENT
    assert verdict.reason in {"output 'y' is 0 against 1", "output 'y' is 1 against 0"}


BROKEN = {
    "an undriven net": "module m(input a, b, output y); wire n; assign y = a & n; endmodule",
    "two drivers": "module m(input a, b, output y); assign y = a; assign y = b; endmodule",
    "a loop": "module m(input a, b, output y); wire n; assign n = n ^ a; assign y = n; endmodule",
    "a missing module": "module m(input a, b, output y); other i(.a(a), .y(y)); endmodule",
    "another top": "module other(input a, b, output y); assign y = a; endmodule",
    "no Verilog": "this is no Verilog",
    "half a text": "module m(input a, b, output y); assign y =",
    "nothing": "",
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_verilog_is_refused_by_yosys(what: str) -> None:
    netlist = Netlist("m", ("a", "b"), (), (("y", 2),))
    with pytest.raises(ProgramError) as caught:
        prove_verilog(netlist, BROKEN[what], ports=Ports.of(netlist))
    assert caught.value.message in {"Yosys refused its script", "Yosys failed, exit status 1"}


OTHER_PORTS = {
    "module m(input a, output y); assign y = a; endmodule": "inputs: 'b' is missing",
    "module m(input a, b, c, output y); assign y = a; endmodule": "inputs: 'c' is left over",
    "module m(input a, b, output z); assign z = a; endmodule": "outputs: 'y' is missing",
    "module m(input a, b, output y, z); assign y = a; assign z = a; endmodule": "outputs: 'z' is left over",
    "module m(input [1:0] a, b, output y); assign y = a; endmodule": "inputs: 'a' is missing",
}


@pytest.mark.parametrize("text", OTHER_PORTS)
def test_other_ports_are_named(text: str) -> None:
    netlist = Netlist("m", ("a", "b"), (), (("y", 2),))
    with pytest.raises(NetlistError) as caught:
        prove_verilog(netlist, text, ports=Ports.of(netlist))
    assert str(caught.value) == (
        f"module 'm' was read back with other {OTHER_PORTS[text]}\n\n"
        "hint: give the netlist that the text was written from"
    )


def test_an_undefined_value_is_refused() -> None:
    netlist = Netlist("m", ("a", "b"), (), (("y", 2),))
    text = "module m(input a, b, output y); assign y = a ? b : 1'bx; endmodule"
    with pytest.raises(NetlistError, match="net 'undefined_value' is read but not driven"):
        prove_verilog(netlist, text, ports=Ports.of(netlist))


def test_an_assumption_is_used_on_read_verilog(thermometer: tuple[Netlist, Netlist, Assumption]) -> None:
    careful, careless, order = thermometer
    text = to_verilog(careless, module="careful")
    ports = Ports.of(careful)
    assert prove_verilog(careful, text, ports=ports, assuming=order).outcome is Outcome.EQUIVALENT
    assert prove_verilog(careful, text, ports=ports).outcome is Outcome.DIFFERENT


def test_broken_gate_blif_is_refused() -> None:
    netlist = Netlist("m", ("a", "b"), (), (("y", 2),))
    cells = "module INV (input wire A, output wire Y); assign Y = ~A; endmodule\n"
    with pytest.raises(NetlistError) as empty:
        read_gate_blif("", cells, like=netlist)
    assert str(empty.value) == ("not a BLIF text: it has no .model line\n\nhint: a BLIF file begins with '.model NAME'")
    with pytest.raises(ProgramError):
        read_gate_blif(".model m\n.inputs a b\n.outputs y\n.gate NO A=a Y=y\n.end\n", cells, like=netlist)
    with pytest.raises(ProgramError):
        read_gate_blif(".model m\n.inputs a b\n.outputs y\n.gate INV Y=y\n.end\n", cells, like=netlist)
    with pytest.raises(NetlistError, match="'c' is left over"):
        read_gate_blif(".model m\n.inputs a c\n.outputs y\n.gate INV A=a Y=y\n.end\n", cells, like=netlist)


@pytest.mark.parametrize("kind", ["verilog", "gates"])
def test_reading_back_that_runs_out_of_time_is_undecided(
    kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    program = tmp_path / "slow"  # type: ignore[operator]
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("TINYDWN_YOSYS", str(program))
    netlist = xor_of_ands()
    if kind == "verilog":
        verdict = prove_verilog(netlist, to_verilog(netlist), ports=Ports.of(netlist), timeout_s=0.3)
    else:
        verdict = prove_gate_blif(netlist, ".model careful\n", "", timeout_s=0.3)
    assert verdict.outcome is Outcome.UNDECIDED
    assert verdict.method == "reading back by Yosys"
    assert verdict.reason == "Yosys did not end within 0.3 s and was stopped"

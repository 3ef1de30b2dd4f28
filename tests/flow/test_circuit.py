"""The netlist that is laid out means what the bundle's means, registers included."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import numpy as np
import pytest

from tests import bundles
from tinydwn.errors import BundleError, ConfigError, LibraryError
from tinydwn.export.bundle import Bundle
from tinydwn.export.bundle_files import VECTORS_FILE
from tinydwn.export.ports import Ports
from tinydwn.export.testbench import to_testbench, to_vectors
from tinydwn.flow.circuit import CIRCUITS, circuit_of
from tinydwn.flow.techmap import to_black_boxes, to_techmap
from tinydwn.netlist import Netlist, simulate
from tinydwn.technology import Library, load_library
from tinydwn.tools.simulator import simulate_verilog

LIBRARIES = ("sky130_fd_sc_hd", "nangate45", "ihp-sg13g2")


def chosen(table: int, pins: tuple[str, ...]) -> str:
    """Return a table as a tree of choices, the last pin first: what is not chosen may be unknown."""
    if not pins:
        return f"1'b{table}"
    half = 2 ** (len(pins) - 1)
    low, high = table & (1 << half) - 1, table >> half
    return f"({pins[-1]} ? {chosen(high, pins[:-1])} : {chosen(low, pins[:-1])})"


def models(library: Library, used: set[str]) -> str:
    """Return Verilog of cells, each by its table, and of registers that no other pin may disturb."""
    texts: dict[str, list[str]] = {}
    for cell in (*library.cells, *library.ties):
        ports = texts.setdefault(cell.name, [", ".join(f"input {pin}" for pin in cell.inputs), "", ""])
        ports[1] += f"{', ' if ports[0] or ports[1] else ''}output {cell.output}"
        ports[2] += f"  assign {cell.output} = {chosen(cell.table, cell.inputs)};\n"
    lines = [f"module {n} ({i}{o});\n{b}endmodule\n" for n, (i, o, b) in texts.items() if n in used]
    for one in library.registers:
        if one.name in used:
            forcing = re.findall(r"\w+", f"{one.clear} {one.preset}")
            ports = "".join(f", input {pin}" for pin in forcing)
            rest = " & ".join(["1'b1", *forcing])
            lines.append(
                f"module {one.name} (input {one.clock}, {one.data}{ports}, output reg {one.output});\n"
                f"  always @(posedge {one.clock}) {one.output} <= ({rest}) ? {one.data} : 1'bx;\nendmodule\n"
            )
    return "".join(lines)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("circuit", ["chip", "registered", "serial"])
def test_simulation_of_what_is_laid_out_agrees(
    bundle: Bundle, netlist: Netlist, circuit: str, library: str, icarus: object
) -> None:
    made = circuit_of(bundle, circuit=circuit, library=load_library(library))
    style = {"registered": "parallel", "serial": "serial"}.get(circuit, "")
    inputs = (np.arange(128)[:, None] >> np.arange(7) & 1).astype(bool)
    ports = Ports.of(netlist)
    bench = to_testbench(ports, vectors=128, style=style)
    cells = models(load_library(library), set(re.findall(r"\w+", made.verilog)))
    said = simulate_verilog(
        {
            "testbench.v": bench,
            "netlist.v": made.verilog,
            "cells.v": cells,
            VECTORS_FILE: to_vectors(netlist, ports, inputs, simulate(netlist, inputs)),
        },
        top="testbench",
    )
    assert "PASS: 128 vectors" in said


def test_a_netlist_has_cells_only(bundle: Bundle) -> None:
    for circuit in ("chip", "registered", "serial"):
        made = circuit_of(bundle, circuit=circuit, library=load_library("sky130_fd_sc_hd"))
        assert not re.search(r"\bassign\b|1'[hb]|\bmodule\b.*\bmodule\b", made.verilog)
        assert made.verilog.count("sky130_fd_sc_hd__") == made.cells
        assert made.verilog.count("sky130_fd_sc_hd__dfxtp_1") == made.registers
        assert (made.clock == "clk") == (made.registers > 0)


def test_counts_and_area_are_those_of_the_cells(bundle: Bundle) -> None:
    library = load_library("sky130_fd_sc_hd")
    made = circuit_of(bundle, circuit="registered", library=library)
    areas = {cell.name: cell.area_um2 for cell in (*library.cells, *library.ties)}
    areas |= {register.name: register.area_um2 for register in library.registers}
    used = re.findall(r"sky130_fd_sc_hd__\w+", made.verilog)
    assert made.area_um2 == pytest.approx(sum(areas[name] for name in used))
    # 4 + 3 bits in, 5 out, and the clock; a register for each output and for the 6 input bits that are read.
    assert (made.pins, made.registers) == (13, 11)


@pytest.mark.parametrize("place", [0, 1])
def test_circuits_of_a_search_have_the_pins_of_their_interface(place: int, searched_bundle: Bundle) -> None:
    """Ports are parts of words, and few: the wrapper with one word input still takes whole words."""
    library = load_library("sky130_fd_sc_hd")
    bundle = bundles.chosen(searched_bundle, place)
    interface = json.loads(bundle.files["interface.json"])
    bits, outputs = sum(len(one["bits"]) for one in interface["features"]), len(interface["outputs"])
    made = {circuit: circuit_of(bundle, circuit=circuit, library=library) for circuit in CIRCUITS}
    assert (made["chip"].pins, made["registered"].pins) == (bits + outputs, bits + outputs + 1)
    # Nothing that no cell reads sizes a die.
    text = made["chip"].verilog
    for high, low, name in re.findall(r"^  input (?:\[(\d+):(\d+)\] )?(\w+);", text, re.MULTILINE):
        pins = [f"{name}[{bit}]" for bit in range(int(low), int(high) + 1)] if high else [name]
        assert [pin for pin in pins if f"({pin})" not in text] == []
    assert made["registered"].registers <= bits + outputs
    assert made["serial"].pins == interface["loading_bits"] + outputs + 2
    assert {circuit: one.registers > 0 for circuit, one in made.items()} == {
        "chip": False,
        "core": False,
        "registered": True,
        "serial": True,
    }


def test_the_same_bundle_gives_the_same_bytes(bundle: Bundle) -> None:
    library = load_library("nangate45")
    assert circuit_of(bundle, circuit="serial", library=library) == circuit_of(
        bundle, circuit="serial", library=library
    )


def test_what_cannot_be_laid_out_is_refused(bundle: Bundle) -> None:
    with pytest.raises(ConfigError) as unknown:
        circuit_of(bundle, circuit="whole", library=load_library("nangate45"))
    assert str(unknown.value) == f"unknown circuit 'whole'\n\nhint: choose one of {', '.join(CIRCUITS)}"
    with pytest.raises(BundleError) as missing:
        circuit_of(bundle, circuit="core", library=load_library("nangate45"))
    assert str(missing.value) == (
        "the bundle has no file 'core/nangate45/mapped.v'\n\n"
        "hint: run 'tinydwn choose' or 'tinydwn synth' with --library of the technology to lay out"
    )
    for made, lacking in ((to_techmap, "rising-edge flip-flop"), (_laid_out(bundle), "tie cells")):
        with pytest.raises(LibraryError) as lacks:
            made(load_library("nand2"))
        assert lacks.value.message == f"library 'nand2' has no {lacking}"


def _laid_out(bundle: Bundle) -> Callable[[Library], object]:
    renamed = Bundle({"chip/nand2/mapped.v": bundle.files["chip/nangate45/mapped.v"]})
    return lambda library: circuit_of(renamed, circuit="chip", library=library)


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_cell_has_a_black_box(name: str) -> None:
    library, text = load_library(name), to_black_boxes(load_library(name))
    for cell in (*library.cells, *library.ties):
        (ports,) = re.findall(rf"module {cell.name} \((.*)\); endmodule", text)
        assert set(re.findall(r"(?:input|output) (\w+)", ports)) >= {*cell.inputs, cell.output}

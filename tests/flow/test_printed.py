"""Registers of printed and flexible libraries: the flip-flop, never the cell that is a latch by its Liberty file."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.flow.test_circuit import models
from tinydwn.export.bundle import Bundle
from tinydwn.export.bundle_files import VECTORS_FILE
from tinydwn.export.ports import Ports
from tinydwn.export.structural import to_structural_verilog
from tinydwn.export.testbench import to_testbench, to_vectors
from tinydwn.export.wrapper import to_wrapper
from tinydwn.flow.circuit import FlowCircuit, circuit_of
from tinydwn.flow.techmap import to_techmap
from tinydwn.mapping import MappedNetlist, map_to_cells
from tinydwn.netlist import Netlist, simulate
from tinydwn.report.supplies import registered
from tinydwn.technology import load_library
from tinydwn.tools.simulator import simulate_verilog

PRINTED = {"egfet": "DFFNRX1", "cnt-tft": "DFFNRX1_psuedo"}


def mapped_to(netlist: Netlist, library: str) -> MappedNetlist:
    return map_to_cells(netlist, load_library(library), effort="fast")


def made(netlist: Netlist, library: str, circuit: str) -> FlowCircuit:
    ports = Ports.of(netlist)
    files = {f"chip/{library}/mapped.v": to_structural_verilog(mapped_to(netlist, library))}
    files |= {f"chip/wrapper_{style}.v": to_wrapper(ports, style=style) for style in ("parallel", "serial")}
    bundle = Bundle({name: text.encode() for name, text in files.items()})
    return circuit_of(bundle, circuit=circuit, library=load_library(library), laid_out=False)


@pytest.mark.parametrize(("library", "circuit"), [("egfet", "registered"), ("egfet", "serial"), ("cnt-tft", "serial")])
def test_a_printed_wrapper_simulates_as_the_netlist(
    netlist: Netlist, library: str, circuit: str, icarus: object
) -> None:
    found = made(netlist, library, circuit)
    inputs = (np.arange(128)[:, None] >> np.arange(7) & 1).astype(bool)
    ports = Ports.of(netlist)
    said = simulate_verilog(
        {
            "testbench.v": to_testbench(ports, vectors=128, style="serial" if circuit == "serial" else "parallel"),
            "netlist.v": found.verilog,
            "cells.v": models(load_library(library), set(re.findall(r"\w+", found.verilog))),
            VECTORS_FILE: to_vectors(netlist, ports, inputs, simulate(netlist, inputs)),
        },
        top="testbench",
    )
    assert "PASS: 128 vectors" in said
    assert set(re.findall(r"\b(?:DFF|LATCH)\w*", found.verilog)) == {PRINTED[library]}


@pytest.mark.parametrize("library", ["egfet", "sky130_fd_sc_hd"])
def test_the_registers_that_a_report_adds_are_those_of_the_wrapper(netlist: Netlist, library: str) -> None:
    found, told = made(netlist, library, "registered"), registered(mapped_to(netlist, library))
    assert told is not None
    assert (told.registers, told.area_um2) == (found.registers, pytest.approx(found.area_um2))


def test_a_multiplexer_of_gates_costs_three_nand_and_an_inverter() -> None:
    text = to_techmap(load_library("egfet"))
    assert (text.count("NAND2X1 "), text.count("INVX1 ")) == (3, 1)
    assert ".RST_N(1'b1)" in text
    assert "NAND2X1" not in to_techmap(load_library("nangate45"))

"""Circuits that synthesis changes much: constants, connections, and registers that become one."""

from __future__ import annotations

import pytest

from tinydwn.fpga.cells import MAKERS
from tinydwn.fpga.source import to_source
from tinydwn.netlist import Netlist, Node
from tinydwn.tools.yosys import run_yosys
from tinydwn.verify.wrapped import prove_wrapped

NETLIST = Netlist(
    "chip",
    (*(f"size[{k}]" for k in range(4)), *(f"age[{k}]" for k in range(3))),
    (Node(0b0110, (2, 5)), Node(0b10010110, (3, 4, 9)), Node(0b1000, (8, 10)), Node(0b0111, (9, 11))),
    (("class[0]", 11), ("class[1]", 12), ("again", 11), ("one", 1), ("same", 6)),
)


@pytest.mark.parametrize(("circuit", "stages"), [("chip", 1), ("registered", 2), ("serial", 2)])
def test_registers_that_synthesis_joins_or_drops_are_no_hindrance_to_a_proof(circuit, stages):
    source = to_source(NETLIST, circuit=circuit, stages=stages)
    script = f"read_verilog design.v; synth_ice40 -top {source.top}; write_verilog -noattr netlist.v"
    text = run_yosys(script, files={"design.v": source.verilog}, results=["netlist.v"]).files["netlist.v"]
    found = prove_wrapped(
        NETLIST, text, ports=source.ports, style=source.style, stages=source.stages, models=MAKERS["ice40"]
    )
    assert found.outcome.name == "EQUIVALENT"

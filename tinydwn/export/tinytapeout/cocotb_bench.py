"""The test of a project: cocotb plays samples and compares every answer, on the Verilog and on gates."""

from __future__ import annotations

from tinydwn.export.tinytapeout.pinout import Pinout
from tinydwn.export.tinytapeout.top import LICENCE

COCOTB = "cocotb==2.0.1"
SAMPLES_FILE = "samples.txt"
_LICENCE = "# SPDX-License-Identifier: Apache-2.0\n"

_HEAD = '''\
"""Plays the samples of samples.txt and compares every answer with the one that stands there."""

from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge

UIO_OE = {uio_oe}


def samples():
    """Return (bytes to give, answers of uo_out and uio_out) for each sample."""
    rows = []
    for line in (Path(__file__).parent / "{samples}").read_text().splitlines():
        given, answers = line.split(":")
        rows.append(tuple([int(word, 16) for word in part.split()] for part in (given, answers)))
    return rows


async def start(dut):
    """Start the clock and hold the reset for a while; pins change at falling edges, registers at rising ones."""
    cocotb.start_soon(Clock(dut.clk, 1000, unit="ns").start())
    dut.ena.value, dut.rst_n.value, dut.ui_in.value, dut.uio_in.value = 1, 0, 0, 0
    for _ in range(4):
        await FallingEdge(dut.clk)
    dut.rst_n.value = 1


def compare(dut, number, answers):
    """Compare the pins with what a sample must give."""
    found = [dut.uo_out.value, dut.uio_out.value]
    assert found == answers, f"sample {{number}} gave {{found}}, not {{answers}}"
    assert dut.uio_oe.value == UIO_OE
'''

_SERIAL = '''

async def load(dut, given, pause):
    """Load bytes, one at a rising edge; after each `pause` of them, an edge at which nothing may be taken."""
    for k, byte in enumerate(given, start=1):
        dut.uio_in.value, dut.ui_in.value = 1, byte
        await FallingEdge(dut.clk)
        if pause and k % pause == 0:
            dut.uio_in.value, dut.ui_in.value = 0xFE & ~UIO_OE, byte ^ 0xFF
            await FallingEdge(dut.clk)
    dut.uio_in.value = 0
    await FallingEdge(dut.clk)


@cocotb.test()
async def answers_without_pauses(dut):
    await start(dut)
    for number, (given, answers) in enumerate(samples()):
        await load(dut, given, pause=0)
        compare(dut, number, answers)


@cocotb.test()
async def answers_with_pauses(dut):
    await start(dut)
    for number, (given, answers) in enumerate(samples()[:20]):
        await load(dut, given, pause=1 + number % 3)
        compare(dut, number, answers)
'''

_PARALLEL = '''

def show(dut, given):
    """Put the bits of a sample at the pins."""
    dut.ui_in.value, dut.uio_in.value = given


@cocotb.test()
async def answers_one_by_one(dut):
    await start(dut)
    for number, (given, answers) in enumerate(samples()):
        show(dut, given)
        await FallingEdge(dut.clk)
        await FallingEdge(dut.clk)
        compare(dut, number, answers)


@cocotb.test()
async def answers_at_every_edge(dut):
    await start(dut)
    last = None
    for number, (given, answers) in enumerate(samples()):
        show(dut, given)
        await FallingEdge(dut.clk)
        if last is not None:
            compare(dut, number - 1, last)
        last = answers
'''

_BENCH = """
`default_nettype none
`timescale 1ns / 1ps

module tb ();
  initial begin
    $dumpfile("tb.fst");
    $dumpvars(0, tb);
  end

  reg clk, rst_n, ena;
  reg [7:0] ui_in, uio_in;
  wire [7:0] uo_out, uio_out, uio_oe;
`ifdef GL_TEST
  wire VPWR = 1'b1;
  wire VGND = 1'b0;
`endif

  {top} project (
`ifdef GL_TEST
      .VPWR(VPWR),
      .VGND(VGND),
`endif
      .ui_in(ui_in),
      .uo_out(uo_out),
      .uio_in(uio_in),
      .uio_out(uio_out),
      .uio_oe(uio_oe),
      .ena(ena),
      .clk(clk),
      .rst_n(rst_n)
  );
endmodule
"""

_MAKEFILE = """\
# make: the Verilog of src; make GATES=yes: gate_level_netlist.v beside this file, with the cells of PDK_ROOT.
SIM ?= icarus
FST ?= -fst
TOPLEVEL_LANG ?= verilog
PROJECT_SOURCES = {sources}

ifeq ($(GATES),yes)
SIM_BUILD = sim_build/gates
COMPILE_ARGS += -DGL_TEST -DFUNCTIONAL -DUSE_POWER_PINS -DSIM -DUNIT_DELAY=\\#1
CELLS = $(PDK_ROOT)/sky130A/libs.ref/sky130_fd_sc_hd/verilog
VERILOG_SOURCES += $(CELLS)/primitives.v $(CELLS)/sky130_fd_sc_hd.v $(CURDIR)/gate_level_netlist.v
else
SIM_BUILD = sim_build/rtl
VERILOG_SOURCES += $(addprefix $(CURDIR)/../src/,$(PROJECT_SOURCES))
endif
VERILOG_SOURCES += $(CURDIR)/tb.v

COCOTB_TOPLEVEL = tb
COCOTB_TEST_MODULES = test
include $(shell cocotb-config --makefiles)/Makefile.sim
"""


def bench_files(pinout: Pinout, lines: tuple[str, ...], *, top: str, sources: tuple[str, ...]) -> dict[str, str]:
    """Return the files of the folder `test`: a cocotb test that plays sample `lines` on module `top`."""
    body = _SERIAL if pinout.style == "serial" else _PARALLEL
    head = _HEAD.format(uio_oe=f"0x{pinout.uio_oe:02X}", samples=SAMPLES_FILE)
    return {
        "Makefile": _LICENCE + _MAKEFILE.format(sources=" ".join(sources)),
        "requirements.txt": f"{COCOTB}\n",
        SAMPLES_FILE: "".join(lines),
        "tb.v": LICENCE + _BENCH.format(top=top),
        "test.py": _LICENCE + head + body,
    }

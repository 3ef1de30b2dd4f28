"""Areas against those that ABC finds by itself."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tinydwn.mapping import map_to_cells
from tinydwn.mapping.genlib import to_genlib
from tinydwn.netlist import NetlistBuilder, to_blif
from tinydwn.technology import load_library
from tinydwn.tools.abc import run_abc

SKY130 = "pdk/sky130A/libs.ref/sky130_fd_sc_hd/lib/sky130_fd_sc_hd__tt_025C_1v80.lib"


def test_abc_reading_liberty_itself_finds_no_smaller_area(shared):
    """ABC's own Liberty reader sees the same cells; mapping through genlib loses nothing against it."""
    library = load_library("sky130_fd_sc_hd")
    path = shared / SKY130
    builder = NetlistBuilder("sum")
    inputs = [builder.input(f"i{k}") for k in range(7)]
    first, second = builder.full_adder(*inputs[:3]), builder.full_adder(*inputs[3:6])
    for k, net in enumerate((*builder.full_adder(first[0], second[0], inputs[6]), builder.xor(first[1], second[1]))):
        builder.output(f"o{k}", net)
    netlist = builder.build()
    done = run_abc(
        f"read_lib -w {path}; read_blif n.blif; strash; dch; map -a; print_stats; topo; stime",
        files={"n.blif": to_blif(netlist)},
    )
    theirs = float(re.findall(r"Area =\s*([\d.]+)", done.text)[-1])
    assert map_to_cells(netlist, library).area_um2 <= theirs + 0.01


def test_abc_counts_the_areas_that_we_wrote():
    """The area that ABC reports for its mapped circuit is the one of the genlib."""
    library = load_library("nangate45")
    cells = tuple(cell for cell in library.cells if not cell.is_buffer)
    builder = NetlistBuilder("xor3")
    nets = [builder.input(f"i{k}") for k in range(3)]
    builder.output("o0", builder.xor(*nets))
    done = run_abc(
        "read_genlib l.genlib; read_blif n.blif; strash; map -a; print_stats",
        files={"l.genlib": to_genlib(cells), "n.blif": to_blif(builder.build())},
    )
    area = float(re.findall(r"area =\s*([\d.]+)", done.text)[-1])
    assert area == pytest.approx(2 * library.cell("XOR2_X1").area_um2, abs=0.01)
    assert to_genlib((replace(cells[0], area_um2=0.5),)).splitlines()[2].startswith("GATE g0 0.5 O=")

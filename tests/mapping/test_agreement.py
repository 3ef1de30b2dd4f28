"""The embedded facts against the vendors' files, by mapped area."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tinydwn.mapping import facts_agree, map_to_cells
from tinydwn.mapping.agreement import AreaPair, random_netlist
from tinydwn.mapping.genlib import to_genlib
from tinydwn.netlist import NetlistBuilder, to_blif
from tinydwn.technology import FACT_LIBRARIES, load_library
from tinydwn.tools.abc import run_abc

LIBERTY = {
    "sky130_fd_sc_hd": "sky130A/libs.ref/sky130_fd_sc_hd/lib/sky130_fd_sc_hd__tt_025C_1v80.lib",
    "nangate45": "nangate45/lib/NangateOpenCellLibrary_typical.lib",
    "ihp-sg13g2": "ihp-sg13g2/lib/sg13g2_stdcell_typ_1p20V_25C.lib",
    "egfet": "printed/egfet/PPDK_Standard_Library_1.0V_25C_TYP_X1.lib",
    "cnt-tft": "printed/cnt-tft/CNT_TFT_psuedo_Standard_Library_3.0V_25C_TYP_X1.lib",
}


@pytest.mark.parametrize("name", FACT_LIBRARIES)
def test_facts_and_liberty_file_give_the_same_areas(name, shared):
    agreement = facts_agree(name, shared / "pdk" / LIBERTY[name], netlists=4)
    assert agreement.library == name
    assert len(agreement.pairs) == 4
    assert agreement.differences == 0
    assert all(pair.facts_um2 > 0 for pair in agreement.pairs)


def test_a_changed_area_in_the_liberty_file_is_noticed(shared, tmp_path: Path):
    text = (shared / "pdk" / LIBERTY["cnt-tft"]).read_text()
    (tmp_path / "changed.lib").write_text(re.sub(r"area : 3000;", "area : 3001;", text))
    assert facts_agree("cnt-tft", tmp_path / "changed.lib", netlists=2).differences == 2


def test_a_difference_in_the_last_bit_counts():
    agreement = facts_agree.__globals__["FactsAgreement"]("x", (AreaPair("n", 0.1 + 0.2, 0.3), AreaPair("m", 1.0, 1.0)))
    assert agreement.differences == 1


def test_random_netlists_are_all_different():
    assert len({random_netlist(seed).digest for seed in range(50)}) == 50


def test_abc_reading_liberty_itself_finds_no_smaller_area(shared):
    """ABC's own Liberty reader sees the same cells; mapping through genlib loses nothing against it."""
    library = load_library("sky130_fd_sc_hd")
    path = shared / "pdk" / LIBERTY["sky130_fd_sc_hd"]
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

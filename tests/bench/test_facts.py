"""Embedded facts and the Liberty files they came from give the same mapped area."""

import json
from pathlib import Path

import pytest

from tinydwn.bench.facts import FactsPoint, FactsSummary, compare_facts

ORIGINALS = {
    "sky130_fd_sc_hd": "sky130A/libs.ref/sky130_fd_sc_hd/lib/sky130_fd_sc_hd__tt_025C_1v80.lib",
    "nangate45": "nangate45/lib/NangateOpenCellLibrary_typical.lib",
    "ihp-sg13g2": "ihp-sg13g2/lib/sg13g2_stdcell_typ_1p20V_25C.lib",
    "egfet": "printed/egfet/PPDK_Standard_Library_1.0V_25C_TYP_X1.lib",
    "cnt-tft": "printed/cnt-tft/CNT_TFT_psuedo_Standard_Library_3.0V_25C_TYP_X1.lib",
}


@pytest.mark.parametrize("library", ORIGINALS)
def test_random_netlists_have_one_area(shared: Path, library: str) -> None:
    summary = compare_facts(library, shared / "pdk" / ORIGINALS[library], count=10)
    assert len(summary.points) == 10
    assert summary.differences == 0
    # A random netlist may be constant, which costs nothing in some libraries.
    assert sum(point.facts_area_um2 > 0 for point in summary.points) >= 8


def test_a_changed_area_in_the_liberty_file_is_noticed(shared: Path, tmp_path: Path) -> None:
    text = (shared / "pdk" / ORIGINALS["cnt-tft"]).read_text()
    (tmp_path / "changed.lib").write_text(text.replace("area : 3000;", "area : 3001;"))
    assert compare_facts("cnt-tft", tmp_path / "changed.lib", count=2).differences == 2


def test_another_library_is_told_apart(shared: Path) -> None:
    summary = compare_facts("egfet", shared / "pdk" / ORIGINALS["cnt-tft"], count=3)
    assert summary.differences == 3


def test_a_summary_counts_what_differs() -> None:
    points = (FactsPoint(0, 9, 1.5, 1.5, True), FactsPoint(1, 9, 1.5, 1.25, False))
    summary = FactsSummary("egfet", "egfet.lib", points)
    assert summary.to_text().splitlines()[-1] == (
        "egfet against egfet.lib: 2 random netlists, 1 with the same cells, differences in area: 1"
    )
    assert json.loads(json.dumps(summary.to_json()))["differences"] == 1

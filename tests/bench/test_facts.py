"""Embedded facts and the Liberty files they came from give the same mapped area."""

from pathlib import Path

import pytest

from tests.made_up import again, studied
from tinydwn.bench.studies import facts
from tinydwn.bench.studies.facts import STUDY, Asked, FactsRow
from tinydwn.bench.study import HERE, Measured, measure

ORIGINALS = {
    "sky130_fd_sc_hd": "sky130A/libs.ref/sky130_fd_sc_hd/lib/sky130_fd_sc_hd__tt_025C_1v80.lib",
    "nangate45": "nangate45/lib/NangateOpenCellLibrary_typical.lib",
    "ihp-sg13g2": "ihp-sg13g2/lib/sg13g2_stdcell_typ_1p20V_25C.lib",
    "egfet": "printed/egfet/PPDK_Standard_Library_1.0V_25C_TYP_X1.lib",
    "cnt-tft": "printed/cnt-tft/CNT_TFT_psuedo_Standard_Library_3.0V_25C_TYP_X1.lib",
}


def compared(library: str, liberty: Path, *, count: int, **options: object) -> Measured[FactsRow]:
    return measure(STUDY, Asked(library, liberty, count), cluster=HERE, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("library", ORIGINALS)
def test_random_netlists_have_one_area(shared: Path, library: str) -> None:
    found = compared(library, shared / "pdk" / ORIGINALS[library], count=10)
    assert [row.seed for row in found.rows] == list(range(10))
    assert found.summary["differences"] == 0
    assert STUDY.defect(found) is None
    # A random netlist may be constant, which costs nothing in some libraries.
    assert sum(row.facts_area_um2 > 0 for row in found.rows) >= 8


def test_a_changed_area_in_the_liberty_file_is_noticed(shared: Path, tmp_path: Path) -> None:
    original, store = shared / "pdk" / ORIGINALS["cnt-tft"], tmp_path / "kept.json"
    assert compared("cnt-tft", original, count=2, store=store).summary["differences"] == 0
    (tmp_path / "changed.lib").write_text(original.read_text().replace("area : 3000;", "area : 3001;"))
    assert compared("cnt-tft", tmp_path / "changed.lib", count=2, store=store).summary["differences"] == 2


def test_another_library_is_told_apart(shared: Path) -> None:
    assert compared("egfet", shared / "pdk" / ORIGINALS["cnt-tft"], count=3).summary["differences"] == 3


def test_what_differs_is_counted_and_a_defect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "egfet.lib").write_text("library (none) {}")
    rows = (FactsRow(0, 9, 1.5, 1.5, True), FactsRow(1, 9, 1.5, 1.25, False))
    study = studied(monkeypatch, facts, lambda task: rows[task.seed])
    found = measure(study, Asked("egfet", tmp_path / "egfet.lib", 2), cluster=HERE)
    assert found.findings().note[0] == (
        "egfet against egfet.lib: 2 random netlists, 1 with the same cells, differences in area: 1."
    )
    assert found.to_json()["summary"] == {"differences": 1, "same_cells": 1}
    assert again(found) == found
    assert str(study.defect(found)) == (
        "1 of 2 netlists got another area from egfet.lib than from the facts of egfet\n\n"
        "hint: check that the file is the one that the facts name as their source"
    )

"""A routed design in tables, and on the page of a report."""

from __future__ import annotations

import os
import re
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest

from tinydwn.cli.app import main
from tinydwn.layout.layout import Layout
from tinydwn.layout.layout_facts import layout_facts
from tinydwn.layout.lef import Lef
from tinydwn.report import layout_report
from tinydwn.report.layout_report import (
    cells_table,
    layout_json,
    layout_section,
    layout_sentence,
    routed_def,
    sites_table,
    wires_table,
)
from tinydwn.report.page import to_html
from tinydwn.report.run_report import RunReport, to_text


def test_the_tables_tell_what_the_layout_holds(seg_chip: Layout, sky130: Lef) -> None:
    facts = layout_facts(seg_chip, sky130)
    assert layout_sentence(facts) == (
        "seg_chip: a die of 72.2 by 76.2 µm (5,500 µm²), 1,624 µm² of cells from the netlist, "
        "1,760 µm² with what was added, 42.2 % of the core."
    )
    assert [row[0::2] for row in cells_table(facts).rows] == [
        ("logic", "43", "6.8 %"),
        ("flip-flop", "67", "32.1 %"),
        ("clock", "16", "3.3 %"),
        ("tap", "52", "1.6 %"),
        ("fill", "374", "56.3 %"),
    ]
    assert wires_table(facts).rows[-1] == ("all", "2,615.2 µm")
    assert [row[::3] for row in sites_table(facts).rows] == [("Tiny Tapeout tile", "2"), ("Caravel user area", "1,840")]
    said = layout_json(facts)
    assert (said["pins"], said["vias"], said["cell_area_um2"]) == (122, 836, 1760.4384)


def test_the_page_has_a_section_only_where_there_is_a_layout(report: RunReport, tiny_core: Layout, sky130: Lef) -> None:
    made = layout_section(tiny_core, sky130, where="tiny_core.def")
    page = to_html(report, layout=made)
    assert page.replace(f"{made}\n", "") == to_html(report)
    assert "<h2>Layout</h2>" in page
    assert "Read from tiny_core.def." in made
    assert re.findall(r'(?:fill|stroke)="(?!none|#|var)[^"]*"', made) == []
    assert made.count("<svg ") == made.count("</svg>") == 1


def test_a_picture_of_too_many_shapes_is_an_image(
    tiny_core: Layout, sky130: Lef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout_report, "_MOST_SVG_BYTES", 10_000)
    made = layout_section(tiny_core, sky130)
    assert "<svg" not in made
    (data,) = re.findall(r'<img alt="tiny_core: the layout, [^"]*" .* src="data:image/png;base64,([^"]*)">', made)
    assert b64decode(data).startswith(b"\x89PNG")


def test_the_latest_layout_beside_a_bundle_is_found(tmp_path: Path) -> None:
    bundle = tmp_path / "de[mo"
    assert routed_def(bundle) is None
    first, second = tmp_path / "de[mo.openroad/finish/a.def", tmp_path / "de[mo.orfs/results/x/6_final.def"
    for age, path in enumerate((second, first)):
        path.parent.mkdir(parents=True)
        path.write_text("")
        os.utime(path, ns=(age, age))
    (tmp_path / "de[mo.openroad/finish.failed").mkdir()
    (tmp_path / "de[mo.openroad/finish.failed/b.def").write_text("")
    assert routed_def(bundle) == first
    os.utime(second, ns=(9, 9))
    assert routed_def(bundle) == second


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs `tinydwn report` and says how it ended."""
    monkeypatch.delenv("PDK_ROOT", raising=False)

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tinydwn", "report", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(str(end.value.code)), said.out, said.err

    return run


@pytest.fixture
def finished(report: RunReport, openroad: Path, tmp_path: Path) -> Path:
    """Return a report's file, and beside its folder a layout that was routed."""
    finish = tmp_path / "demo.openroad/finish"
    finish.mkdir(parents=True)
    (finish / "tiny_core.def").write_bytes((openroad / "tiny_core/tiny_core.def").read_bytes())
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/report.json").write_text(to_text(report))
    return tmp_path / "demo/report.json"


def test_the_command_shows_the_layout_that_lies_beside(
    finished: Path, sky130_lefs: list[Path], ended: Callable[..., tuple[int, str, str]]
) -> None:
    lefs = [word for path in sky130_lefs for word in ("--lef", path)]
    code, out, _ = ended(finished, *lefs, "--html")
    assert code == 0
    assert "<h2>Layout</h2>" in out
    assert "4 cells of the netlist, 31 µm²" in out
    err = ended(finished, *lefs, "--markdown")[2]
    assert err.startswith("error: --lef belongs to the HTML page\n\nhint: add --html, or leave --lef out")
    (finished.parent.parent / "demo.openroad/finish/tiny_core.def").unlink()
    code, out, err = ended(finished, *lefs, "--html")
    assert (code, out) == (1, "")
    assert err.startswith(f"error: no routed layout lies beside '{finished}'\n\nhint: place and route it first")


def test_the_command_shows_a_layout_in_sky130_by_the_files_of_an_installed_pdk(
    finished: Path,
    shared: Path,
    tmp_path: Path,
    ended: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = ended(finished, "--html")[:2]
    monkeypatch.setenv("PDK_ROOT", str(tmp_path / "nothing"))
    assert ended(finished, "--html")[:2] == bare
    monkeypatch.setenv("PDK_ROOT", str(shared / "pdk"))
    assert "4 cells of the netlist, 31 µm²" in ended(finished, "--html")[1]
    design = tmp_path / "demo.openroad/finish/tiny_core.def"
    design.write_text(design.read_text().replace(" sky130_fd_sc_hd__", " other__"))
    assert ended(finished, "--html")[:2] == bare

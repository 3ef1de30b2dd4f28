"""A routed design in tables, and on the page of a report."""

from __future__ import annotations

import json
import os
import re
import sys
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tinydwn.cli.app import main
from tinydwn.errors import OutputError
from tinydwn.export.bundle import Bundle, read_bundle, write_bundle
from tinydwn.flow.routed_run import RoutedRun, routed_run
from tinydwn.layout.def_layout import read_def
from tinydwn.layout.layout import Layout
from tinydwn.layout.layout_facts import layout_facts
from tinydwn.layout.lef import Lef
from tinydwn.report import layout_report
from tinydwn.report.layout_report import (
    cells_table,
    figures_table,
    layout_json,
    layout_section,
    layout_sentence,
    sites_table,
    tile_sentence,
    wires_table,
)
from tinydwn.report.page import to_html
from tinydwn.report.run_report import RunReport, to_text
from tinydwn.report.wording import OUTCOME_SIGNS
from tinydwn.verify.verdict import Outcome, Verdict

RUN = RoutedRun("openroad", Path("tiny_core.def"), "routed a: EQUIVALENT by x", ("1 <short>",))


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


def test_routed_cells_fill_a_share_of_the_smallest_tile(tiny_core: Layout, sky130: Lef) -> None:
    facts = layout_facts(tiny_core, sky130)
    told = tile_sentence(facts.cell_area_um2)
    share = 100 * facts.cell_area_um2 / ((161 - 5.52) * (111.52 - 5.44))
    assert f"would fill {share:.1f} % of the core of a Tiny Tapeout tile of 1x1;" in told
    assert told in layout_section(tiny_core, sky130, run=RUN).replace("&#x27;", "'")
    assert "tile of 8x2;" in tile_sentence(180_000.0)


@pytest.mark.parametrize(
    ("pattern", "other", "told"),
    [
        (r"\bROW .*;", "", "added; there are no rows."),
        (r"MICRONS 1000", "MICRONS 2000", "added, 0.8 % of the core. Rows lie beyond the die: "),
        (r"DO 131 BY", "DO 1 BY", "added, 108.7 % of the core. The cells have no room in the rows: "),
    ],
)
def test_a_core_that_cannot_be_right_is_told(pattern: str, other: str, told: str, openroad: Path, sky130: Lef) -> None:
    text = re.sub(pattern, other, (openroad / "tiny_core/tiny_core.def").read_text())
    facts = layout_facts(read_def(text.splitlines(), sky130), sky130)
    question = "do the DEF's rows and UNITS go with this LEF?" if told.endswith(": ") else ""
    assert layout_sentence(facts).endswith(f"31.3 µm² with what was {told}{question}")
    assert (layout_json(facts)["utilization"] is None) == (not facts.core_area_um2)
    assert ("There are no rows" in cells_table(facts).note) == (not facts.core_area_um2)


def test_the_page_has_a_section_only_where_there_is_a_layout(report: RunReport, tiny_core: Layout, sky130: Lef) -> None:
    made = layout_section(tiny_core, sky130, run=RUN)
    page = to_html(report, layout=made)
    assert page.replace(f"{made}\n", "") == to_html(report)
    assert "<h2>Layout</h2>" in page
    assert "Read from tiny_core.def, laid out by openroad." in made
    badge = '<span class="badge EQUIVALENT">✓ EQUIVALENT</span>'
    assert f"<p>{badge} Routed a: EQUIVALENT by x. The layout is not good: 1 &lt;short&gt;.</p>" in made
    assert re.findall(r'(?:fill|stroke)="(?!none|#|var)[^"]*"', made) == []
    assert made.count("<svg ") == made.count("</svg>") == 1


@pytest.mark.parametrize("outcome", Outcome)
def test_the_verdict_on_a_layout_has_a_badge(outcome: Outcome, tiny_core: Layout, sky130: Lef) -> None:
    witness = {"a": True} if outcome is Outcome.DIFFERENT else None
    verdict = Verdict(outcome, "routed a = netlist before", "ABC cec", reason="why: EQUIVALENT by x", witness=witness)
    made = layout_section(tiny_core, sky130, run=replace(RUN, verdict=str(verdict)))
    name, sign = outcome.value, OUTCOME_SIGNS[outcome.value]
    assert f'<p><span class="badge {name}">{sign} {name}</span> Routed a = netlist before: {name} by ABC cec' in made
    assert made.count('class="badge') == 1


def test_a_layout_that_was_not_proven_has_no_badge(tiny_core: Layout, sky130: Lef) -> None:
    made = layout_section(tiny_core, sky130, run=replace(RUN, verdict=""))
    assert "<p>Its function was not proven. " in made
    assert 'class="badge' not in made


def test_a_picture_of_too_many_shapes_is_an_image(
    tiny_core: Layout, sky130: Lef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout_report, "_MOST_SVG_BYTES", 10_000)
    made = layout_section(tiny_core, sky130, run=RUN)
    assert "<svg" not in made
    (data,) = re.findall(r'<img alt="tiny_core: the layout, [^"]*" .* src="data:image/png;base64,([^"]*)">', made)
    assert b64decode(data).startswith(b"\x89PNG")


def finished_run(folder: Path, design: str, bundle: str, **changed: object) -> Path:
    """Write what a run leaves: a DEF and the result that names it; return the DEF."""
    layout = folder / "finish" / "tiny_core.def"
    layout.parent.mkdir(parents=True, exist_ok=True)
    layout.write_text(design)
    content = {
        "schema": "tinydwn.flow/1", "plan": "openroad", "bundle": bundle, "verdict": "routed a: EQUIVALENT by x",
        "faults": [], "files": {"finish/tiny_core.def": sha256(layout.read_bytes()).hexdigest()}, **changed,
    }  # fmt: skip
    (folder / "result.json").write_text(json.dumps(content))
    return layout


def test_the_latest_run_of_this_very_bundle_is_found(tmp_path: Path) -> None:
    bundle = tmp_path / "de[mo"
    assert routed_run(bundle, digest="d") is None
    first = finished_run(tmp_path / "de[mo.openroad", "a", "d", faults=["1 short"])
    second = finished_run(tmp_path / "de[mo.orfs", "b", "d", plan="orfs")
    foreign = finished_run(tmp_path / "de[mo.librelane", "c", "another")
    for age, path in enumerate((second, first, foreign), start=1):
        os.utime(path.parent.parent / "result.json", ns=(age, age))
    assert routed_run(bundle, digest="d") == RoutedRun("openroad", first, "routed a: EQUIVALENT by x", ("1 short",))
    assert routed_run(bundle, digest="nobody's") is None
    first.write_text("of a later run that did not come to its end")
    assert routed_run(bundle, digest="d") == RoutedRun("orfs", second, "routed a: EQUIVALENT by x", ())
    second.unlink()
    assert routed_run(bundle, digest="d") is None


def test_figures_of_a_run_stand_on_its_page(tmp_path: Path, tiny_core: Layout, sky130: Lef) -> None:
    path = finished_run(tmp_path / "demo.openroad", "a", "d")
    result = path.parent.parent / "result.json"
    told = json.loads(result.read_text())
    figure = {"name": "setup_slack", "value": 6.3, "unit": "ns", "provenance": "estimated", "source": "worst <path>"}
    told |= {"metrics": [figure], "simulation": "PASS: 7 vectors"}
    result.write_text(json.dumps(told))
    run = routed_run(tmp_path / "demo", digest="d")
    assert run is not None
    assert figures_table(run).rows == (("setup slack", "6.3 ns", "estimated", "worst <path>"),)
    page = layout_section(tiny_core, sky130, run=run)
    assert "<h3>Figures</h3>" in page
    assert "worst &lt;path&gt;" in page
    assert "Test vectors on the routed netlist: PASS: 7 vectors." in page
    assert "<h3>Figures</h3>" not in layout_section(tiny_core, sky130, run=RUN)
    for wrong in ({"value": float("nan")}, {"provenance": "guessed"}, {"value": None}):
        result.write_text(json.dumps(told | {"metrics": [figure | wrong]}))
        with pytest.raises(OutputError, match="is not what 'tinydwn flow' wrote"):
            routed_run(tmp_path / "demo", digest="d")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"schema": "x"}'])
def test_a_result_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "demo.openroad").mkdir()
    (tmp_path / "demo.openroad" / "result.json").write_text(text)
    with pytest.raises(OutputError, match=r"result.json' is not what 'tinydwn flow' wrote"):
        routed_run(tmp_path / "demo", digest="d")


@pytest.fixture
def ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs `tinydwn report` and says how it ended."""
    monkeypatch.setenv("PDK_ROOT", str(tmp_path / "no pdk"))

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tinydwn", "report", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(str(end.value.code)), said.out, said.err

    return run


@pytest.fixture
def finished(report: RunReport, openroad: Path, tmp_path: Path) -> Path:
    """Return the report's file in a bundle, and beside its folder a layout that was routed."""
    bundle = Bundle({"report.json": to_text(report).encode()})
    write_bundle(bundle, tmp_path / "demo")
    finished_run(tmp_path / "demo.openroad", (openroad / "tiny_core/tiny_core.def").read_text(), bundle.digest)
    return tmp_path / "demo/report.json"


def test_the_command_shows_the_layout_that_lies_beside(
    finished: Path, sky130_lefs: list[Path], ended: Callable[..., tuple[int, str, str]]
) -> None:
    lefs = [word for path in sky130_lefs for word in ("--lef", path)]
    code, out, _ = ended(finished, *lefs, "--html")
    assert code == 0
    assert "<h2>Layout</h2>" in out
    assert "4 cells of the netlist, 31 µm²" in out
    badge = '<span class="badge EQUIVALENT">✓ EQUIVALENT</span>'
    assert f"<p>{badge} Routed a: EQUIVALENT by x. The tools found no fault in it.</p>" in out
    err = ended(finished, *lefs, "--markdown")[2]
    assert err.startswith("error: --lef belongs to the HTML page\n\nhint: add --html, or leave --lef out")
    design = finished.parent.parent / "demo.openroad/finish/tiny_core.def"
    finished_run(design.parent.parent, design.read_text(), "another bundle")
    code, out, err = ended(finished, *lefs, "--html")
    assert (code, out) == (1, "")
    assert err.startswith(
        f"error: no routed layout of this bundle lies beside '{finished}'\n\nhint: place and route it first"
    )


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
    other = design.read_text().replace(" sky130_fd_sc_hd__", " other__")
    finished_run(design.parent.parent, other, read_bundle(finished.parent).digest)
    assert ended(finished, "--html")[:2] == bare

"""A finished run is signed off, and handed on as a folder that another design can take."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.flow.recorded import recorded
from tinydwn.flow.corners import corners_of
from tinydwn.flow.finished import Left, finished
from tinydwn.flow.kit import Kit
from tinydwn.flow.macro import KINDS, write_macro
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.played import Played
from tinydwn.flow.prepared import Prepared
from tinydwn.flow.runner import FlowStep
from tinydwn.flow.signoff import sign_off
from tinydwn.flow.stage import Plan
from tinydwn.layout.gds import SKY130_STREAMS


def test_a_real_layout_of_the_flow_scripts_is_signed_off_and_handed_on(
    shared: Path, kit: Kit, tmp_path: Path, sta: None, klayout: object
) -> None:
    run = recorded(shared, "orfs_tiny_nobuf")
    base = tmp_path / "orfs" / "work" / "{}" / "sky130hd" / "chip" / "base"
    shutil.copytree(run.folder / "logs" / "sky130hd" / "chip" / "base", str(base).format("logs"))
    results = Path(str(base).format("results"))
    results.mkdir(parents=True)
    for name in ("6_final.def", "6_final.v", "6_final.spef"):
        shutil.copy(run.folder / name, results)
    made = Prepared(Plan("orfs", {}, ()), run.circuit, {}, kit, tmp_path, FlowOptions(), (), "flow scripts")
    told: list[FlowStep] = []
    outcome = finished(made, (), on_event=told.append)
    assert outcome.faults == ()
    assert str(outcome.verdict).startswith("routed chip = netlist before: EQUIVALENT")
    assert outcome.value("routed_area") == outcome.value("netlist_area") == 152.646
    assert outcome.value("utilization") == pytest.approx(3.8804, rel=1e-3)
    # 0.6 of a period is for the path from port to port, which took 1.0 ns without drivers and loads outside.
    assert 0.6 * 1e3 / 600 < 0.6 * 1e3 / outcome.value("largest_frequency") < 1.5
    assert outcome.simulation == "not played: the bundle has no vectors of this circuit"
    assert outcome.remarks[0] == (
        "the PDK has no slow and no fast corner: timing is that of sky130_fd_sc_hd__tt_025C_1v80.lib alone"
    )
    missing = [re.findall(r"^macro: no chip(\S+) .*: plan 'orfs' writes none$", one) for one in outcome.remarks[2:]]
    assert outcome.remarks[1] == "macro: no example_top.tcl (two of them in a design): without chip.lef and chip.lib"
    assert missing == [[".powered.v"], [".lef"], [".lib"]]
    folder = tmp_path / "macro"
    assert {path.name for path in folder.iterdir()} == {f"chip{end}" for end in KINDS} - {
        "chip.powered.v", "chip.lef", "chip.lib",
    }  # fmt: skip
    assert (folder / "chip.gds").read_bytes()[:4] == bytes((0, 6, 0, 2))  # a header of two bytes of data
    assert (folder / "chip.sdf").read_text().count("(CELLTYPE ") >= 24
    assert (folder / "chip.v").read_text() == run.text("6_final.v")
    assert [step.text for step in told] == [
        "layout against netlist",
        "test vectors on the routed netlist",
        "timing and power of the routed netlist",
        "what another design needs of this one",
    ]
    assert SKY130_STREAMS["met1", "drawing"] == (68, 20)


def test_setup_is_signed_in_the_slow_corner_and_hold_in_the_fast_one(
    shared: Path, kit: Kit, tmp_path: Path, sta: None
) -> None:
    for name in ("tt_025C_1v80", "ss_100C_1v60", "ff_n40C_1v95"):
        (tmp_path / f"sky130_fd_sc_hd__{name}.lib").symlink_to(kit.liberty)
    corners = corners_of(replace(kit, liberty=tmp_path / "sky130_fd_sc_hd__tt_025C_1v80.lib"))
    assert corners.slow == tmp_path / "sky130_fd_sc_hd__ss_100C_1v60.lib"
    assert corners.fast == tmp_path / "sky130_fd_sc_hd__ff_n40C_1v95.lib"
    run = recorded(shared, "orfs_tiny_nobuf")
    signed = sign_off(
        run.circuit, run.text("6_final.v"), run.folder / "6_final.spef", corners, period_ns=10.0, played=Played("none")
    )
    assert signed.remarks == ()
    assert signed.slow is not None
    assert signed.slow.liberty == "sky130_fd_sc_hd__ss_100C_1v60.lib"
    assert signed.usual is not None
    assert signed.slow.setup_slack_ns == signed.usual.setup_slack_ns
    assert signed.usual.hold_slack_ns is None  # without registers there is none


def test_what_a_tool_could_not_write_is_told_with_its_reason(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text("tinydwn: wrote chip.lef 3\ntinydwn: remark: no chip.lib: no model of chip\n")
    reasons = Left((), tmp_path / "chip.v", None, None, (), log).remarks("chip")
    assert reasons == {"lib": "no model of chip"}
    (tmp_path / "macro").mkdir()
    (tmp_path / "macro" / "chip.lib").write_text("of an earlier run")
    macro = write_macro(tmp_path / "macro", "chip", {".v": "module chip"}, why={".lib": "no model of chip"})
    assert [path.name for path in macro.files] == ["chip.v"]
    assert "macro: no chip.lib (timing model): no model of chip" in macro.remarks
    assert not (tmp_path / "macro" / "chip.lib").exists()

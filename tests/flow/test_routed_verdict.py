"""The verdict on a layout, as a flow run ends with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.kit import Kit

Ended = Callable[[str, Path], tuple[int, str, dict[str, Any]]]


@pytest.fixture
def ended_with(tinydwn: Callable[..., Any], bundle_folder: Path, tmp_path: Path) -> Ended:
    """Return a function that runs a plan: its exit code, what it complained of, and its result."""

    def run(plan: str, root: Path) -> tuple[int, str, dict[str, Any]]:
        ended = tinydwn("flow", bundle_folder, "--plan", plan, "--pdk-root", root, "--out", tmp_path / "run")
        return ended.code, ended.err, json.loads((tmp_path / "run" / "result.json").read_text())

    return run


def test_a_layout_with_another_function_ends_with_3(
    tinydwn: Callable[..., Any], combinational: FlowCircuit, bundle_folder: Path, kit: Kit, tmp_path: Path,
    fake_openroad: Callable[..., Any], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fake_openroad()
    changed = re.sub("__nand2_1 ", "__nor2_1 ", combinational.verilog, count=1)
    assert changed != combinational.verilog
    (tmp_path / "changed.v").write_text(changed)
    monkeypatch.setenv("FAKE_LAYOUT", str(tmp_path / "changed.v"))
    ended = tinydwn("flow", bundle_folder, "--pdk-root", kit.root, "--out", tmp_path / "run")
    assert ended.code == 3
    assert "netlist before: DIFFERENT by ABC cec: output " in ended.err
    assert "DIFFERENT" in json.loads((tmp_path / "run" / "result.json").read_text())["verdict"]


@pytest.mark.parametrize("plan", ["librelane", "orfs"])
def test_a_proven_layout_ends_with_0(plan: str, ended_with: Ended, kit: Kit, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(f"fake_{plan}")()
    code, err, result = ended_with(plan, kit.root)
    assert (code, result["verdict"]) == (0, "routed chip = netlist before: EQUIVALENT by ABC cec"), err


def test_a_layout_without_its_verilog_ends_with_3(
    ended_with: Ended, kit: Kit, fake_librelane: Callable[..., Path], tmp_path: Path
) -> None:
    fake_librelane(layout="")
    code, err, result = ended_with("librelane", kit.root)
    gone = tmp_path / "run" / "librelane" / "runs" / "tinydwn" / "final" / "nl" / "chip.nl.v"
    said = f"routed chip = netlist before: UNDECIDED by comparison: there is no routed Verilog '{gone}'"
    assert (code, result["verdict"]) == (3, said)
    assert f"error: {said}\n" in err


def test_a_layout_without_a_liberty_file_ends_with_3(
    ended_with: Ended, kit: Kit, fake_orfs: Callable[..., Path], tmp_path: Path
) -> None:
    fake_orfs()
    code, _, result = ended_with("orfs", tmp_path)
    gone = tmp_path / kit.liberty.relative_to(kit.root)
    assert code == 3
    assert result["verdict"].endswith(f"UNDECIDED by comparison: there is no Liberty file '{gone}'")
    gone.parent.mkdir(parents=True)
    gone.write_text("library (broken) { cell")
    code, _, result = ended_with("orfs", tmp_path)
    assert (code, "UNDECIDED by comparison: " in result["verdict"]) == (3, True)


def test_a_layout_that_is_no_verilog_ends_with_3(
    ended_with: Ended, kit: Kit, fake_orfs: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "made.v").write_text("made\n")
    fake_orfs(layout=str(tmp_path / "made.v"))
    code, _, result = ended_with("orfs", kit.root)
    assert (code, "UNDECIDED by comparison: " in result["verdict"]) == (3, True)


@pytest.mark.parametrize(
    ("key", "meaning"),
    [
        ("route__drc_errors", "design rule violations of the router"),
        ("magic__drc_error__count", "design rule violations that Magic found"),
        ("design__lvs_error__count", "differences between layout and netlist"),
    ],
)
@pytest.mark.parametrize("told", [None, "NaN"])
def test_a_count_that_librelane_does_not_tell_is_a_fault(
    key: str, meaning: str, told: str | None, ended_with: Ended, kit: Kit, fake_librelane: Callable[..., Path]
) -> None:
    fake_librelane(**{key: told})
    code, err, result = ended_with("librelane", kit.root)
    assert (code, result["faults"]) == (4, [f"librelane told no count of {meaning}"]), err


def test_a_count_that_the_flow_scripts_do_not_tell_is_a_fault(
    ended_with: Ended, kit: Kit, fake_orfs: Callable[..., Path]
) -> None:
    fake_orfs(detailedroute__route__drc_errors=None)
    code, err, result = ended_with("orfs", kit.root)
    assert (code, result["faults"]) == (4, ["orfs told no count of design rule violations of the router"]), err

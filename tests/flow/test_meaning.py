"""Real layouts mean what their netlists mean, and a changed one is found out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.kit import Kit
from tinydwn.flow.meaning import CellMeaning, cell_meanings, prove_layout
from tinydwn.technology import load_library
from tinydwn.verify.verdict import Outcome


@pytest.fixture(scope="module")
def cells(kit: Kit) -> Mapping[str, CellMeaning]:
    return cell_meanings(kit.liberty)


def texts(shared: Path, run: str) -> tuple[str, str]:
    folder = shared / "openroad" / run
    return (folder / f"{run}.v").read_text(), (folder / f"{run}.routed.v").read_text()


@pytest.mark.parametrize("run", ["seg_chip", "tiny_core"])
def test_real_layouts_are_equivalent(run: str, shared: Path, cells: Mapping[str, CellMeaning]) -> None:
    netlist, layout = texts(shared, run)
    verdict = prove_layout(netlist, layout, top=run, cells=cells)
    assert str(verdict) == "netlist = layout: EQUIVALENT by ABC cec"


CHANGES = {
    "another gate": (r"__nand2_1 ", "__nor2_1 ", Outcome.DIFFERENT),
    "another flip-flop with the same meaning": (r"__dfxtp_1 ", "__dfxtp_2 ", Outcome.EQUIVALENT),
    "a buffer turned into an inverter": (
        r"__clkbuf_4 (\w+) \(\.A\((\w+)\),\s*\.X\(",
        r"__clkinv_2 \1 (.A(\2), .Y(",
        Outcome.DIFFERENT,
    ),
    "a register by another name": (r"__dfxtp_1 _085_", "__dfxtp_1 _999_", Outcome.UNDECIDED),
    "a net that nothing drives": (r"\.X\((\w+)\)", r".X()", Outcome.UNDECIDED),
    "a text that is cut off": (r"(?s)endmodule.*", "", Outcome.UNDECIDED),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_layout_is_found_out(change: str, shared: Path, cells: Mapping[str, CellMeaning]) -> None:
    netlist, layout = texts(shared, "seg_chip")
    pattern, replacement, outcome = CHANGES[change]
    changed = re.sub(pattern, replacement, layout, count=1)
    assert changed != layout
    verdict = prove_layout(netlist, changed, top="seg_chip", cells=cells)
    assert verdict.outcome is outcome


def test_meanings_are_those_of_the_library(kit: Kit, cells: Mapping[str, CellMeaning]) -> None:
    """Another reader of Liberty, with rules of its own, knows the same functions."""
    library = load_library("sky130_fd_sc_hd")
    for cell in library.cells:
        assert cells[cell.name].inputs == cell.inputs
        assert cells[cell.name].outputs == {cell.output: cell.table}
    for register in library.registers:
        if register.name in cells:
            outputs = {register.output: 0b10} | ({register.inverted_output: 0b01} if register.inverted_output else {})
            assert cells[register.name].outputs == outputs
    assert cells["sky130_fd_sc_hd__conb_1"].outputs == {"HI": 1, "LO": 0}
    assert "sky130_fd_sc_hd__dlxtp_1" not in cells


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
    assert "error: netlist = layout: DIFFERENT by ABC cec: output " in ended.err
    assert "DIFFERENT" in json.loads((tmp_path / "run" / "result.json").read_text())["verdict"]

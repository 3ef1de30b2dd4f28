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

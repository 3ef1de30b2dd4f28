from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.cli import doctor as doctor_module
from tinydwn.technology.pdk import find_pdk


def copied(shared: Path, name: str, root: Path) -> Path:
    """Copy the Liberty file of a PDK to where its installation has it."""
    path = root / find_pdk(name).layouts[0].liberty
    path.parent.mkdir(parents=True)
    shutil.copy(shared / "pdk" / find_pdk(name).layouts[0].liberty, path)
    return path


def test_what_is_installed_is_listed_and_checked(shared: Path, tmp_path: Path, tinydwn: Callable[..., Any]) -> None:
    empty = tinydwn("pdk", "check", "--pdk-root", tmp_path)
    assert (empty.code, " ".join(empty.out.split())) == (0, f"There is no known PDK below {tmp_path}.")
    assert empty.err == f"next: tinydwn pdk install sky130 --pdk-root {tmp_path}\n"
    path = copied(shared, "egfet", tmp_path)
    listed = json.loads(tinydwn("pdk", "list", "--pdk-root", tmp_path, "--json").out)
    assert {one["name"]: one["state"] for one in listed["pdks"]} == {
        "sky130": "absent", "nangate45": "absent", "ihp-sg13g2": "absent", "egfet": "complete", "cnt-tft": "absent",
    }  # fmt: skip
    assert tinydwn("pdk", "check", "egfet", "--pdk-root", tmp_path).code == 0
    shutil.copy(path, tmp_path / "kept")
    path.chmod(0o644)
    path.write_text("library (egfet) { }")
    changed = tinydwn("pdk", "check", "--pdk-root", tmp_path)
    assert changed.code == 1
    assert changed.err.splitlines()[0].startswith(f"error: below '{tmp_path}', egfet is different (not the pinned")
    assert changed.err.endswith("hint: tinydwn pdk install egfet\n")


def test_an_installation_tells_the_licence(
    shared: Path, tmp_path: Path, tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDK_ROOT", str(tmp_path))
    copied(shared, "cnt-tft", tmp_path)
    done = tinydwn("pdk", "install", "cnt-tft")
    assert done.code == 0
    assert "licence: none stated by its authors: for your own use, not to be passed on" in done.err
    assert done.err.endswith("next: tinydwn pdk check cnt-tft\n")
    wrong = tinydwn("pdk", "install", "gf180")
    assert (wrong.code, wrong.err.splitlines()[0]) == (1, "error: no PDK is known for 'gf180'")


def test_the_doctor_says_what_is_missing_and_how_to_get_it(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PDK_ROOT", str(tmp_path))
    copied(shared, "egfet", tmp_path)
    found = next(one for one in doctor_module.examine() if one.what == "PDKs")
    assert (found.state, found.found) == ("optional", f"egfet in {tmp_path}; 'tinydwn pdk check' compares checksums")
    assert found.remedy == "for timing and layout: tinydwn pdk install sky130 nangate45 ihp-sg13g2 cnt-tft"
    monkeypatch.setenv("PDK_ROOT", str(tmp_path / "none yet"))
    found = next(one for one in doctor_module.examine() if one.what == "PDKs")
    assert found.found == f"none in {tmp_path / 'none yet'}"


def test_a_pdk_root_that_is_a_file_is_told_wherever_a_pdk_is_looked_for(
    tmp_path: Path, tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("PDK_ROOT", str(file))
    said = f"PDK_ROOT is '{file}', which is no folder"
    hint = "name a folder, which need not exist, or unset PDK_ROOT"
    commands = (
        ("pdk", "check"),
        ("pdk", "install", "egfet"),
        ("layout", tmp_path / "a.def"),
        ("timing", tmp_path, "--library", "egfet"),
    )
    for words in commands:
        ended = tinydwn(*words)
        assert (ended.code, ended.out, ended.err) == (1, "", f"error: {said}\n\nhint: {hint}\n"), words
    found = next(one for one in doctor_module.examine() if one.what == "PDKs")
    assert found == doctor_module.Finding("PDKs", "optional", said, hint)


def test_a_page_without_a_layout_needs_no_pdk_root(
    tmp_path: Path, walked: tuple[Path, Any], tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PDK_ROOT", str(tmp_path / "file"))
    ended = tinydwn("report", walked[0], "--html")
    assert (ended.code, ended.out.startswith("<!doctype html>")) == (0, True), ended.err

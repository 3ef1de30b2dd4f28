"""`tinydwn bench` for circuits: what is measured is replaced here, and measured in tests/bench."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.bench.chip import ChipPair
from tinydwn.bench.efforts import EffortRow
from tinydwn.bench.fronts import FrontPoint


@pytest.fixture
def liberty(tmp_path: Path) -> Path:
    place = tmp_path / "cells.lib"
    place.write_text("library (none) {}")
    return place


def test_chips_are_compared_kept_and_printed(
    tinydwn: Callable[..., Any], liberty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tinydwn.bench.chip.chip_pair", lambda *_, **__: ChipPair(0.8, 100.0, 0.81, 12.0, "an empty circuit")
    )
    words = ("bench", "chip", liberty, "--datasets", "jasmine", "--store", tmp_path / "s.json", "--processes", 0)
    ended = tinydwn(*words)
    assert (ended.code, "jasmine, seed 4: 81.0 % in 12.0 NAND2, the network 80.0 % in 100" in ended.err) == (0, True)
    monkeypatch.setattr("tinydwn.bench.chip.chip_pair", lambda *_, **__: pytest.fail("measured again"))
    again = tinydwn(*words, "--json", "-q")
    assert (again.code, again.err) == (0, "")
    assert json.loads(again.out)["summary"]["geometric_mean_ratio"] == pytest.approx(0.12)


def test_fronts_are_kept_printed_and_drawn(
    tinydwn: Callable[..., Any], liberty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = (
        FrontPoint("plain", "20 tables", 90.0, 0.9, 0.8),
        FrontPoint("exact", "20 tables", 60.0, 0.9, 0.8),
        FrontPoint("refined", "a tree", 9.0, 0.95, 0.85),
    )
    monkeypatch.setattr("tinydwn.bench.fronts.front_points", lambda *_, **__: points)
    drawing = tmp_path / "fronts.svg"
    ended = tinydwn(
        "bench",
        "fronts",
        liberty,
        "--datasets",
        "led7",
        "--store",
        tmp_path / "f.json",
        "--drawing",
        drawing,
        "--processes",
        0,
    )
    assert ended.code == 0
    told = ["led7", "20", "tables", "80.00", "90.0", "60.0", "9.0", "0.15", "85.00", "a", "tree"]
    assert ended.out.splitlines()[4].split() == told
    assert drawing.read_text().startswith("<svg")


def test_efforts_are_compared_kept_and_printed(
    tinydwn: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinydwn.bench.efforts.trained_core", lambda _: None)
    monkeypatch.setattr(
        "tinydwn.bench.efforts.effort_row",
        lambda network, _, effort: EffortRow(network.name, effort, (8.0, 40.0), 9, 0.5),
    )
    words = ("bench", "efforts", "--networks", "iris 24x4 coded", "--store", tmp_path / "e.json")
    ended = tinydwn(*words)
    assert (ended.code, "iris 24x4 coded, high: 9 two-input gates in 0.5 s" in ended.err) == (0, True)
    monkeypatch.setattr("tinydwn.bench.efforts.effort_row", lambda *_: pytest.fail("measured again"))
    again = tinydwn(*words, "--json", "-q")
    assert (again.code, again.err) == (0, "")
    assert json.loads(again.out)["summary"]["high"]["larger"] == 0
    unknown = tinydwn("bench", "efforts", "--networks", "nope", "--store", tmp_path / "e.json", "-q")
    assert (unknown.code, unknown.out) == (1, "")
    assert unknown.err.startswith("error: no network 'nope' is measured\n\nhint: choose among iris 21x2 popcount, ")


@pytest.mark.parametrize("command", ["chip", "fronts", "exact"])
def test_a_liberty_file_that_is_not_there_is_told_at_once(
    tinydwn: Callable[..., Any], tmp_path: Path, command: str
) -> None:
    ended = tinydwn("bench", command, tmp_path / "no.lib", "--store", tmp_path / "s.json", "-q")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: '{tmp_path / 'no.lib'}' cannot be read as a Liberty file: ")
    assert not (tmp_path / "s.json").exists()


@pytest.mark.parametrize("command", ["chip", "fronts"])
def test_data_sets_that_are_not_measured_are_told_at_once(
    tinydwn: Callable[..., Any], liberty: Path, tmp_path: Path, command: str
) -> None:
    ended = tinydwn("bench", command, liberty, "--datasets", "letter,nope", "--store", tmp_path / "s.json", "-q")
    assert (ended.code, ended.out) == (1, "")
    assert "hint: choose among segment, " in ended.err

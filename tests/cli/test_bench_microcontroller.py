"""`tinydwn bench microcontroller`: what is measured is replaced here, and measured in tests/bench."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bench.test_microcontroller import rows


def test_rows_are_kept_and_printed(
    tinydwn: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("require_generators", "find_avr_gcc", "find_runner"):
        monkeypatch.setattr(f"tinydwn.bench.microcontroller.table.{name}", lambda: None)
    monkeypatch.setattr("tinydwn.bench.microcontroller.table.measure", rows)
    store = tmp_path / "s.json"
    words = ("bench", "microcontroller", "--datasets", "phoneme", "--store", store, "--processes", 0)
    ended = tinydwn(*words)
    assert ended.code == 0
    assert "phoneme, circuits, seed 0: 91.00 % in 30 cycles" in ended.err
    assert "Which classifier is the most accurate within the 32 kB of an ATmega328P" in ended.out
    monkeypatch.setattr("tinydwn.bench.microcontroller.table.measure", lambda _: pytest.fail("measured again"))
    document = json.loads(tinydwn(*words, "--json", "-q").out)
    assert document["schema"] == "tinydwn.microcontroller/1"
    assert len(document["rows"]) == 9
    wanted = {"dataset", "model", "accuracy", "flash_bytes", "ram_bytes", "cycles", "right"}
    assert wanted <= set(document["rows"][0])


def test_another_data_set_is_refused(tinydwn: Callable[..., Any]) -> None:
    ended = tinydwn("bench", "microcontroller", "--datasets", "iris")
    assert (ended.code, ended.err.splitlines()[0]) == (1, "error: data set 'iris' is not measured")

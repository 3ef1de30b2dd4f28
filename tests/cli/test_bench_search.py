"""`tinydwn bench search`: what is measured is replaced here, and measured in tests/bench."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tinydwn.bench import search as module
from tinydwn.bench.search import JudgedRow, SearchSpeed


def test_judged_circuits_are_told(tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    row = JudgedRow(1_000, 10, 877_123.4)

    def measure(*, seconds: float, on_row: Callable[[JudgedRow], None]) -> SearchSpeed:
        on_row(row)
        return SearchSpeed((row,), seconds, {})

    monkeypatch.setattr(module, "measure_search", measure)
    ended = tinydwn("bench", "search", "--seconds", "2", "--json")
    assert ended.code == 0, ended.err
    document = json.loads(ended.out)
    assert document["rows"] == [{"samples": 1_000, "nand2": 10, "judged_per_s": 877_123.4}]
    assert document["seconds"] == 2

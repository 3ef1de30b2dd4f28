"""`tinydwn bench simulate`: what is measured is replaced here, and measured in tests/bench."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tinydwn.bench import simulate as module
from tinydwn.bench.simulate import BITS, Simulated, SpeedRow


def test_samples_per_second_are_told(tinydwn: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (SpeedRow("iris", 9, BITS, "C", 8e6, 0.9), SpeedRow("iris", 9, BITS, "numpy", 2e6, 0.9))
    asked: dict[str, Any] = {}

    def measure(**options: Any) -> Simulated:
        options.pop("on_network")("iris", rows)
        asked.update(options)
        return Simulated(rows, {}, 200, 1, 0.1, {})

    monkeypatch.setattr(module, "measure_simulate", measure)
    words = ("--networks", "digits, small; phoneme, small", "--samples", "200", "--repetitions", "1")
    ended = tinydwn("bench", "simulate", *words, "--json")
    assert ended.code == 0, ended.err
    assert asked == {"networks": ("digits, small", "phoneme, small"), "samples": 200, "repetitions": 1}
    assert json.loads(ended.out)["summary"] == {BITS: {"C": 1.0, "numpy": 4.0}}
    assert ended.err.splitlines()[-1] == "next: tinydwn bench training"


def test_an_unknown_network_is_refused(tinydwn: Callable[..., Any]) -> None:
    ended = tinydwn("bench", "simulate", "--networks", "cifar", "--quiet")
    assert ended.code == 1
    assert ended.err.startswith("error: unknown network 'cifar'\n\nhint: choose among phoneme, small; ")

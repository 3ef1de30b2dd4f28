"""`tinydwn bench choice`: what is measured is replaced here, and measured in tests/bench."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.bench.whole_fronts import Area, Circuit, WholeFront


def _front(_: object) -> WholeFront:
    small, large = Area(4, 15.0, 4.0), Area(400, 1500.0, 400.0)
    return WholeFront(
        (
            Circuit("refined", "a tree", 2, small, small, 0.93, 0.92, 0.02, 0.01, 0.91),
            Circuit("network", "the trained network", 9, large, large, 0.95, 0.93, 0.02, 0.01, 0.93),
        ),
        "the trained network", 2, 80, 20, 1000, {"search": 4.0},
    )  # fmt: skip


def test_choices_are_kept_and_printed(
    tinydwn: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinydwn.bench.choice.whole_front", _front)
    store = tmp_path / "s.json"
    words = ("bench", "choice", "--datasets", "wine", "--seeds", "2,7", "--store", store, "--processes", 0)
    ended = tinydwn(*words)
    assert ended.code == 0
    assert "wine, seed 7: 91.0 % in 4.0 NAND2 eq., expected 92.0 %, the network 93.0 %" in ended.err
    assert "At most 0.5 points below the most accurate on training samples" in ended.out
    monkeypatch.setattr("tinydwn.bench.choice.whole_front", lambda _: pytest.fail("measured again"))
    again = tinydwn(*words, "--json", "-q")
    assert (again.code, again.err) == (0, "")
    document = json.loads(again.out)
    assert (document["schema"], document["seeds"]) == ("tinydwn.choice/1", [2, 7])
    assert document["rows"][0]["picks"]["default"]["cost_mean"] == 4.0
    assert document["summary"]["most_below_network"] == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--datasets", "wine,nope", "error: no choice is measured on data set 'nope'\n\nhint: choose among breast_ca"),
        ("--seeds", "1,1", "error: seeds [1, 1] cannot be measured\n\nhint: give different ones, like 0,1,2\n"),
        ("--seeds", "one", "error: --seeds is 'one'\n\nhint: give whole numbers separated by commas"),
    ],
)
def test_what_cannot_be_measured_is_told_at_once(
    tinydwn: Callable[..., Any], tmp_path: Path, option: str, value: str, message: str
) -> None:
    ended = tinydwn("bench", "choice", option, value, "--store", tmp_path / "s.json", "-q")
    assert (ended.code, ended.out, ended.err[: len(message)]) == (1, "", message)
    assert not (tmp_path / "s.json").exists()

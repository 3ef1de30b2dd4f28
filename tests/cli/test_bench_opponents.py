"""`tinydwn bench` for opponents: what a task comes to is replaced here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinydwn.bench.duel import Counted, Duel
from tinydwn.bench.field import Field
from tinydwn.bench.fronts import FrontPoint
from tinydwn.bench.sizes import Sizes
from tinydwn.cli.pace import Pace

LARGE, SMALL = (Counted(0.8 + g / 1000, 0.9, Sizes(3, g, 2 * g, 1.5 * g, 1.25 * g)) for g in (20, 4))
DUEL = Duel(LARGE, "4 bits", 300, 40, 1_000, 2.0, SMALL, SMALL, LARGE, ((6.0, 0.804), (30.0, 0.82)), 1.0)
FIELD = Field(
    (FrontPoint("refined", "a tree", 2.0, 0.9, 0.85), FrontPoint("decision tree", "depth 1", 3.0, 0.8, 0.75)), 0.9
)


def test_tiny_classifiers_are_measured_kept_and_printed(
    tinydwn: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinydwn.bench.tiny_classifiers.duel", lambda _: DUEL)
    store = tmp_path / "s.json"
    words = ("bench", "tiny-classifiers", "--datasets", "jasmine", "--store", store, "--processes", 0)
    ended = tinydwn(*words)
    assert ended.code == 0, ended.err
    assert "jasmine, seed 4: evolved 82.0 % in 30.0 NAND2, refined 80.4 % in 6.0 NAND2 (5 of 5)" in ended.err
    assert ended.err.splitlines()[-1] == "next: tinydwn bench trees"
    monkeypatch.setattr("tinydwn.bench.tiny_classifiers.duel", lambda _: pytest.fail("measured again"))
    assert "refined 80.4 % in 6.0 NAND2 (stored) (5 of 5)" in tinydwn(*words).err
    again = tinydwn(*words, "--json", "-q")
    assert (again.code, again.err) == (0, "")
    assert json.loads(again.out)["rows"][0]["baseline_budget_gates"] == 300


def test_trees_are_measured_on_a_cut_and_printed(
    tinydwn: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("tinydwn.bench.trees.field", lambda task: asked.append((task.cut, task.seed)) or FIELD)
    words = ("bench", "trees", "--datasets", "jasmine", "--store", tmp_path / "s.json", "--processes", 0)
    ended = tinydwn(*words, "--cut", "chip", "--seeds", "0,1")
    assert ended.code == 0, ended.err
    assert asked == [("chip", 0), ("chip", 1)]
    assert "jasmine, seed 1: 2 circuits, XGBoost 90.0 % (2 of 2)" in ended.err
    assert "Means over seeds 0, 1." in ended.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("trees", "--cut", "half"), "error: unknown cut 'half'\n\nhint: choose core or chip\n"),
        (("tiny-classifiers", "--metric", "f1"), "error: unknown metric 'f1'\n\nhint: choose accuracy or balanced\n"),
        (
            ("smallest", "--processes", "1", "--scheduler", "tcp://localhost:1"),
            "error: both processes and a scheduler are given\n\n"
            "hint: a scheduler brings its own workers; give one of both\n",
        ),
        (
            ("accuracy", "tau", "--scheduler", "localhost"),
            "error: 'localhost' is no address of a scheduler\n\nhint: give one such as tcp://localhost:8786\n",
        ),
    ],
)
def test_what_cannot_be_measured_is_told_at_once(
    tinydwn: Callable[..., Any], tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    ended = tinydwn("bench", *words, "--store", tmp_path / "s.json", "-q")
    assert (ended.code, ended.out, ended.err) == (1, "", message)


def test_the_time_left_is_that_of_the_tasks_done_now() -> None:
    now = [100.0]
    pace = Pace(10, clock=lambda: now[0])
    for _ in range(4):
        assert pace.told("a", stored=True) == "a (stored)"
    now[0] += 600.0
    assert pace.told("b", stored=False) == "b; about 50 min left, 4 were stored"
    assert pace.told("c", stored=False) == "c; about 20 min left, 4 were stored"
    for _ in range(3):
        pace.told("d", stored=False)
    assert pace.told("e", stored=False) == "e; 4 were stored"
    assert Pace(1).told("only", stored=False) == "only"

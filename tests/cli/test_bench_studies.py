"""`tinydwn bench STUDY`: told, printed, kept and read back, whatever a study measures; that is made up here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.made_up import studied
from tinydwn.bench.contest import Outcome
from tinydwn.bench.contest_circuits import Point as FrontPoint
from tinydwn.bench.contest_circuits import Solved
from tinydwn.bench.duel import Counted, Duel
from tinydwn.bench.field import Field
from tinydwn.bench.gate_networks import Counted as Gates
from tinydwn.bench.measured import load_measured
from tinydwn.bench.microcontroller.measure import MicrocontrollerRow
from tinydwn.bench.points import Point
from tinydwn.bench.printed_chips import Circuit as Chip
from tinydwn.bench.sizes import Sizes
from tinydwn.bench.studies.chip import ChipPair
from tinydwn.bench.studies.efforts import EffortRow
from tinydwn.bench.studies.exact import ExactRow
from tinydwn.bench.studies.facts import FactsRow
from tinydwn.bench.studies.fpga import FpgaRow
from tinydwn.bench.studies.microcontroller import KINDS
from tinydwn.bench.studies.scale import ScaleRow
from tinydwn.bench.studies.search import JudgedRow
from tinydwn.bench.studies.simulate import BITS, SpeedRow, Timed
from tinydwn.bench.studies.smallest import Bought
from tinydwn.bench.studies.training import TrainingRow
from tinydwn.bench.study import studies
from tinydwn.bench.trip import Trip
from tinydwn.bench.whole_fronts import Area, Circuit, WholeFront
from tinydwn.cli.pace import Pace

LARGE, SMALL = (Counted(0.8 + g / 1000, 0.9, Sizes(3, g, 2 * g, 1.5 * g, 1.25 * g)) for g in (20, 4))
AREAS = Area(4, 15.0, 4.0), Area(400, 1500.0, 400.0)
SPEEDS = (SpeedRow("digits, small", 9, BITS, "C", 8e6, 0.9), SpeedRow("digits, small", 9, BITS, "numpy", 2e6, 0.9))
WHOLE = WholeFront(
    (
        Circuit("refined", "a tree", 2, AREAS[0], AREAS[0], 0.93, 0.92, 0.02, 0.01, 0.91),
        Circuit("network", "the trained network", 9, AREAS[1], AREAS[1], 0.95, 0.93, 0.02, 0.01, 0.93),
    ),
    "the trained network", 2, 80, 20, 1000, {"search": 4.0},
)  # fmt: skip
LED7 = (
    Point("plain", "20 tables", 90.0, 0.9, 0.8),
    Point("exact", "20 tables", 60.0, 0.9, 0.8),
    Point("refined", "a tree", 9.0, 0.95, 0.85),
)
FIELD = Field((Point("refined", "a tree", 2.0, 0.9, 0.85), Point("decision tree", "depth 1", 3.0, 0.8, 0.75)), 0.9)


@dataclass(frozen=True)
class Case:
    """A command, what comes of a task, and what is said of the last one, in the table or the note, and kept."""

    words: tuple[str, ...]
    made_up: Callable[[Any], Any]
    told: str
    printed: str
    summary: Mapping[str, Any] = field(default_factory=dict)
    figure: bool = False


CASES = {
    "accuracy": Case(
        ("one-bit", "--datasets", "wdbc"),
        lambda _: Outcome(0.9, 0.95, 1.5, 36),
        "wdbc, one bit, seed 4: 90.00 %",
        "wdbc 90.00 ± 0.00",
        {"average_ranks": {"one bit": 1.0}},
    ),
    "chip": Case(
        ("cells.lib", "--datasets", "jasmine"),
        lambda _: ChipPair(0.8, 100.0, 0.81, 12.0, "an empty circuit"),
        "jasmine, seed 4: 81.0 % in 12.0 NAND2, the network 80.0 % in 100",
        "jasmine 80.00 100 81.00 ± 0.00 12.0 ± 0.0 0.12",
        {"geometric_mean_ratio": pytest.approx(0.12)},
    ),
    "choice": Case(
        ("--datasets", "wine", "--seeds", "2,7"),
        lambda _: WHOLE,
        "wine, seed 7: 91.0 % in 4.0 NAND2 eq., expected 92.0 %, the network 93.0 %",
        "At most 0.5 points below the most accurate on training samples",
        {"most_below_network": pytest.approx(0.02)},
    ),
    "efforts": Case(
        ("--networks", "iris 24x4 coded"),
        lambda task: EffortRow(task.network.name, task.effort, (8.0, 40.0), 9, 0.5),
        "iris 24x4 coded, high: 9 two-input gates in 0.5 s",
        "iris 24x4 coded normal 8.0 40.0 9 0.5 equal",
    ),
    "exact": Case(
        ("cells.lib", "--networks", "iris 24x4 coded"),
        lambda task: ExactRow(task.network.name, 100.0, 40.0, 2),
        "iris 24x4 coded: 0.40 of the area",
        "iris 24x4 coded 100 40 0.40 2",
        {"largest_ratio": 0.4},
    ),
    "facts": Case(
        ("egfet", "cells.lib", "--count", "2"),
        lambda task: FactsRow(task.seed, 9, 1.5, 1.5, True),
        "netlist 1: 9 nodes",
        "egfet against cells.lib: 2 random netlists, 2 with the same cells, differences in area: 0.",
        {"differences": 0},
    ),
    "fpga": Case(
        ("--datasets", "iris", "--parts", "25f"),
        lambda task: FpgaRow(
            "iris", task.model, "x", "25f", "registered", 1, 0.9, 29.0, 31.0, (250.0,), 3, proven=True
        ),
        "iris, decision tree x on 25f: 29 LUT4, 12.0 ns",
        "iris tinydwn x 25f registered 1 90.00 29 31 250.0 12.0 yes",
    ),
    "fronts": Case(
        ("cells.lib", "--datasets", "led7"),
        lambda _: LED7,
        "led7: 3 circuits",
        "led7 20 tables 80.00 90.0 60.0 9.0 0.15 85.00 a tree",
        {"share_of_kept": pytest.approx(0.15), "dominated": 0},
        figure=True,
    ),
    "gates": Case(
        ("mnist", "--gates", "500"),
        lambda task: (
            Gates(task.family, 0.9, None, 520, 60, 40, "UNDECIDED", 1.0)
            if task.budget is None
            else Gates("network, shrunk", 0.95, 0.94, 499, None, None, "EQUIVALENT", 2.0),
        ),
        "mnist, perceptrons, seed 0: 90.00 % in 520",
        "mnist 500 0 network, shrunk 95.00 499 - - - EQUIVALENT mnist - 0",
        {"above_budget": 0},
    ),
    "iwls2020": Case(
        (".",),
        lambda task: Solved(task.function, 8, "a tree", 12, 5, 3.0, 0.8, 0.75, (FrontPoint(12, 0.8, 0.75),), 2.0),
        "ex00: 75.00 % with 12 AND nodes, from a tree",
        "ex00 8 75.00 @ 12 97.66 @ 429",
        {"test_accuracy": 0.75},
    ),
    "microcontroller": Case(
        ("--datasets", "phoneme"),
        lambda task: tuple(
            MicrocontrollerRow("phoneme", task.seed, model, "x", "y", 0.9, 0.91, 1000, 100, 30.0, True, True)
            for models in KINDS.values()
            for model in models
        ),
        "phoneme, circuits, seed 0: 91.00 % in 30 cycles",
        "phoneme 91.00 91.00 91.00 91.00 91.00",
        {"above_xgboost": 0.0, "all_right": True},
    ),
    "printed": Case(
        ("--datasets", "balance-scale", "--seeds", "42,7"),
        lambda _: (
            Chip("tinydwn", "a score", 0.25, 0.5, 0.97, 0.96, 0.01, 0.95, 0.9, True),
            Chip("decision tree", "9 leaves", 0.5, 40.0, 0.99, 0.8, 0.01, 0.75, 0.6, True),
        ),
        "balance-scale, split 7: tinydwn 95.0 % @ 0.250 cm2, decision tree 75.0 % @ 0.500 cm2",
        "balance-scale decision tree, 9 leaves 75.0 60.0 0.500 40.00 2",
        {"front_holds": 1, "choice_holds": 1},
    ),
    "roundtrip": Case(
        ("--count", "2"),
        lambda task: Trip(task.seed, {"lower": 4}, {"map": 1}, ()),
        "classifier 1: 5 comparisons, 0 mismatches",
        "2 random classifiers, 10 comparisons by simulation and by proof, mismatches: 0.",
        {"comparisons": 10, "mismatches": 0},
    ),
    "scale": Case(
        ("--luts", "60,30"),
        lambda task: ScaleRow(task.layers, 9, 8, 7, 6.0, (1.0, 2.0, 3.0), 6.0, 1_000_000),
        "60 LUTs in 6.0 s",
        "30 20+10 9 8 7 6 1.0 2.0 3.0 6.0 6.0 200.0 1",
        {"within_limits": True},
    ),
    "search": Case(
        ("--sizes", "10,20", "--samples", "1000"),
        lambda task: JudgedRow(task.samples, task.nand2, 877_123.4),
        "20 NAND2 on 1,000 samples: 877,123 per second",
        "20 877,123",
    ),
    "simulate": Case(
        ("--networks", "digits, small", "--samples", "200"),
        lambda _: Timed(SPEEDS, {}),
        "digits, small: up to 8.0 million samples per second",
        "digits, small 9 numpy 2.000 4.0 90.00",
        {BITS: {"C": 1.0, "numpy": 4.0}},
    ),
    "smallest": Case(
        ("--datasets", "jasmine", "--seeds", "0,1"),
        lambda _: (Bought(0.8, 0.9, 7.5, "a tree"),),
        "jasmine, seed 1: 80.0 % in 7.5 NAND2",
        "jasmine 8 80.00 ± 0.00 7.5 ± 0.0",
    ),
    "tiny-classifiers": Case(
        ("--datasets", "jasmine"),
        lambda _: Duel(LARGE, "4 bits", 300, 40, 1_000, 2.0, SMALL, SMALL, LARGE, ((6.0, 0.804), (30.0, 0.82)), 1.0),
        "jasmine, seed 4: evolved 82.0 % in 30.0 NAND2, refined 80.4 % in 6.0 NAND2",
        "jasmine 82.00 ± 0.00 300 40.0 20.0 30.0",
        {"ratio_to_budget": pytest.approx(75.0)},
    ),
    "training": Case(
        ("--batch", "4", "--luts", "20", "--inputs", "2,3"),
        lambda task: TrainingRow(task.batch, task.luts, task.inputs, 0.001, 0.004, 0.002, 1_000_000, 2_000_000),
        "20 LUTs: 4.0 times faster",
        "4 20 3 1.000 4.000 2.000 4.0 2.0 1.0 2.0",
        {"smallest_speedup": 4.0},
    ),
    "trees": Case(
        ("--datasets", "jasmine", "--cut", "chip", "--seeds", "0,1"),
        lambda _: FIELD,
        "jasmine, seed 1: 2 circuits, XGBoost 90.0 %",
        "jasmine decision tree depth 1 3.0 75.00 ± 0.00 2.0 85.00 ± 0.00 +10.00",
        figure=True,
    ),
}


def test_every_study_is_among_them() -> None:
    assert list(CASES) == list(studies())


@pytest.mark.parametrize("name", CASES)
def test_a_study_is_told_printed_kept_and_read_back(
    tinydwn: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cells.lib").write_text("library (none) {}")
    Path("ex00.npz").write_bytes(b"")
    monkeypatch.setattr("os.getloadavg", lambda: (0.5, 0.5, 0.5))
    monkeypatch.setattr("tinydwn.bench.study.date", SimpleNamespace(today=lambda: date(2026, 1, 31)))
    case, module = CASES[name], import_module(f"tinydwn.bench.studies.{name.replace('-', '_')}")
    for needed in ("require_generators", "find_avr_gcc", "find_runner"):
        monkeypatch.setattr(module, needed, lambda: None, raising=False)
    study = studied(monkeypatch, module, case.made_up)
    words = ("bench", name, *case.words, "--store", "s.json", *(() if study.timed else ("--processes", 0)))
    first = tinydwn(*words)
    assert first.code == 0, first.err
    assert f"{case.told} (" in first.err
    assert first.err.splitlines()[-1] == "next: tinydwn bench"
    printed = " ".join(first.out.split())
    assert case.printed in printed
    assert "Measured 2026-01-31 with tinydwn " in printed

    studied(monkeypatch, module, lambda _: pytest.fail("measured again"))
    assert f"{case.told} (stored) (" in tinydwn(*words).err
    drawn = ("--figure", "f.svg") if case.figure else ()
    again = tinydwn(*words, "--json", "-q", "--html", "m.html", "--markdown", "m.md", *drawn)
    assert (again.code, again.err) == (0, "")
    document = json.loads(again.out)
    assert document["schema"] == f"tinydwn.bench.{name}/1"
    assert {key: document["summary"][key] for key in case.summary} == case.summary
    Path("kept.json").write_text(again.out)
    assert load_measured(Path("kept.json")).to_text() == first.out
    assert document.get("question", study.question) in Path("m.html").read_text()
    assert Path("m.md").read_text().startswith("# What was measured\n")
    assert Path("f.svg").exists() == case.figure
    assert ("<svg" in Path("m.html").read_text()) == case.figure
    if not case.figure:
        none = tinydwn(*words, "--figure", "f.svg")
        assert (none.code, none.out) == (1, "")
        assert none.err == f"error: '{name}' has no figure\n\nhint: leave --figure out; fronts, trees have one\n"


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

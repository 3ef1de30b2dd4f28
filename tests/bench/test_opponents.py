"""Measurements against opponents: what a task comes to is replaced here."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace

import pytest

from tinydwn.bench import field as fields
from tinydwn.bench import tiny_classifiers, trees
from tinydwn.bench.cluster import Cluster
from tinydwn.bench.duel import Counted, Duel
from tinydwn.bench.duel import Task as DuelTask
from tinydwn.bench.duel import protocol as duel_protocol
from tinydwn.bench.field import Field
from tinydwn.bench.field import Task as FieldTask
from tinydwn.bench.field import protocol as field_protocol
from tinydwn.bench.fronts import FrontPoint
from tinydwn.bench.sizes import Sizes
from tinydwn.bench.smallest import Goal, goals_of
from tinydwn.bench.store import OutcomeStore
from tinydwn.errors import ConfigError, ProgramMissing

HERE = Cluster(processes=0)
DAY = "2026-01-31"


def made_up_duel(task: DuelTask) -> Duel:
    evolved, small, best = (
        Counted(right + task.seed / 100, 0.9, Sizes(3, gates, 2 * gates, 1.5 * gates, 1.25 * gates))
        for right, gates in ((0.8, 12), (0.81, 3), (0.85, 20))
    )
    front = ((4.5, small.accuracy), (30.0, best.accuracy))
    return Duel(evolved, "4 bits, quantile", 300, 40, 1_000, 2.0, small, small, best, front, 1.0)


def made_up_field(task: FieldTask) -> Field:
    shift = task.seed / 100
    points = (
        FrontPoint("refined", "a tree", 2.0, 0.75, 0.7 + shift),
        FrontPoint("refined", "a tree", 8.0, 0.9, 0.85 + shift),
        FrontPoint("decision tree", "depth 2", 9.0, 0.85, 0.8 + shift),
        FrontPoint("decision tree", "depth 1", 3.0, 0.8, 0.75 + shift),
    )
    return Field(points, 0.9)


def test_duels_are_made_for_every_seed_and_kept(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(tiny_classifiers, "duel", lambda task: asked.append(task) or made_up_duel(task))
    options = {"date": DAY, "metric": "balanced", "store": tmp_path / "s.json", "cluster": HERE}
    names = ("phoneme", "jasmine")
    found = tiny_classifiers.measure_tiny_classifiers(**options, datasets=names)
    assert [(task.goal.dataset, task.metric, task.effort, task.seed) for task in asked] == [
        (name, "balanced", "fast", seed) for name in names for seed in range(5)
    ]
    assert [(row.dataset, row.seeds) for row in found.rows] == [("phoneme", 5), ("jasmine", 5)]
    assert found.rows[0].evolved.accuracy_mean == pytest.approx(0.82)
    assert found.rows[0].to_minimized == pytest.approx(4.0)
    assert found.fronts["jasmine"][4] == ((4.5, 0.81 + 0.04), (30.0, 0.85 + 0.04))
    assert (found.date, found.metric) == (DAY, "balanced")
    assert tiny_classifiers.measure_tiny_classifiers(**options, datasets=names) == found
    assert len(asked) == 10
    assert tiny_classifiers.TinyClassifiers.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_fields_are_made_for_the_seeds_asked_and_kept(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(trees, "field", lambda task: asked.append(task) or made_up_field(task))
    options = {"date": DAY, "cut": "chip", "datasets": ("jasmine",), "store": tmp_path / "s.json", "cluster": HERE}
    found = trees.measure_trees(**options, seeds=(4, 7))
    assert [(task.goal.dataset, task.cut, task.effort, task.seed) for task in asked] == [
        ("jasmine", "chip", "fast", 4),
        ("jasmine", "chip", "fast", 7),
    ]
    assert [(row.settings, row.refined_cost_mean, row.seeds) for row in found.rows] == [
        ("depth 2", 8.0, 2),
        ("depth 1", 2.0, 2),
    ]
    assert [row.gain for row in found.rows] == [pytest.approx(0.05), pytest.approx(-0.05)]
    text = " ".join(found.to_text().split())
    assert "Means over seeds 4, 7." in text
    assert "Trees above refined circuits (by points): jasmine depth 1 (5.00)." in text
    assert f"Measured {DAY};" in text
    assert trees.Trees.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert trees.measure_trees(**options, seeds=(7, 4, 5)).seeds == (7, 4, 5)
    assert [task.seed for task in asked] == [4, 7, 5]


@pytest.mark.parametrize(
    ("module", "measure", "task", "make"),
    [
        (tiny_classifiers, "measure_tiny_classifiers", lambda goal, k: DuelTask(goal, "accuracy", "fast", k), "duel"),
        (trees, "measure_trees", lambda goal, k: FieldTask(goal, "core", "fast", k), "field"),
    ],
)
def test_outcomes_that_were_written_by_keys_are_read(tmp_path, monkeypatch, module, measure, task, make):
    (goal,) = goals_of(("phoneme",))
    tasks = [task(goal, k) for k in range(5)]
    outcomes = {one.key: {"duel": made_up_duel, "field": made_up_field}[make](one) for one in tasks}
    store = tmp_path / "s.json"
    protocol = {"duel": duel_protocol, "field": field_protocol}[make]()
    OutcomeStore(store, module.SCHEMA, asdict, protocol=protocol).save(outcomes)
    monkeypatch.setattr(module, make, lambda _: pytest.fail("it was made again"))
    heard = []
    options = {} if make == "duel" else {"seeds": range(5)}
    getattr(module, measure)(
        date=DAY,
        datasets=("phoneme",),
        store=store,
        cluster=HERE,
        on_arrival=lambda task, outcome, stored: heard.append((outcome == outcomes[task.key], stored)),
        **options,
    )
    assert heard == [(True, True)] * 5


def test_optimal_trees_are_told_apart_from_others(monkeypatch):
    def with_optimal(task: FieldTask) -> Field:
        points = (*made_up_field(task).points, FrontPoint("optimal tree", "depth 2", 9.0, 0.95, 0.9))
        return Field(points, 0.9)

    texts = []
    for make in (made_up_field, with_optimal):
        monkeypatch.setattr(trees, "field", make)
        found = trees.measure_trees(date=DAY, datasets=("jasmine",), seeds=(0, 1), cluster=HERE)
        texts.append(" ".join(found.to_text().split()))
    assert "0.00 points on average. Optimal trees took no part: STreeD was not installed." in texts[0]
    assert "0.00 points on average. Gain over optimal trees (STreeD): -4.50 points on average." in texts[1]
    assert (
        "Trees above refined circuits (by points): jasmine depth 1 (5.00), jasmine optimal depth 2 (4.50)." in texts[1]
    )
    older = replace(found, protocol={name: of for name, of in found.protocol.items() if name != "optimal_depths"})
    assert "STreeD" in older.to_text()
    assert "STreeD" not in replace(older, rows=older.rows[:2]).to_text()


def test_optimal_trees_are_in_the_field_where_they_can_be_had(streed, monkeypatch):
    for name, few in (("DEPTHS", (1,)), ("OPTIMAL_DEPTHS", (2,)), ("BOOSTED", ()), ("GATES", ())):
        monkeypatch.setattr(fields, name, few)
    monkeypatch.setattr("tinydwn.synthesis.refining.refine_split", lambda *_, **__: None)
    monkeypatch.setattr(fields, "_refined_points", lambda *_: ())
    monkeypatch.setattr("tinydwn.baselines.accuracy_only.xgboost", lambda split, *_, **__: lambda table: table[:, 0])
    task = FieldTask(Goal("iris", ()), "core", "fast", 0)
    found = fields.field(task)
    assert [(point.flow, point.name) for point in found.points] == [
        ("decision tree", "depth 1"),
        ("optimal tree", "depth 2"),
    ]
    assert found.points[1].accuracy > found.points[0].accuracy
    monkeypatch.setattr("tinydwn.tools.streed.streed_is_here", lambda: False)
    assert fields.field(task).points == found.points[:1]


def test_trees_without_xgboost_are_refused_before_anything_is_done(monkeypatch):
    monkeypatch.setitem(sys.modules, "xgboost", None)
    monkeypatch.setattr(trees, "run_tasks", lambda *_, **__: pytest.fail("it was begun"))
    with pytest.raises(ProgramMissing, match="XGBoost is not installed"):
        trees.measure_trees(date=DAY, cluster=HERE)
    monkeypatch.setattr("tinydwn.synthesis.refining.refine_split", lambda *_, **__: pytest.fail("it was refined"))
    with pytest.raises(ProgramMissing, match="XGBoost is not installed"):
        fields.field(FieldTask(Goal("iris", (), "setosa"), "core", "fast", 0))


def test_what_cannot_be_measured_is_told_before_anything_is_done():
    with pytest.raises(ConfigError, match="unknown metric 'f1'\n\nhint: choose accuracy or balanced"):
        tiny_classifiers.measure_tiny_classifiers(date=DAY, metric="f1", cluster=HERE)
    with pytest.raises(ConfigError, match="unknown effort 'much'"):
        tiny_classifiers.measure_tiny_classifiers(date=DAY, effort="much", cluster=HERE)
    with pytest.raises(ConfigError, match="unknown cut 'half'\n\nhint: choose core or chip"):
        trees.measure_trees(date=DAY, cut="half", cluster=HERE)
    with pytest.raises(ConfigError, match="unknown effort 'much'"):
        trees.measure_trees(date=DAY, effort="much", cluster=HERE)
    for seeds in ((0,), (1, 1)):
        with pytest.raises(ConfigError, match="give no mean and deviation\n\nhint: choose two different ones or more"):
            trees.measure_trees(date=DAY, seeds=seeds, cluster=HERE)

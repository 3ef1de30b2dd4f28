"""Measurements against opponents: what a task comes to is replaced here."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from tests.made_up import again, studied
from tinydwn.bench import field as fields
from tinydwn.bench.duel import Counted, Duel
from tinydwn.bench.duel import Task as DuelTask
from tinydwn.bench.field import Field
from tinydwn.bench.goals import Goal, GoalTask
from tinydwn.bench.points import Point
from tinydwn.bench.sizes import Sizes
from tinydwn.bench.studies import tiny_classifiers, trees
from tinydwn.bench.study import HERE, measure
from tinydwn.errors import ConfigError, ProgramMissing


def made_up_duel(task: DuelTask) -> Duel:
    evolved, small, best = (
        Counted(right + task.seed / 100, 0.9, Sizes(3, gates, 2 * gates, 1.5 * gates, 1.25 * gates))
        for right, gates in ((0.8, 12), (0.81, 3), (0.85, 20))
    )
    front = ((4.5, small.accuracy), (30.0, best.accuracy))
    return Duel(evolved, "4 bits, quantile", 300, 40, 1_000, 2.0, small, small, best, front, 1.0)


def made_up_field(task: GoalTask) -> Field:
    shift = task.seed / 100
    points = (
        Point("refined", "a tree", 2.0, 0.75, 0.7 + shift),
        Point("refined", "a tree", 8.0, 0.9, 0.85 + shift),
        Point("decision tree", "depth 2", 9.0, 0.85, 0.8 + shift),
        Point("decision tree", "depth 1", 3.0, 0.8, 0.75 + shift),
    )
    return Field(points, 0.9)


def test_duels_are_made_for_every_seed(monkeypatch):
    asked, names = [], ("phoneme", "jasmine")
    study = studied(monkeypatch, tiny_classifiers, lambda task: asked.append(task) or made_up_duel(task))
    found = measure(study, tiny_classifiers.Asked("balanced", datasets=names), cluster=HERE)
    assert [(task.goal.dataset, task.metric, task.effort, task.seed) for task in asked] == [
        (name, "balanced", "fast", seed) for name in names for seed in range(5)
    ]
    assert [(row.dataset, row.seeds) for row in found.rows] == [("phoneme", 5), ("jasmine", 5)]
    assert found.rows[0].baseline_accuracy.mean == pytest.approx(0.82)
    assert found.rows[0].to_minimized == pytest.approx(4.0)
    assert found.about["fronts"]["jasmine"][4] == [[4.5, 0.81 + 0.04], [30.0, 0.85 + 0.04]]
    assert "Balanced accuracy (the mean over the classes) on the test part" in found.to_text()
    assert again(found) == found


def test_fields_are_made_for_the_seeds_asked_and_kept(tmp_path, monkeypatch):
    asked, options = [], {"store": tmp_path / "s.json", "cluster": HERE}
    study = studied(monkeypatch, trees, lambda task: asked.append(task) or made_up_field(task))
    wanted = trees.Asked("chip", datasets=("jasmine",), seeds=(4, 7))
    found = measure(study, wanted, **options)
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
    assert again(found) == found
    assert measure(study, replace(wanted, seeds=(7, 4, 5)), **options).about["seeds"] == [7, 4, 5]
    assert [task.seed for task in asked] == [4, 7, 5]


def test_optimal_trees_are_told_apart_from_others(monkeypatch):
    def with_optimal(task: GoalTask) -> Field:
        points = (*made_up_field(task).points, Point("optimal tree", "depth 2", 9.0, 0.95, 0.9))
        return Field(points, 0.9)

    texts = []
    for make in (made_up_field, with_optimal):
        found = measure(
            studied(monkeypatch, trees, make), trees.Asked(datasets=("jasmine",), seeds=(0, 1)), cluster=HERE
        )
        texts.append(" ".join(found.to_text().split()))
    assert "0.00 points on average. Optimal trees took no part: STreeD was not installed." in texts[0]
    assert "0.00 points on average. Gain over optimal trees (STreeD): -4.50 points on average." in texts[1]
    assert (
        "Trees above refined circuits (by points): jasmine depth 1 (5.00), jasmine optimal depth 2 (4.50)." in texts[1]
    )
    before = {name: of for name, of in found.protocol.items() if name != "optimal_depths"}
    older = replace(found, about={**found.about, "protocol": before})
    assert "STreeD" in older.to_text()
    assert "STreeD" not in replace(older, rows=older.rows[:2]).to_text()


def test_optimal_trees_are_in_the_field_where_they_can_be_had(streed, monkeypatch):
    few = {"DEPTHS": (1,), "OPTIMAL_DEPTHS": (2,), "RESUBSTITUTED": (), "COVERS": (4,), "BOOSTED": (), "GATES": ()}
    for name, sizes in few.items():
        monkeypatch.setattr(fields, name, sizes)
    monkeypatch.setattr("tinydwn.synthesis.refining.refine_split", lambda *_, **__: None)
    monkeypatch.setattr(fields, "_refined_points", lambda *_: ())
    monkeypatch.setattr("tinydwn.baselines.accuracy_only.xgboost", lambda split, *_, **__: lambda table: table[:, 0])
    task = GoalTask(Goal("iris", ()), "core", "fast", 0)
    found = fields.field(task)
    assert [(point.flow, point.name) for point in found.points] == [
        ("decision tree", "depth 1"),
        ("optimal tree", "depth 2"),
        ("sample cover", "4 bits"),
    ]
    assert found.points[1].training_accuracy > found.points[0].training_accuracy
    monkeypatch.setattr("tinydwn.tools.streed.streed_is_here", lambda: False)
    assert fields.field(task).points == (found.points[0], found.points[2])


def test_trees_without_xgboost_are_refused_before_anything_is_done(monkeypatch):
    monkeypatch.setitem(sys.modules, "xgboost", None)
    with pytest.raises(ProgramMissing, match="XGBoost is not installed"):
        trees.Asked()
    monkeypatch.setattr("tinydwn.synthesis.refining.refine_split", lambda *_, **__: pytest.fail("it was refined"))
    with pytest.raises(ProgramMissing, match="XGBoost is not installed"):
        fields.field(GoalTask(Goal("iris", (), "setosa"), "core", "fast", 0))


@pytest.mark.parametrize(
    ("study", "values", "said"),
    [
        (tiny_classifiers, {"metric": "f1"}, "unknown metric 'f1'\n\nhint: choose accuracy or balanced"),
        (tiny_classifiers, {"effort": "much"}, "unknown effort 'much'"),
        (tiny_classifiers, {"datasets": ("iris",)}, "there are no goals for data set 'iris'"),
        (trees, {"cut": "half"}, "unknown cut 'half'\n\nhint: choose core or chip"),
        (trees, {"effort": "much"}, "unknown effort 'much'"),
        *(
            (trees, {"seeds": seeds}, "cannot be measured\n\nhint: give 2 different ones or")
            for seeds in ((0,), (1, 1))
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(study, values, said):
    with pytest.raises(ConfigError, match=said):
        study.Asked(**values)

from __future__ import annotations

import json

import pytest

from tinydwn.bench import smallest
from tinydwn.bench.cluster import Cluster
from tinydwn.errors import ConfigError

HERE = Cluster(processes=0)


def test_rows_are_means_over_seeds_and_are_kept(tmp_path, monkeypatch):
    asked = []

    def fake(task):
        asked.append(task)
        return [
            {"accuracy": 0.8 + task.seed / 100, "training_accuracy": 0.9, "cost": budget - task.seed / 10, "start": "x"}
            for budget in task.goal.budgets
        ]

    monkeypatch.setattr(smallest, "smallest", fake)
    store = tmp_path / "s.json"
    heard = []
    found = smallest.measure_smallest(
        datasets=("phoneme", "jasmine"), store=store, cluster=HERE, on_arrival=lambda task, *_: heard.append(task)
    )
    assert [(row.dataset, row.budget, row.seeds) for row in found.rows] == [
        ("phoneme", 15.0, 5),
        ("phoneme", 40.0, 5),
        ("jasmine", 8.0, 5),
    ]
    assert found.rows[0].accuracy_mean == pytest.approx(0.82)
    assert found.rows[0].accuracy_std == pytest.approx(0.0158113883)
    assert found.rows[0].cost_mean == pytest.approx(14.8)
    assert asked == heard
    again = smallest.measure_smallest(datasets=("phoneme", "jasmine"), store=store, cluster=HERE)
    assert again == found
    assert len(asked) == 10
    text = found.to_text()
    monkeypatch.setattr(smallest, "SEEDS", (9,))
    assert found.to_text() == text
    assert smallest.Smallest.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert found.to_text().splitlines()[4].split() == ["phoneme", "15", "82.00", "±", "1.58", "14.8", "±", "0.2"]


def test_a_small_set_is_refined_and_counted_on_its_test_part():
    goal = smallest.Goal("iris", (6.0, 12.0))
    outcome = smallest.smallest(smallest.Task(goal, "core", "fast", 0))
    assert outcome[0]["cost"] <= 6.0
    assert outcome[1]["cost"] <= 12.0
    assert outcome[1]["accuracy"] > 0.8
    assert outcome[0]["training_accuracy"] <= outcome[1]["training_accuracy"]


def test_budgets_are_the_same_for_every_data_set():
    goals = smallest.goals_of(("iris", "segment", "iris"), (8, 16))
    assert goals == (smallest.Goal("iris", (8.0, 16.0)), smallest.Goal("segment", (8.0, 16.0), "brickface"))
    assert [goal.dataset for goal in smallest.goals_of(None, (8,))] == [goal.dataset for goal in smallest.GOALS]
    for wrong in ((), (8, 8), (16, 8), (0, 8)):
        with pytest.raises(ConfigError, match=r"do not ascend from above 0\n\nhint: give some like 8,16,32,64"):
            smallest.goals_of(("iris",), wrong)


def test_data_sets_without_goals_and_files_of_something_else_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="there are no goals for data set 'iris'\n\nhint: choose among segment, ph"):
        smallest.measure_smallest(datasets=("iris",))
    store = tmp_path / "notes"
    store.write_text("notes")
    with pytest.raises(ConfigError, match="does not hold outcomes of a measurement"):
        smallest.measure_smallest(datasets=("jasmine",), store=store)

from __future__ import annotations

import pytest

from tests.made_up import again, studied
from tinydwn.bench.goals import GOALS, Goal, GoalTask, goals_of
from tinydwn.bench.studies import smallest
from tinydwn.bench.studies.smallest import Asked, Bought
from tinydwn.bench.study import HERE, measure
from tinydwn.errors import ConfigError


def test_rows_are_means_over_seeds(monkeypatch):
    asked, heard = [], []

    def made_up(task):
        asked.append(task)
        return tuple(Bought(0.8 + task.seed / 100, 0.9, budget - task.seed / 10, "x") for budget in task.goal.budgets)

    study = studied(monkeypatch, smallest, made_up)
    wanted = Asked(datasets=("phoneme", "jasmine"))
    found = measure(study, wanted, cluster=HERE, on_arrival=lambda task, *_: heard.append(task))
    assert [(row.dataset, row.budget, row.seeds) for row in found.rows] == [
        ("phoneme", 15.0, 5),
        ("phoneme", 40.0, 5),
        ("jasmine", 8.0, 5),
    ]
    row = found.rows[0]
    assert (row.accuracy.mean, row.accuracy.std) == (pytest.approx(0.82), pytest.approx(0.0158113883))
    assert row.cost.mean == pytest.approx(14.8)
    assert asked == heard
    assert again(found) == found
    lines = found.to_text().splitlines()
    assert lines[4].split() == ["phoneme", "15", "82.00", "±", "1.58", "14.8", "±", "0.2"]
    assert "Effort normal, seeds 0, 1, 2, 3, 4: mean and standard deviation." in found.to_text()


def test_a_small_set_is_refined_and_counted_on_its_test_part():
    outcome = smallest.smallest(GoalTask(Goal("iris", (6.0, 12.0)), "core", "fast", 0))
    assert outcome[0].cost <= 6.0
    assert outcome[1].cost <= 12.0
    assert outcome[1].accuracy > 0.8
    assert outcome[0].training_accuracy <= outcome[1].training_accuracy


def test_budgets_are_the_same_for_every_data_set():
    goals = goals_of(("iris", "segment", "iris"), (8, 16))
    assert goals == (Goal("iris", (8.0, 16.0)), Goal("segment", (8.0, 16.0), "brickface"))
    assert [goal.dataset for goal in goals_of(None, (8,))] == [goal.dataset for goal in GOALS]
    for wrong in ((), (8, 8), (16, 8), (0, 8)):
        with pytest.raises(ConfigError, match=r"do not ascend from above 0\n\nhint: give some like 8,16,32,64"):
            Asked(datasets=("iris",), budgets=wrong)


def test_data_sets_without_goals_are_refused():
    with pytest.raises(ConfigError, match="there are no goals for data set 'iris'\n\nhint: choose among segment, ph"):
        Asked(datasets=("iris",))

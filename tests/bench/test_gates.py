from __future__ import annotations

import pytest

from tests.made_up import again, studied
from tinydwn.bench import gate_networks
from tinydwn.bench.gate_networks import NETWORK, SHRUNK, Counted, counted_networks
from tinydwn.bench.studies import gates
from tinydwn.bench.studies.gates import BUDGETS, Asked
from tinydwn.bench.study import HERE, measure
from tinydwn.errors import ConfigError


def made_up(task):
    kept = Counted(NETWORK, 0.95, 0.94, task.budget + 20, 60, 40, "EQUIVALENT", 2.0)
    shrunk = Counted(SHRUNK, 0.94, 0.94, task.budget + task.seed, None, None, "UNDECIDED", 3.0)
    return kept, shrunk


def test_rows_tell_both_circuits_of_every_budget_and_seed(monkeypatch):
    study = studied(monkeypatch, gates, made_up)
    found = measure(study, Asked(datasets=("mnist", "digits"), gates=(500,), seeds=(0, 1)), cluster=HERE)
    assert [(row.dataset, row.seed, row.model, row.gates2) for row in found.rows[:4]] == [
        ("mnist", 0, NETWORK, 520),
        ("mnist", 0, SHRUNK, 500),
        ("mnist", 1, NETWORK, 520),
        ("mnist", 1, SHRUNK, 501),
    ]
    assert found.summary == {"above_budget": 2, "not_proven": 4}
    assert found.rows[0].reduction_share == 0.4
    assert found.rows[1].reduction_share is None
    assert again(found) == found
    text = found.to_text()
    assert "LILogicNet" in text
    line = next(line for line in text.splitlines() if line.startswith("digits"))
    assert line.split() == ["digits", "500", "0", NETWORK, "95.00", "520", "60", "40", "40", "EQUIVALENT"]


def test_published_figures_stand_beside_their_data_set_alone(monkeypatch):
    study = studied(monkeypatch, gates, made_up)
    found = measure(study, Asked(datasets=("segment",), seeds=(0,)), cluster=HERE)
    assert [row.budget for row in found.rows[::2]] == list(BUDGETS["segment"])
    assert "LILogicNet" not in found.to_text()


@pytest.mark.parametrize(
    "wrong", [{"datasets": ("iris",)}, {"datasets": ("mnist",), "gates": (10,)}, {"datasets": ("mnist",), "epochs": 0}]
)
def test_what_cannot_be_measured_is_refused(wrong):
    with pytest.raises(ConfigError):
        Asked(**wrong)


def test_a_shrunk_circuit_stays_within_the_budget_and_both_are_proven(monkeypatch):
    monkeypatch.setattr(gate_networks, "_ABOVE", 1.6)
    kept, shrunk = counted_networks("segment", budget=100, seed=0, epochs=3)
    assert shrunk.gates2 <= 100
    assert (kept.proof, shrunk.proof) == ("EQUIVALENT", "EQUIVALENT")
    assert kept.reduction_gates2 > 0
    assert kept.gates2 <= kept.tables_gates2 + kept.reduction_gates2
    assert shrunk.test_accuracy > 0.5

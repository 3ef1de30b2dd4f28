from __future__ import annotations

import pytest

from tests.made_up import again, studied
from tinydwn.bench import arithmetic, gate_networks
from tinydwn.bench.arithmetic import FAMILIES
from tinydwn.bench.gate_networks import NETWORK, SHRUNK, Counted, counted_networks
from tinydwn.bench.studies import gates
from tinydwn.bench.studies.gates import BUDGETS, Asked
from tinydwn.bench.study import HERE, measure
from tinydwn.data import load_dataset
from tinydwn.errors import ConfigError


def made_up(task):
    if task.budget is None:
        return (Counted(f"{task.family}, small", 0.5, None, 70, 20, 50, "UNDECIDED", 1.0),)
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
    assert found.summary == {"above_budget": 2, "not_proven": 12}
    assert found.rows[0].reduction_share == 0.4
    assert found.rows[1].reduction_share is None
    assert again(found) == found
    text = found.to_text()
    assert "LILogicNet" in text
    line = next(line for line in text.splitlines() if line.startswith("digits"))
    assert line.split() == ["digits", "500", "0", NETWORK, "95.00", "520", "60", "40", "40", "EQUIVALENT"]


def test_contenders_stand_beside_the_budgets_once_for_each_data_set_and_seed(monkeypatch):
    study = studied(monkeypatch, gates, made_up)
    found = measure(study, Asked(datasets=("segment",), gates=(100, 500), seeds=(0, 1)), cluster=HERE)
    alone = [row for row in found.rows if row.budget is None]
    assert [(row.model, row.seed) for row in alone] == [
        (f"{family}, small", seed) for family in ("binarized", "perceptrons") for seed in (0, 1)
    ]
    assert {row.validation_accuracy for row in alone} == {None}
    assert found.summary["above_budget"] == 2
    line = next(line for line in found.to_text().splitlines() if "perceptrons, small" in line)
    assert line.split() == ["segment", "-", "0", "perceptrons,", "small", "50.00", "70", "20", "50", "71", "UNDECIDED"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_task_of_a_family_trains_its_sizes_alone_on_the_split_of_its_seed(monkeypatch, family):
    asked = []

    def contenders(split, *, sizes, epochs, seed):
        asked.append((split, sizes, epochs, seed))
        return [Counted(size.family, 0.8, None, 30, 10, 20, "EQUIVALENT", 1.0) for size in sizes]

    monkeypatch.setattr(gates, "contenders", contenders)
    found = gates.STUDY.run(gates.Task("digits", family, None, 3, 7))
    ((split, sizes, epochs, seed),) = asked
    assert sizes == [size for size in arithmetic.SIZES if size.family == family]
    assert (epochs, seed) == (7, 3)
    assert (split.test_labels == load_dataset("digits").split(test_fraction=0.2, seed=3).test_labels).all()
    assert found == (Counted(family, 0.8, None, 30, 10, 20, "EQUIVALENT", 1.0),) * len(sizes)


def test_published_figures_stand_beside_their_data_set_alone(monkeypatch):
    study = studied(monkeypatch, gates, made_up)
    found = measure(study, Asked(datasets=("segment",), seeds=(0,)), cluster=HERE)
    assert list(dict.fromkeys(row.budget for row in found.rows)) == [*BUDGETS["segment"], None]
    assert "LILogicNet" not in found.to_text()


@pytest.mark.parametrize(
    "wrong",
    [
        {"datasets": ("iris",)},
        {"datasets": ("mnist",), "gates": (10,)},
        {"datasets": ("letter",), "gates": (100,)},
        {"datasets": ("mnist",), "epochs": 0},
    ],
)
def test_what_cannot_be_measured_is_refused(wrong):
    with pytest.raises(ConfigError):
        Asked(**wrong)


def test_a_shrunk_circuit_stays_within_the_budget_and_both_are_proven(monkeypatch):
    monkeypatch.setattr(gate_networks, "_ABOVE", 1.6)
    kept, shrunk = counted_networks("wine", budget=100, seed=0, epochs=20)
    assert shrunk.gates2 <= 100
    assert (kept.proof, shrunk.proof) == ("EQUIVALENT", "EQUIVALENT")
    assert kept.reduction_gates2 > 0
    assert kept.tables_gates2 > 0
    assert shrunk.test_accuracy > 0.5

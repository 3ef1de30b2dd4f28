"""`bench microcontroller`: opponents' C answers as their models do, and what rows say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinydwn.bench.microcontroller import opponents, ours
from tinydwn.bench.microcontroller.data import parts_of
from tinydwn.bench.microcontroller.firmware import play
from tinydwn.bench.microcontroller.measure import MicrocontrollerRow
from tinydwn.bench.studies import microcontroller as module
from tinydwn.bench.study import measure
from tinydwn.encoder import Encoder
from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.errors import ConfigError, ProgramMissing
from tinydwn.lowering.lift import lift_core
from tinydwn.model import Reduction, classify
from tinydwn.netlist import NetlistBuilder, simulate
from tinydwn.tools.cluster import Cluster


def row(task, model, validation, accuracy, cycles, *, fits=True):
    sizes = (1000, 100, cycles, True) if fits else (None, None, None, None)
    return MicrocontrollerRow(task.dataset, task.seed, model, "x", "some", validation, accuracy, *sizes, fits)


def rows(task):
    return tuple(
        {
            "circuits": [row(task, "tinydwn circuit", 0.90, 0.91, 30.0)],
            "networks": [
                row(task, "tinydwn network", 0.96, 0.95, 900.0),
                row(task, "tinydwn network", 0.99, 0.99, 0.0, fits=False),
            ],
            "trees": [row(task, "decision tree", 0.89, 0.89, 20.0)],
            "forests": [
                row(task, "random forest, votes", 0.92, 0.92, 3600.0),
                row(task, "random forest, shares", 0.88, 0.90, 3000.0),
            ],
            "boosting": [
                row(task, "XGBoost", 0.94, 0.93, 9000.0),
                row(task, "XGBoost", 0.94, 0.92, 9900.0),
                row(task, "XGBoost in whole numbers", 0.97, 0.96, 450.0),
            ],
        }[task.family]
    )


@pytest.fixture
def asked(monkeypatch):
    """Return what is asked, where no tool is looked for."""
    for name in ("require_generators", "find_avr_gcc", "find_runner"):
        monkeypatch.setattr(module, name, lambda: None)
    return module.Asked(datasets=("letter", "phoneme"))


def test_rows_are_chosen_by_the_part_to_choose_by_and_kept(tmp_path, asked):
    done = []
    study = replace(module.STUDY, run=lambda task: done.append(task) or rows(task))
    store, here = tmp_path / "s.json", Cluster(processes=0)
    found = measure(study, asked, store=store, cluster=here)
    assert len(found.rows) == 2 * 9
    assert len(done) == 10
    chosen = module.Chosen(found.rows)
    assert chosen.best("letter", 0, module.OURS).accuracy == 0.95
    assert chosen.best("letter", 0, ("XGBoost",)).cycles == 9000.0
    summary = found.summary
    assert summary["above_xgboost"] == pytest.approx(0.02)
    assert summary["above_xgboost_by_hand"] == pytest.approx(-0.01)
    assert summary["times_faster"] == pytest.approx(
        {"XGBoost": 10.0, "random forest, votes": 4.0, "random forest, shares": 100.0}
    )
    text = found.to_text()
    assert "+2.00 points: holds." in text
    assert "of equal accuracy: 4.00 times: holds." in text
    assert measure(study, asked, store=store, cluster=here).rows == found.rows
    assert len(done) == 10


def test_other_data_sets_are_refused():
    with pytest.raises(ConfigError, match="data set 'iris' is not measured"):
        module.Asked(datasets=("iris",))


def test_a_missing_generator_is_told(monkeypatch):
    monkeypatch.setattr(opponents, "PACKAGES", ("no_such_generator",))
    with pytest.raises(ProgramMissing) as caught:
        opponents.require_generators()
    assert str(caught.value) == "no_such_generator is not installed\n\nhint: pip install 'tinydwn[bench]'"


def test_opponents_answer_on_the_chip_as_their_models_do(avr, monkeypatch):
    opponents.require_generators()
    monkeypatch.setattr(opponents, "LEAVES", (8,))
    monkeypatch.setattr(opponents, "FORESTS", ((3, 8),))
    monkeypatch.setattr(opponents, "BOOSTED", ((3, 2),))
    parts = parts_of("iris", 0)
    seen = set()
    for family in (opponents.trees, opponents.forests, opponents.boosted):
        for model in family(parts, 0):
            for generator, code in model.codes:
                found = play(code(parts.test_features))
                assert found.fits
                assert np.array_equal(found.classes, model.predict(parts.test_features)), (model.model, generator)
                seen.add((model.model, generator))
    assert seen == {
        ("decision tree", "emlearn"),
        ("random forest, votes", "emlearn"),
        ("random forest, votes", "micromlgen"),
        ("random forest, shares", "m2cgen"),
        ("XGBoost", "m2cgen"),
        ("XGBoost", "micromlgen"),
        ("XGBoost in whole numbers", "own"),
    }


def test_parts_are_apart_and_read_the_same_words():
    parts = parts_of("iris", 1)
    assert (len(parts.fit.train_labels), len(parts.fit.test_labels), len(parts.test_labels)) == (96, 24, 30)
    for features in (parts.fit.train_features, parts.fit.test_features, parts.test_features):
        assert np.array_equal(features, np.floor(features))
        assert features.min() >= 0
        assert features.max() < 1 << 15


def test_codes_of_no_class_are_answered_as_the_classifier_answers_them():
    words = FixedPoint(offset=np.zeros(2), step=np.ones(2), input_bits=np.array([2, 2]))
    encoder = Encoder(("a", "b"), words, np.array([0, 1]), np.array([1, 1]))
    builder = NetlistBuilder("two bits")
    for net, name in enumerate(builder.input(bit) for bit in encoder.bit_names):
        builder.output(f"class_{net}", name)
    classifier = lift_core(builder.build(), encoder, reduction=Reduction.CODED, class_names=("x", "y", "z"))
    values = np.array([[a, b] for a in range(4) for b in range(4)], dtype=float)
    core = ours.core_of(classifier)
    bits = classifier.encoder.encode(values)
    names = list(classifier.encoder.bit_names)
    answers = simulate(core, bits[:, [names.index(name) for name in core.inputs]]) @ (1 << np.arange(2))
    assert answers.tolist() == classify(classifier, values).tolist()
    assert answers.max() == 2

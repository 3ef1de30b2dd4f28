from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinydwn.errors import ConfigError
from tinydwn.model import classify
from tinydwn.training import TrainingConfig, best_of_seeds, choose, cross_validate, train, tune_tau
from tinydwn.training.selection import TAU_FACTORS, _folds

SHORT = TrainingConfig(layers=(9,), epochs=3)


def test_folds_are_a_partition_of_the_training_part_and_stratified(iris):
    parts = list(_folds(iris, 4, 0))
    rows = np.concatenate([part.test_features for part in parts])
    assert sorted(rows.tolist()) == sorted(iris.train_features.tolist())
    for part in parts:
        assert len(part.train_labels) + len(part.test_labels) == len(iris.train_labels)
        assert np.ptp(np.bincount(part.test_labels)) <= 1


def test_each_fold_is_measured_by_a_classifier_that_has_not_seen_it(iris):
    found = cross_validate(iris, SHORT, folds=3)
    expected = []
    for part in _folds(iris, 3, 0):
        answers = classify(train(part, SHORT).classifier, part.test_features)
        expected.append((answers == part.test_labels).mean())
    assert list(found.accuracies) == expected
    assert found.mean == pytest.approx(np.mean(expected))
    assert found.std == pytest.approx(np.std(expected, ddof=1))


def test_the_better_configuration_comes_first(iris):
    poor = replace(SHORT, epochs=1, learning_rate=1e-6)
    good = replace(SHORT, epochs=20)
    results = choose(iris, [poor, good], folds=3)
    assert [result.config for result in results] == [good, poor]
    assert results[0].mean > results[1].mean


def test_a_tuned_temperature_is_one_of_those_tried(iris):
    usual = SHORT.for_split(iris).tau
    tuned = tune_tau(iris, SHORT)
    assert tuned.tau in [usual * factor for factor in TAU_FACTORS]
    assert replace(tuned, tau=None) == SHORT


def test_the_best_seed_is_the_one_that_validates_best(iris):
    config = replace(SHORT, validation_fraction=0.3)
    runs = [train(iris, replace(config, seed=seed)) for seed in (3, 1, 2)]
    best = best_of_seeds(iris, config, (3, 1, 2))
    accuracies = [run.best_epoch.validation_accuracy for run in runs]
    assert best.best_epoch.validation_accuracy == max(accuracies)
    assert best.classifier in [run.classifier for run in runs]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda split: cross_validate(split, SHORT, folds=1), "1 folds of 120 samples\n\nhint: choose 2 or more"),
        (lambda split: cross_validate(split, SHORT, folds=121), "121 folds of 120 samples\n\nhint: choose 2 or more"),
        (lambda split: choose(split, []), "configurations are compared on the same folds\n\nhint: give at least one"),
        (
            lambda split: choose(split, [SHORT, replace(SHORT, seed=1)]),
            "configurations are compared on the same folds\n\nhint: give at least one, all of one seed",
        ),
        (lambda split: best_of_seeds(split, SHORT, ()), "no seeds were given\n\nhint: give at least one"),
        (
            lambda split: best_of_seeds(split, replace(SHORT, validation_fraction=0.0), (0,)),
            "without a validation part no run is better\n\nhint: choose a validation_fraction above 0",
        ),
    ],
)
def test_choices_that_cannot_be_made_are_refused(iris, call, text):
    with pytest.raises(ConfigError) as raised:
        call(iris)
    assert str(raised.value).startswith(text)

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tinydwn.errors import ConfigError
from tinydwn.model import classify, last_layer_bits
from tinydwn.training import TrainingConfig, train, training_key
from tinydwn.training.automatic import usual_tau
from tinydwn.training.teaching import probabilities

SHORT = TrainingConfig(layers=(30,), epochs=5)


@pytest.fixture(scope="module")
def teachers(iris):
    return [train(iris, replace(SHORT, seed=seed)).classifier for seed in (1, 2)]


def test_probabilities_are_the_softened_votes_of_the_teachers_on_average(iris, teachers):
    found = probabilities(teachers, iris.train_features)
    assert found.dtype == np.float32
    for sample in (0, 17, 60):
        expected = np.zeros(3)
        for teacher in teachers:
            row = last_layer_bits(teacher, teacher.encoder.encode(iris.train_features[sample : sample + 1]))[0].tolist()
            tau = usual_tau(teacher.reduction, 30, 3)
            weights = [math.exp(row[10 * k : 10 * k + 10].count(True) / tau) for k in range(3)]
            expected += np.array(weights) / sum(weights) / 2
        np.testing.assert_allclose(found[sample], expected, rtol=1e-5)


def test_a_network_that_is_taught_alone_follows_its_teachers_not_the_labels(iris, teachers):
    split = replace(iris, train_labels=np.roll(iris.train_labels, 1) * 0)
    config = TrainingConfig(layers=(30,), epochs=40, distillation=1.0, validation_fraction=0.0)
    taught = train(split, config, teachers=teachers)
    answers = classify(taught.classifier, iris.train_features)
    assert (answers == probabilities(teachers, iris.train_features).argmax(axis=1)).mean() > 0.9
    alone = train(split, config).classifier
    assert set(classify(alone, iris.train_features).tolist()) == {0}


def test_teachers_are_part_of_what_decides_a_run(iris, teachers, tmp_path):
    assert training_key(iris, SHORT, teachers) != training_key(iris, SHORT)
    train(iris, SHORT, teachers=teachers, checkpoint=tmp_path / "run")
    with pytest.raises(ConfigError, match="belongs to other data or to another configuration"):
        train(iris, SHORT, checkpoint=tmp_path / "run")


def test_teachers_that_do_not_vote_are_refused(iris, teachers):
    one_hot = train(iris, replace(SHORT, reduction="learnable")).classifier
    with pytest.raises(ConfigError) as raised:
        train(iris, SHORT, teachers=[*teachers, one_hot])
    assert str(raised.value) == (
        "teachers are popcount classifiers of the same classes\n\nhint: train them with reduction='popcount'"
    )

from __future__ import annotations

import numpy as np
import pytest

from tinydwn.baselines import gate_networks
from tinydwn.errors import ConfigError
from tinydwn.model import classify
from tinydwn.training import TrainingConfig, train


def test_a_network_answers_what_its_classifier_does_and_becomes_cells(drawn, proven_cells):
    classes = 3
    split = drawn(1, classes)
    (opponent,) = gate_networks(split, shapes=[(6, 4)], input_bits=6, epochs=3, seed=5)
    config = TrainingConfig.from_dict(
        {
            "layers": (6 * classes, 4 * classes),
            "inputs_per_lut": 2,
            "mapping": "random",
            "scheme": "adaptive",
            "input_bits": 6,
            "snap": "nearest",
            "epochs": 3,
            "seed": 5,
        }
    )
    classifier = train(split, config).classifier
    assert opponent.settings == f"{6 * classes}-{4 * classes} gates"
    np.testing.assert_array_equal(opponent.predict(split.test_features), classify(classifier, split.test_features))
    core, chip = proven_cells(opponent.core, opponent.assumption), proven_cells(opponent.chip())
    assert 0 < core < chip


def test_the_seed_alone_decides_what_a_network_becomes(drawn):
    first, again, other = (gate_networks(drawn(1, 2), shapes=[(9,)], epochs=1, seed=seed)[0] for seed in (0, 0, 1))
    assert first.core.digest == again.core.digest != other.core.digest


def test_a_network_without_gates_is_refused(drawn):
    for shape in ((), (4, 0)):
        with pytest.raises(ConfigError) as raised:
            gate_networks(drawn(1, 2), shapes=[shape])
        assert str(raised.value) == f"there is no network of shape {shape}\n\nhint: give gates per class for each layer"

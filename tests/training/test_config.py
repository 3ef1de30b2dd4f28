from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.encoder import Scheme
from tinydwn.encoder.snap import Snap
from tinydwn.errors import ConfigError
from tinydwn.model import Reduction
from tinydwn.training import ClassWeight, Schedule, TrainingConfig, Weighting, Wiring

configs = st.builds(
    TrainingConfig,
    layers=st.none() | st.lists(st.integers(1, 500), min_size=1, max_size=3).map(tuple),
    inputs_per_lut=st.integers(2, 10),
    bits_per_feature=st.none() | st.integers(1, 64),
    scheme=st.sampled_from(Scheme),
    input_bits=st.integers(1, 32),
    snap=st.sampled_from(Snap),
    epochs=st.none() | st.integers(1, 300),
    batch_size=st.none() | st.integers(1, 300),
    learning_rate=st.floats(1e-6, 1),
    schedule=st.sampled_from(Schedule),
    reduction=st.sampled_from(Reduction),
    weighting=st.sampled_from(Weighting),
    mapping=st.sampled_from(Wiring),
    candidates=st.integers(0, 500),
    noise=st.floats(0, 0.5),
    label_smoothing=st.floats(0, 0.9),
    distillation=st.floats(0, 1),
    class_weight=st.sampled_from(ClassWeight) | st.lists(st.floats(0.1, 9), min_size=2).map(tuple),
    patience=st.none() | st.integers(1, 300),
    relaxed=st.floats(0, 1),
    gates=st.none() | st.integers(1, 10_000),
    tau=st.none() | st.floats(0.01, 100),
    spectral=st.floats(0, 10),
    validation_fraction=st.none() | st.floats(0, 0.9),
    seed=st.integers(0, 1 << 40),
)


@given(config=configs)
def test_a_configuration_survives_json(config):
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_choices_may_be_given_as_text():
    config = TrainingConfig(
        scheme="uniform", schedule="steps", reduction="learnable", weighting="inverse", mapping="random", layers=[8, 4]
    )
    assert config == TrainingConfig(
        scheme=Scheme.UNIFORM,
        schedule=Schedule.STEPS,
        reduction=Reduction.LEARNABLE,
        weighting=Weighting.INVERSE,
        mapping=Wiring.RANDOM,
        layers=(8, 4),
    )


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"scheme": "odd"}, "unknown scheme 'odd'\n\nhint: choose one of quantile, uniform, gaussian, adaptive"),
        ({"snap": "odd"}, "unknown snap 'odd'\n\nhint: choose one of nearest, cheap"),
        ({"schedule": "odd"}, "unknown schedule 'odd'\n\nhint: choose one of constant, cosine, steps"),
        ({"reduction": 3}, "unknown reduction 3\n\nhint: choose one of popcount, learnable, coded"),
        ({"weighting": None}, "unknown weighting None\n\nhint: choose one of exponential, inverse, finite"),
        ({"mapping": "odd"}, "unknown mapping 'odd'\n\nhint: choose one of learnable, all-learnable, random, trees"),
        ({"layers": ()}, "the layers are ()\n\nhint: give a number of lookup tables per layer, such as (60, 20)"),
        ({"layers": 60}, "the layers are 60\n\nhint: give a number of lookup tables per layer, such as (60, 20)"),
        (
            {"layers": (60, 0)},
            "the layers are (60, 0)\n\nhint: give a number of lookup tables per layer, such as (60, 20)",
        ),
        (
            {"layers": (2.5,)},
            "the layers are (2.5,)\n\nhint: give a number of lookup tables per layer, such as (60, 20)",
        ),
        ({"inputs_per_lut": 1}, "inputs_per_lut is 1\n\nhint: choose a whole number from 2 to 10"),
        ({"inputs_per_lut": 11}, "inputs_per_lut is 11\n\nhint: choose a whole number from 2 to 10"),
        ({"bits_per_feature": 0}, "bits_per_feature is 0\n\nhint: choose a whole number from 1 to 256"),
        ({"input_bits": 33}, "input_bits is 33\n\nhint: choose a whole number from 1 to 32"),
        ({"epochs": 0}, "epochs is 0\n\nhint: choose a whole number from 1 to 100000"),
        ({"epochs": True}, "epochs is True\n\nhint: choose a whole number from 1 to 100000"),
        ({"batch_size": 1.5}, "batch_size is 1.5\n\nhint: choose a whole number from 1 to 1048576"),
        ({"seed": -1}, "seed is -1\n\nhint: choose a whole number from 0 to 9223372036854775807"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0\n\nhint: choose a number above 0 to 10"),
        ({"learning_rate": float("nan")}, "learning_rate is nan\n\nhint: choose a number above 0 to 10"),
        ({"tau": -1}, "tau is -1\n\nhint: choose a number from 0.001 to 1e+06"),
        ({"tau": 10**400}, f"tau is 1{'0' * 56}...\n\nhint: choose a number from 0.001 to 1e+06"),
        ({"class_weight": (0, 0)}, "every class's weight is 0\n\nhint: let some class count"),
        ({"spectral": "big"}, "spectral is 'big'\n\nhint: choose a number from 0 to 1e+06"),
        ({"validation_fraction": 1.0}, "validation_fraction is 1.0\n\nhint: choose a number from 0 to 0.9"),
    ],
)
def test_a_senseless_option_is_refused(values, text):
    with pytest.raises(ConfigError) as raised:
        TrainingConfig(**values)
    assert str(raised.value) == text


@pytest.mark.parametrize("name", ["inputs_per_lut", "input_bits", "seed", "learning_rate", "spectral"])
def test_an_option_that_is_not_chosen_from_the_data_cannot_be_none(name):
    with pytest.raises(ConfigError) as raised:
        TrainingConfig(**{name: None})
    assert str(raised.value).startswith(f"{name} is None\n\nhint: choose a ")


def test_an_unknown_option_is_refused():
    with pytest.raises(ConfigError) as raised:
        TrainingConfig.from_dict({"layer": [3]})
    assert str(raised.value).startswith("there is no training option 'layer'\n\nhint: the options are layers, ")


@pytest.mark.parametrize("classes", range(2, 12))
def test_automatic_options_suit_any_number_of_classes(make_blobs, classes):
    filled = TrainingConfig().for_split(make_blobs(classes))
    assert [name for name, value in filled.to_dict().items() if value is None] == ["gates", "patience"]
    assert filled.layers[-1] % classes == 0
    assert filled.for_split(make_blobs(classes)) == filled


def test_what_the_user_chose_stays(make_blobs):
    chosen = TrainingConfig(layers=(9,), epochs=3, batch_size=5, tau=2.0, bits_per_feature=3, validation_fraction=0.5)
    assert chosen.for_split(make_blobs(3)) == chosen
    assert TrainingConfig(validation_fraction=0.0).for_split(make_blobs(3)).validation_fraction == 0.0


def test_a_last_layer_that_cannot_be_shared_is_refused(make_blobs):
    with pytest.raises(ConfigError) as raised:
        TrainingConfig(layers=(12, 10)).for_split(make_blobs(3))
    assert str(raised.value) == (
        "popcount cannot share 10 lookup tables equally among 3 classes\n\n"
        "hint: make the last layer 9 or 12 tables wide, or choose the learnable reduction"
    )
    with pytest.raises(ConfigError) as raised:
        TrainingConfig(layers=(2,)).for_split(make_blobs(3))
    assert str(raised.value) == (
        "popcount cannot share 2 lookup tables equally among 3 classes\n\n"
        "hint: make the last layer 3 tables wide, or choose the learnable reduction"
    )
    with pytest.raises(ConfigError) as raised:
        TrainingConfig(layers=(2,), reduction="learnable").for_split(make_blobs(3))
    assert str(raised.value) == (
        "the learnable reduction cannot share 2 lookup tables among 3 bits\n\n"
        "hint: make the last layer 3 tables wide or wider"
    )


def test_options_are_read_without_loading_torch():
    code = "import sys; from tinydwn.training import TrainingConfig; TrainingConfig(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "False\n"


def test_an_unknown_name_of_the_room_is_an_attribute_error():
    import tinydwn.training

    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        tinydwn.training.nothing  # noqa: B018


def test_numbers_of_numpy_are_numbers():
    config = TrainingConfig(learning_rate=np.float32(0.25), epochs=np.int64(3), layers=np.array([8, 4]))
    assert config == TrainingConfig(learning_rate=0.25, epochs=3, layers=(8, 4))
    assert json.loads(json.dumps(config.to_dict())) == config.to_dict()

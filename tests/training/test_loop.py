from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from tinydwn.data import Split
from tinydwn.errors import ConfigError, DataError
from tinydwn.model import classify
from tinydwn.training import Schedule, TrainingConfig, train
from tinydwn.training.samples import flip_some, hold_out
from tinydwn.training.schedule import learning_rate

SHORT = TrainingConfig(layers=(12,), epochs=3)


def accuracy(trained, split) -> float:
    return float((classify(trained.classifier, split.test_features) == split.test_labels).mean())


def test_breast_cancer_is_learned_with_no_options(tumors):
    trained = train(tumors)
    assert accuracy(trained, tumors) >= 0.93
    assert trained.config == TrainingConfig().for_split(tumors)
    assert trained.best_epoch == trained.history[-1]
    assert trained.best_epoch.validation_accuracy is None


def test_the_learnable_reduction_learns_two_classes(tumors):
    assert accuracy(train(tumors, TrainingConfig(reduction="learnable", epochs=40)), tumors) >= 0.9


def test_the_learnable_reduction_learns_three_classes(iris):
    trained = train(iris, TrainingConfig(reduction="learnable"))
    assert (classify(trained.classifier, iris.train_features) == iris.train_labels).mean() >= 0.93


@pytest.mark.parametrize("weighting", ["exponential", "inverse"])
@pytest.mark.parametrize("mapping", ["learnable", "all-learnable", "random"])
def test_two_layers_learn_in_every_setting(iris, weighting, mapping):
    config = TrainingConfig(layers=(30, 15), epochs=30, weighting=weighting, mapping=mapping, inputs_per_lut=3)
    trained = train(iris, config)
    assert (classify(trained.classifier, iris.train_features) == iris.train_labels).mean() >= 0.8
    assert [layer.nodes for layer in trained.classifier.layers] == [30, 15]


@pytest.mark.parametrize("inputs", range(2, 11))
def test_any_table_size_learns(iris, inputs):
    trained = train(iris, TrainingConfig(layers=(15,), epochs=25, inputs_per_lut=inputs))
    assert trained.classifier.layers[0].inputs_per_lut == inputs
    assert (classify(trained.classifier, iris.train_features) == iris.train_labels).mean() >= 0.8


def test_the_same_seed_twice_gives_the_same_classifier_and_another_seed_another(iris):
    torch.manual_seed(1)
    one = train(iris, SHORT)
    torch.manual_seed(2)
    np.random.seed(5)  # noqa: NPY002
    two = train(iris, SHORT)
    assert one.classifier.digest == two.classifier.digest
    assert one.history == two.history
    assert train(iris, replace(SHORT, seed=1)).classifier.digest != one.classifier.digest


def test_training_leaves_the_state_of_torch_alone(iris):
    threads, state, precise = (
        torch.get_num_threads(),
        torch.get_rng_state(),
        torch.are_deterministic_algorithms_enabled(),
    )
    torch.set_num_threads(2)
    train(iris, SHORT)
    assert torch.get_num_threads() == 2
    torch.set_num_threads(threads)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.are_deterministic_algorithms_enabled() == precise


def test_training_never_looks_at_the_test_part(iris):
    emptied = Split(
        iris.name,
        iris.train_features,
        iris.train_labels,
        iris.test_features[:0],
        iris.test_labels[:0],
        iris.feature_names,
        iris.class_names,
        0,
        0.0,
    )
    assert train(emptied, SHORT).classifier == train(iris, SHORT).classifier


def test_every_epoch_is_reported(iris):
    seen = []
    trained = train(iris, replace(SHORT, validation_fraction=0.2), on_epoch=seen.append)
    assert tuple(seen) == trained.history
    assert [epoch.number for epoch in seen] == [1, 2, 3]
    assert {epoch.epochs for epoch in seen} == {3}
    assert all(0 <= epoch.training_accuracy <= 1 and epoch.training_loss > 0 for epoch in seen)


def test_the_best_epoch_by_validation_is_kept(iris):
    config = TrainingConfig(layers=(6,), epochs=25, validation_fraction=0.3, learning_rate=0.3, schedule="constant")
    trained = train(iris, config)
    best = max(trained.history, key=lambda epoch: (epoch.validation_accuracy, -epoch.validation_loss))
    assert trained.best_epoch == best
    assert best.number < 25
    stopped_there = train(iris, replace(config, epochs=best.number))
    assert stopped_there.classifier == trained.classifier


def test_the_kept_classifier_has_the_validation_accuracy_of_its_epoch(iris):
    config = replace(SHORT, validation_fraction=0.3).for_split(iris)
    trained = train(iris, config)
    encoder = trained.classifier.encoder
    _, held = hold_out(
        encoder.encode(iris.train_features), iris.train_labels, fraction=0.3, rng=np.random.default_rng([0, 1])
    )
    from tinydwn.model import classify_bits

    right = classify_bits(trained.classifier, held.bits.numpy()) == held.labels.numpy()
    assert right.mean() == trained.best_epoch.validation_accuracy


def test_the_validation_part_is_stratified_and_leaves_every_class_in_training():
    labels = np.repeat([0, 1, 2, 3], [40, 20, 2, 1])
    rng = np.random.default_rng(0)
    training, held = hold_out(np.zeros((63, 2), dtype=bool), labels, fraction=0.8, rng=rng)
    assert np.bincount(held.labels.numpy(), minlength=4).tolist() == [32, 16, 1, 0]
    assert np.bincount(training.labels.numpy(), minlength=4).tolist() == [8, 4, 1, 1]


def test_noise_flips_the_share_of_bits_that_was_asked_for():
    rows = torch.zeros(200, 500, dtype=torch.bool)
    flip_some(rows, 0.03, np.random.default_rng(0))
    assert 0.027 < rows.float().mean() < 0.033
    half = torch.zeros(200, 500, dtype=torch.bool)
    flip_some(half, 0.5, np.random.default_rng(0))
    assert 0.49 < half.float().mean() < 0.51
    again = rows.clone()
    flip_some(again, 0.0, np.random.default_rng(0))
    assert torch.equal(rows, again)


def test_noise_is_drawn_anew_and_repeatably(iris):
    noisy = replace(SHORT, noise=0.1)
    assert train(iris, noisy).classifier == train(iris, noisy).classifier
    assert train(iris, noisy).history != train(iris, SHORT).history


def test_spectral_regularization_shrinks_entries(iris, tmp_path):
    lengths = []
    for weight in (0.0, 5.0):
        train(iris, replace(SHORT, epochs=20, spectral=weight), checkpoint=tmp_path / f"{weight}.npz")
        with np.load(tmp_path / f"{weight}.npz", allow_pickle=False) as state:
            lengths.append(np.linalg.norm(state["layers.0.entries"]))
    assert lengths[1] < 0.9 * lengths[0]


def test_learning_rates_follow_their_schedules():
    for schedule, expected in (
        (Schedule.CONSTANT, [1.0, 1.0, 1.0, 1.0]),
        (Schedule.STEPS, [1.0, 0.1, 0.01, 0.001]),
        (Schedule.COSINE, [1.0, 0.855, 0.505, 0.155]),
    ):
        config = TrainingConfig(epochs=4, learning_rate=1.0, schedule=schedule)
        assert [learning_rate(config, done) for done in range(4)] == pytest.approx(expected, abs=1e-3)


def test_a_class_that_only_the_test_part_has_is_no_obstacle(iris):
    rows = iris.train_labels < 2
    split = Split(
        "two of three",
        iris.train_features[rows],
        iris.train_labels[rows],
        iris.test_features,
        iris.test_labels,
        iris.feature_names,
        iris.class_names,
        0,
        0.2,
    )
    for reduction in ("popcount", "learnable"):
        trained = train(split, replace(SHORT, reduction=reduction))
        assert trained.classifier.class_names == iris.class_names


def test_features_that_never_change_are_refused(make_blobs):
    blobs = make_blobs(2)
    flat = Split(
        "flat",
        np.ones_like(blobs.train_features),
        blobs.train_labels,
        blobs.test_features,
        blobs.test_labels,
        blobs.feature_names,
        blobs.class_names,
        0,
        0.0,
    )
    with pytest.raises(DataError) as raised:
        train(flat, replace(SHORT))
    assert str(raised.value) == (
        "data set 'flat': every feature has the same value in all training samples\n\n"
        "hint: check that the table was read as meant"
    )


def test_a_split_without_training_samples_is_refused(make_blobs):
    blobs = make_blobs(2)
    empty = Split(
        "empty",
        blobs.test_features,
        blobs.test_labels,
        blobs.train_features,
        blobs.train_labels,
        blobs.feature_names,
        blobs.class_names,
        0,
        0.0,
    )
    with pytest.raises(DataError) as raised:
        train(empty)
    assert str(raised.value) == (
        "data set 'empty' has no training samples\n\nhint: split it with a smaller test fraction"
    )


def test_layers_that_do_not_suit_the_classes_are_refused_before_training(iris):
    with pytest.raises(ConfigError, match="popcount cannot share 10 lookup tables equally among 3 classes"):
        train(iris, TrainingConfig(layers=(10,)))


def test_a_batch_in_which_no_sample_counts_teaches_nothing(iris):
    config = TrainingConfig(layers=(6,), epochs=3, batch_size=2, class_weight=(0.0, 1.0, 1.0), validation_fraction=0.0)
    trained = train(iris, config)
    assert all(math.isfinite(epoch.training_loss) for epoch in trained.history)


def test_training_that_diverges_is_told(iris, monkeypatch):
    monkeypatch.setattr("tinydwn.training.loop.Loss.forward", lambda self, scores, *_: scores.sum() * float("nan"))
    with pytest.raises(ConfigError) as raised:
        train(iris, TrainingConfig(layers=(6,), epochs=2))
    assert str(raised.value) == "training diverged: the loss is nan\n\nhint: lower learning_rate, or raise tau"


@pytest.mark.parametrize("device", ["meta", "hpu", "privateuseone", "cuda:x", ""])
def test_devices_that_training_does_not_know_are_refused(iris, device):
    with pytest.raises(ConfigError) as raised:
        train(iris, TrainingConfig(device=device))
    assert str(raised.value) == f"training cannot run on '{device}'\n\nhint: choose cpu, or cuda with a GPU"


def test_patience_without_samples_to_validate_is_refused(iris):
    with pytest.raises(ConfigError) as raised:
        train(iris, TrainingConfig(patience=2, validation_fraction=1e-6))
    assert str(raised.value) == "patience needs a validation part, which has no samples\n\nhint: choose a larger one"

"""Samples that count more or less than others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.utils.estimator_checks import estimator_checks_generator

from tinydwn import DWNClassifier
from tinydwn.encoder import fit_encoder
from tinydwn.estimators.refusals import SamplesError

SMALL: dict[str, Any] = {"layers": (6,), "epochs": 3, "bits_per_feature": 4}


def _clusters(seed: int, samples: int = 60) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    labels = np.arange(samples) % 3
    return rng.normal(size=(samples, 3)) + 2 * rng.normal(size=(3, 3))[labels], labels


@pytest.mark.parametrize("reduction", ["popcount", "learnable", "coded"])
def test_a_sample_of_weight_0_is_as_if_it_were_not_there(reduction: str) -> None:
    features, labels = _clusters(0)
    rng = np.random.default_rng(1)
    weights = rng.integers(0, 3, size=len(labels)).astype(float)
    nonsense = np.where(weights[:, None] > 0, features, 1e6 * rng.normal(size=features.shape))
    settled = {**SMALL, "reduction": reduction, "validation_fraction": 0.2, "class_weight": "balanced"}
    whole = DWNClassifier(**settled).fit(nonsense, labels, sample_weight=weights)
    part = DWNClassifier(**settled).fit(features[weights > 0], labels[weights > 0], weights[weights > 0])
    assert whole.classifier_ == part.classifier_
    assert whole.history_ == part.history_
    assert whole.predict_proba(features).tolist() == part.predict_proba(features).tolist()


@pytest.mark.parametrize("weight", [0.25, 1, 3.0])
def test_weights_that_are_all_the_same_change_nothing(weight: float) -> None:
    features, labels = _clusters(2)
    plain = DWNClassifier(**SMALL).fit(features, labels)
    assert DWNClassifier(**SMALL).fit(features, labels, np.full(len(labels), weight)).classifier_ == plain.classifier_
    assert DWNClassifier(**SMALL).fit(features, labels, weight).history_ == plain.history_


def test_weights_in_another_unit_change_nothing() -> None:
    features, labels = _clusters(3)
    weights = np.random.default_rng(3).integers(1, 9, size=len(labels))
    one = DWNClassifier(**SMALL).fit(features, labels, weights)
    assert DWNClassifier(**SMALL).fit(features, labels, weights * 0.125).classifier_ == one.classifier_


def test_what_a_label_weighs_decides_between_two_that_contradict_each_other() -> None:
    features, labels = np.tile([[0.0], [1.0]], (40, 1)), np.repeat([0, 1], 40)
    for favored in (0, 1):
        weights = np.where(labels == favored, 9.0, 1.0)
        model = DWNClassifier(layers=(2,), epochs=20, tau=1.0).fit(features, labels, weights)
        assert model.predict(features).tolist() == [favored] * 80
        # With all votes for one class the softmax is far from even; the weighed accuracy is 0.9 exactly.
        assert model.history_[-1].training_accuracy == pytest.approx(0.9)


def test_a_whole_weight_comes_to_about_what_so_many_samples_do() -> None:
    """Over many seeds the mean accuracies of both agree within three standard errors, and apart from no weights."""
    found = []
    for seed in range(10):
        features, labels = _clusters(seed % 4, samples=30)
        # Of each class one sample in three is right and counts four times, the others have the next label.
        right = np.arange(30) // 3 % 3 == 0
        told = np.where(right, labels, (labels + 1) % 3)
        weights = np.where(right, 4, 1)
        options = {"layers": (12,), "epochs": 8, "bits_per_feature": 3, "random_state": seed}
        weighed = DWNClassifier(**options, batch_size=8).fit(features, told, weights)
        again = np.repeat(np.arange(30), weights)
        repeated = DWNClassifier(**options, batch_size=16).fit(features[again], told[again])
        plain = DWNClassifier(**options, batch_size=8).fit(features, told)
        found.append([model.score(features, labels) for model in (weighed, repeated, plain)])
    weighed, repeated, plain = np.array(found).T
    error = np.std(weighed - repeated, ddof=1) / np.sqrt(len(found))
    assert abs(np.mean(weighed - repeated)) < 3 * error + 0.03
    assert np.mean(weighed) > np.mean(plain) + 0.1


@given(
    st.lists(st.tuples(st.integers(-9, 9).map(float), st.integers(1, 5)), min_size=2, max_size=30),
    st.sampled_from(["quantile", "adaptive", "uniform"]),
    st.integers(1, 9),
    st.sampled_from(["nearest", "cheap"]),
)
@settings(deadline=None, max_examples=40)
def test_a_whole_weight_places_thresholds_as_so_many_samples_do(
    values: list[tuple[float, int]], scheme: str, bits: int, snap: str
) -> None:
    numbers, weights = (np.array(column) for column in zip(*values, strict=True))
    options: dict[str, Any] = {"feature_names": ["x"], "bits_per_feature": bits, "scheme": scheme, "snap": snap}
    weighed = fit_encoder(numbers[:, None], sample_weight=weights, **options)
    assert weighed == fit_encoder(np.repeat(numbers, weights)[:, None], **options)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (np.zeros(60), "at least one non-zero"),
        (np.full(60, -1.0), "Negative values"),
        (np.ones(59), "shape == \\(59,\\)"),
        (np.full(60, np.nan), "NaN"),
        (np.arange(60) % 3 == 0, "got 1 class"),
    ],
)
def test_weights_that_make_no_sense_are_refused(weights: NDArray[Any], said: str) -> None:
    with pytest.raises(SamplesError, match=said):
        DWNClassifier(**SMALL).fit(*_clusters(0), sample_weight=weights)


def test_the_checks_of_scikit_learn_know_of_the_weights() -> None:
    names = [getattr(check, "func", check).__name__ for _, check in estimator_checks_generator(DWNClassifier())]
    assert sum("sample_weight" in name for name in names) >= 6

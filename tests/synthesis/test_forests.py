"""Forests that are asked repeat themselves, and leave the process as it was."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from tinydwn.synthesis.teacher import FORESTS, Teacher, teacher_of


def _asked() -> Teacher:
    features = np.random.default_rng(0).normal(size=(120, 3))
    return teacher_of(features, (features[:, 0] > 0).astype(np.int64), classes=2, seed=0)


def test_the_same_samples_give_the_same_opinion_to_the_last_bit() -> None:
    once, again = _asked(), _asked()
    assert once.likely.tobytes() == again.likely.tobytes()
    assert once.shares == again.shares


def test_no_other_temperature_makes_the_labels_likelier() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(300, 4))
    labels = (features[:, 0] + features[:, 1] + rng.normal(size=300) > 0).astype(np.int64)
    likely = teacher_of(features, labels, classes=2, seed=0).likely

    def surprise(power: float) -> float:
        powered = likely**power
        return float(-np.log(powered[np.arange(300), labels] / powered.sum(axis=1)).mean())

    assert surprise(1.0) <= min(surprise(0.8), surprise(0.95), surprise(1.05), surprise(1.25))


def test_boosted_trees_are_asked_where_samples_are_many() -> None:
    features = np.random.default_rng(2).normal(size=(1_000, 2))
    labels = (features[:, 0] * features[:, 1] > 0).astype(np.int64)
    assert "boosted trees" in teacher_of(features, labels, classes=2, seed=0).shares
    assert "boosted trees" not in teacher_of(features[:999], labels[:999], classes=2, seed=0).shares


def test_additive_models_are_asked_where_features_have_few_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORESTS, "fast", (8, 3))
    features = np.random.default_rng(3).integers(1, 6, (240, 4)).astype(np.float64)
    labels = np.sign(features[:, 0] * features[:, 1] - features[:, 2] * features[:, 3]).astype(np.int64) + 1
    shares = teacher_of(features, labels, classes=3, seed=0).shares
    assert shares["additive model"] + shares["free additive model"] > 0.5
    precise = features + np.random.default_rng(4).random((240, 4))
    assert "additive model" not in teacher_of(precise, labels, classes=3, seed=0).shares


def test_the_filters_of_warnings_stay_as_they_were() -> None:
    before = list(warnings.filters)
    _asked()
    assert list(warnings.filters) == before

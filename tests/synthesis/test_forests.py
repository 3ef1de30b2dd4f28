"""Forests that are asked repeat themselves, and leave the process as it was."""

from __future__ import annotations

import warnings

import numpy as np

from tinydwn.synthesis.teacher import Teacher, teacher_of


def _asked() -> Teacher:
    features = np.random.default_rng(0).normal(size=(120, 3))
    return teacher_of(features, (features[:, 0] > 0).astype(np.int64), classes=2, seed=0)


def test_the_same_samples_give_the_same_opinion_to_the_last_bit() -> None:
    once, again = _asked(), _asked()
    assert once.likely.tobytes() == again.likely.tobytes()
    assert once.shares == again.shares


def test_the_filters_of_warnings_stay_as_they_were() -> None:
    before = list(warnings.filters)
    _asked()
    assert list(warnings.filters) == before

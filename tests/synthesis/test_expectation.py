"""What is expected of unseen samples: laws of probabilities, and a case whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tinydwn.synthesis.expectation import Opinion, opinion_of, tempered

SEEDS = st.integers(0, 10_000)


def tables(seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return random probabilities, without two that are equal, and random labels."""
    rng = np.random.default_rng(seed)
    samples, classes = int(rng.integers(2, 40)), int(rng.integers(2, 6))
    likely = rng.dirichlet(np.full(classes, rng.uniform(0.3, 3.0)), size=samples)
    return likely, rng.integers(0, classes, samples)


@given(seed=SEEDS)
def test_a_temperature_keeps_rows_and_the_likeliest_class(seed: int) -> None:
    likely, labels = tables(seed)
    warm = tempered(likely, labels)
    np.testing.assert_allclose(warm.sum(axis=1), 1.0)
    assert (warm > 0).all()
    assert (warm.argmax(axis=1) == likely.argmax(axis=1)).all()
    rows = np.arange(len(labels))
    floor = np.clip(likely, 1e-3, None)
    floor /= floor.sum(axis=1, keepdims=True)
    assert np.log(warm[rows, labels]).mean() >= np.log(floor[rows, labels]).mean() - 1e-4


@given(seed=SEEDS, balanced=st.booleans())
def test_nobody_is_expected_to_be_more_right_than_the_likeliest_answers(seed: int, balanced: bool) -> None:
    likely, labels = tables(seed)
    opinion = Opinion(likely, {"made up": 1.0})
    expected, error = opinion.expect(labels, balanced=balanced)
    assert 0 <= expected <= 1
    assert 0 < error <= 0.5 + 1e-9
    if not balanced:
        assert expected <= opinion.expect(likely.argmax(axis=1))[0] + 1e-12


@given(seed=SEEDS)
def test_an_opinion_without_doubt_is_the_accuracy_itself(seed: int) -> None:
    _, labels = tables(seed)
    answers = np.random.default_rng(seed + 1).permutation(labels)
    sure = np.eye(labels.max() + 2)[labels]
    assert Opinion(sure, {}).expect(answers)[0] == pytest.approx((answers == labels).mean())
    present = np.unique(labels)
    recalls = [(answers[labels == k] == k).mean() for k in present]
    found = Opinion(sure[:, present], {}).expect(np.searchsorted(present, answers), balanced=True)[0]
    assert found == pytest.approx(np.mean(recalls))


def test_the_mixture_says_what_is_known_and_is_made_of_shares() -> None:
    rng = np.random.default_rng(3)
    features = rng.random((300, 3))
    labels = ((features[:, 0] > 0.5) ^ (rng.random(300) < 0.1)).astype(np.int64)
    opinion, teacher = opinion_of(features, labels, classes=2, seed=0)
    np.testing.assert_allclose(opinion.likely.sum(axis=1), 1.0)
    assert sum(opinion.shares.values()) == pytest.approx(1.0)
    assert min(opinion.shares.values()) >= 0
    expected, error = opinion.expect((features[:, 0] > 0.5).astype(np.int64))
    assert abs(expected - 0.9) < 3 * error < 0.1
    by_heart, _ = opinion.expect(labels)
    assert by_heart < expected + error
    asked = rng.random((50, 3))
    said = teacher.likely(asked)
    np.testing.assert_allclose(said.sum(axis=1), 1.0)
    clear = np.abs(asked[:, 0] - 0.5) > 0.1
    assert (said.argmax(axis=1) == (asked[:, 0] > 0.5))[clear].all()
    again, other = opinion_of(features, labels, classes=2, seed=0)
    assert (again.likely == opinion.likely).all()
    assert (other.likely(asked) == said).all()


def test_few_samples_and_a_class_of_one_sample_are_no_obstacle() -> None:
    features = np.arange(12.0).reshape(6, 2)
    opinion, _ = opinion_of(features, np.array([0, 0, 0, 0, 0, 1]), classes=3, seed=0)
    assert opinion.likely.shape == (6, 3)
    np.testing.assert_allclose(opinion.likely.sum(axis=1), 1.0)

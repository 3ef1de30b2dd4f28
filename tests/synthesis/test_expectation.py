"""What is expected of unseen samples: laws of probabilities, and a case whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tinydwn.synthesis.expectation import Expectation
from tinydwn.synthesis.formula_model import FormulaModel
from tinydwn.synthesis.teacher import _at, _temperature, teacher_of

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
    warm = _at(likely, _temperature(likely, labels))
    np.testing.assert_allclose(warm.sum(axis=1), 1.0)
    assert (warm > 0).all()
    assert (warm.argmax(axis=1) == likely.argmax(axis=1)).all()
    rows = np.arange(len(labels))
    floor = np.clip(likely, 1e-3, None)
    floor /= floor.sum(axis=1, keepdims=True)
    assert np.log(warm[rows, labels]).mean() >= np.log(floor[rows, labels]).mean() - 1e-4


def expectation(likely: NDArray[np.float64], taught: NDArray[np.float64] | None = None) -> Expectation:
    taught = likely if taught is None else taught
    return Expectation(likely, np.zeros((len(taught), 1)), taught)


@given(seed=SEEDS, balanced=st.booleans())
def test_nobody_is_expected_to_be_more_right_than_the_likeliest_answers(seed: int, balanced: bool) -> None:
    likely, labels = tables(seed)
    told = expectation(likely)
    told_of = told.of_answers(labels, balanced=balanced)
    expected = told_of.accuracy
    assert 0 <= expected <= 1
    assert 0 < told_of.own_error <= told_of.error
    if not balanced:
        assert expected <= told.of_answers(likely.argmax(axis=1)).accuracy + 1e-12
        assert expected == pytest.approx(likely[np.arange(len(labels)), labels].mean())


@given(seed=SEEDS)
def test_errors_are_those_of_counted_shares_and_recalls(seed: int) -> None:
    """A teacher that says p of every sample is as sure of itself as a share of p counted on so many samples."""
    rng = np.random.default_rng(seed)
    samples, share = int(rng.integers(20, 400)), float(rng.uniform(0.55, 0.95))
    likely = np.tile([share, 1 - share], (samples, 1))
    told_of = expectation(likely).of_answers(np.zeros(samples, dtype=np.int64))
    assert told_of.own_error == pytest.approx(0.5 / samples)
    assert told_of.error == pytest.approx(np.hypot(np.sqrt(share * (1 - share) / samples), 0.5 / samples))
    sizes = rng.integers(10, 200, 2)
    groups = np.repeat([0, 1], sizes)
    likely = np.where(groups[:, None] == np.arange(2), share, 1 - share)
    drawn = expectation(likely).of_answers(groups, balanced=True)
    labels = np.where(rng.random((2000, len(groups))) < share, groups, 1 - groups)
    frequency = likely.mean(axis=0)
    estimates = ((labels == groups) / frequency[groups] / 2).mean(axis=1)
    assert drawn.error >= 0.8 * estimates.std()


@given(seed=SEEDS, balanced=st.booleans())
def test_the_own_error_is_that_of_a_difference_counted_on_drawn_labels(seed: int, balanced: bool) -> None:
    rng = np.random.default_rng(seed)
    likely, _ = tables(seed)
    likely = np.repeat(likely, 10, axis=0)
    answers = np.where(rng.random(len(likely)) < 0.3, rng.integers(0, likely.shape[1], len(likely)), likely.argmax(1))
    frequency = likely.mean(axis=0)
    worth = 1 / frequency / len(frequency) if balanced else np.ones_like(frequency)
    best = (likely * worth).argmax(axis=1)
    draws = (rng.random((4000, len(likely), 1)) > likely.cumsum(axis=1)[None, :, :-1]).sum(axis=2)
    gained = np.where(draws == best, worth[best], 0.0) - np.where(draws == answers, worth[answers], 0.0)
    spread = float(np.sqrt((gained**2).mean() - gained.mean() ** 2)) / len(likely) ** 0.5
    told_of = expectation(likely).of_answers(answers, balanced=balanced)
    assert told_of.own_error == pytest.approx(max(spread, 0.5 / len(likely)), rel=0.1, abs=1e-3)


@given(seed=SEEDS)
def test_without_doubt_the_accuracy_itself_is_expected(seed: int) -> None:
    _, labels = tables(seed)
    answers = np.random.default_rng(seed + 1).permutation(labels)
    sure = np.eye(labels.max() + 2)[labels]
    assert expectation(sure).of_answers(answers).accuracy == pytest.approx((answers == labels).mean())
    present = np.unique(labels)
    recalls = [(answers[labels == k] == k).mean() for k in present]
    told = expectation(sure[:, present])
    found = told.of_answers(np.searchsorted(present, answers), balanced=True).accuracy
    assert found == pytest.approx(np.mean(recalls))


@given(seed=SEEDS)
def test_what_is_missed_counts_where_nobody_has_looked(seed: int) -> None:
    likely, _ = tables(seed)
    taught = np.random.default_rng(seed).dirichlet(np.ones(likely.shape[1]), size=30)
    told = expectation(likely, taught)
    best, worst = (told.of_answers(answers).accuracy for answers in (taught.argmax(axis=1), taught.argmin(axis=1)))
    assert best == pytest.approx(likely.max(axis=1).mean())
    missed = (taught.max(axis=1) - taught.min(axis=1)).mean()
    assert worst == pytest.approx(max(best - missed, 0.0))


def test_a_teacher_says_what_is_known_and_labels_by_heart_gain_nothing() -> None:
    rng = np.random.default_rng(3)
    features = rng.random((300, 3))
    labels = ((features[:, 0] > 0.5) ^ (rng.random(300) < 0.1)).astype(np.int64)
    teacher = teacher_of(features, labels, classes=2, seed=0)
    np.testing.assert_allclose(teacher.likely.sum(axis=1), 1.0)
    assert sum(teacher.shares.values()) == pytest.approx(1.0)
    assert min(teacher.shares.values()) >= 0
    told = Expectation.of(teacher, features, seed=0)
    told_of = told.of_answers((told.features[:, 0] > 0.5).astype(np.int64))
    expected = told_of.accuracy
    assert abs(expected - 0.9) < 0.08
    assert told_of.error < 0.03
    near = ((told.features[:, None] - features) ** 2).sum(axis=2).argmin(axis=1)
    assert told.of_answers(labels[near]).accuracy < expected
    asked = rng.random((50, 3))
    said = teacher.asked(asked)
    np.testing.assert_allclose(said.sum(axis=1), 1.0)
    clear = np.abs(asked[:, 0] - 0.5) > 0.1
    assert (said.argmax(axis=1) == (asked[:, 0] > 0.5))[clear].all()
    again = teacher_of(features, labels, classes=2, seed=0)
    assert (again.likely == teacher.likely).all()
    assert (again.asked(asked) == said).all()


def test_few_samples_and_a_class_of_one_sample_are_no_obstacle() -> None:
    features = np.arange(12.0).reshape(6, 2)
    teacher = teacher_of(features, np.array([0, 0, 0, 0, 0, 1]), classes=3, seed=0)
    assert teacher.likely.shape == (6, 3)
    np.testing.assert_allclose(teacher.likely.sum(axis=1), 1.0)
    assert Expectation.of(teacher, features, seed=0).features.shape == (5000, 2)


def test_a_function_that_forests_cannot_learn_is_known_as_a_formula() -> None:
    rng = np.random.default_rng(5)
    bits = rng.random((500, 12)) < 0.5
    odd = bits[:, :9].sum(axis=1) % 2
    teacher = teacher_of(bits[:250].astype(float), odd[:250], classes=2, seed=0)
    assert teacher.shares["formula"] > 0.9
    told = Expectation.of(teacher, bits[:250].astype(float), seed=0)
    assert told.of_answers(told.features[:, :9].sum(axis=1).astype(np.int64) % 2).accuracy > 0.95
    assert told.of_answers(1 - told.features[:, :9].sum(axis=1).astype(np.int64) % 2).accuracy < 0.1
    assert (teacher.asked(bits[250:].astype(float)).argmax(axis=1) == odd[250:]).all()


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 1), (1, 2), (0, 0.4)])
def test_a_formula_takes_any_two_values(low: float, high: float) -> None:
    bits = np.random.default_rng(0).random((200, 6)) < 0.5
    labels = (bits[:, 0] ^ bits[:, 1] ^ bits[:, 3]).astype(np.int64)
    features = np.where(bits, high, low).astype(np.float64)
    said = FormulaModel().fit(features[:100], labels[:100]).predict_proba(features[100:])
    assert (said.argmax(axis=1) == labels[100:]).all()

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.metrics import log_loss

from tinydwn import DWNClassifier
from tinydwn.estimators.probabilities import label_shares, vote_probabilities

Fitted = tuple[DWNClassifier, np.ndarray]
tables = arrays(np.int64, array_shapes(min_dims=2, max_dims=2, min_side=2), elements=st.integers(0, 2000))


@given(tables, st.floats(1e-3, 1e6))
def test_the_first_of_most_votes_is_the_first_of_the_likeliest(votes: np.ndarray, tau: float) -> None:
    shares = vote_probabilities(votes, tau=tau)
    assert np.abs(shares.sum(axis=1) - 1).max() < 1e-12
    assert shares.min() >= 0
    assert shares.argmax(axis=1).tolist() == votes.argmax(axis=1).tolist()


@given(tables, st.floats(10.0, 100.0))
def test_a_vote_more_multiplies_the_odds_by_the_same_factor(votes: np.ndarray, tau: float) -> None:
    shares = vote_probabilities(votes, tau=tau)
    for row, said in zip(votes.tolist(), shares.tolist(), strict=True):
        assert said[1] / said[0] == pytest.approx(math.exp((row[1] - row[0]) / tau), rel=1e-9)


@given(st.integers(2, 6), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=40))
def test_no_label_is_likelier_than_the_answer_and_none_impossible(classes: int, pairs: list[tuple[int, int]]) -> None:
    answers, labels = np.array([*pairs, (0, 0)]).T % classes
    shares = label_shares(answers, labels, classes=classes)
    assert np.abs(shares.sum(axis=1) - 1).max() < 1e-12
    assert shares.min() > 0
    assert shares.argmax(axis=1).tolist() == list(range(classes))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60))
def test_shares_are_counts_with_one_of_each_label_on_top(pairs: list[tuple[int, int]]) -> None:
    answers, labels = np.array(pairs).T
    shares = label_shares(answers, labels, classes=3)
    for answer in range(3):
        counted = [1 + pairs.count((answer, label)) for label in range(3)]
        counted[answer] = max(counted)
        assert shares[answer] == pytest.approx([count / sum(counted) for count in counted], rel=1e-8)


def test_the_first_of_the_likeliest_classes_is_what_is_predicted(fitted: Fitted) -> None:
    model, features = fitted
    said = model.predict_proba(features)
    assert said.shape == (len(features), len(model.classes_))
    assert np.abs(said.sum(axis=1) - 1).max() < 1e-12
    assert model.classes_[said.argmax(axis=1)].tolist() == model.predict(features).tolist()


def test_ties_among_few_votes_go_to_the_lowest_class() -> None:
    rng = np.random.default_rng(1)
    features, labels = rng.normal(size=(90, 2)), np.arange(90) % 3
    model = DWNClassifier(layers=(3,), epochs=1).fit(features, labels)
    said = model.predict_proba(features)
    tied = (said == said.max(axis=1, keepdims=True)).sum(axis=1) > 1
    assert tied.any()
    assert said.argmax(axis=1).tolist() == model.predict(features).tolist()


def test_probabilities_say_more_than_chance(fitted: Fitted) -> None:
    model, features = fitted
    rng = np.random.default_rng(len(model.classes_))
    centers = rng.normal(scale=2.0, size=(len(model.classes_), 3))
    labels = model.classes_[((features[:120, None] - centers) ** 2).sum(axis=2).argmin(axis=1)]
    loss = log_loss(labels, model.predict_proba(features[:120]), labels=model.classes_)
    assert loss < math.log(len(model.classes_))

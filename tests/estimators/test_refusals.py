from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from tinydwn import DWNClassifier
from tinydwn.errors import ConfigError, DataError
from tinydwn.estimators.refusals import ParameterError, SamplesError, SamplesTypeError

X = np.arange(16.0).reshape(8, 2)
Y = [0, 1] * 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layers": "abc"}, "the layers are 'abc'\n\nhint: give a number of lookup tables per layer, such as (60, 20)"),
        ({"reduction": 3}, "unknown reduction 3\n\nhint: choose one of popcount, learnable, coded"),
        ({"tau": "warm"}, "tau is 'warm'\n\nhint: choose a number from 0.001 to 1e+06"),
        ({"class_weight": {0: "x"}}, "a class's weight is 'x'\n\nhint: choose a number from 0 to 1e+09"),
        ({"class_weight": {7: 1}}, "class_weight names 7, which is no label\n\nhint: the labels are 0, 1"),
        ({"verbose": "yes"}, "verbose is 'yes'\n\nhint: choose 0 for silence, 1 for a line per epoch"),
        ({"verbose": -1}, "verbose is -1\n\nhint: choose 0 for silence, 1 for a line per epoch"),
        (
            {"layers": (3,)},
            "popcount cannot share 3 lookup tables equally among 2 classes\n\n"
            "hint: make the last layer 2 or 4 tables wide, or choose the learnable reduction",
        ),
    ],
)
def test_an_argument_that_makes_no_sense_is_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        DWNClassifier(**{"epochs": 1} | arguments).fit(X, Y)
    assert str(caught.value) == message
    assert isinstance(caught.value, ConfigError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        ([["1", "a"], ["2", "b"]], "X[0, 1] is 'a': could not convert string to float: 'a'"),
        (pd.DataFrame({"size": [1, 2], "color": ["3", "red"]}), "X[1, 'color'] is 'red': could not convert string"),
        ([[1.0, "w" * 90], [2.0, "1"]], f"X[0, 1] is '{'w' * 56}...: could not convert"),
        ([[1.0, None], [2.0, 3.0]], "X[0, 1] is None: Input X contains NaN"),
        ([[1.0, 10**400], [2.0, 3.0]], f"X[0, 1] is 1{'0' * 56}...: int too large to convert to float"),
        ([[1.0], [2.0, 3.0]], "setting an array element with a sequence"),
        ([1.0, 2.0], "Expected 2D array, got 1D array instead"),
        ([[1.0, np.nan], [2.0, 3.0]], "Input X contains NaN"),
    ],
)
def test_samples_that_are_no_numbers_are_named_with_their_place(samples: Any, message: str) -> None:
    with pytest.raises(SamplesError) as caught:
        DWNClassifier(epochs=1).fit(samples, [0, 1])
    assert caught.value.message.startswith(message)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, DataError)


def test_texts_are_met_with_a_hint_and_other_values_without() -> None:
    with pytest.raises(SamplesError) as caught:
        DWNClassifier(epochs=1).fit([["a"], ["b"]], [0, 1])
    assert caught.value.hint == "code texts as numbers first, as sklearn.preprocessing.OneHotEncoder does"
    with pytest.raises(SamplesError) as caught:
        DWNClassifier(epochs=1).fit([[None], [1.0]], [0, 1])
    assert caught.value.hint == ""


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        ([[{}, 1.0], [2.0, 3.0]], r"X\[0, 0\] is {}: .*argument must be a string or a .*number"),
        (csr_array(X[:2]), "Sparse data was passed for X, but dense data is required"),
        (object(), "argument must be a string or a .*number"),
    ],
)
def test_samples_of_another_kind_are_type_errors_too(samples: Any, message: str) -> None:
    with pytest.raises(SamplesTypeError, match=message) as caught:
        DWNClassifier(epochs=1).fit(samples, [0, 1])
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, DataError)


def test_features_that_tell_nothing_apart_are_refused() -> None:
    with pytest.raises(SamplesError, match="every feature has the same value in all training samples"):
        DWNClassifier(epochs=1).fit(np.ones((4, 2)), [0, 1, 0, 1])


def test_what_is_predicted_must_be_numbers_too() -> None:
    model = DWNClassifier(epochs=1).fit(X, Y)
    for answer in (model.predict, model.predict_proba):
        with pytest.raises(SamplesError, match=r"X\[1, 1\] is 'low'"):
            answer([[1.0, 2.0], [3.0, "low"]])
        with pytest.raises(SamplesError, match="expecting 2 features"):
            answer(X[:, :1])


def test_a_fit_that_fails_leaves_the_classifier_as_it_was() -> None:
    model = DWNClassifier(epochs=1).fit(X, Y)
    before = model.predict(X).tolist()
    with pytest.raises(ParameterError):
        model.set_params(epochs=0).fit(X, ["a", "b"] * 4)
    assert model.predict(X).tolist() == before


@pytest.mark.parametrize("kind", [ParameterError, SamplesError, SamplesTypeError])
def test_errors_survive_a_trip_to_another_process(kind: Any) -> None:
    again = pickle.loads(pickle.dumps(kind("what", hint="how")))
    assert (type(again), again.message, again.hint) == (kind, "what", "how")

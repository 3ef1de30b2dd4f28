from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn import DWNClassifier
from tinydwn.estimators.refusals import ParameterError
from tinydwn.estimators.seeds import seed_of

X = np.random.default_rng(0).normal(size=(40, 3))
Y = np.arange(40) % 2


def digest(random_state: Any) -> str:
    return DWNClassifier(layers=(4,), epochs=1, random_state=random_state).fit(X, Y).classifier_.digest


@given(st.integers(0, 2**63 - 1))
def test_a_whole_number_is_its_own_seed(number: int) -> None:
    assert seed_of(number) == seed_of(np.int64(number)) == number


def test_the_same_number_gives_the_same_classifier_and_another_another() -> None:
    assert digest(3) == digest(3) == digest(np.int32(3)) != digest(4)


def test_a_generator_gives_the_same_series_of_classifiers_from_the_same_start() -> None:
    first, second = np.random.RandomState(5), np.random.RandomState(5)
    series = [digest(first) for _ in range(2)]
    assert series == [digest(second) for _ in range(2)]
    assert series[0] != series[1]


def test_without_a_random_state_the_global_generator_decides() -> None:
    before = np.random.get_state()  # noqa: NPY002
    try:
        np.random.seed(6)  # noqa: NPY002
        first = digest(None)
        assert digest(None) != first
        np.random.seed(6)  # noqa: NPY002
        assert digest(None) == first
    finally:
        np.random.set_state(before)  # noqa: NPY002


@pytest.mark.parametrize("wrong", ["a", -1, 2**63, 1.5, True, np.random.default_rng(0)])
def test_anything_else_is_refused(wrong: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        digest(wrong)
    assert str(caught.value) == (
        f"random_state is {wrong!r}\n\n"
        "hint: choose a whole number from 0 to 9223372036854775807, a numpy.random.RandomState, or None"
    )


def test_a_seed_is_no_argument_any_more() -> None:
    with pytest.raises(TypeError, match="seed"):
        DWNClassifier(seed=1)  # type: ignore[call-arg]

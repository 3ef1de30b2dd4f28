from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.made_up import again
from tinydwn.baselines import accuracy_only
from tinydwn.bench.contenders import BY_C, BY_NUMBA, BY_NUMPY, BY_TORCH, TREE, XGBOOST, Contender, _checked
from tinydwn.bench.studies import simulate as module
from tinydwn.bench.studies.simulate import BITS, FEATURES, STUDY, Asked, SpeedRow, base_of, faster, in_turn
from tinydwn.bench.study import Measured, measure
from tinydwn.errors import ConfigError, ProgramMissing, VerificationError

ROWS = (
    SpeedRow("iris", 9, BITS, BY_C, 8e6, 0.9),
    SpeedRow("iris", 9, BITS, BY_NUMPY, 2e6, 0.9),
    SpeedRow("wine", 9, BITS, BY_C, 9e6, 0.8),
    SpeedRow("wine", 9, BITS, BY_NUMPY, 1e6, 0.8),
    SpeedRow("iris", 9, FEATURES, BY_C, 4e6, 0.9),
    SpeedRow("iris", 9, FEATURES, TREE, 5e6, 0.8),
)


def simulated(rows: Sequence[SpeedRow], absent: dict[str, dict[str, str]]) -> Measured[SpeedRow]:
    about = {"absent": absent, "samples": 1000, "repetitions": 3, "load": 0.5, "date": "", "versions": {"torch": "2"}}
    return Measured(STUDY, tuple(rows), about)


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Measure one little network, with a cache of its own."""
    options = {"layers": (9,), "inputs_per_lut": 3, "epochs": 2}
    monkeypatch.setattr(module, "NETWORKS", {"iris, little": ("iris", options)})
    monkeypatch.setenv("TINYDWN_CACHE", str(tmp_path))


def test_every_contender_is_timed_on_both_questions(c_compiler: Path, little: None) -> None:
    heard = []
    found = measure(STUDY, Asked(None, 300, 1), on_arrival=lambda task, one, _: heard.append((task.network, one.rows)))
    assert heard == [("iris, little", found.rows)]
    forms = [BY_C, BY_NUMBA, BY_NUMPY, BY_TORCH]
    assert [row.contender for row in found.rows if row.question == BITS] == forms
    assert [row.contender for row in found.rows if row.question == FEATURES] == [*forms, TREE, XGBOOST]
    assert all(row.samples_per_s > 0 and 0.2 < row.accuracy <= 1 for row in found.rows)
    assert found.about["absent"] == {"iris, little": {}}
    assert again(found) == found


def test_what_is_missing_is_said(little: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ProgramMissing("XGBoost is not installed")

    monkeypatch.setattr(accuracy_only, "xgboost", missing)
    monkeypatch.setenv("CC", "/nowhere/cc")
    found = measure(STUDY, Asked(None, 100, 1))
    absent = found.about["absent"]["iris, little"]
    assert absent[XGBOOST] == "XGBoost is not installed"
    assert absent[BY_C].startswith("the C compiler cannot be started: /nowhere/cc")
    assert BY_C not in {row.contender for row in found.rows}
    assert {row.contender: faster(found.rows, row) for row in found.rows}[BY_NUMBA] == 1.0
    assert "numba is faster" in found.to_text()


def test_ratios_are_those_of_one_network_and_question() -> None:
    found = simulated(ROWS, {"iris": {XGBOOST: "XGBoost is not installed"}})
    assert [faster(ROWS, row) for row in ROWS] == [1.0, 4.0, 1.0, 9.0, 1.0, 0.8]
    assert found.summary == {
        BITS: {BY_C: 1.0, BY_NUMPY: pytest.approx(6.0)},
        FEATURES: {BY_C: 1.0, TREE: pytest.approx(0.8)},
    }
    assert again(found) == found
    text = found.to_text()
    assert "Geometric means of how many times faster C is: from packed bits numpy 6.0; from features decision" in text
    assert "Not measured for iris: XGBoost (XGBoost is not installed)." in text
    assert text.splitlines()[4].split() == ["iris", "9", "C", "8.000", "1.0", "90.00"]


def test_others_are_compared_with_what_is_there_for_every_network_and_question() -> None:
    def rows(network: str, *names: str) -> list[SpeedRow]:
        return [SpeedRow(network, 9, BITS, name, 1e6 * (k + 1), 0.9) for k, name in enumerate(names)]

    there = rows("iris", BY_C, BY_NUMBA, BY_NUMPY)
    absent = {"iris": {XGBOOST: "none"}, "wine": {BY_C: "too large", XGBOOST: "none"}}
    found = simulated((*there, *rows("wine", BY_NUMBA, BY_NUMPY)), absent)
    assert base_of(found.rows) == BY_NUMBA
    assert [faster(found.rows, row) for row in found.rows] == [2.0, 1.0, 2 / 3, 1.0, 0.5]
    text = found.to_text()
    assert "Not measured for wine: C (too large)." in text
    assert "Not measured: XGBoost (none)." in text
    assert again(found) == found
    assert base_of((*there, *rows("wine", BY_NUMPY))) == BY_NUMPY


def test_of_several_with_one_name_the_quickest_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 3.0, 10.0, 11.0, 20.0, 22.0, 30.0, 33.0, 40.0, 41.0, 50.0, 52.0])
    monkeypatch.setattr(module.time, "process_time", lambda: next(clock))
    asked = []
    contenders = [
        Contender(name, lambda k=k: asked.append(k), 1.0)  # type: ignore[misc,return-value]
        for k, name in enumerate(("slow", "quick", "slow"))
    ]
    assert in_turn(contenders, repetitions=2) == {"slow": 2.0, "quick": 1.0}
    assert asked == [0, 1, 2, 0, 1, 2]


def test_a_form_that_answers_otherwise_is_a_defect() -> None:
    with pytest.raises(VerificationError) as caught:
        _checked("the form", lambda: np.array([0, 1]), np.array([0, 0]), 1.0)
    assert str(caught.value) == "'the form' does not answer as the model does\n\nhint: please report this defect"


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        Asked(("mnist",))
    assert str(caught.value) == (
        "unknown network 'mnist'\n\nhint: choose among phoneme, small; phoneme, medium; digits, small; digits, medium"
    )

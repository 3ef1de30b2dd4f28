"""The circuit classifier as scikit-learn users know it."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from tinydwn import CircuitClassifier
from tinydwn.errors import ConfigError, LibraryError
from tinydwn.estimators.refusals import ParameterError
from tinydwn.mapping import portfolio
from tinydwn.model import classify, load_classifier
from tinydwn.netlist import from_blif
from tinydwn.netlist.simulate import simulate
from tinydwn.synthesis import start_trees, starts, teacher

QUICK: dict[str, Any] = {
    "budget": 8,
    "circuits": 2000,
    "points": 3,
    "training": {"epochs": 2, "layers": (6,), "bits_per_feature": 4},
}


@pytest.fixture(scope="module")
def flowers() -> tuple[np.ndarray, np.ndarray]:
    features, species = load_iris(return_X_y=True)
    return features, np.array(["setosa", "versicolor", "virginica"])[species]


@pytest.fixture(scope="module")
def fitted(flowers: tuple[np.ndarray, np.ndarray]) -> CircuitClassifier:
    return CircuitClassifier(**QUICK).fit(*flowers)


@pytest.fixture
def model(fitted: CircuitClassifier) -> CircuitClassifier:
    """Return a fitted classifier that a test may change."""
    return pickle.loads(pickle.dumps(fitted))


def test_a_small_circuit_learns_labels_that_are_texts(model: CircuitClassifier, flowers: Any) -> None:
    features, species = flowers
    assert model.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    assert model.n_features_in_ == 4
    assert model.score(features, species) > 0.9
    assert model.predict(features).dtype == species.dtype
    assert model.classes_[classify(model.classifier_, features)].tolist() == model.predict(features).tolist()


def test_the_front_is_ordered_by_area_and_tells_what_to_expect(model: CircuitClassifier, flowers: Any) -> None:
    features, species = flowers
    areas = [point.chip.area_um2 for point in model.front_]
    assert areas == sorted(areas)
    assert {point.kind for point in model.front_} >= {"network", "refined"}
    assert len(model.front_) <= QUICK["points"] + 1
    assert model.expected_accuracy_ == model.front_[model.chosen_].expected
    for point in model.front_:
        assert point.test is None
        assert 0 < point.error < 0.2
        assert point.training == np.mean(model.classes_[classify(point.classifier, features)] == species)


@pytest.mark.parametrize("number", range(2))
def test_every_circuit_of_the_front_can_be_taken_and_written(
    model: CircuitClassifier, flowers: Any, number: int
) -> None:
    features, _ = flowers
    assert model.choose(point=number) is model
    assert (model.chosen_, model.classifier_) == (number, model.front_[number].classifier)
    chip = from_blif(model.to_blif())
    assert chip == model.netlist_
    words = model.classifier_.encoder.fixed_point.words(features)
    columns = [words[:, int(name[1])] >> int(name[3:-1]) & 1 for name in chip.inputs]
    answers = simulate(chip, np.array(columns, dtype=bool).reshape(len(columns), -1).T) if columns else None
    if answers is not None:
        assert model.classes_[answers @ (1 << np.arange(answers.shape[1]))].tolist() == model.predict(features).tolist()
    assert model.to_verilog().startswith("module chip (\n")
    assert "class_0" in model.to_equations()
    assert "int classify(" in model.to_c()


def test_circuits_are_chosen_by_rule_area_and_accuracy(model: CircuitClassifier) -> None:
    expected = [point.expected for point in model.front_]
    best = int(np.argmax(expected))
    assert model.choose("best").chosen_ == best
    assert model.choose(accuracy_drop=1.0).chosen_ == 0
    assert model.choose(accuracy_drop=0.0).chosen_ == best
    smallest = model.front_[0].chip.nand2_equivalent
    assert model.choose(max_area=smallest).chosen_ == 0
    assert model.choose("knee").chosen_ <= model.choose("best").chosen_


def test_the_likeliest_class_is_the_answer_of_every_circuit(model: CircuitClassifier, flowers: Any) -> None:
    features, _ = flowers
    for number in range(len(model.front_)):
        said = model.choose(point=number).predict_proba(features)
        assert said.shape == (150, 3)
        assert np.abs(said.sum(axis=1) - 1).max() < 1e-12
        assert model.classes_[said.argmax(axis=1)].tolist() == model.predict(features).tolist()


def test_the_same_number_gives_the_same_front(fitted: CircuitClassifier, flowers: Any) -> None:
    again = clone(fitted).fit(*flowers)
    assert again.get_params() == fitted.get_params()
    assert [point.classifier for point in again.front_] == [point.classifier for point in fitted.front_]
    assert [point.expected for point in again.front_] == [point.expected for point in fitted.front_]


def test_a_saved_circuit_is_a_model_file(model: CircuitClassifier, tmp_path: Path) -> None:
    model.save(tmp_path / "circuit.npz")
    assert load_classifier(tmp_path / "circuit.npz") == model.classifier_
    with pytest.raises(ParameterError, match="the path is 3"):
        model.save(3)  # type: ignore[arg-type]


def test_an_area_may_be_asked_for_and_steps_are_told(flowers: Any, capsys: pytest.CaptureFixture[str]) -> None:
    model = CircuitClassifier(**{**QUICK, "budget": 2}, max_area=6, cut="core", balanced=True, verbose=1).fit(*flowers)
    assert model.front_[model.chosen_].core.nand2_equivalent <= 6
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "[CircuitClassifier] train: training the network"
    assert all(line.startswith("[CircuitClassifier] ") for line in told)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"budget": "small"}, "budget is 'small'\n\nhint: choose a number, such as 12"),
        ({"budget": 0}, "a search up to 0 NAND2 equivalents\n\nhint: choose a number above 0, like 64"),
        ({"effort": "most"}, "unknown effort 'most'\n\nhint: choose one of fast, normal, high"),
        ({"cut": 3}, "unknown cut '3'\n\nhint: choose one of core, chip"),
        ({"rule": "worst"}, "there is no rule 'worst'\n\nhint: choose one of balanced, knee, best"),
        (
            {"rule": "knee", "max_area": 3},
            "the rule 'knee' and max_area both choose a circuit\n\n"
            "hint: give one of a rule, max_area, accuracy_drop and point",
        ),
        ({"max_area": "x"}, "max_area is 'x'\n\nhint: choose a number, such as 12"),
        ({"library": 3}, "library is 3\n\nhint: give the name of a cell library, or the path of a Liberty file"),
        ({"balanced": "yes"}, "balanced is 'yes'\n\nhint: choose True or False"),
        ({"circuits": 1.5}, "circuits is 1.5\n\nhint: choose a whole number"),
        ({"circuits": 0}, "a search of 0 circuits\n\nhint: choose a whole number from 1 upwards"),
        ({"points": 1}, "a front of 1 points\n\nhint: choose a whole number from 2 upwards"),
        ({"training": 5}, 'training is 5\n\nhint: give fields of TrainingConfig, such as {"epochs": 20}'),
        ({"training": {"seed": 1}}, "training has a seed\n\nhint: give it as random_state"),
        ({"random_state": 1 << 32}, "random_state is 4294967296\n\nhint: choose a whole number from 0 to 4294967295"),
        ({"verbose": "yes"}, "verbose is 'yes'\n\nhint: choose 0 for silence, 1 for a line per step"),
    ],
)
def test_an_argument_that_makes_no_sense_is_named(flowers: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        CircuitClassifier(**arguments).fit(*flowers)
    assert str(caught.value) == message
    assert isinstance(caught.value, ConfigError)
    assert isinstance(caught.value, ValueError)


def test_a_library_that_is_not_there_is_named(flowers: Any) -> None:
    with pytest.raises(LibraryError, match="'nothing'"):
        CircuitClassifier(library="nothing").fit(*flowers)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "nothing says which circuit to choose"),
        ({"rule": "best", "point": 1}, "the rule 'best' and point both choose a circuit"),
        ({"point": 99}, "there is no point 99"),
        ({"point": 0.5}, "point is 0.5"),
        ({"max_area": 0.0}, "no circuit takes at most 0 NAND2 equivalents"),
        ({"max_area": math.inf}, "a circuit cannot be chosen by inf"),
        ({"accuracy_drop": -1}, "a circuit cannot be chosen by -1"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused_and_changes_nothing(
    model: CircuitClassifier, arguments: dict[str, Any], message: str
) -> None:
    before = model.chosen_
    with pytest.raises(ParameterError) as caught:
        model.choose(**arguments)
    assert caught.value.message == message
    assert model.chosen_ == before


def test_without_a_fit_there_is_no_circuit(tmp_path: Path) -> None:
    model = CircuitClassifier()
    calls = (model.to_verilog, model.to_blif, model.to_equations, model.to_c, model.choose)
    for call in (*calls, lambda: model.predict([[1.0]]), lambda: model.save(tmp_path / "m.npz")):
        with pytest.raises(NotFittedError):
            call()


SMALLEST = CircuitClassifier(
    budget=8,
    circuits=200,
    points=2,
    library="nand2",
    training={"epochs": 2, "bits_per_feature": 2, "layers": (12,), "inputs_per_lut": 2},
)


_TOLD, _ODD = "decision tree", ("fit2d_1", "dtype", "one_label", "classifiers_train", "float32")
_AS_IS = portfolio.MappingScript("as-is", "", (portfolio.Cover("amap", "amap -m"),), 1 << 62)


# Each check fits small data; what is not applicable says so by a skip of its own. How good a circuit gets is asked
# nowhere, so one cover of cells will do, and one teacher but where samples are odd.
@parametrize_with_checks([SMALLEST])
def test_it_passes_the_checks_of_scikit_learn(
    estimator: CircuitClassifier, check: Callable[[CircuitClassifier], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = teacher._models
    if not any(odd in str(check) for odd in _ODD):
        monkeypatch.setattr(teacher, "_models", lambda *args, **more: {_TOLD: models(*args, **more)[_TOLD]})
    monkeypatch.setitem(teacher.FORESTS, "fast", (12, 2))
    monkeypatch.setitem(portfolio._STAGES, "fast", (portfolio.Stage((_AS_IS,), (), 0, 0),))
    monkeypatch.setitem(starts.DWN_SHAPES, "fast", ())
    monkeypatch.setattr(start_trees, "TREE_LEAVES", (4,))
    check(estimator)


def test_the_checks_of_scikit_learn_are_those_for_classifiers() -> None:
    assert sum(1 for _ in estimator_checks_generator(SMALLEST)) > 50

"""Everything that `synthesize` may be given, and the words with which all else is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.tree import DecisionTreeClassifier

from tinydwn import DWNClassifier
from tinydwn.data import Dataset, Reading, load_dataset
from tinydwn.errors import ConfigError, DataError
from tinydwn.model import classify
from tinydwn.synthesis import SynthesisOptions, synthesize
from tinydwn.synthesis.given import InMemory, settle
from tinydwn.synthesis.progress import Progress
from tinydwn.synthesis.source import learn
from tinydwn.synthesis.workspace import Workspace

PLAIN = SynthesisOptions()
X = np.random.default_rng(0).normal(size=(60, 3)) * [1.0, 1.0, 0.0]
Y = np.array(["high", "low"])[(X[:, 0] < 0).astype(int)]
FRAME = pd.DataFrame(X, columns=["a", "b", "c"]).assign(kind=Y)


@pytest.fixture(scope="module")
def network() -> DWNClassifier:
    return DWNClassifier(layers=(4,), epochs=2).fit(X, Y)


@pytest.mark.parametrize(
    ("source", "target"),
    [((X, Y), None), ((X.tolist(), Y.tolist()), None), (X, Y), (FRAME, "kind"), (FRAME, None), (FRAME[["a", "b"]], Y)],
    ids=["arrays", "lists", "an array and labels", "a column", "the last column", "a frame and labels"],
)
def test_samples_in_memory_become_a_data_set(source: Any, target: Any) -> None:
    found, samples, options = settle(source, None, target, PLAIN)
    assert isinstance(found, Dataset)
    assert samples is None
    assert options == PLAIN
    assert found.features.tolist() == X[:, :2].tolist()
    assert [found.class_names[label] for label in found.labels] == Y.tolist()


def test_a_pair_of_a_frame_and_a_column_names_the_class() -> None:
    found, _, _ = settle((FRAME, "kind"), None, None, PLAIN)
    assert isinstance(found, Dataset)
    assert found.feature_names == ("a", "b")
    turned = FRAME[["kind", "a", "b"]]
    by_reading, _, _ = settle(turned, None, None, SynthesisOptions(reading=Reading(target="kind")))
    assert isinstance(by_reading, Dataset)
    assert by_reading.feature_names == ("a", "b")


def test_a_name_and_a_path_stay_what_they_are_and_take_a_target() -> None:
    found, _, options = settle("some.csv", None, "kind", PLAIN)
    assert (found, options.reading.target) == ("some.csv", "kind")
    found, samples, options = settle(Path("model.npz"), "some.csv", "kind", PLAIN)
    assert (found, samples, options.reading.target) == (Path("model.npz"), "some.csv", "kind")


def test_a_fitted_classifier_is_the_classifier_in_it(network: DWNClassifier) -> None:
    found, samples, _ = settle(network, (X, Y), None, PLAIN)
    assert found == network.classifier_
    assert isinstance(samples, InMemory)
    assert settle(network.classifier_, None, None, PLAIN)[:2] == (network.classifier_, None)


@pytest.mark.parametrize("samples", [(X, Y), FRAME.set_axis(["x0", "x1", "x2", "kind"], axis=1)])
def test_samples_for_a_classifier_keep_its_features_and_classes(network: DWNClassifier, samples: Any) -> None:
    source, given, options = settle(network, samples, None, PLAIN)
    learnt = learn(source, options, Progress(), Workspace(None), samples=given)
    split = learnt.split
    assert split is not None
    assert split.feature_names == ("x0", "x1", "x2")
    assert split.class_names == network.classifier_.class_names
    assert len(split.test_labels) == 12
    rows = {tuple(row): label for row, label in zip(X.tolist(), Y, strict=True)}
    for row, label in zip(split.test_features.tolist(), split.test_labels, strict=True):
        assert rows[tuple(row)] == split.class_names[label]


def test_labels_that_are_whole_numbers_are_called_alike() -> None:
    labels = (Y == "low").astype(float)
    network = DWNClassifier(layers=(4,), epochs=1).fit(X, labels)
    _, given, _ = settle(network, (X, labels), None, PLAIN)
    assert isinstance(given, InMemory)
    assert given.dataset_for(network.classifier_).class_names == ("0", "1")


def test_a_class_that_the_classifier_does_not_know_is_named(network: DWNClassifier) -> None:
    with pytest.raises(ConfigError, match="the samples do not have the classes of the classifier: they have 'middle'"):
        InMemory(X, np.where(X[:, 1] > 0, Y, "middle")).dataset_for(network.classifier_)


NO_TARGET = "so that a target has no effect"


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        (3, {}, "the source is a value of type int\n\nhint: give the name of a data set, the path of a table"),
        (None, {}, "the source is a value of type NoneType"),
        ({"a": 1}, {}, "the source is a value of type dict"),
        (X, {}, "the source is an array without classes\n\nhint: give (X, y)"),
        (X, {"target": "kind"}, "the source is an array without classes\n\nhint: give (X, y)"),
        ((X, Y, X), {}, "the source is a tuple of 3 values\n\nhint: give (X, y)"),
        ((X, Y), {"target": "kind"}, f"(X, y) has its classes, {NO_TARGET}"),
        (DWNClassifier(), {}, "the source is no fitted classifier of lookup tables: DWNClassifier\n\nhint: call fit"),
        (DWNClassifier, {}, "the source is no fitted classifier of lookup tables: DWNClassifier"),
        (DecisionTreeClassifier(), {}, "the source is no fitted classifier of lookup tables: DecisionTreeClassifier"),
        ((X, Y), {"samples": (X, Y)}, "samples were given twice"),
        ("iris", {"samples": (X, Y)}, "samples were given twice"),
        ("iris", {"target": 3}, "the target is of type int"),
        ("iris", {"options": {"effort": "fast"}}, "{'effort': 'fast'} is no SynthesisOptions"),
        ("iris", {"choice": "best"}, "'best' is no Choice\n\nhint: give tinydwn's Choice(...)"),
        (load_dataset("iris"), {"target": "a"}, f"a data set has its classes, {NO_TARGET}"),
        (
            FRAME,
            {"options": SynthesisOptions(reading=Reading(missing="mean"))},
            "the samples are in memory, so that the option 'missing' has no effect",
        ),
        (
            "a.csv",
            {"target": "a", "options": SynthesisOptions(reading=Reading(target="b"))},
            "the class is said to be 'b' and 'a'",
        ),
    ],
)
def test_anything_else_is_refused_in_words(source: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        synthesize(source, **options)
    assert str(caught.value).startswith(message)


def test_what_belongs_to_a_classifier_is_checked(network: DWNClassifier) -> None:
    with pytest.raises(ConfigError, match=f"a classifier without samples has none, {NO_TARGET}"):
        synthesize(network, target="kind")
    with pytest.raises(ConfigError, match="the samples are a value of type int"):
        synthesize(network, samples=3)
    with pytest.raises(DataError, match="the table has no column 'x0', 'x1', 'x2'"):
        learn(*_settled(network, FRAME))


def _settled(source: Any, samples: Any) -> Any:
    found, given, options = settle(source, samples, None, PLAIN)
    assert isinstance(given, InMemory)
    given.dataset_for(found)  # type: ignore[arg-type]
    return found, options, Progress(), Workspace(None)


def test_a_network_and_samples_walk_the_whole_road(network: DWNClassifier) -> None:
    options = SynthesisOptions(circuits=500, points=2, most_nand2=6.0)
    found = synthesize(network, options, samples=(X, Y))
    assert {"network", "refined"} <= {point.kind for point in found.points}
    assert len(found.points) <= 3
    assert network.classifier_ in [point.classifier for point in found.points]
    said = classify(found.point.classifier, X)
    assert np.mean(np.array(found.point.classifier.class_names)[said] == Y) > 0.8

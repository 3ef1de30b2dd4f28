from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from tinydwn import DWNClassifier
from tinydwn.errors import ConfigError
from tinydwn.model import classify
from tinydwn.training import TrainingConfig


@pytest.fixture(scope="module")
def flowers():
    features, species = load_iris(return_X_y=True)
    return features, np.array(["setosa", "versicolor", "virginica"])[species]


def test_its_arguments_are_the_fields_of_the_configuration():
    given = DWNClassifier().get_params()
    assert given.pop("class_weight") is None
    assert given.pop("verbose") == 0
    assert given.pop("random_state") == TrainingConfig().seed
    assert TrainingConfig.from_dict(given) == TrainingConfig()


def test_it_learns_labels_that_are_texts(flowers):
    features, species = flowers
    model = DWNClassifier(epochs=20)
    assert model.fit(features, species) is model
    assert model.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    assert model.n_features_in_ == 4
    assert model.score(features, species) > 0.9
    assert model.predict(features).dtype == species.dtype
    assert model.classes_[classify(model.classifier_, features)].tolist() == model.predict(features).tolist()
    assert len(model.history_) == 20


def test_it_can_be_cloned_and_repeated(flowers):
    features, species = flowers
    model = DWNClassifier(layers=(9,), epochs=3, random_state=4).fit(features, species)
    again = clone(model).fit(features, species)
    assert again.classifier_ == model.classifier_
    assert again.get_params() == model.get_params()


_NOT_EXACT = {
    f"check_sample_weight_equivalence_on_{form}_data": "batches are drawn by chance: twice a sample is not weight 2"
    for form in ("dense", "sparse")
}


# Each check fits small data; what is not applicable says so by a skip of its own.
@parametrize_with_checks([DWNClassifier(epochs=10)], expected_failed_checks=lambda _: _NOT_EXACT)
def test_it_passes_the_checks_of_scikit_learn(estimator, check):
    check(estimator)


def test_the_checks_of_scikit_learn_are_those_for_classifiers():
    assert sum(1 for _ in estimator_checks_generator(DWNClassifier())) > 50


def test_weights_of_classes_may_be_named_by_label(flowers):
    features, species = flowers
    weighed = DWNClassifier(epochs=5, class_weight={"virginica": 1000.0}).fit(features, species)
    assert (weighed.predict(features) == "virginica").sum() > 55
    assert DWNClassifier(epochs=5, class_weight="balanced").fit(features, species).score(features, species) > 0.6


def test_it_works_in_a_pipeline_and_in_a_search(flowers):
    features, species = flowers
    pipeline = make_pipeline(StandardScaler(), DWNClassifier(epochs=15))
    assert cross_val_score(pipeline, features, species, cv=3).mean() > 0.8
    search = GridSearchCV(DWNClassifier(epochs=5), {"layers": [(6,), (12,)], "inputs_per_lut": [2, 4]}, cv=2)
    search.fit(features, species)
    assert set(search.best_params_) == {"layers", "inputs_per_lut"}


def test_names_of_columns_become_names_of_features(flowers):
    features, species = flowers
    table = pd.DataFrame(features, columns=["sepal length", "sepal width", "petal length", "petal width"])
    model = DWNClassifier(epochs=2).fit(table, species)
    assert model.classifier_.encoder.feature_names == tuple(table.columns)
    assert model.classifier_.class_names == ("setosa", "versicolor", "virginica")
    assert len(model.predict(table)) == 150


def test_bad_use_is_refused(flowers):
    features, species = flowers
    with pytest.raises(NotFittedError):
        DWNClassifier().predict(features)
    with pytest.raises(ValueError, match="needs samples of at least 2 classes, got 1 class"):
        DWNClassifier().fit(features[:10], species[:10])
    with pytest.raises(ValueError, match="NaN"):
        DWNClassifier().fit(np.full((4, 2), np.nan), [0, 1, 0, 1])
    with pytest.raises(ValueError, match="expecting 4 features"):
        DWNClassifier(epochs=1).fit(features, species).predict(features[:, :2])
    with pytest.raises(ConfigError, match="epochs is 0"):
        DWNClassifier(epochs=0).fit(features, species)


def test_a_weight_for_a_label_that_is_not_there_is_refused(flowers):
    features, species = flowers
    with pytest.raises(ValueError, match="class_weight names 'rose', which is no label"):
        DWNClassifier(epochs=1, class_weight={"rose": 2.0}).fit(features, species)


def test_it_prints_a_line_per_epoch_where_asked_to(flowers, capsys):
    features, species = flowers
    DWNClassifier(epochs=3, validation_fraction=0.2).fit(features, species)
    assert capsys.readouterr() == ("", "")
    model = DWNClassifier(epochs=3, verbose=1).fit(features, species)
    last = model.history_[-1]
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in told] == [f"[DWNClassifier] epoch {k} of 3" for k in (1, 2, 3)]
    assert told[-1].endswith(f": loss {last.training_loss:.4f}, accuracy {last.training_accuracy:.4f}")
    model = DWNClassifier(epochs=1, verbose=True, validation_fraction=0.2).fit(features, species)
    last = model.history_[-1]
    assert capsys.readouterr().out.endswith(
        f"; validation loss {last.validation_loss:.4f}, accuracy {last.validation_accuracy:.4f}\n"
    )


def test_the_configuration_it_keeps_has_every_field_set(flowers):
    features, species = flowers
    model = DWNClassifier(epochs=2, random_state=7).fit(features, species)
    assert model.config_.seed == 7
    assert None not in (model.config_.layers, model.config_.tau, model.config_.batch_size)
    assert len(model.classifier_.layers[0].tables) == model.config_.layers[0]


def test_it_survives_pickling(flowers):
    features, species = flowers
    model = DWNClassifier(epochs=2, reduction="coded").fit(features, species)
    again = pickle.loads(pickle.dumps(model))
    assert again.predict_proba(features).tolist() == model.predict_proba(features).tolist()
    assert again.to_verilog() == model.to_verilog()

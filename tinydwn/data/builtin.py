"""The data sets that come with scikit-learn: always there, without a network."""

from __future__ import annotations

import numpy as np

from tinydwn.data.dataset import Dataset
from tinydwn.data.numeric_dataset import numeric_dataset

BUILTIN_NAMES = ("breast_cancer", "digits", "iris", "wine")


def load_builtin(name: str) -> Dataset:
    """Return one of `BUILTIN_NAMES`, constant columns dropped.

    >>> load_builtin("iris").class_names
    ('setosa', 'versicolor', 'virginica')
    """
    from sklearn import datasets

    load = {
        "breast_cancer": datasets.load_breast_cancer,
        "digits": datasets.load_digits,
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
    }[name]
    bunch = load()
    return numeric_dataset(
        name,
        feature_names=tuple(str(feature) for feature in bunch.feature_names),
        features=np.asarray(bunch.data, dtype=np.float64),
        labels=np.asarray(bunch.target, dtype=np.int64),
        class_names=tuple(str(one) for one in bunch.target_names),
    )

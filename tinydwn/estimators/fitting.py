"""What `fit` is given, as numbers and as a split without a test part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, validate_data

from tinydwn.data.dataset import Split
from tinydwn.estimators.refusals import SamplesError, refusing_samples


@dataclass(frozen=True, slots=True)
class Labeled:
    """Samples to fit: features, (samples, features), the numbers of their labels, (samples,), and the labels in order.

    `weights`, (samples,) positive, are None where none were given.
    """

    features: NDArray[np.float64]
    labels: NDArray[np.int64]
    classes: NDArray[Any]
    weights: NDArray[np.float64] | None = None


def labeled(
    model: BaseEstimator,
    X: ArrayLike,  # noqa: N803  (scikit-learn's names)
    y: ArrayLike,
    sample_weight: ArrayLike | None = None,
) -> Labeled:
    """Return what a fit is given, without samples of weight 0.

    What scikit-learn finds wrong with them is an error of tinydwn; it notes names and number of the features at the
    model. `SamplesError` for samples of one class.
    """
    weights = None
    with refusing_samples(X):
        features, targets = validate_data(model, X, y, dtype=np.float64)
        check_classification_targets(targets)
        if sample_weight is not None:
            weights = _check_sample_weight(sample_weight, features, dtype=np.float64, ensure_non_negative=True)
            counts = weights > 0
            features, targets, weights = features[counts], targets[counts], weights[counts]
        classes, labels = np.unique(targets, return_inverse=True)
    if len(classes) < 2:
        raise SamplesError(
            f"{type(model).__name__} needs samples of at least 2 classes, got {len(classes)} class",
            hint="check what is given as y",
        )
    return Labeled(features, labels.astype(np.int64), classes, weights)


def split_of(
    model: BaseEstimator,
    samples: Labeled,
    *,
    seed: int,
) -> Split:
    """Return all samples as the training part of a split; features are called by their names, else x0, x1, ..."""
    features, labels = samples.features, samples.labels
    names = getattr(model, "feature_names_in_", [f"x{k}" for k in range(features.shape[1])])
    return Split(
        name="fit",
        train_features=features,
        train_labels=labels,
        test_features=features[:0],
        test_labels=labels[:0],
        feature_names=tuple(str(name) for name in names),
        class_names=class_names(samples.classes),
        seed=seed,
        test_fraction=0.0,
    )


def class_names(classes: NDArray[Any]) -> tuple[str, ...]:
    """Return labels as texts, whole numbers without a fraction, as `tinydwn.data.dataset_of` names classes.

    >>> class_names(np.array([0.0, 1.0])), class_names(np.array(["no", "yes"]))
    (('0', '1'), ('no', 'yes'))
    """
    return tuple(
        str(int(label)) if isinstance(label, float) and label.is_integer() else str(label) for label in classes.tolist()
    )

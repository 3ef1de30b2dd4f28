"""The classifier as scikit-learn users know it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from tinydwn.data.dataset import Split
from tinydwn.model.reference import classify
from tinydwn.training.config import TrainingConfig
from tinydwn.training.loop import train


class DWNClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A network of lookup tables with `fit`, `predict` and `score`.

    Every argument is a field of `TrainingConfig`; `class_weight` may be a dictionary from labels to weights, and None
    for none, as scikit-learn has it. After `fit`: `classes_`, `n_features_in_`, `classifier_` (the
    numpy `Classifier`, ready to be lowered) and `history_`.

    >>> from sklearn.datasets import load_iris
    >>> features, species = load_iris(return_X_y=True)
    >>> bool(DWNClassifier(epochs=20).fit(features, species).score(features, species) > 0.9)
    True
    """

    def __init__(
        self,
        *,
        layers: tuple[int, ...] | None = None,
        inputs_per_lut: int = 4,
        bits_per_feature: int | None = None,
        scheme: str = "quantile",
        input_bits: int = 8,
        snap: str = "cheap",
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float = 0.01,
        schedule: str = "cosine",
        reduction: str = "popcount",
        weighting: str = "exponential",
        mapping: str = "learnable",
        candidates: int = 128,
        tau: float | None = None,
        noise: float = 0.0,
        label_smoothing: float = 0.0,
        distillation: float = 0.5,
        class_weight: str | dict[Any, float] | None = None,
        spectral: float = 0.0,
        validation_fraction: float | None = None,
        patience: int | None = None,
        device: str = "cpu",
        seed: int = 0,
    ) -> None:
        self.layers = layers
        self.inputs_per_lut = inputs_per_lut
        self.bits_per_feature = bits_per_feature
        self.scheme = scheme
        self.input_bits = input_bits
        self.snap = snap
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.reduction = reduction
        self.weighting = weighting
        self.mapping = mapping
        self.candidates = candidates
        self.tau = tau
        self.noise = noise
        self.label_smoothing = label_smoothing
        self.distillation = distillation
        self.class_weight = class_weight
        self.spectral = spectral
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.device = device
        self.seed = seed

    def fit(self, X: ArrayLike, y: ArrayLike) -> DWNClassifier:  # noqa: N803  (scikit-learn's names)
        """Train on features, (samples, features), and labels, (samples,), of any kind that can be sorted."""
        features, targets = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(targets)
        self.classes_, labels = np.unique(targets, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"DWNClassifier needs samples of at least 2 classes, got {len(self.classes_)} class")
        config = TrainingConfig.from_dict(self.get_params() | {"class_weight": self._class_weight()})
        trained = train(self._split(features, labels.astype(np.int64)), config)
        self.classifier_, self.history_ = trained.classifier, trained.history
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803  (scikit-learn's names)
        """Return the label of each row of `X`, (samples, features)."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(self.classes_[classify(self.classifier_, features)])

    def _class_weight(self) -> str | tuple[float, ...]:
        """Return the weights of the classes as a configuration has them; a class that is not named weighs one."""
        if isinstance(self.class_weight, dict):
            unknown = [label for label in self.class_weight if label not in self.classes_.tolist()]
            if unknown:
                raise ValueError(f"class_weight names {unknown[0]!r}, which is no label")
            return tuple(float(self.class_weight.get(label, 1.0)) for label in self.classes_.tolist())
        return "none" if self.class_weight is None else self.class_weight

    def _split(self, features: NDArray[np.float64], labels: NDArray[np.int64]) -> Split:
        """Return a split without a test part."""
        names = getattr(self, "feature_names_in_", [f"x{k}" for k in range(features.shape[1])])
        return Split(
            name="fit",
            train_features=features,
            train_labels=labels,
            test_features=features[:0],
            test_labels=labels[:0],
            feature_names=tuple(str(name) for name in names),
            class_names=tuple(str(label) for label in self.classes_),
            seed=self.seed,
            test_fraction=0.0,
        )

"""The trained network of lookup tables as scikit-learn users know it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from numbers import Integral
from os import PathLike, fspath
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from tinydwn.encoder import Encoder
from tinydwn.estimators.circuit_texts import CircuitTexts
from tinydwn.estimators.fitting import Labeled, labeled, split_of
from tinydwn.estimators.minimized import small_chip, small_core
from tinydwn.estimators.probabilities import label_shares, vote_probabilities
from tinydwn.estimators.refusals import ParameterError, refusing, refusing_samples
from tinydwn.estimators.seeds import seed_of
from tinydwn.lowering import Core
from tinydwn.model import Reduction, classify, save_classifier
from tinydwn.model.reference import last_layer_bits
from tinydwn.netlist import Netlist
from tinydwn.training import Epoch, Trained, TrainingConfig, train


class DWNClassifier(CircuitTexts, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A network of lookup tables with `fit`, `predict`, `predict_proba` and `score`, which is a circuit too.

    Every argument but the last two is a field of `TrainingConfig`; `class_weight` may be a dictionary from labels to
    weights, and None for none, as scikit-learn has it. `random_state` is what scikit-learn means by it: the same whole
    number gives the same classifier; 0 unless given, so that results repeat. With `verbose` of 1 or more, `fit` prints
    a line per epoch. After `fit`: `classes_`, `n_features_in_`, `classifier_` (the numpy `Classifier`, ready to be
    lowered), `config_` (with every field set) and `history_`.

    Errors are those of tinydwn, and `ValueError` or `TypeError` as scikit-learn has them: `ParameterError` for
    arguments, raised by `fit`, `SamplesError` and `SamplesTypeError` for samples; scikit-learn's `NotFittedError`.

    >>> from sklearn.datasets import load_iris
    >>> features, species = load_iris(return_X_y=True)
    >>> model = DWNClassifier(layers=(6,), epochs=20).fit(features, species)
    >>> bool(model.score(features, species) > 0.9)
    True
    >>> model.to_verilog().splitlines()[0]
    'module chip ('
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
        relaxed: float = 0.0,
        gates: int | None = None,
        tau: float | None = None,
        noise: float = 0.0,
        label_smoothing: float = 0.0,
        distillation: float = 0.5,
        class_weight: str | dict[Any, float] | None = None,
        spectral: float = 0.0,
        validation_fraction: float | None = None,
        patience: int | None = None,
        device: str = "cpu",
        random_state: int | np.random.RandomState | None = 0,
        verbose: int = 0,
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
        self.relaxed = relaxed
        self.gates = gates
        self.tau = tau
        self.noise = noise
        self.label_smoothing = label_smoothing
        self.distillation = distillation
        self.class_weight = class_weight
        self.spectral = spectral
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.device = device
        self.random_state = random_state
        self.verbose = verbose

    def fit(
        self,
        X: ArrayLike,  # noqa: N803  (scikit-learn's names)
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train on features, (samples, features), and labels, (samples,), of any kind that can be sorted.

        `sample_weight`, (samples,) not negative, is how much each sample counts: in the loss, times the weight of its
        class, in what chooses an epoch, and where thresholds count samples. A sample of weight 0 is left out, its label
        too where no other sample has it; equal weights are none. As batches are drawn by chance, a sample of weight 2
        comes to about what the same sample twice does, and not exactly.
        """
        samples = labeled(self, X, y, sample_weight)
        with refusing():
            trained = self._train(samples)
        self.classes_ = samples.classes
        self.classifier_, self.config_, self.history_ = trained.classifier, trained.config, trained.history
        if self.classifier_.reduction is not Reduction.POPCOUNT:
            answers = classify(self.classifier_, samples.features)
            self._label_shares = label_shares(answers, samples.labels, samples.weights, classes=len(samples.classes))
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803  (scikit-learn's names)
        """Return the label of each row of `X`, (samples, features)."""
        features = self._features(X)
        return np.asarray(self.classes_[classify(self.classifier_, features)])

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803  (scikit-learn's names)
        """Return how likely each of `classes_` is for each row of `X`, (samples, classes); rows sum to one.

        The first of the likeliest classes is always what `predict` says. With the popcount reduction it is the softmax
        of the classes' votes over the temperature tau, as in training. The other reductions have no votes: there it is
        how often each label came with the same answer among the training samples (see `label_shares`), which is too
        sure of itself where the network knows its training samples by heart.
        """
        features = self._features(X)
        classifier = self.classifier_
        if classifier.reduction is not Reduction.POPCOUNT:
            return self._label_shares[classify(classifier, features)]
        bits = last_layer_bits(classifier, classifier.encoder.encode(features))
        votes = bits.reshape(len(bits), classifier.classes, -1).sum(axis=2)
        tau = self.config_.tau
        assert tau is not None
        return vote_probabilities(votes, tau=tau)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the network to `path`, .npz, which `tinydwn.model.load_classifier` and `tinydwn synth` read.

        Labels are written as texts. `OutputError` where it cannot be written.
        """
        check_is_fitted(self, "classifier_")
        if not isinstance(path, str | PathLike) or not isinstance(fspath(path), str):
            raise ParameterError(f"the path is {path!r}", hint="give the name of a file, such as model.npz")
        save_classifier(self.classifier_, fspath(path))

    def _features(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        check_is_fitted(self, "classifier_")
        with refusing_samples(X):
            return np.asarray(validate_data(self, X, dtype=np.float64, reset=False))

    def _train(self, samples: Labeled) -> Trained:
        fields = self.get_params(deep=False)
        listen = _narrator(fields.pop("verbose"))
        seed = seed_of(fields.pop("random_state"))
        weights = self._class_weight(samples.classes.tolist())
        config = TrainingConfig.from_dict(fields | {"class_weight": weights, "seed": seed})
        split = split_of(self, samples, seed=seed)
        return train(split, config, sample_weight=samples.weights, on_epoch=listen)

    def _class_weight(self, labels: list[Any]) -> object:
        """Return the weights of the classes as a configuration has them; a class that is not named weighs one."""
        if isinstance(self.class_weight, dict):
            unknown = [label for label in self.class_weight if label not in labels]
            if unknown:
                raise ParameterError(
                    f"class_weight names {unknown[0]!r}, which is no label",
                    hint=f"the labels are {', '.join(map(repr, labels[:10]))}{', ...' if len(labels) > 10 else ''}",
                )
            return tuple(self.class_weight.get(label, 1.0) for label in labels)
        return "none" if self.class_weight is None else self.class_weight

    def _encoder(self) -> Encoder:
        check_is_fitted(self, "classifier_")
        return self.classifier_.encoder

    def _small_core(self) -> Core:
        check_is_fitted(self, "classifier_")
        return small_core(self.classifier_)

    def _small_chip(self) -> Netlist:
        check_is_fitted(self, "classifier_")
        return small_chip(self.classifier_)


def _narrator(verbose: object) -> Callable[[Epoch], None] | None:
    """Return what prints an epoch, None where nothing is to be printed."""
    if not isinstance(verbose, Integral) or verbose < 0:
        raise ParameterError(f"verbose is {verbose!r}", hint="choose 0 for silence, 1 for a line per epoch")
    return _print_epoch if verbose else None


def _print_epoch(epoch: Epoch) -> None:
    told = f"loss {epoch.training_loss:.4f}, accuracy {epoch.training_accuracy:.4f}"
    if epoch.validation_accuracy is not None:
        told += f"; validation loss {epoch.validation_loss:.4f}, accuracy {epoch.validation_accuracy:.4f}"
    sys.stdout.write(f"[DWNClassifier] epoch {epoch.number} of {epoch.epochs}: {told}\n")

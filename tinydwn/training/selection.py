"""Choosing by held-out samples: folds, configurations, restarts. The test part is never looked at."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.data.dataset import Split
from tinydwn.errors import ConfigError
from tinydwn.model.reference import classify
from tinydwn.training.config import TrainingConfig
from tinydwn.training.loop import train

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tinydwn.training.history import Trained

TAU_FACTORS = (0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """What a configuration came to on each fold: shares of held-out samples that were right."""

    config: TrainingConfig
    accuracies: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean accuracy over the folds."""
        return statistics.mean(self.accuracies)

    @property
    def std(self) -> float:
        """Standard deviation of the sample of folds."""
        return statistics.stdev(self.accuracies)


def cross_validate(split: Split, config: TrainingConfig | None = None, *, folds: int = 5) -> CrossValidation:
    """Train on all folds of the training part but one, in turn, and measure on the one left out.

    Folds are stratified and drawn by the configuration's seed. `ConfigError` for fewer than 2 folds or more than
    there are samples.

    >>> from tinydwn.data import load_dataset
    >>> result = cross_validate(load_dataset("iris").split(), TrainingConfig(layers=(9,), epochs=5), folds=3)
    >>> len(result.accuracies)
    3
    """
    config = config or TrainingConfig()
    accuracies = []
    for part in _folds(split, folds, config.seed):
        answers = classify(train(part, config).classifier, part.test_features)
        accuracies.append(float((answers == part.test_labels).mean()))
    return CrossValidation(config, tuple(accuracies))


def choose(split: Split, configs: Sequence[TrainingConfig], *, folds: int = 5) -> tuple[CrossValidation, ...]:
    """Return what each configuration comes to by cross-validation on the same folds, the best first.

    Of equals the one that was given first. `ConfigError` for no configuration, or for different seeds.
    """
    if not configs or len({config.seed for config in configs}) > 1:
        raise ConfigError("configurations are compared on the same folds", hint="give at least one, all of one seed")
    results = [cross_validate(split, config, folds=folds) for config in configs]
    return tuple(sorted(results, key=lambda result: -result.mean))


def tune_tau(split: Split, config: TrainingConfig | None = None, *, folds: int = 3) -> TrainingConfig:
    """Return the configuration with the softmax temperature that does best in cross-validation.

    Tried are half, one, two and four times the one that is chosen from the number of tables.
    """
    config = config or TrainingConfig()
    usual = replace(config, tau=None).for_split(split).tau
    assert usual is not None
    taus = [usual * factor for factor in TAU_FACTORS]
    return choose(split, [replace(config, tau=tau) for tau in taus], folds=folds)[0].config


def best_of_seeds(split: Split, config: TrainingConfig, seeds: Sequence[int]) -> Trained:
    """Train once per seed and return the run whose best epoch did best on the validation part.

    By accuracy, then by loss, then the first seed. The seed decides the start and the order of samples, and which
    samples validate. `ConfigError` without seeds or without a validation part.
    """
    if not seeds:
        raise ConfigError("no seeds were given", hint="give at least one")
    if not config.for_split(split).validation_fraction:
        raise ConfigError("without a validation part no run is better", hint="choose a validation_fraction above 0")
    runs = [train(split, replace(config, seed=seed)) for seed in seeds]
    if runs[0].best_epoch.validation_accuracy is None:
        raise ConfigError("the validation part has no samples", hint="choose a larger validation_fraction")
    return min(runs, key=_demerit)


def _demerit(run: Trained) -> tuple[float, float]:
    best = run.best_epoch
    return (-(best.validation_accuracy or 0.0), best.validation_loss or 0.0)


def _folds(split: Split, folds: int, seed: int) -> Iterator[Split]:
    """Yield splits whose test parts are the folds of the training part."""
    if not 2 <= folds <= len(split.train_labels):
        raise ConfigError(f"{folds} folds of {len(split.train_labels)} samples", hint="choose 2 or more, such as 5")
    fold = _fold_of_each(split.train_labels, folds, np.random.default_rng([seed, 4]))
    for k in range(folds):
        yield Split(
            name=split.name,
            train_features=split.train_features[fold != k],
            train_labels=split.train_labels[fold != k],
            test_features=split.train_features[fold == k],
            test_labels=split.train_labels[fold == k],
            feature_names=split.feature_names,
            class_names=split.class_names,
            seed=seed,
            test_fraction=1 / folds,
        )


def _fold_of_each(labels: NDArray[np.int64], folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the fold of each sample: every class is dealt out in turn, and the deal goes on from class to class."""
    order = rng.permutation(len(labels))
    order = order[np.argsort(labels[order], kind="stable")]
    fold = np.empty(len(labels), dtype=np.int64)
    fold[order] = np.arange(len(labels)) % folds
    return fold

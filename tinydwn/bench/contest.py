"""One contender on one data set: train on the training part, count on the test part."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.bench.protocols import DWN_OPTIONS, TEST_FRACTION, Task
from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.data import Split


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task came to: test accuracy, training accuracy, seconds of training, lookup tables where it has some."""

    accuracy: float
    training_accuracy: float
    seconds: float
    luts: int | None = None


def compete(task: Task) -> Outcome:
    """Train the task's contender and measure it."""
    from tinydwn.data import load_dataset

    dataset = load_dataset(task.dataset, missing="category") if _is_table(task.dataset) else load_dataset(task.dataset)
    split = dataset.split(test_fraction=TEST_FRACTION, seed=task.seed)
    run = {"dwn": _dwn, "histogram-boosting": _histogram_boosting, "xgboost": _xgboost}.get(task.contender.kind)
    if run is None:
        raise ConfigError(f"there is no contender of kind {task.contender.kind!r}", hint="choose dwn or a baseline")
    _load()
    start = time.perf_counter()
    predict, luts = run(split, task.contender.options, task.seed)
    seconds = time.perf_counter() - start
    return Outcome(
        accuracy=float((predict(split.test_features) == split.test_labels).mean()),
        training_accuracy=float((predict(split.train_features) == split.train_labels).mean()),
        seconds=seconds,
        luts=luts,
    )


def _load() -> None:
    """Import what contenders run on, so that no one's clock shows it."""
    import sklearn.ensemble  # noqa: F401

    import tinydwn.baselines.accuracy_only
    import tinydwn.training.loop  # noqa: F401


def _is_table(name: str) -> bool:
    return name not in ("mnist", "digits", "iris", "wine", "breast_cancer")


def _dwn(split: Split, options: Mapping[str, Any], seed: int) -> tuple[Any, int]:
    from tinydwn.data import with_shifts
    from tinydwn.model import classify
    from tinydwn.training import TrainingConfig, train

    fields = {name: value for name, value in options.items() if name not in DWN_OPTIONS}
    if "luts_per_class" in options:
        classes = len(split.class_names)
        fields["layers"] = (classes * min(options["luts_per_class"], options["luts_at_most"] // classes),)
    used = with_shifts(split) if options.get("shifts") else split
    trained = train(used, TrainingConfig.from_dict({**fields, "seed": seed}))

    def predict(features: NDArray[np.float64]) -> NDArray[np.int64]:
        return classify(trained.classifier, features)

    return predict, trained.classifier.luts


def _histogram_boosting(split: Split, options: Mapping[str, Any], seed: int) -> tuple[Any, None]:
    from tinydwn.baselines.accuracy_only import histogram_boosting

    return histogram_boosting(split, options, seed=seed), None


def _xgboost(split: Split, options: Mapping[str, Any], seed: int) -> tuple[Any, None]:
    from tinydwn.baselines.accuracy_only import xgboost

    return xgboost(split, options, seed=seed), None

"""The samples that all models read: whole numbers of 15 bits, in a part to learn, one to choose by, one to test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines.questions import word_grid
from tinydwn.bench.protocols import TEST_FRACTION

if TYPE_CHECKING:
    from tinydwn.data import Split

BITS = 15
VALIDATION_FRACTION = 0.2
_BUILTIN = ("mnist", "digits", "iris", "wine", "breast_cancer")


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """`fit` has the part to learn from and, as its test part, the one to choose by; then the test part, untouched."""

    fit: Split
    test_features: NDArray[np.float64]
    test_labels: NDArray[np.int64]

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.fit.class_names)


def parts_of(dataset: str, seed: int) -> Parts:
    """Return a data set as words of at most 15 bits, split by a seed: 20 % to test, 20 % of the rest to choose by.

    The words are those of the part to learn from.
    """
    from tinydwn.data import Dataset, Split, load_dataset

    loaded = load_dataset(dataset) if dataset in _BUILTIN else load_dataset(dataset, missing="category")
    whole = loaded.split(test_fraction=TEST_FRACTION, seed=seed)
    train = Dataset(whole.name, whole.train_features, whole.train_labels, whole.feature_names, whole.class_names)
    inner = train.split(test_fraction=VALIDATION_FRACTION, seed=seed)
    grid = word_grid(inner, BITS)

    def words(features: NDArray[np.float64]) -> NDArray[np.float64]:
        return grid.words(features).astype(np.float64)

    fit = Split(
        inner.name,
        words(inner.train_features),
        inner.train_labels,
        words(inner.test_features),
        inner.test_labels,
        inner.feature_names,
        inner.class_names,
        seed,
        VALIDATION_FRACTION,
    )
    return Parts(fit, words(whole.test_features), whole.test_labels)

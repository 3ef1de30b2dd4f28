"""Small splits that train in a moment."""

from __future__ import annotations

import numpy as np
import pytest

from tinydwn.data import Split, load_dataset


@pytest.fixture(scope="session")
def iris() -> Split:
    """Return the iris flowers, split by seed 0."""
    return load_dataset("iris").split()


@pytest.fixture(scope="session")
def tumors() -> Split:
    """Return the breast cancer data, split by seed 0."""
    return load_dataset("breast_cancer").split()


def blobs(classes: int, seed: int = 0) -> Split:
    """Return a few clouds of points, one per class, 20 points each."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), 20)
    features = rng.normal(size=(classes, 3))[labels] * 3 + rng.normal(size=(len(labels), 3))
    names = tuple(f"class {k}" for k in range(classes))
    return Split("blobs", features, labels, features[:0], labels[:0], ("x", "y", "z"), names, 0, 0.0)


@pytest.fixture(scope="session")
def make_blobs():
    """Return a function from a number of classes to a split."""
    return blobs

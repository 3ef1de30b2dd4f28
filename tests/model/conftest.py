"""Random classifiers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.model import Classifier, LutLayer, Reduction

Make = Callable[[int], Classifier]


def random_encoder(rng: np.random.Generator) -> Encoder:
    """Return an encoder of 1 to 4 features with at least one bit."""
    features = int(rng.integers(1, 5))
    width = rng.integers(1, 6, features)
    feature, constant = [], []
    for k in range(features):
        largest = (1 << int(width[k])) - 1
        chosen = np.sort(rng.choice(largest, size=rng.integers(1, largest + 1), replace=False))
        feature += [k] * len(chosen)
        constant += chosen.tolist()
    grid = FixedPoint(offset=rng.normal(size=features), step=rng.uniform(0.1, 3, features), input_bits=width)
    names = tuple(f"feature {k} ü $" for k in range(features))
    return Encoder(names, grid, feature=np.array(feature), constant=np.array(constant))


def random_classifier(seed: int) -> Classifier:
    """Return a classifier of 1 to 3 layers, any reduction, 2 to 5 classes."""
    rng = np.random.default_rng(seed)
    encoder = random_encoder(rng)
    classes = int(rng.integers(2, 6))
    reduction = list(Reduction)[int(rng.integers(3))]
    sizes = rng.integers(1, 12, rng.integers(0, 3)).tolist()
    ends = {"learnable": 1 if classes == 2 else classes, "coded": len(f"{classes - 1:b}")}
    sizes.append(classes * int(rng.integers(1, 5)) if reduction is Reduction.POPCOUNT else ends[reduction.value])
    bits, layers = encoder.bits, []
    for nodes in sizes:
        inputs = int(rng.integers(1, 6))
        layers.append(LutLayer(rng.random((nodes, 1 << inputs)) > 0.5, rng.integers(0, bits, (nodes, inputs))))
        bits = nodes
    return Classifier(encoder, tuple(layers), reduction, tuple(f"class {k}" for k in range(classes)))


@pytest.fixture(scope="session")
def make_classifier() -> Make:
    """Return a function from a seed to a classifier."""
    return random_classifier


@pytest.fixture(scope="session")
def two_bits() -> Encoder:
    """Return an encoder whose two bits are the two 0/1 features."""
    grid = FixedPoint(offset=np.array([-0.5, -0.5]), step=np.ones(2), input_bits=np.array([1, 1]))
    return Encoder(("a", "b"), grid, feature=np.array([0, 1]), constant=np.array([0, 0]))

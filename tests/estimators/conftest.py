"""Small fitted networks of every reduction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tinydwn import DWNClassifier

KINDS = [("popcount", 2), ("popcount", 3), ("learnable", 2), ("learnable", 4), ("coded", 3), ("coded", 5)]


@pytest.fixture(scope="session", params=KINDS, ids=lambda kind: f"{kind[0]}-{kind[1]}")
def fitted(request: pytest.FixtureRequest) -> tuple[DWNClassifier, np.ndarray]:
    """Return a network with labels that are texts, and samples that it was not trained on, half of them far away."""
    reduction, classes = request.param
    rng = np.random.default_rng(classes)
    centers = rng.normal(scale=2.0, size=(classes, 3))
    labels = np.arange(120) % classes
    features = centers[labels] + rng.normal(size=(120, 3))
    names = np.array([f"kind {k}" for k in range(classes)])
    settings: dict[str, Any] = {"layers": (4 * classes,), "inputs_per_lut": 3, "bits_per_feature": 4, "input_bits": 5}
    model = DWNClassifier(**settings, epochs=4, reduction=reduction).fit(features, names[labels])
    fresh = np.concatenate([centers[labels] + rng.normal(size=(120, 3)), rng.normal(scale=20.0, size=(120, 3))])
    return model, fresh

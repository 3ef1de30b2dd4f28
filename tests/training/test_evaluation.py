"""A classifier as a torch module answers as the model does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.bench.random_classifier import random_classifier
from tinydwn.errors import ConfigError
from tinydwn.model import classify_bits
from tinydwn.training.evaluation import answers_by_torch, network_of


@given(st.integers(0, 100_000), st.integers(1, 40), st.integers(1, 64))
def test_torch_answers_as_the_model_does_in_batches_of_any_size(seed: int, samples: int, batch: int) -> None:
    classifier = random_classifier(seed)
    bits = np.random.default_rng(seed).random((samples, classifier.encoder.bits)) < 0.5
    found = answers_by_torch(classifier, batch=batch)(bits.astype(np.float32))
    assert np.array_equal(found, classify_bits(classifier, bits))


def test_the_module_freezes_to_the_layers_it_was_made_of() -> None:
    for seed in range(10):
        classifier = random_classifier(seed)
        network = network_of(classifier)
        assert not network.training
        assert network.freeze() == classifier.layers


def test_bits_of_another_width_are_refused() -> None:
    with pytest.raises(ConfigError, match="the network reads"):
        answers_by_torch(random_classifier(0), batch=8)(np.zeros((3, 1000), dtype=np.float32))

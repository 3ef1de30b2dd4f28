from __future__ import annotations

import numpy as np
import pytest

from tinydwn.baselines import binarized_networks, quantized_perceptrons
from tinydwn.baselines.quantized import PerceptronSize
from tinydwn.bench.arithmetic import ArithmeticSize, contenders
from tinydwn.data import load_dataset


@pytest.fixture(scope="module")
def split():
    return load_dataset("iris").split(seed=1)


@pytest.mark.parametrize("size", [ArithmeticSize(1, (4,), 2), ArithmeticSize(3, (4,), 3)])
def test_every_gate_is_counted_proven_and_of_one_part(split, size):
    """A network of hidden layers, since a single layer is a reduction as a whole."""
    (found,) = contenders(split, sizes=[size], epochs=20, seed=4)
    if size.weight_bits == 1:
        (own,) = binarized_networks(split, shapes=[size.hidden], bits_per_feature=size.feature_bits, epochs=20, seed=4)
    else:
        sizes = [PerceptronSize(size.hidden, size.weight_bits)]
        (own,) = quantized_perceptrons(split, sizes=sizes, input_bits=size.feature_bits, epochs=20, seed=4)
    assert found.model == f"{own.family}, {own.settings}"
    assert found.proof == "EQUIVALENT"
    assert found.gates2 == found.tables_gates2 + found.reduction_gates2
    assert min(found.reduction_gates2, found.tables_gates2) > 0
    assert found.test_accuracy == np.mean(own.predict(split.test_features) == split.test_labels)
    assert found.validation_accuracy is None

from __future__ import annotations

import numpy as np
import pytest

from tinydwn.refine.examples import Examples
from tinydwn.refine.gates import gate_set
from tinydwn.technology import load_library


@pytest.fixture(scope="session")
def gates():
    return gate_set(load_library("nangate45"))


@pytest.fixture(scope="session")
def make_examples():
    def make(seed=0, samples=150, inputs=9, outputs=1, cost=0.0):
        rng = np.random.default_rng(seed)
        bits = rng.random((samples, inputs)) < 0.5
        for first in range(0, inputs, 3):
            bits[:, first : first + 3] = -np.sort(-bits[:, first : first + 3].astype(int), axis=1)
        targets = rng.random((samples, outputs)) < 0.5
        return Examples(
            inputs=tuple(f"x{k}" for k in range(inputs)),
            outputs=tuple(f"class[{k}]" for k in range(outputs)),
            bits=bits,
            targets=targets,
            classes=(targets @ (1 << np.arange(outputs))).astype(np.int64),
            feature=np.arange(inputs) // 3,
            input_cost_um2=np.full(inputs, cost),
        )

    return make

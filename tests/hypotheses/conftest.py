"""Samples of functions that are known: what hypotheses should find again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tinydwn.hypotheses import Labelled


@pytest.fixture(scope="session")
def planted() -> Callable[..., Labelled]:
    """Return a function that draws samples of a function of bits, (samples, inputs) to (samples,)."""

    def draw(function: Callable, inputs: int, samples: int = 2000, seed: int = 0) -> Labelled:
        bits = np.random.default_rng(seed).random((samples, inputs)) < 0.5
        wanted = np.asarray(function(bits), dtype=bool)
        return Labelled(tuple(f"x{k}" for k in range(inputs)), bits, wanted, np.ones(samples))

    return draw


def word(bits: np.ndarray) -> np.ndarray:
    """Return rows of bits as numbers, the first bit lowest."""
    return bits @ (1 << np.arange(bits.shape[1]))


@pytest.fixture(scope="session")
def second_highest() -> Callable[[np.ndarray], np.ndarray]:
    """Return the function from two words of half the bits each to the second-highest bit of their sum."""

    def bit(bits: np.ndarray) -> np.ndarray:
        half = bits.shape[1] // 2
        return (word(bits[:, :half]) + word(bits[:, half:])) >> (half - 1) & 1

    return bit

"""The input patterns that can occur: how many, all of them, or a sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from tinydwn.netlist import Assumption

_CHUNK = 1 << 14


@dataclass(frozen=True, slots=True)
class Patterns:
    """Every pattern of `inputs` that an assumption allows, numbered from 0.

    A thermometer chain of `n` bits counts as one digit with `n + 1` values, so that no pattern is listed
    that cannot occur.

    >>> Patterns.of(("x > 1", "x > 2", "flag"), Assumption((("x > 1", "x > 2"),))).count
    6
    """

    inputs: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]
    """Places of inputs that count together, weakest bit first; each input stands in one group."""

    @staticmethod
    def of(inputs: Sequence[str], assuming: Assumption) -> Patterns:
        """Group the inputs into chains; an input of no chain is a group of its own."""
        place = {name: k for k, name in enumerate(inputs)}
        chains = [tuple(place[name] for name in chain if name in place) for chain in assuming.chains]
        chained = {k for chain in chains for k in chain}
        alone = [(k,) for k in range(len(inputs)) if k not in chained]
        return Patterns(tuple(inputs), tuple(sorted([*(chain for chain in chains if chain), *alone])))

    @property
    def count(self) -> int:
        """How many patterns can occur."""
        return prod(len(group) + 1 for group in self.groups)

    def chunks(self) -> Iterator[NDArray[np.bool_]]:
        """Yield all patterns, each once, as arrays of (patterns, inputs) bool."""
        count = self.count
        for start in range(0, count, _CHUNK):
            numbers = np.arange(start, min(start + _CHUNK, count), dtype=np.int64)
            digits = []
            for group in self.groups:
                digits.append(numbers % (len(group) + 1))
                numbers = numbers // (len(group) + 1)
            yield self._bits(digits, min(start + _CHUNK, count) - start)

    def sample(self, count: int, *, seed: int) -> NDArray[np.bool_]:
        """Return (count, inputs) bool, each digit drawn uniformly and independently."""
        generator = np.random.default_rng(seed)
        return self._bits([generator.integers(0, len(group) + 1, size=count) for group in self.groups], count)

    def _bits(self, digits: Sequence[NDArray[np.int64]], count: int) -> NDArray[np.bool_]:
        bits = np.zeros((count, len(self.inputs)), dtype=bool)
        for group, digit in zip(self.groups, digits, strict=True):
            for level, place in enumerate(group):
                bits[:, place] = digit > level
        return bits

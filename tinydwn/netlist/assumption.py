"""Input patterns that cannot occur."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import NetlistError


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is known of the inputs: thermometer bits come in order.

    Each chain names inputs with ascending thresholds, so that bit `j + 1` of a chain implies bit `j`. Any
    pattern that breaks a chain cannot occur, and a netlist may do there what it likes.

    >>> import numpy as np
    >>> order = Assumption((("x > 1", "x > 2"),))
    >>> order.holds(("x > 1", "x > 2"), np.array([[1, 0], [0, 1]], dtype=bool)).tolist()
    [True, False]
    """

    chains: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        names = [name for chain in self.chains for name in chain]
        if len(set(names)) != len(names):
            raise NetlistError("an input stands in two thermometer chains")

    @staticmethod
    def none() -> Assumption:
        """Return the assumption that every pattern may occur."""
        return Assumption(())

    def implications(self, inputs: Sequence[str]) -> tuple[tuple[int, int], ...]:
        """Return pairs (stronger, weaker) of places in `inputs`: where the first is 1 the second is too.

        Names that `inputs` lacks are passed over, their neighbors are linked.
        """
        place = {name: k for k, name in enumerate(inputs)}
        pairs: list[tuple[int, int]] = []
        for chain in self.chains:
            here = [place[name] for name in chain if name in place]
            pairs += [(strong, weak) for weak, strong in pairwise(here)]
        return tuple(pairs)

    def holds(self, inputs: Sequence[str], bits: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say for each row of `bits`, (samples, inputs), whether it can occur."""
        possible = np.ones(len(bits), dtype=bool)
        for strong, weak in self.implications(inputs):
            possible &= ~bits[:, strong] | bits[:, weak]
        return possible

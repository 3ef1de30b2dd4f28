"""What a project tells about where its circuit comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measured:
    """The accuracy of the circuit on samples that training did not see; `balanced` is the mean over the classes."""

    share: float
    kind: Literal["accuracy", "balanced accuracy"]
    samples: int
    split: str
    """How the samples were chosen, for a reader: "stratified, a fifth of the samples, seed 0"."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The data behind a bundle's chip; `measured` is None where nothing was held back.

    `kind` says whether the chip is a network with its function kept, a decision tree, or was found by the search;
    `samples` says what the test vectors are.
    """

    source: str
    kind: Literal["network", "refined", "tree", "structure"]
    measured: Measured | None
    samples: str

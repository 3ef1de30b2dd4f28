"""What a project tells about where its circuit comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tinydwn.lowering import OutputForm


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

    A `refined` chip is a function of its own, found by
    search; `class_names` is empty where the bundle does not tell them. `samples` says what the test vectors are.
    """

    source: str
    kind: Literal["network", "refined"]
    output_form: OutputForm
    class_names: tuple[str, ...]
    measured: Measured | None
    samples: str

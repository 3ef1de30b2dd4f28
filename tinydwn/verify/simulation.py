"""Comparison on samples: it can refute, and it never proves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import VerificationError
from tinydwn.netlist import Netlist, simulate


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of the compared samples a circuit got wrong, against what, and by which method.

    `note` says why nothing was compared, where `compared` is 0.

    >>> Agreement("core = model", "simulation", compared=100, mismatches=0).agrees
    True
    """

    subject: str
    method: str
    compared: int
    mismatches: int
    note: str = ""

    @property
    def agrees(self) -> bool:
        """Whether something was compared and nothing differed; this is no proof."""
        return self.compared > 0 and self.mismatches == 0

    def require(self) -> None:
        """Raise `VerificationError` where a sample differed."""
        if self.mismatches:
            raise VerificationError(
                f"{self.subject}: {self.mismatches} of {self.compared} samples differ by {self.method}",
                hint="this is a defect of tinydwn or of an input file; please report it",
            )


def compare_on_samples(
    netlist: Netlist, stimulus: NDArray[np.bool_], expected: NDArray[np.bool_], *, subject: str
) -> Agreement:
    """Return how many rows of `stimulus`, (samples, inputs), give other outputs than `expected`, (samples, outputs).

    >>> from tinydwn.netlist import Node
    >>> nand = Netlist("nand", ("a", "b"), (Node(0b0111, (2, 3)),), (("y", 4),))
    >>> rows = np.array([[0, 1], [1, 1]], dtype=bool)
    >>> compare_on_samples(nand, rows, np.array([[True], [True]]), subject="nand = true").mismatches
    1
    """
    wrong = (simulate(netlist, stimulus) != expected).any(axis=1)
    return Agreement(subject, "simulation", len(stimulus), int(wrong.sum()))

"""A hypothesis: a circuit that may be the function behind samples, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tinydwn.hypotheses.labelled import Labelled
from tinydwn.lowering.parts import without_unread_inputs
from tinydwn.netlist import Netlist, NetlistBuilder, simulate

Adder = Callable[[NetlistBuilder, Sequence[int]], int]
"""Adds nodes to a builder, given the net of each input of the samples, and returns the net of the answer.

Nets of inputs that are not read are 0.
"""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A circuit of one output, over the inputs that it reads.

    `name` tells its form and is the same in every fit. `expected` is its accuracy on samples that it was not fitted on,
    None where none were held back.
    """

    name: str
    netlist: Netlist
    expected: float | None = None

    def answers(self, samples: Labelled) -> NDArray[np.bool_]:
        """Return what the circuit says to each sample, (samples,)."""
        place = {name: k for k, name in enumerate(samples.inputs)}
        return simulate(self.netlist, samples.bits[:, [place[name] for name in self.netlist.inputs]])[:, 0]

    def accuracy(self, samples: Labelled) -> float:
        """Return the share of weight that the circuit is right on."""
        return samples.accuracy(self.answers(samples))


class Kind(Protocol):
    """A kind of functions: it forms hypotheses of several sizes on samples, each under a name of its own."""

    def fit(self, samples: Labelled) -> tuple[Hypothesis, ...]:
        """Return the hypotheses of this kind, fitted on samples."""
        ...


def hypothesis(name: str, inputs: Sequence[str], reads: Iterable[int], add: Adder) -> Hypothesis:
    """Return a hypothesis from a function that adds its nodes and reads inputs at some places, in any order."""
    builder = NetlistBuilder("hypothesis")
    nets = [0] * len(inputs)
    for place in sorted(set(reads)):
        nets[place] = builder.input(inputs[place])
    builder.output("y", add(builder, nets))
    return Hypothesis(name, without_unread_inputs(builder.build()))

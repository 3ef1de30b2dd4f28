"""A circuit as arrays, and what the compiled loops of the search read and never change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinydwn.refine.gates import PINS

Places = NDArray[np.int64]
FIRST_INPUT = 2
TICKS = 1 << 20
"""Costs are whole numbers, so that they add up to the same in any order: so many to the smallest NAND2."""


class Circuit(NamedTuple):
    """Gates in order, as arrays with room for more; nets are numbered as in `Netlist`.

    `gate`, (room,), is a place in the gate set; `fanin`, (room, 4), the net on each pin, 0 on those there are not;
    `ends`, (outputs,), the nets of the outputs; `size`, (1,), the number of gates.
    """

    gate: NDArray[np.int16]
    fanin: NDArray[np.int32]
    ends: NDArray[np.int32]
    size: NDArray[np.int64]


class Problem(NamedTuple):
    """What the loops read and never change.

    `signals`, (inputs + 2, words), hold the constants and the inputs; `targets`, (outputs, words), the right answers;
    `masks`, (groups, words), which samples a group has, and `gains`, (groups,), what it adds that one of them is right.
    An input's neighbors are `first` to `last` - 1, (inputs,), places of inputs of the same feature;
    `input_cost`, (inputs,), is what reading it costs, in ticks. `likely` are inputs that are drawn more often. `shape`,
    `pins`, `inverted`, `arity` and `area`, (gates,), are those of the gate set, areas in ticks; `adding` are the gates
    that compute parities and majorities. A circuit costs at most `limit` ticks; `floors`, (places,), ascending from 0,
    are the least costs of the places of an archive.
    """

    signals: NDArray[np.uint64]
    targets: NDArray[np.uint64]
    masks: NDArray[np.uint64]
    gains: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    input_cost: NDArray[np.int64]
    likely: NDArray[np.int64]
    shape: NDArray[np.int64]
    pins: NDArray[np.int64]
    inverted: NDArray[np.int64]
    arity: NDArray[np.int64]
    area: NDArray[np.int64]
    adding: NDArray[np.int64]
    floors: NDArray[np.int64]
    limit: int

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return len(self.input_cost)


def empty_circuit(room: int, outputs: int) -> Circuit:
    """Return a circuit without gates whose outputs are 0."""
    return Circuit(
        gate=np.zeros(room, np.int16),
        fanin=np.zeros((room, PINS), np.int32),
        ends=np.zeros(outputs, np.int32),
        size=np.zeros(1, np.int64),
    )

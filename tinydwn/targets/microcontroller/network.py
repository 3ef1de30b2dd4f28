"""A classifier as decisions: every table with what it reads, as functions of levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tinydwn.model.classifier import Classifier, LutLayer
from tinydwn.netlist import Netlist
from tinydwn.netlist.simulate import simulate
from tinydwn.targets.microcontroller.diagram import MOST_CELLS, Diagram, diagram_of
from tinydwn.targets.microcontroller.inputs import IntegerInputs, core_bits


@dataclass(frozen=True, slots=True)
class Decisions:
    """A diagram over axes, what each is about, and its constants.

    A question ``axis, level`` asks whether integer ``places[axis]`` is at least ``constants[axis][level - 1]``. Behind
    the first layer an axis is a bit of the layer before, and its one constant is 1.
    """

    places: tuple[int, ...]
    constants: tuple[tuple[int, ...], ...]
    diagram: Diagram


def bits_read(classifier: Classifier) -> list[int]:
    """Return the encoder's bits that tables of the first layer read, ascending."""
    return sorted(set(classifier.layers[0].mapping.ravel().tolist()))


def first_layer_decisions(layer: LutLayer, inputs: IntegerInputs) -> list[Decisions]:
    """Return the decisions of each table of the first layer, over integers."""
    found = []
    for table, mapping in zip(layer.tables, layer.mapping.tolist(), strict=True):
        axes = _Axes.of(sorted(set(mapping)), inputs)
        found.append(axes.decisions(table[_address(axes, mapping)]))
    return found


def later_layer_decisions(layer: LutLayer) -> list[Decisions]:
    """Return the decisions of each table of another layer, over bits."""
    found = []
    for table, mapping in zip(layer.tables, layer.mapping.tolist(), strict=True):
        axes = _Axes({bit: (k, 1) for k, bit in enumerate(sorted(set(mapping)))}, tuple(sorted(set(mapping))), None)
        found.append(axes.decisions(table[_address(axes, mapping)]))
    return found


def core_decisions(core: Netlist, inputs: IntegerInputs) -> Decisions | None:
    """Return the decisions from integers to the outputs as one number; None where there are too many levels."""
    known = core_bits(inputs.encoder, core)
    axes = _Axes.of(sorted(known.values()), inputs)
    if axes.cells > MOST_CELLS:
        return None
    cells = axes.levels()
    values = np.zeros((axes.cells, len(core.inputs)), dtype=np.bool_)
    for place, name in enumerate(core.inputs):
        if name in known:
            axis, level = axes.of_bit[known[name]]
            values[:, place] = cells[:, axis] >= level
    outputs = simulate(core, values)
    return axes.decisions(outputs @ (np.int64(1) << np.arange(len(core.outputs))))


@dataclass(frozen=True, slots=True)
class _Axes:
    """Which axis and level each bit is; `places` are what the axes ask about, `constants` of integers."""

    of_bit: dict[int, tuple[int, int]]
    places: tuple[int, ...]
    constants: tuple[tuple[int, ...], ...] | None

    @staticmethod
    def of(bits: Sequence[int], inputs: IntegerInputs) -> _Axes:
        places = tuple(sorted({inputs.place[bit] for bit in bits}))
        constants = tuple(
            tuple(sorted({inputs.constant[bit] for bit in bits if inputs.place[bit] == place})) for place in places
        )
        of_bit = {}
        for bit in bits:
            axis = places.index(inputs.place[bit])
            of_bit[bit] = (axis, 1 + constants[axis].index(inputs.constant[bit]))
        return _Axes(of_bit, places, constants)

    @property
    def asked(self) -> tuple[tuple[int, ...], ...]:
        """The constants of each axis."""
        return self.constants if self.constants is not None else ((1,),) * len(self.places)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of levels of each axis."""
        return tuple(len(constants) + 1 for constants in self.asked)

    @property
    def cells(self) -> int:
        """How many combinations of levels there are."""
        found = 1
        for size in self.shape:
            found *= size
        return found

    def levels(self) -> NDArray[np.int64]:
        """Return all combinations, (cells, axes), the last axis fastest."""
        return np.array(list(product(*map(range, self.shape))), dtype=np.int64).reshape(self.cells, len(self.places))

    def decisions(self, answers: NDArray[np.generic]) -> Decisions:
        """Return the decisions to the answers, (cells,)."""
        return Decisions(self.places, self.asked, diagram_of(answers.astype(np.int64).reshape(self.shape)))


def _address(axes: _Axes, mapping: Sequence[int]) -> NDArray[np.int64]:
    """Return the table's address in each cell."""
    cells = axes.levels()
    address = np.zeros(len(cells), dtype=np.int64)
    for k, bit in enumerate(mapping):
        axis, level = axes.of_bit[bit]
        address |= (cells[:, axis] >= level).astype(np.int64) << k
    return address

"""The cells that the search builds from, in the form that its loops compute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import LibraryError
from tinydwn.netlist.truth_table import full, variable
from tinydwn.technology.library import Cell, Library, cheapest_cells

PINS = 4
AND, AND_OR_22, AND_OR_31, AND_OR_211, PARITY, CHOICE, MAJORITY = range(7)
"""Shapes over slots a, b, c, d: abcd, ab + cd, abc + d, ab + c + d, a ^ b ^ c ^ d, d ? b : a, two of a, b, d."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a function of up to four pins is computed: a shape over four slots that may be inverted.

    `pins[slot]` is the pin that the slot reads, -1 for the constant 0; bit `slot` of `inverted` inverts the slot, bit 4
    the result.
    """

    shape: int
    pins: tuple[int, int, int, int]
    inverted: int


@dataclass(frozen=True, slots=True, eq=False)
class GateSet:
    """Cells with their forms as arrays: shape, (cells,), pins, (cells, 4), inverted, arity and area, (cells,)."""

    library: Library
    cells: tuple[Cell, ...]
    shape: NDArray[np.int64]
    pins: NDArray[np.int64]
    inverted: NDArray[np.int64]
    arity: NDArray[np.int64]
    area_um2: NDArray[np.float64]

    @property
    def as_library(self) -> Library:
        """The library of these cells alone: what a start is mapped to."""
        return Library(self.library.name, self.cells, self.library.ties)


def gate_set(library: Library) -> GateSet:
    """Return the smallest cell for each function of a library that has a form: most cells of up to four inputs.

    >>> from tinydwn.technology import load_library
    >>> len(gate_set(load_library("nangate45")).cells)
    22
    """
    cells = tuple(cell for cell in cheapest_cells(library) if not cell.is_buffer and form_of(cell) is not None)
    if not any(len(cell.inputs) == 2 for cell in cells):
        raise LibraryError(
            f"library {library.name!r} has no cell of two inputs to search with",
            hint="choose a library with a NAND2, or leave the search out with --exact",
        )
    forms = [form for cell in cells if (form := form_of(cell)) is not None]
    return GateSet(
        library=library,
        cells=cells,
        shape=np.array([form.shape for form in forms], dtype=np.int64),
        pins=np.array([form.pins for form in forms], dtype=np.int64),
        inverted=np.array([form.inverted for form in forms], dtype=np.int64),
        arity=np.array([len(cell.inputs) for cell in cells], dtype=np.int64),
        area_um2=np.array([cell.area_um2 for cell in cells], dtype=np.float64),
    )


def form_of(cell: Cell) -> Form | None:
    """Return how a cell is computed, None where no shape fits."""
    return _forms(len(cell.inputs)).get(cell.table) if len(cell.inputs) <= PINS else None


@cache
def _forms(inputs: int) -> dict[int, Form]:
    """Return a form for each function of so many pins that has one."""
    pins = [variable(k, inputs) for k in range(inputs)]
    found: dict[int, Form] = {}
    for form in _all_forms(inputs):
        found.setdefault(value_of(form, pins, full(inputs)), form)
    return found


def _all_forms(inputs: int) -> Iterator[Form]:
    slots = (*range(inputs), *(-1 for _ in range(PINS - inputs)))
    orders = sorted(set(permutations(slots)), reverse=True)
    for shape, pins, inverted in product(range(7), orders, range(1 << (PINS + 1))):
        yield Form(shape, pins, inverted)


def value_of(form: Form, values: Sequence[int], ones: int = 1) -> int:
    """Return the result of a form for a value per pin: 0 or 1, or a word of them as wide as `ones`.

    >>> bin(value_of(Form(AND, (0, 1, -1, -1), 0b01100), (0b1010, 0b1100), ones=0b1111))
    '0b1000'
    """
    a, b, c, d = (
        (values[pin] if pin >= 0 else 0) ^ (ones if form.inverted >> slot & 1 else 0)
        for slot, pin in enumerate(form.pins)
    )
    shapes = {
        AND: a & b & c & d,
        AND_OR_22: a & b | c & d,
        AND_OR_31: a & b & c | d,
        AND_OR_211: a & b | c | d,
        PARITY: a ^ b ^ c ^ d,
        CHOICE: a ^ (a ^ b) & d,
        MAJORITY: a & b | a & d | b & d,
    }
    return shapes[form.shape] ^ (ones if form.inverted >> PINS & 1 else 0)

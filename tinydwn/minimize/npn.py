"""NPN classes of functions of four inputs: equal but for the order of inputs, inverted inputs, an inverted output."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from tinydwn.netlist.truth_table import full

INPUTS = 4
TABLES = 1 << (1 << INPUTS)
Tables = NDArray[np.int64]
_WEIGHTS = 1 << np.arange(1 << INPUTS)


@dataclass(frozen=True, slots=True)
class Transform:
    """How one function reads another: input `j` of the other gets input `order[j]`, inverted where bit `j` says so.

    >>> Transform((1, 0, 2, 3), 0b0001, inverted=False).apply(0xAAAA) == 0x3333
    True
    """

    order: tuple[int, ...]
    inverted_inputs: int
    inverted: bool

    def apply(self, table: int) -> int:
        """Return the function that reads the one of `table` in this way."""
        found = sum((table >> source & 1) << address for address, source in enumerate(self.sources()))
        return found ^ full(INPUTS) if self.inverted else found

    def sources(self) -> tuple[int, ...]:
        """Return for each address of the function the address at which the other one is read."""
        return tuple(
            sum((address >> place & 1) << j for j, place in enumerate(self.order)) ^ self.inverted_inputs
            for address in range(1 << INPUTS)
        )


@cache
def transforms() -> tuple[Transform, ...]:
    """Return all 768 transforms, the one that changes nothing first."""
    return tuple(
        Transform(order, inputs, inverted)
        for order in permutations(range(INPUTS))
        for inputs in range(1 << INPUTS)
        for inverted in (False, True)
    )


@dataclass(frozen=True, slots=True)
class Classes:
    """`representatives` are the smallest tables of the classes, ascending.

    Table `t` is `transforms()[ways[t]]` applied to `representatives[numbers[t]]`.
    """

    representatives: tuple[int, ...]
    numbers: Tables
    ways: Tables


@cache
def _arrays() -> tuple[Tables, Tables]:
    """Return the sources of all transforms, (transforms, addresses), and what their results are XORed with."""
    sources = np.array([one.sources() for one in transforms()])
    return sources, np.array([full(INPUTS) if one.inverted else 0 for one in transforms()])


@cache
def classes() -> Classes:
    """Return the 222 classes of all functions of four inputs.

    >>> len(classes().representatives)
    222
    """
    sources, inverted = _arrays()
    numbers, ways = np.full(TABLES, -1), np.zeros(TABLES, dtype=np.int64)
    representatives: list[int] = []
    for table in range(TABLES):
        if numbers[table] < 0:
            images = (table >> sources & 1) @ _WEIGHTS ^ inverted
            members, first = np.unique(images, return_index=True)
            numbers[members], ways[members] = len(representatives), first
            representatives.append(table)
    return Classes(tuple(representatives), numbers, ways)


def canonical(table: int) -> tuple[int, Transform]:
    """Return the representative of a function's class, and the transform that makes the function of it.

    >>> representative, way = canonical(0x8000)
    >>> representative, way.apply(representative) == 0x8000
    (1, True)
    """
    known = classes()
    return known.representatives[known.numbers[table]], transforms()[known.ways[table]]


def ways_of(table: int, other: int) -> tuple[Transform, ...]:
    """Return all transforms that make one function of another; none where they are of different classes.

    >>> len(ways_of(0x8000, 0x8000))
    24
    """
    sources, inverted = _arrays()
    images = (table >> sources & 1) @ _WEIGHTS ^ inverted
    return tuple(transforms()[k] for k in np.flatnonzero(images == other))

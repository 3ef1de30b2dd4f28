"""Truth tables as integers, least significant bit first.

Bit `a` of a table is the value at address `a`; input `k` is bit `k` of the address. `n` is always the
number of inputs, so a table is an integer below `2**2**n`. This is the order of a DWN's tables, of
torch_dwn and of pyeda's `espresso_tts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

MAX_INPUTS = 10


class Cube(NamedTuple):
    """A product of literals: input `k` is read where bit `k` of `care` is set, with that bit of `value`.

    >>> Cube(care=0b101, value=0b001).holds(0b011)
    True
    """

    care: int
    value: int

    def holds(self, address: int) -> bool:
        """Say whether the product is true at an address."""
        return address & self.care == self.value


@cache
def full(n: int) -> int:
    """Return the table that is true everywhere.

    >>> bin(full(2))
    '0b1111'
    """
    return (1 << (1 << n)) - 1


@cache
def variable(k: int, n: int) -> int:
    """Return the table that equals input `k`.

    >>> bin(variable(1, 2))
    '0b1100'
    """
    block = ((1 << (1 << k)) - 1) << (1 << k)
    table, width = block, 2 << k
    while width < 1 << n:
        table |= table << width
        width *= 2
    return table


def from_bits(bits: Iterable[object]) -> int:
    """Return the table whose bit `a` is the truth of item `a`.

    >>> bin(from_bits([False, True, True, False]))
    '0b110'
    """
    return sum(1 << address for address, bit in enumerate(bits) if bit)


def invert(table: int, n: int) -> int:
    """Return the complement of a table."""
    return table ^ full(n)


def reads(table: int, k: int, n: int) -> bool:
    """Say whether a table depends on input `k`."""
    return bool((table ^ (table >> (1 << k))) & ~variable(k, n) & full(n))


def support(table: int, n: int) -> tuple[int, ...]:
    """Return the inputs that a table depends on, ascending.

    >>> support(0b1100, 2)
    (1,)
    """
    return tuple(k for k in range(n) if reads(table, k, n))


def flip_input(table: int, k: int, n: int) -> int:
    """Return the table that reads the complement of input `k`.

    >>> bin(flip_input(0b1000, 0, 2))
    '0b100'
    """
    high = variable(k, n)
    return (table & high) >> (1 << k) | (table & ~high) << (1 << k)


def swap_inputs(table: int, i: int, j: int, n: int) -> int:
    """Return the table with inputs `i` and `j` exchanged.

    >>> bin(swap_inputs(0b1010, 0, 1, 2))
    '0b1100'
    """
    if i == j:
        return table
    i, j = min(i, j), max(i, j)
    shift = (1 << j) - (1 << i)
    only_i = variable(i, n) & ~variable(j, n)
    only_j = variable(j, n) & ~variable(i, n)
    kept = table & ~(only_i | only_j)
    return kept | (table & only_i) << shift | (table & only_j) >> shift


def permute(table: int, order: Sequence[int], n: int) -> int:
    """Return the table whose input `j` is input `order[j]` of the given one.

    >>> permute(0b1010, (1, 0), 2) == 0b1100
    True
    """
    place = list(range(n))
    for j, old in enumerate(order):
        at = place.index(old)
        table = swap_inputs(table, j, at, n)
        place[j], place[at] = place[at], place[j]
    return table


def cofactor(table: int, k: int, value: int, n: int) -> int:
    """Return the table over the other `n - 1` inputs, in order, with input `k` held at `value`.

    >>> bin(cofactor(0b0110, 0, 1, 2))
    '0b1'
    """
    order = [j for j in range(n) if j != k] + [k]
    last = permute(table, order, n)
    half = 1 << (n - 1)
    return last >> half if value else last & full(n - 1)


def shrink(table: int, n: int) -> tuple[int, tuple[int, ...]]:
    """Return the table over its support alone, with the inputs that remain.

    >>> shrink(0b1100, 2)
    (2, (1,))
    """
    kept = support(table, n)
    if len(kept) == n:
        return table, kept
    order = [*kept, *(k for k in range(n) if k not in kept)]
    return permute(table, order, n) & full(len(kept)), kept


def irredundant_cover(lower: int, upper: int, n: int) -> tuple[Cube, ...]:
    """Return cubes whose union lies between two tables, none of them superfluous.

    `lower` holds what must be true, `upper` what may be; equal tables give a cover of that function
    (Minato, "Fast generation of irredundant sum-of-products forms", 1992). Raises `ValueError` unless
    `lower` implies `upper`.

    >>> irredundant_cover(0b1110, 0b1110, 2)
    (Cube(care=1, value=1), Cube(care=2, value=2))
    """
    if lower & ~upper:
        raise ValueError("the lower table is not contained in the upper one")
    cubes, _ = _cover(lower, upper, n)
    return cubes


@cache
def _cover(lower: int, upper: int, n: int) -> tuple[tuple[Cube, ...], int]:
    if lower == 0:
        return (), 0
    if upper == full(n):
        return (Cube(0, 0),), full(n)
    k, half, mask = n - 1, 1 << (n - 1), full(n - 1)
    low_must, high_must = lower & mask, lower >> half
    low_may, high_may = upper & mask, upper >> half
    low_cubes, low_table = _cover(low_must & ~high_may, low_may, k)
    high_cubes, high_table = _cover(high_must & ~low_may, high_may, k)
    rest = (low_must & ~low_table) | (high_must & ~high_table)
    both_cubes, both_table = _cover(rest, low_may & high_may, k)
    bit = 1 << k
    cubes = (
        *both_cubes,
        *(Cube(cube.care | bit, cube.value) for cube in low_cubes),
        *(Cube(cube.care | bit, cube.value | bit) for cube in high_cubes),
    )
    return cubes, (low_table | both_table) | (high_table | both_table) << half


def cube_table(cube: Cube, n: int) -> int:
    """Return the table of one cube over `n` inputs."""
    table = full(n)
    for k in range(n):
        if cube.care >> k & 1:
            high = variable(k, n)
            table &= high if cube.value >> k & 1 else ~high
    return table & full(n)

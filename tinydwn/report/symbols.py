"""What a gate of a drawing is, told by its truth table alone: so that it can be drawn as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tinydwn.netlist.truth_table import Cube, full, invert, irredundant_cover
from tinydwn.report.facts import Gate

Shape = Literal["constant", "buffer", "and", "or", "xor", "and-or", "or-and", "mux", "box"]

_ORDERS = ((0, 1, 2), (1, 0, 2), (0, 2, 1), (2, 0, 1), (1, 2, 0), (2, 1, 0))


@dataclass(frozen=True, slots=True)
class Pin:
    """A place among what the gate reads, and whether a bubble stands before it."""

    place: int
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Symbol:
    """How a gate is drawn: its shape, its pins in groups from top to bottom, and a bubble behind it.

    "and-or" is an OR whose inputs are the groups, each the AND of its pins; "or-and" the reverse. Of "mux" the groups
    are what it gives for 0, what for 1, and the select. A "box" shows `label`, its pins in the order of the cell.
    """

    shape: Shape
    groups: tuple[tuple[Pin, ...], ...]
    inverted: bool = False
    label: str = ""

    @property
    def pins(self) -> tuple[Pin, ...]:
        """All pins from top to bottom."""
        return tuple(pin for group in self.groups for pin in group)

    @property
    def bubbles(self) -> int:
        """How many bubbles the symbol has."""
        return sum(pin.inverted for pin in self.pins) + self.inverted

    @property
    def commutes(self) -> bool:
        """Whether pins may change places within a group, and groups with one another."""
        return self.shape in ("and", "or", "xor", "and-or", "or-and")


def symbol_of(gate: Gate) -> Symbol:
    """Return the symbol with the fewest bubbles that means the same as the gate.

    >>> symbol_of(Gate("nor2b", (0, 1), 0b0010)).shape, symbol_of(Gate("a21oi", (0, 1, 2), 0b00000111)).shape
    ('and', 'and-or')
    >>> symbol_of(Gate("maj3", (0, 1, 2), 0b11101000)).label
    '≥2'
    """
    n, table = len(gate.reads), gate.table
    if table in (0, full(n)):
        return Symbol("constant", tuple((Pin(k),) for k in range(n)), label=str(table & 1))
    found = [*_parity(n, table), *_two_level(n, table)]
    if found:
        return min(found, key=lambda symbol: (symbol.bubbles, symbol.inverted))
    mux = _mux(table) if n == 3 else None
    label = "≥2" if n == 3 and table == 0b11101000 else gate.label
    return mux or Symbol("box", tuple((Pin(k),) for k in range(n)), label=label)


def value_of(symbol: Symbol, values: Sequence[bool]) -> bool:
    """Return what a symbol means where its gate reads `values`; a box means nothing by itself.

    >>> value_of(Symbol("and", ((Pin(0), Pin(1, inverted=True)),)), [True, False])
    True
    """
    groups = [[values[pin.place] != pin.inverted for pin in group] for group in symbol.groups]
    match symbol.shape:
        case "constant":
            return symbol.label == "1"
        case "xor":
            value = sum(groups[0]) % 2 == 1
        case "and-or":
            value = any(map(all, groups))
        case "or-and":
            value = all(map(any, groups))
        case "mux":
            value = groups[1][0] if groups[2][0] else groups[0][0]
        case "or":
            value = any(groups[0])
        case "and" | "buffer":
            value = all(groups[0])
        case "box":
            raise ValueError("a box says nothing of its function")
    return value != symbol.inverted


def _parity(n: int, table: int) -> list[Symbol]:
    odd = sum(1 << address for address in range(1 << n) if address.bit_count() % 2)
    if n < 2 or table not in (odd, invert(odd, n)):
        return []
    return [Symbol("xor", (tuple(map(Pin, range(n))),), inverted=table != odd)]


def _two_level(n: int, table: int) -> list[Symbol]:
    """Return the forms in which every input is read once, if there are any: sums of products and their duals."""
    found = []
    for part, inverted in ((table, False), (invert(table, n), True)):
        cubes = irredundant_cover(part, part, n)
        if sum(cube.care.bit_count() for cube in cubes) == n and _union(cubes) == (1 << n) - 1:
            groups = tuple(
                tuple(Pin(k, not cube.value >> k & 1) for k in range(n) if cube.care >> k & 1) for cube in cubes
            )
            flipped = tuple(tuple(Pin(pin.place, not pin.inverted) for pin in group) for group in groups)
            found += [_joined("and-or", groups, inverted), _joined("or-and", flipped, not inverted)]
    return found


def _union(cubes: Sequence[Cube]) -> int:
    union = 0
    for cube in cubes:
        union |= cube.care
    return union


def _joined(shape: Literal["and-or", "or-and"], groups: tuple[tuple[Pin, ...], ...], inverted: bool) -> Symbol:
    """Return a two-level form, as a plain gate where one level is all there is."""
    inner: Shape = "and" if shape == "and-or" else "or"
    outer: Shape = "or" if shape == "and-or" else "and"
    if sum(map(len, groups)) == 1:
        (pin,) = groups[0]
        return Symbol("buffer", ((Pin(pin.place),),), inverted=inverted != pin.inverted)
    if len(groups) == 1:
        return Symbol(inner, groups, inverted)
    if all(len(group) == 1 for group in groups):
        return Symbol(outer, (tuple(group[0] for group in groups),), inverted)
    return Symbol(shape, groups, inverted)


def _mux(table: int) -> Symbol | None:
    for if_false, if_true, select in _ORDERS:
        wanted = sum(
            1 << address for address in range(8) if address >> (if_true if address >> select & 1 else if_false) & 1
        )
        if table in (wanted, invert(wanted, 3)):
            groups = ((Pin(if_false),), (Pin(if_true),), (Pin(select),))
            return Symbol("mux", groups, inverted=table != wanted)
    return None

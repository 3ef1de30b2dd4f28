"""Small AND-OR expressions over given signals, for a function that is only partly specified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.simulate import Words

Flags = NDArray[np.bool_]
_TRIED = 16
"""How many literals may start an expression of more than one gate, the most useful first."""
_BITS_SET = np.array([byte.bit_count() for byte in range(256)], dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Literal:
    """A signal, by its row, or its complement."""

    row: int
    inverted: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """`literal AND rest`, or `literal OR rest`."""

    conjunction: bool
    literal: Literal
    rest: Expression


Expression = bool | Literal | Joined


def express(signals: Words, on: Words, off: Words, *, gates: int) -> Expression | None:
    """Return an expression of at most `gates` two-input gates that is 1 where `on` is and 0 where `off` is.

    `signals` are packed values, (signals, words); what is neither in `on` nor in `off` does not matter. The
    search is complete up to one gate; beyond, it starts from the most promising literals. None if nothing
    was found.

    >>> signals = np.array([[0b0101], [0b0011]], dtype=np.uint64)
    >>> found = express(signals, np.array([0b0001], np.uint64), np.array([0b1110], np.uint64), gates=1)
    >>> found == Joined(True, Literal(0, False), Literal(1, False))
    True
    """
    literals = np.concatenate((signals, ~signals))
    names = np.concatenate((2 * np.arange(len(signals)), 2 * np.arange(len(signals)) + 1))
    return _search(literals, names, on, off, gates)


def build_expression(builder: NetlistBuilder, expression: Expression, nets: Sequence[int]) -> int:
    """Add an expression to a netlist, `nets` being those of the signals, and return its net."""
    if isinstance(expression, bool):
        return int(expression)
    if isinstance(expression, Literal):
        net = nets[expression.row]
        return builder.invert(net) if expression.inverted else net
    first = build_expression(builder, expression.literal, nets)
    rest = build_expression(builder, expression.rest, nets)
    return builder.and_(first, rest) if expression.conjunction else builder.or_(first, rest)


def evaluate_expression(expression: Expression, signals: Words) -> Words:
    """Return the packed value of an expression over packed signals."""
    if isinstance(expression, bool):
        nothing = np.zeros(signals.shape[1], np.uint64)
        return ~nothing if expression else nothing
    if isinstance(expression, Literal):
        value: Words = signals[expression.row]
        return ~value if expression.inverted else value
    first = evaluate_expression(expression.literal, signals)
    rest = evaluate_expression(expression.rest, signals)
    return first & rest if expression.conjunction else first | rest


def _search(literals: Words, names: NDArray[np.int64], on: Words, off: Words, gates: int) -> Expression | None:
    """Search over rows of `literals`; `names` are twice the signals they read, plus 1 where inverted."""
    if not on.any():
        return False
    if not off.any():
        return True
    holds: Flags = np.all((literals & on) == on, axis=1)
    clear: Flags = ~np.any(literals & off, axis=1)
    fit = np.flatnonzero(holds & clear)
    if len(fit):
        return _literal(names, fit[0])
    return _join(literals, names, on, off, gates, holds, clear) if gates else None


def _join(
    literals: Words,
    names: NDArray[np.int64],
    on: Words,
    off: Words,
    gates: int,
    holds: Flags,
    clear: Flags,
) -> Expression | None:
    """Split off one literal: an AND with one that holds on all of `on`, or an OR with one clear of `off`."""
    starts: list[tuple[int, int, bool]] = []
    for conjunction, usable, missing in ((True, holds, literals & off), (False, clear, ~literals & on)):
        rows = np.flatnonzero(usable)
        left = _BITS_SET[np.ascontiguousarray(missing[rows]).view(np.uint8)].sum(axis=1, dtype=np.int64)
        starts += [(int(bits), int(row), conjunction) for bits, row in zip(left, rows, strict=True)]
    starts.sort()
    for _, row, conjunction in starts if gates == 1 else starts[:_TRIED]:
        rest_on = on if conjunction else on & ~literals[row]
        rest_off = off & literals[row] if conjunction else off
        # The partner of a last gate must be usable alike, so the others are not looked at.
        usable = (holds if conjunction else clear) if gates == 1 else np.ones(len(names), dtype=bool)
        rest = _search(literals[usable], names[usable], rest_on, rest_off, gates - 1)
        if rest is not None:
            return Joined(conjunction, _literal(names, row), rest)
    return None


def _literal(names: NDArray[np.int64], row: int | np.int64) -> Literal:
    name = int(names[row])
    return Literal(name >> 1, bool(name & 1))

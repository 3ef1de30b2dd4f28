"""Choosing the class: tournaments of comparisons; ties go to the lowest class.

A tournament over K entries splits them into the largest power of two below K on the left and the rest on the
right, so that a comparison is itself a bit of the winner's index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.graph import FALSE, TRUE

# a > b, from the lowest bit up: the carry of a + ~b, a majority of a, ~b and the carry so far.
_CARRY = 0b10110010


@dataclass(frozen=True, slots=True)
class Match:
    """A comparison of a tournament: `right_wins` is its net; a side that is None is a single entry."""

    right_wins: int
    left: Match | None
    right: Match | None


def add_greater(builder: NetlistBuilder, a: Sequence[int], b: Sequence[int]) -> int:
    """Return a net that is true where the unsigned number `a` is larger than `b`; both LSB first, of any width."""
    carry = FALSE
    for bit, other in zip_longest(a, b, fillvalue=FALSE):
        carry = builder.node(_CARRY, (bit, other, carry))
    return carry


def add_tournament(builder: NetlistBuilder, sums: Sequence[Sequence[int]]) -> Match | None:
    """Add the comparisons that find the largest of `sums` (each LSB first), the lowest of equals; None for one sum."""
    return _play(builder, sums)[0]


def add_index(builder: NetlistBuilder, match: Match | None, entries: int) -> tuple[int, ...]:
    """Return the winner's index among `entries`, LSB first, `(entries - 1).bit_length()` bits."""
    if match is None:
        return ()
    half = _left_size(entries)
    left = add_index(builder, match.left, half)
    right = add_index(builder, match.right, entries - half)
    pairs = zip_longest(left, right, fillvalue=FALSE)
    return (*(builder.mux(match.right_wins, low, high) for low, high in pairs), match.right_wins)


def add_onehot(builder: NetlistBuilder, match: Match | None, entries: int, enable: int = TRUE) -> tuple[int, ...]:
    """Return one net per entry, true for the winner alone and only where `enable` is."""
    if match is None:
        return (enable,)
    half = _left_size(entries)
    left = builder.and_(enable, builder.invert(match.right_wins))
    right = builder.and_(enable, match.right_wins)
    return (
        *add_onehot(builder, match.left, half, left),
        *add_onehot(builder, match.right, entries - half, right),
    )


def add_first_index(builder: NetlistBuilder, bits: Sequence[int]) -> tuple[int, ...]:
    """Return the index of the first of `bits` that is true, LSB first; 0 where none is."""
    return _first(builder, bits)[1]


def add_first_onehot(builder: NetlistBuilder, bits: Sequence[int]) -> tuple[int, ...]:
    """Return one net per bit, true for the first of `bits` that is true alone; for bit 0 where none is."""
    before, chosen = bits[0], [bits[0]]
    for bit in bits[1:]:
        chosen.append(builder.and_(bit, builder.invert(before)))
        before = builder.or_(before, bit)
    chosen[0] = builder.or_(chosen[0], builder.invert(before))
    return tuple(chosen)


def _left_size(entries: int) -> int:
    return 1 << ((entries - 1).bit_length() - 1)


def _play(builder: NetlistBuilder, sums: Sequence[Sequence[int]]) -> tuple[Match | None, Sequence[int]]:
    if len(sums) == 1:
        return None, sums[0]
    half = _left_size(len(sums))
    left, left_sum = _play(builder, sums[:half])
    right, right_sum = _play(builder, sums[half:])
    right_wins = add_greater(builder, right_sum, left_sum)
    pairs = zip_longest(left_sum, right_sum, fillvalue=FALSE)
    return Match(right_wins, left, right), [builder.mux(right_wins, low, high) for low, high in pairs]


def _first(builder: NetlistBuilder, bits: Sequence[int]) -> tuple[int, tuple[int, ...]]:
    """Return whether any bit is true, and the index of the first."""
    if len(bits) == 1:
        return bits[0], ()
    half = _left_size(len(bits))
    left_any, left = _first(builder, bits[:half])
    right_any, right = _first(builder, bits[half:])
    not_left = builder.invert(left_any)
    # Where no left bit is true, the left index is 0, so that OR is enough.
    pairs = zip_longest(left, right, fillvalue=FALSE)
    index = (builder.or_(low, builder.and_(high, not_left)) for low, high in pairs)
    return builder.or_(left_any, right_any), (*index, builder.and_(right_any, not_left))

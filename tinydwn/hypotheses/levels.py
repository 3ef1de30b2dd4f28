"""Circuits for functions of a weighted sum of bits, built in two ways of which the smaller one is kept.

A *decision diagram* asks the bits by falling weight. What is left to decide depends on the sum so far, and sums in one
interval leave the same: the interval of a node follows from those of its branches (for thresholds: Behle, "On threshold
BDDs and the optimal variable ordering problem", 2007). An *adder tree* sums the bits column by column, a weight of
several ones in the columns of its signed digits, and asks the bits of the sum.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tinydwn.lowering.popcount import add_column_sum
from tinydwn.minimize.size import size
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.graph import FALSE, TRUE

_MOST_STATES = 4_000
_DEEPEST = 200
"""Diagrams beyond these are not built."""


def add_levels(
    builder: NetlistBuilder, literals: Sequence[int], weights: Sequence[int], first: bool, cuts: Sequence[int]
) -> int:
    """Return a net with `first` where the weighted sum is below `cuts[0]`, and the other value from each cut on.

    `weights` are positive; `cuts` ascend.

    >>> from tinydwn.netlist import simulate
    >>> from tinydwn.netlist.simulate import every_pattern
    >>> builder = NetlistBuilder("two_of_three")
    >>> builder.output("y", add_levels(builder, [builder.input(name) for name in "abc"], (1, 1, 1), False, (2, 3)))
    >>> simulate(builder.build(), every_pattern(3))[:, 0].astype(int).tolist()
    [0, 0, 0, 1, 0, 1, 1, 0]
    """
    if not cuts:
        return TRUE if first else FALSE
    if not literals:
        return TRUE if first ^ (bisect_right(cuts, 0) % 2 == 1) else FALSE
    smallest = min(_circuits(weights, first, cuts), key=size)
    return builder.insert(smallest, literals)[0]


def _circuits(weights: Sequence[int], first: bool, cuts: Sequence[int]) -> Iterator[Netlist]:
    for way in (_add_diagram, _add_adders):
        builder = NetlistBuilder("levels")
        nets = [builder.input(f"x{k}") for k in range(len(weights))]
        found = way(builder, nets, weights, first, cuts)
        if found is not None:
            builder.output("y", found)
            yield builder.build()


class _Rest(NamedTuple):
    """A net that answers for every sum so far from `least` to `most`."""

    net: int
    least: int
    most: int


class _Diagram:
    """A decision diagram under construction: per depth, the nets known and the sums they stand for, ascending."""

    def __init__(
        self, builder: NetlistBuilder, literals: Sequence[int], weights: Sequence[int], first: bool, cuts: Sequence[int]
    ) -> None:
        order = sorted(range(len(weights)), key=lambda k: (-weights[k], k))
        self.builder, self.first, self.cuts = builder, first, list(cuts)
        self.literals, self.weights = [literals[k] for k in order], [weights[k] for k in order]
        self.left = [0]
        for weight in reversed(self.weights):
            self.left.insert(0, self.left[0] + weight)
        self.known: list[list[_Rest]] = [[] for _ in self.left]
        self.states = 0

    def rest(self, depth: int, total: int) -> _Rest:
        """Return what decides from this depth on with this sum so far."""
        known = self.known[depth]
        at = bisect_right(known, total, key=lambda one: one.least)
        if at and known[at - 1].most >= total:
            return known[at - 1]
        found = self._decided(depth, total) or self._asked(depth, total)
        known.insert(at, found)
        return found

    def _decided(self, depth: int, total: int) -> _Rest | None:
        passed = bisect_right(self.cuts, total)
        end = self.cuts[passed] - 1 if passed < len(self.cuts) else self.left[0]
        if total + self.left[depth] > end:
            return None
        begin = self.cuts[passed - 1] if passed else 0
        return _Rest(TRUE if self.first ^ (passed % 2 == 1) else FALSE, begin, end - self.left[depth])

    def _asked(self, depth: int, total: int) -> _Rest:
        self.states += 1
        if self.states > _MOST_STATES:
            raise _TooLarge
        weight, literal = self.weights[depth], self.literals[depth]
        low, high = self.rest(depth + 1, total), self.rest(depth + 1, total + weight)
        if len(self.cuts) == 1:  # monotone: one branch implies the other
            small, large = (high.net, low.net) if self.first else (low.net, high.net)
            chosen = self.builder.invert(literal) if self.first else literal
            net = self.builder.or_(small, self.builder.and_(chosen, large))
        else:
            net = self.builder.mux(literal, low.net, high.net)
        return _Rest(net, max(low.least, high.least - weight), min(low.most, high.most - weight))


class _TooLarge(Exception):
    """A diagram outgrew its limit."""


def _add_diagram(
    builder: NetlistBuilder, literals: Sequence[int], weights: Sequence[int], first: bool, cuts: Sequence[int]
) -> int | None:
    """Return the net of a decision diagram; None where it outgrows its limit."""
    if len(weights) > _DEEPEST:
        return None
    try:
        return _Diagram(builder, literals, weights, first, cuts).rest(0, 0).net
    except _TooLarge:
        return None


def _add_adders(
    builder: NetlistBuilder, literals: Sequence[int], weights: Sequence[int], first: bool, cuts: Sequence[int]
) -> int | None:
    """Return the net of an adder tree and a decision diagram over the bits of its sum."""
    top = sum(weights).bit_length()
    lift = (1 << top) - cuts[0] if len(cuts) == 1 else 0  # one cut: the top bit alone decides
    columns: list[list[int]] = [[] for _ in range(top + 2)]
    for literal, weight in zip(literals, weights, strict=True):
        for place, negative in _digits(weight):
            columns[place].append(builder.invert(literal) if negative else literal)
            lift -= negative << place
    modulus = top + 1 if len(cuts) == 1 else top
    for place in range(modulus):
        if lift >> place & 1:  # sums are kept modulo a power of two beyond the largest, so a negative lift serves too
            columns[place].append(TRUE)
    total = add_column_sum(builder, columns[:modulus])[:modulus]
    if len(cuts) == 1:
        return builder.invert(total[top]) if first else total[top]
    return _add_diagram(builder, total, [1 << place for place in range(len(total))], first, cuts)


def _digits(weight: int) -> Iterator[tuple[int, bool]]:
    """Yield place and sign of the digits of a positive number in non-adjacent form, the fewest that there are."""
    place = 0
    while weight:
        if weight & 1:
            negative = weight & 3 == 3
            yield place, negative
            weight += 1 if negative else -1
        weight >>= 1
        place += 1

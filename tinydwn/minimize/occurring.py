"""Which values some nets of a graph take together, computed exactly on the inputs behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tinydwn.minimize.patterns import addresses, chain_places, pattern_count, possible_integers
from tinydwn.minimize.xag import Xag
from tinydwn.netlist import Assumption


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of nets on all patterns of some inputs, one bit a pattern, as far as they were asked for."""

    known: dict[int, int]
    everywhere: int


@dataclass(slots=True)
class Occurring:
    """Answers for one graph; nets that depend on inputs of more than `max_patterns` patterns together are free.

    >>> graph = Xag(2)
    >>> both = graph.and_(2, 4)
    >>> sorted(Occurring(graph, ("a", "b"), Assumption.none(), max_patterns=8).addresses((1, both >> 1)))
    [0, 1, 3]
    """

    graph: Xag
    inputs: Sequence[str]
    assuming: Assumption
    max_patterns: int
    _behind: list[int] = field(init=False)
    _values: dict[int, _Values | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Find the inputs behind each net, as the bits of a number: bit `k` is net `k`."""
        behind = [0, *(1 << net for net in range(1, self.graph.first))]
        for left, right, _ in self.graph.gates:
            behind.append(behind[left >> 1] | behind[right >> 1])
        self._behind = behind

    def addresses(self, nets: Sequence[int]) -> frozenset[int]:
        """Return the addresses that occur, net `k` being bit `k`."""
        together = 0
        for net in nets:
            together |= self._behind[net]
        if together not in self._values:
            self._values[together] = self._patterns(together)
        values = self._values[together]
        if values is None:
            return frozenset(range(1 << len(nets)))
        return frozenset(addresses([self._value(values, net) for net in nets], values.everywhere))

    def _patterns(self, together: int) -> _Values | None:
        read = [net for net in range(1, self.graph.first) if together >> net & 1]
        places = chain_places([self.inputs[net - 1] for net in read], self.assuming)
        if pattern_count(places) > self.max_patterns:
            return None
        known, everywhere = possible_integers([[read[place] for place in group] for group in places])
        return _Values({**known, 0: 0}, everywhere)

    def _value(self, values: _Values, net: int) -> int:
        """Return the value of a net, and keep it and all behind it."""
        known, everywhere = values.known, values.everywhere
        stack = [net]
        while stack:
            left, right, is_xor = (0, 0, False) if stack[-1] in known else self.graph.gate(stack[-1])
            missing = [literal >> 1 for literal in (left, right) if literal >> 1 not in known]
            if stack[-1] in known:
                stack.pop()
            elif missing:
                stack += missing
            else:
                one = known[left >> 1] ^ (everywhere if left & 1 else 0)
                other = known[right >> 1] ^ (everywhere if right & 1 else 0)
                known[stack.pop()] = one ^ other if is_xor else one & other
        return known[net]

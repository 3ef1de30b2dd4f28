"""The smallest circuits of all functions of four inputs, as `chain_search` found them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tinydwn.errors import NetlistError
from tinydwn.minimize.npn import INPUTS, canonical, ways_of
from tinydwn.netlist.truth_table import full, variable

SCHEMA = "tinydwn.optimal-chains/1"
PLACE = Path(__file__).with_name("optimal_chains.json")
Step = tuple[int, int, int]
"""A gate: its table of two inputs and the places of its operands; the inputs come first, then the gates."""
_XORS = (0b0110, 0b1001)
_FORMS = {
    0b1000: (0, 0, 0),
    0b0010: (0, 1, 0),
    0b0100: (1, 0, 0),
    0b0001: (1, 1, 0),
    0b0111: (0, 0, 1),
    0b1101: (0, 1, 1),
    0b1011: (1, 0, 1),
    0b1110: (1, 1, 1),
    0b0110: (0, 0, 0),
    0b1001: (0, 0, 1),
}
"""For each gate: whether an AND, or an XOR, reads the complement of its left and its right operand, and is inverted."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A circuit of two-input gates over four inputs.

    Signal `k` is input `k`, signal `4 + k` gate `k`; a literal is twice a signal, plus 1 where it is inverted. `gates`
    have two literals each and say whether they are XORs, the others being ANDs; `output` is a literal, or -1 and -2 for
    the constants 0 and 1.
    """

    gates: tuple[tuple[int, int, bool], ...]
    output: int

    @property
    def xors(self) -> int:
        """How many gates are XORs."""
        return sum(xor for _, _, xor in self.gates)

    def cost(self, xor_gates: int = 1) -> int:
        """Return how many gates there are where an XOR counts `xor_gates`."""
        return len(self.gates) + (xor_gates - 1) * self.xors

    def values(self) -> tuple[int, ...]:
        """Return the functions of all gates."""
        everywhere = full(INPUTS)
        found = [variable(k, INPUTS) for k in range(INPUTS)]
        for left, right, xor in self.gates:
            one = found[left >> 1] ^ (everywhere if left & 1 else 0)
            other = found[right >> 1] ^ (everywhere if right & 1 else 0)
            found.append(one ^ other if xor else one & other)
        return tuple(found[INPUTS:])

    def table(self) -> int:
        """Return the function.

        >>> smallest_chains(0x8000)[0].table() == 0x8000
        True
        """
        if self.output < 0:
            return full(INPUTS) if self.output == -2 else 0
        value = (*(variable(k, INPUTS) for k in range(INPUTS)), *self.values())[self.output >> 1]
        return value ^ (full(INPUTS) if self.output & 1 else 0)


@lru_cache(maxsize=1 << 16)
def smallest_chains(table: int, *, most_ways: int = 12) -> tuple[Chain, ...]:
    """Return smallest circuits of a function of four inputs, which differ in what their gates compute.

    Those of the fewest gates come first, by the number of XORs; further ones have more gates, seven at most, and fewer
    XORs. Each kept circuit of the class is read in up to `most_ways` ways that give the function; there may be others.

    >>> [(len(chain.gates), chain.xors) for chain in smallest_chains(0x6666)]
    [(1, 1), (3, 0), (3, 0)]
    """
    if table in (0, full(INPUTS)):
        return (Chain((), -2 if table else -1),)
    representative = canonical(table)[0]
    if not _steps()[representative][0]:
        literal = next(k for k in range(2 * INPUTS) if Chain((), k).table() == table)
        return (Chain((), literal),)
    found: dict[tuple[int, ...], Chain] = {}
    ways = ways_of(representative, table)
    for steps in _steps()[representative]:
        for way in ways[:: -(-len(ways) // most_ways)]:
            inputs = [2 * place + (way.inverted_inputs >> j & 1) for j, place in enumerate(way.order)]
            chain = as_chain(steps, inputs, inverted=way.inverted)
            found.setdefault(tuple(sorted(min(value, value ^ full(INPUTS)) for value in chain.values())), chain)
    return tuple(found.values())


def fewest_gates(table: int, xor_gates: int = 1) -> int:
    """Return the least cost among the smallest circuits of a function of four inputs.

    >>> fewest_gates(0x6666), fewest_gates(0x6666, xor_gates=3)
    (1, 3)
    """
    return _fewest(canonical(table)[0], xor_gates)


@cache
def _fewest(representative: int, xor_gates: int) -> int:
    chains = _steps()[representative]
    return min(sum(xor_gates if table in _XORS else 1 for table, _, _ in steps) for steps in chains)


@cache
def _steps() -> dict[int, tuple[tuple[Step, ...], ...]]:
    """Read the chains of all representatives; `NetlistError` for a file of another kind."""
    content = json.loads(PLACE.read_text(encoding="utf-8"))
    if content.get("schema") != SCHEMA:
        raise NetlistError(f"'{PLACE}' does not hold chains", hint="install tinydwn again")
    return {int(key, 16): tuple(map(_read, chains)) for key, chains in content["chains"].items()}


def _read(text: str) -> tuple[Step, ...]:
    return tuple((int(word[0], 16), int(word[1], 16), int(word[2], 16)) for word in text.split())


def as_chain(steps: tuple[Step, ...], inputs: Sequence[int] = (0, 2, 4, 6), *, inverted: bool = False) -> Chain:
    """Turn gates of any kind into ANDs and XORs with inverted literals; `inputs` are the literals of the inputs."""
    literals = list(inputs)
    gates: list[tuple[int, int, bool]] = []
    for table, left, right in steps:
        one, other, out = _FORMS[table]
        gates.append((literals[left] ^ one, literals[right] ^ other, table in _XORS))
        literals.append(2 * (INPUTS + len(gates) - 1) + out)
    return Chain(tuple(gates), literals[-1] ^ inverted)

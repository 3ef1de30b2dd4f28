"""All input patterns that can occur, as packed samples: chains of thermometer bits count up, free bits toggle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

import numpy as np

from tinydwn.netlist import Assumption
from tinydwn.netlist.simulate import Words, pack


def chain_places(inputs: Sequence[str], assuming: Assumption) -> tuple[tuple[int, ...], ...]:
    """Return groups of places in `inputs`: each chain by ascending threshold, every other input alone.

    >>> chain_places(("b", "free", "a"), Assumption((("a", "b"),)))
    ((2, 0), (1,))
    """
    place = {name: k for k, name in enumerate(inputs)}
    chains = [tuple(place[name] for name in chain if name in place) for chain in assuming.chains]
    chained = {k for chain in chains for k in chain}
    return (*(chain for chain in chains if chain), *((k,) for k in range(len(inputs)) if k not in chained))


def pattern_count(groups: Iterable[Sequence[int]]) -> int:
    """Return how many patterns groups of inputs have: a chain of k bits has k + 1.

    >>> pattern_count([(0, 1, 2), (3,)])
    8
    """
    return prod(len(group) + 1 for group in groups)


def possible_words(inputs: Sequence[str], assuming: Assumption) -> Words:
    """Return every pattern that can occur, packed as (inputs, words); spare bits of the last word repeat pattern 0.

    >>> possible_words(("a > 1", "a > 2"), Assumption((("a > 1", "a > 2"),))).tolist()
    [[6], [4]]
    """
    groups = chain_places(inputs, assuming)
    bits = np.zeros((pattern_count(groups), len(inputs)), dtype=bool)
    index = np.arange(len(bits))
    for group in groups:
        digit = index % (len(group) + 1)
        index //= len(group) + 1
        for threshold, place in enumerate(group):
            bits[:, place] = digit > threshold
    return pack(bits)


def possible_integers(groups: Sequence[Sequence[int]]) -> tuple[dict[int, int], int]:
    """Return, for groups of nets, the value of each net as an integer of one bit per pattern, and the all-ones mask.

    >>> possible_integers([(7, 8)])
    ({7: 6, 8: 4}, 7)
    """
    total = pattern_count(groups)
    values: dict[int, int] = {}
    width = 1
    for group in groups:
        period = width * (len(group) + 1)
        for threshold, net in enumerate(group):
            low = width * (threshold + 1)
            values[net] = _repeat((1 << period) - (1 << low), period, total)
        width = period
    return values, (1 << total) - 1


def _repeat(value: int, period: int, total: int) -> int:
    """Return `value`, `period` bits wide, repeated up to `total` bits."""
    while period < total:
        doubled = min(2 * period, total)
        value = (value | value << period) & ((1 << doubled) - 1)
        period = doubled
    return value


def addresses(bits: Sequence[int], patterns: int) -> list[int]:
    """Return the addresses that signals make on some of the patterns, each once; signal `k` is bit `k`.

    >>> sorted(addresses([0b0101, 0b0011], 0b0111))
    [1, 2, 3]
    """
    found: list[int] = []
    stack = [(len(bits), 0, patterns)]
    while stack:
        k, address, held = stack.pop()
        if held and k == 0:
            found.append(address)
        elif held:
            high = held & bits[k - 1]
            stack += [(k - 1, address, held & ~high), (k - 1, address | 1 << (k - 1), high)]
    return found

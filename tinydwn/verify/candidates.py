"""Pairs of inner nets, of two netlists, that seem equal: they agree, or disagree, on all sampled patterns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinydwn.netlist import Netlist
from tinydwn.netlist.simulate import Words, net_words, pack

_SAMPLES = 1 << 14


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nets that seem equal, or opposite where `inverted`."""

    left: int
    right: int
    inverted: bool


def candidates(left: Netlist, right: Netlist, *, samples: int = _SAMPLES, seed: int = 0) -> tuple[Pair, ...]:
    """Return for each node of the right netlist the first node of the left one that behaves alike on samples.

    >>> from tinydwn.netlist import Node
    >>> both = Netlist("and", ("a", "b"), (Node(0b1000, (2, 3)),), (("y", 4),))
    >>> not_both = Netlist("nand", ("a", "b"), (Node(0b0111, (2, 3)),), (("y", 4),))
    >>> candidates(both, not_both)
    (Pair(left=4, right=4, inverted=True),)
    """
    bits = np.random.default_rng(seed).integers(0, 2, size=(samples, len(left.inputs))).astype(bool)
    ours, theirs = net_words(left, pack(bits)), net_words(right, pack(bits))
    first: dict[bytes, tuple[int, bool]] = {}
    for net in range(left.nets):
        signature, inverted = _signature(ours[net])
        first.setdefault(signature, (net, inverted))
    pairs = []
    for net in range(right.first_node, right.nets):
        signature, inverted = _signature(theirs[net])
        match, opposite = first.get(signature, (0, False))
        if match >= left.first_node:
            pairs.append(Pair(match, net, inverted != opposite))
    return tuple(pairs)


def _signature(words: Words) -> tuple[bytes, bool]:
    inverted = bool(words[0] & np.uint64(1))
    return (~words if inverted else words).tobytes(), inverted

"""Inner points where two netlists seem to meet: guesses by simulation, for a prover to confirm.

A prover that learns on the way that inner nets are equal needs small steps only, where the outputs alone can
be out of its reach (SAT sweeping; Kuehlmann and Krohm, "Equivalence checking using cuts and heaps", 1997). A
wrong guess costs time and never soundness: every guess is proven or dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tinydwn.netlist import Assumption, Netlist, NetlistBuilder, Node
from tinydwn.netlist.simulate import Words, net_words

_NOT = 0b01
_WORDS_PER_DENSITY = 96
_DENSITIES = (0.5, 0.5, 0.25, 0.75, 0.06, 0.94)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A guess that a net of the left netlist equals one of the right, or its complement."""

    left: int
    right: int
    inverted: bool


def on_possible_patterns(netlist: Netlist, assuming: Assumption) -> Netlist:
    """Return the netlist behind a circuit that turns every pattern into a possible one and keeps possible ones.

    Each bit of a thermometer chain is replaced by the AND of itself and all weaker bits. Two netlists agree
    under an assumption exactly where their forms of this kind are equal everywhere.
    """
    builder = NetlistBuilder(netlist.name)
    nets = [builder.input(name) for name in netlist.inputs]
    weaker = dict(assuming.implications(netlist.inputs))
    possible: dict[int, int] = {}
    for place in sorted(range(len(nets)), key=lambda place: _rank(place, weaker)):
        below = weaker.get(place)
        possible[place] = nets[place] if below is None else builder.and_(nets[place], possible[below])
    outputs = builder.insert(netlist, [possible[place] for place in range(len(nets))])
    for name, net in zip(netlist.output_names, outputs, strict=True):
        builder.output(name, net)
    return builder.build()


def random_words(inputs: int, seed: int = 0) -> Words:
    """Return packed random patterns, (inputs, words), of several densities of ones."""
    rng = np.random.default_rng(seed)
    shape = (inputs, _WORDS_PER_DENSITY, 64)
    parts = [np.packbits(rng.random(shape) < density, axis=2, bitorder="little") for density in _DENSITIES]
    words: Words = np.concatenate([part.view(np.uint64)[:, :, 0] for part in parts], axis=1)
    return words


def find_meetings(left: Netlist, right: Netlist, words: Words) -> tuple[Meeting, ...]:
    """Return guesses for as many nets of the right netlist as have a partner on the left, each net used once."""
    ours, theirs = net_words(left, words), net_words(right, words)
    dull = {value.tobytes() for value in ours[: left.first_node]}
    known: dict[bytes, int] = {}
    for net in range(left.first_node, left.nets):
        known.setdefault(ours[net].tobytes(), net)
    found: dict[int, Meeting] = {}
    for net in range(right.first_node, right.nets):
        for inverted, value in ((False, theirs[net]), (True, ~theirs[net])):
            key = value.tobytes()
            partner = known.get(key)
            if partner is not None and key not in dull and partner not in found:
                found[partner] = Meeting(partner, net, inverted)
    return tuple(sorted(found.values(), key=lambda meeting: meeting.left))


def with_meetings(left: Netlist, right: Netlist, meetings: Sequence[Meeting]) -> tuple[Netlist, Netlist]:
    """Return both netlists under neutral names, with an output `m0`, `m1`, ... on each side per meeting."""
    left, right = left.neutral(), right.neutral()
    inverters = [Node(_NOT, (meeting.right,)) for meeting in meetings if meeting.inverted]
    nets = iter(range(right.nets, right.nets + len(inverters)))
    rights = [next(nets) if meeting.inverted else meeting.right for meeting in meetings]
    names = [f"m{k}" for k in range(len(meetings))]
    lefts = [meeting.left for meeting in meetings]
    return (
        replace(left, name="gold", outputs=(*left.outputs, *zip(names, lefts, strict=True))),
        replace(
            right,
            name="gate",
            nodes=(*right.nodes, *inverters),
            outputs=(*right.outputs, *zip(names, rights, strict=True)),
        ),
    )


def first_difference(left: Netlist, right: Netlist, words: Words) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    """Return an input pattern, (inputs,) bool, among `words` where the outputs differ, or None."""
    ours, theirs = net_words(left, words), net_words(right, words)
    for mine, other in zip(left.output_nets, right.output_nets, strict=True):
        wrong = np.flatnonzero(ours[mine] ^ theirs[other])
        if len(wrong):
            word = int(wrong[0])
            difference = int(ours[mine][word] ^ theirs[other][word])
            bit = (difference & -difference).bit_length() - 1
            return np.array([int(row[word]) >> bit & 1 for row in words], dtype=bool)
    return None


def _rank(place: int, weaker: dict[int, int]) -> tuple[int, int]:
    steps, at = 0, place
    while at in weaker:
        at, steps = weaker[at], steps + 1
    return steps, place

"""Pairs of inner nets that seem equal, and the circuit in which Yosys proves that they are.

A candidate is a net of the left netlist and a net of the right one that agree, or disagree, on all sampled
patterns. Where every candidate is proven, under the rule that whatever reads a net of a pair reads one common
net instead, equality of the outputs follows node by node in the order of the right netlist (SAT sweeping; Kuehlmann
and Krohm, "Equivalence checking using cuts and heaps", 1997). With the common nets free each proof looks only at
the logic between two layers of candidates, so the effort grows with the number of pairs, not with the depth of the
circuit. A proof for all values of a free net holds for the one value that it really has.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
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


def frontier(
    left: Netlist, right: Netlist, pairs: Sequence[Pair], free: Collection[int], names: Collection[str]
) -> frozenset[int]:
    """Return the free pairs whose common nets the checks of these names read: the edge of their logic."""
    first = _first_pairs(pairs)
    partner = {pair.right: pair for pair in pairs}
    found: set[int] = set()
    seen: set[tuple[bool, int]] = set()
    waiting: list[tuple[bool, int]] = []

    def look_below(on_left: bool, net: int) -> None:
        netlist = left if on_left else right
        if net >= netlist.first_node:
            waiting.extend((on_left, source) for source in netlist.node(net).fanin)

    for name in names:
        number = int(name.removeprefix("pair").removeprefix("output"))
        if name.startswith("pair"):
            look_below(True, pairs[number].left)
            look_below(False, pairs[number].right)
        else:
            waiting += [(True, left.output_nets[number]), (False, right.output_nets[number])]
    while waiting:
        on_left, net = waiting.pop()
        if not on_left and net in partner:
            on_left, net = True, partner[net].left
        if (on_left, net) in seen:
            continue
        seen.add((on_left, net))
        if on_left and first.get(net) in free:
            found.add(first[net])
        else:
            look_below(on_left, net)
    return frozenset(found)


def _first_pairs(pairs: Sequence[Pair]) -> dict[int, int]:
    """Return for each left net in a pair the first such pair, which has the common net."""
    first: dict[int, int] = {}
    for number, pair in enumerate(pairs):
        first.setdefault(pair.left, number)
    return first


def sweep_module(
    left: Netlist,
    right: Netlist,
    pairs: Sequence[Pair],
    *,
    free: Collection[int] = (),
    checked: Collection[str] = (),
) -> str:
    """Return RTLIL of module `sweep`, with a cell `$equiv` for each checked pair, `pairK`, and output, `outputK`.

    The common net of a pair is an input where the pair is `free`, and the left net elsewhere; of several pairs
    with one left net the first has the common net. Output `differs` says whether any two outputs differ.
    """
    return "\n".join(_Module(left, right).lines(pairs, set(free), set(checked)))


class _Module:
    """The text of one module while it is written."""

    def __init__(self, left: Netlist, right: Netlist) -> None:
        self._left, self._right = left, right
        self._inputs = [f"\\in [{k}]" for k in range(len(left.inputs))]
        self._text = [f"  wire width {len(left.inputs)} input 1 \\in"]
        self._ports = 1

    def lines(self, pairs: Sequence[Pair], free: set[int], checked: set[str]) -> list[str]:
        ours, theirs = self._wires("l", self._left), self._wires("r", self._right)
        read_ours, read_theirs = list(ours), list(theirs)
        first = _first_pairs(pairs)
        for number, pair in enumerate(pairs):
            name = f"pair{number}"
            if name in checked:
                other = theirs[pair.right]
                other = self._cell("$_NOT_", f"{name}_opposite", A=other) if pair.inverted else other
                self._cell("$equiv", name, A=read_ours[pair.left], B=other)
            if number in free and first[pair.left] == number:
                self._ports += 1
                self._text.append(f"  wire input {self._ports} \\{name}_common")
                read_ours[pair.left] = f"\\{name}_common"
            common = read_ours[pair.left]
            read_theirs[pair.right] = self._cell("$_NOT_", f"{name}_read", A=common) if pair.inverted else common
        self._nodes("l", self._left, read_ours)
        self._nodes("r", self._right, read_theirs)
        self._outputs(read_ours, read_theirs, checked)
        return ["module \\sweep", *self._text, "end", ""]

    def _wires(self, side: str, netlist: Netlist) -> list[str]:
        nodes = [f"\\{side}{net}" for net in range(netlist.first_node, netlist.nets)]
        self._text += [f"  wire {name}" for name in nodes]
        return ["1'0", "1'1", *self._inputs, *nodes]

    def _nodes(self, side: str, netlist: Netlist, read: Sequence[str]) -> None:
        for net, node in enumerate(netlist.nodes, start=netlist.first_node):
            width = len(node.fanin)
            sources = " ".join(read[source] for source in reversed(node.fanin))
            self._text += [
                f"  cell $lut \\{side}{net}_cell",
                f"    parameter \\WIDTH {width}",
                f"    parameter \\LUT {1 << width}'{node.table:0{1 << width}b}",
                f"    connect \\A {{ {sources} }}",
                f"    connect \\Y \\{side}{net}",
                "  end",
            ]

    def _outputs(self, ours: Sequence[str], theirs: Sequence[str], checked: set[str]) -> None:
        differs = []
        pairs = zip(self._left.output_nets, self._right.output_nets, strict=True)
        for k, (left, right) in enumerate(pairs):
            a, b = ours[left], theirs[right]
            if f"output{k}" in checked:
                self._cell("$equiv", f"output{k}", A=a, B=b)
            differs.append(self._cell("$_XOR_", f"differs{k}", A=a, B=b))
        width = len(differs)
        self._ports += 1
        self._text += [
            f"  wire output {self._ports} \\differs",
            "  cell $reduce_or \\differs_cell",
            "    parameter \\A_SIGNED 0",
            f"    parameter \\A_WIDTH {width}",
            "    parameter \\Y_WIDTH 1",
            f"    connect \\A {{ {' '.join(reversed(differs))} }}",
            "    connect \\Y \\differs",
            "  end",
        ]

    def _cell(self, kind: str, name: str, **inputs: str) -> str:
        """Add a cell with a one-bit output and return its wire."""
        connections = [f"    connect \\{pin} {net}" for pin, net in inputs.items()]
        self._text += [
            f"  wire \\{name}",
            f"  cell {kind} \\{name}_cell",
            *connections,
            f"    connect \\Y \\{name}",
            "  end",
        ]
        return f"\\{name}"

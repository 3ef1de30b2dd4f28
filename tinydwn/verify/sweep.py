"""The circuit in which Yosys proves that inner nets which seem equal are equal.

Where every candidate is proven, under the rule that whatever reads a net of a pair reads one common
net instead, equality of the outputs follows node by node in the order of the right netlist (SAT sweeping; Kuehlmann
and Krohm, "Equivalence checking using cuts and heaps", 1997). With the common nets free each proof looks only at
the logic between two layers of candidates, so the effort grows with the number of pairs, not with the depth of the
circuit. A proof for all values of a free net holds for the one value that it really has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from tinydwn.netlist import Netlist
from tinydwn.verify.candidates import Pair

Place = tuple[bool, int]
"""A net, and before it whether it is of the left netlist."""


@dataclass(frozen=True, slots=True)
class Cone:
    """What a proof looks at: nodes down to free common nets of the pairs `edge`.

    `merged` are the pairs whose right net is read as the common one: the proof says nothing without theirs. Where
    `to_common`, the right net is compared with the common net of its pair, which it reads itself, as an inverter does.
    """

    nodes: frozenset[Place]
    edge: frozenset[int]
    merged: frozenset[int]
    to_common: bool = False


class Sweep:
    """Two netlists of one interface and pairs of their nets, by number.

    Of several pairs with one left net the first has the common net. A check is called `pairK`, of pair K, or
    `outputK`, of output K.
    """

    def __init__(self, left: Netlist, right: Netlist, pairs: Mapping[int, Pair]) -> None:
        self.left, self.right, self.pairs = left, right, dict(pairs)
        self.first: dict[int, int] = {}
        for number, pair in pairs.items():
            self.first.setdefault(pair.left, number)
        self._partner = {pair.right: number for number, pair in pairs.items()}

    def cone(self, name: str, free: Collection[int]) -> Cone:
        """Return what a check looks at where the common nets of these pairs are free."""
        number = int(name.removeprefix("pair").removeprefix("output"))
        if name.startswith("output"):
            return self._down(
                [], [(True, self.left.output_nets[number]), (False, self.right.output_nets[number])], free
            )
        pair = self.pairs[number]
        ends = (True, pair.left), (False, pair.right)
        right = self._down(ends[1:], self._read_by(*ends[1]), free)
        if self.first[pair.left] in right.edge:
            return replace(right, to_common=True)
        return self._down(ends, [source for end in ends for source in self._read_by(*end)], free)

    def _down(self, ends: Iterable[Place], below: Iterable[Place], free: Collection[int]) -> Cone:
        nodes, edge, merged = set(ends), set[int](), set[int]()
        waiting = list(below)
        while waiting:
            on_left, net = waiting.pop()
            if not on_left and net in self._partner:
                merged.add(self._partner[net])
                on_left, net = True, self.pairs[self._partner[net]].left
            common = self.first.get(net) if on_left else None
            if common is not None and common in free:
                edge.add(common)
            elif (on_left, net) not in nodes and net >= self.left.first_node:
                nodes.add((on_left, net))
                waiting.extend(self._read_by(on_left, net))
        return Cone(frozenset(nodes), frozenset(edge), frozenset(merged))

    def module(self, cones: Mapping[str, Cone]) -> str:
        """Return RTLIL of module `sweep`, with a cell `$equiv` for each check and what its cone holds.

        The common net of a pair is an input at the edges, and the left net elsewhere.
        """
        return _Module(self).of_checks(cones)

    def module_of_all(self) -> str:
        """Return RTLIL of module `sweep`, all pairs merged; output `differs` says whether any two outputs differ."""
        return _Module(self).of_outputs()

    def _read_by(self, on_left: bool, net: int) -> list[Place]:
        netlist = self.left if on_left else self.right
        return [(on_left, source) for source in netlist.node(net).fanin]


class _Module:
    """The text of one module while it is written."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._text = [f"  wire width {len(sweep.left.inputs)} input 1 \\in"]
        self._ports = 1
        self._ours, self._theirs = self._names("l", sweep.left), self._names("r", sweep.right)
        self._read_ours, self._read_theirs = list(self._ours), list(self._theirs)

    def of_checks(self, cones: Mapping[str, Cone]) -> str:
        nodes = frozenset[Place]().union(*(cone.nodes for cone in cones.values()))
        edge = frozenset[int]().union(*(cone.edge for cone in cones.values()))
        self._wires(nodes)
        self._merge(edge, frozenset[int]().union(*(cone.merged for cone in cones.values())))
        self._nodes(nodes)
        for name in sorted(cones):
            number = int(name.removeprefix("pair").removeprefix("output"))
            if name.startswith("pair"):
                pair = self._sweep.pairs[number]
                other = self._theirs[pair.right]
                other = self._cell("$_NOT_", f"{name}_opposite", A=other) if pair.inverted else other
                ours = self._read_ours if cones[name].to_common else self._ours
                self._cell("$equiv", name, A=ours[pair.left], B=other)
            else:
                left, right = self._outputs()[number]
                self._cell("$equiv", name, A=left, B=right)
        return self._whole()

    def of_outputs(self) -> str:
        left, right = self._sweep.left, self._sweep.right
        nodes = {(True, net) for net in range(left.first_node, left.nets)}
        nodes |= {(False, net) for net in range(right.first_node, right.nets)}
        self._wires(nodes)
        self._merge(frozenset(), frozenset(self._sweep.pairs))
        self._nodes(nodes)
        differs = [self._cell("$_XOR_", f"differs{k}", A=a, B=b) for k, (a, b) in enumerate(self._outputs())]
        self._text += [
            f"  wire output {self._ports + 1} \\differs",
            "  cell $reduce_or \\differs_cell",
            "    parameter \\A_SIGNED 0",
            f"    parameter \\A_WIDTH {len(differs)}",
            "    parameter \\Y_WIDTH 1",
            f"    connect \\A {{ {' '.join(reversed(differs))} }}",
            "    connect \\Y \\differs",
            "  end",
        ]
        return self._whole()

    def _names(self, side: str, netlist: Netlist) -> list[str]:
        inputs = [f"\\in [{k}]" for k in range(len(netlist.inputs))]
        return ["1'0", "1'1", *inputs, *(f"\\{side}{net}" for net in range(netlist.first_node, netlist.nets))]

    def _merge(self, edge: frozenset[int], merged: frozenset[int]) -> None:
        """Let those who read nets of pairs read common ones: inputs for pairs at the edge, else left nets."""
        pairs = self._sweep.pairs
        for number in sorted(edge):
            self._ports += 1
            self._text.append(f"  wire input {self._ports} \\pair{number}_common")
            self._read_ours[pairs[number].left] = f"\\pair{number}_common"
        for number in sorted(merged):
            common = self._read_ours[pairs[number].left]
            self._read_theirs[pairs[number].right] = (
                self._cell("$_NOT_", f"pair{number}_read", A=common) if pairs[number].inverted else common
            )

    def _wires(self, nodes: Collection[Place]) -> None:
        self._text += [f"  wire {(self._ours if on_left else self._theirs)[net]}" for on_left, net in sorted(nodes)]

    def _nodes(self, nodes: Collection[Place]) -> None:
        for on_left, net in sorted(nodes):
            netlist, read, name = (
                (self._sweep.left, self._read_ours, self._ours[net])
                if on_left
                else (self._sweep.right, self._read_theirs, self._theirs[net])
            )
            node = netlist.node(net)
            width = len(node.fanin)
            sources = " ".join(read[source] for source in reversed(node.fanin))
            self._text += [
                f"  cell $lut {name}_cell",
                f"    parameter \\WIDTH {width}",
                f"    parameter \\LUT {1 << width}'{node.table:0{1 << width}b}",
                f"    connect \\A {{ {sources} }}",
                f"    connect \\Y {name}",
                "  end",
            ]

    def _outputs(self) -> list[tuple[str, str]]:
        return [
            (self._read_ours[a], self._read_theirs[b])
            for a, b in zip(self._sweep.left.output_nets, self._sweep.right.output_nets, strict=True)
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

    def _whole(self) -> str:
        return "\n".join(["module \\sweep", *self._text, "end", ""])

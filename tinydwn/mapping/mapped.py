"""A netlist of library cells."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tinydwn.errors import NetlistError
from tinydwn.netlist.graph import Netlist, Node
from tinydwn.technology.library import Cell, Library


@dataclass(frozen=True, slots=True)
class Instance:
    """One cell in a circuit; `fanin` has the net on each input pin, in the order of `cell.inputs`."""

    cell: Cell
    fanin: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one mapping script came to: an area, before tie cells and buffers, or the reason why there is none."""

    script: str
    area_um2: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MappedNetlist:
    """A combinational circuit of cells, nets numbered as in `Netlist`.

    Nets 0 and 1 are the constants, then come the inputs, then the outputs of the instances in order; an instance
    reads only smaller nets. An output on a constant, on an input, or on the net of another output is a plain
    connection and has no area. `script` names the mapping script that won, `attempts` all that ran.

    >>> from tinydwn.technology import load_library
    >>> rule = load_library("nand2")
    >>> nand = Instance(rule.cell("NAND2"), (2, 3))
    >>> gate = MappedNetlist("and", rule, ("a", "b"), (nand, Instance(rule.cell("INV"), (4,))), (("y", 5),))
    >>> gate.area_um2, gate.depth, gate.cell_counts
    (2.0, 2, {'INV': 1, 'NAND2': 1})
    """

    name: str
    library: Library
    inputs: tuple[str, ...]
    instances: tuple[Instance, ...]
    outputs: tuple[tuple[str, int], ...]
    script: str = ""
    attempts: tuple[Attempt, ...] = ()

    def __post_init__(self) -> None:
        for instance in self.instances:
            if len(instance.fanin) != len(instance.cell.inputs):
                raise NetlistError(
                    f"an instance of cell '{instance.cell.name}' connects {len(instance.fanin)} nets to "
                    f"{len(instance.cell.inputs)} inputs"
                )
        self.functions()

    def functions(self) -> Netlist:
        """Return the circuit as a netlist of the cells' truth tables, net by net: what verification compares."""
        nodes = tuple(Node(instance.cell.table, instance.fanin) for instance in self.instances)
        return Netlist(self.name, self.inputs, nodes, self.outputs)

    @property
    def first_instance(self) -> int:
        """The net of the first instance."""
        return 2 + len(self.inputs)

    @property
    def area_um2(self) -> float:
        """The sum of the areas of all instances, rounded once."""
        return math.fsum(instance.cell.area_um2 for instance in self.instances)

    @property
    def nand2_equivalent(self) -> float:
        """The area in units of the library's smallest NAND2."""
        return self.area_um2 / self.library.nand2_area_um2

    @property
    def cell_counts(self) -> dict[str, int]:
        """How many instances of which cell there are, by cell name."""
        return dict(sorted(Counter(instance.cell.name for instance in self.instances).items()))

    @property
    def depth(self) -> int:
        """The largest number of cells on a way from an input to an output; cells without area do not count."""
        return int(self._longest([(float(item.cell.area_um2 > 0),) * len(item.fanin) for item in self.instances]))

    @property
    def delay_ps(self) -> float | None:
        """The longest way by the cells' representative delays, None where the library gives none; an estimate."""
        if not self.library.has_delays:
            return None
        return self._longest([instance.cell.delay_ps for instance in self.instances])

    @property
    def leakage_nw(self) -> float | None:
        """The static power of all instances, None where the library gives none; a tie cell without figure has 0."""
        if not self.library.has_leakage:
            return None
        return math.fsum(instance.cell.leakage_nw or 0.0 for instance in self.instances)

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of names, cells and connections; not of how they were found."""
        sha = hashlib.sha256(repr((self.name, self.library.name, self.inputs, self.outputs)).encode())
        for instance in self.instances:
            sha.update(f"{instance.cell.name}/{instance.cell.output}{instance.fanin}".encode())
        return sha.hexdigest()

    def _longest(self, steps: list[tuple[float, ...]]) -> float:
        """Return the longest way to an output where `steps` has the length through each input of each instance."""
        return longest_way(self.instances, self.first_instance, [net for _, net in self.outputs], steps)


def longest_way(
    instances: Sequence[Instance], first: int, ends: Iterable[int], steps: Sequence[tuple[float, ...]]
) -> float:
    """Return the longest way to one of the nets `ends`; `steps` has the length through each input of each instance.

    The first instance drives net `first`.
    """
    arrival = [0.0] * first
    for instance, lengths in zip(instances, steps, strict=True):
        reached = (arrival[net] + length for net, length in zip(instance.fanin, lengths, strict=True))
        arrival.append(max(reached, default=0.0))
    return max((arrival[net] for net in ends), default=0.0)

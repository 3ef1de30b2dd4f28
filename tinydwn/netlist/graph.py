"""The netlist: an immutable, acyclic graph of truth tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tinydwn.errors import NetlistError
from tinydwn.netlist.truth_table import MAX_INPUTS

FALSE = 0
TRUE = 1
FIRST_INPUT = 2


@dataclass(frozen=True, slots=True)
class Node:
    """One truth table and the nets it reads; `fanin[k]` is input `k` of `table`."""

    table: int
    fanin: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Netlist:
    """A combinational circuit.

    Nets are integers: 0 and 1 are the constants, then `inputs`, then `nodes`, in order. A node reads only
    smaller nets, so a cycle cannot be written down. `outputs` are pairs of a name and a net. Names are any
    non-empty text and distinct over inputs and outputs together.

    >>> half_adder = Netlist("half_adder", ("a", "b"), (Node(0b0110, (2, 3)), Node(0b1000, (2, 3))),
    ...                      (("sum", 4), ("carry", 5)))
    >>> half_adder.first_node, half_adder.nets
    (4, 6)
    """

    name: str
    inputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    outputs: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        _check_names(self)
        _check_nodes(self)

    @property
    def first_node(self) -> int:
        """The net of the first node."""
        return FIRST_INPUT + len(self.inputs)

    @property
    def nets(self) -> int:
        """The number of nets, constants included; every net is smaller."""
        return self.first_node + len(self.nodes)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the outputs, in order."""
        return tuple(name for name, _ in self.outputs)

    @property
    def output_nets(self) -> tuple[int, ...]:
        """The nets of the outputs, in order."""
        return tuple(net for _, net in self.outputs)

    def node(self, net: int) -> Node:
        """Return the node that drives a net; `IndexError` for a constant or an input."""
        if net < self.first_node:
            raise IndexError(f"net {net} is not a node")
        return self.nodes[net - self.first_node]

    def net_name(self, net: int) -> str:
        """Return a readable name for any net."""
        if net < FIRST_INPUT:
            return str(net)
        return self.inputs[net - FIRST_INPUT] if net < self.first_node else f"n{net}"

    def renamed(
        self,
        *,
        name: str | None = None,
        inputs: Mapping[str, str] | None = None,
        outputs: Mapping[str, str] | None = None,
    ) -> Netlist:
        """Return the same circuit with other names; names that a mapping lacks stay."""
        inputs, outputs = inputs or {}, outputs or {}
        return replace(
            self,
            name=self.name if name is None else name,
            inputs=tuple(inputs.get(old, old) for old in self.inputs),
            outputs=tuple((outputs.get(old, old), net) for old, net in self.outputs),
        )

    def neutral(self) -> Netlist:
        """Return the same circuit with names that every tool accepts: `i0`, `i1`, ..., `o0`, `o1`, ..."""
        return Netlist(
            "netlist",
            tuple(f"i{k}" for k in range(len(self.inputs))),
            self.nodes,
            tuple((f"o{k}", net) for k, net in enumerate(self.output_nets)),
        )

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of the whole content, names included."""
        sha = hashlib.sha256()
        sha.update(repr((self.name, self.inputs, self.outputs)).encode())
        for node in self.nodes:
            sha.update(f"{node.table:x}{node.fanin}".encode())
        return sha.hexdigest()


def require_same_interface(left: Netlist, right: Netlist) -> None:
    """Raise `NetlistError` unless two netlists have the same input and output names in the same order."""
    for what, ours, theirs in (
        ("inputs", left.inputs, right.inputs),
        ("outputs", left.output_names, right.output_names),
    ):
        if ours != theirs:
            raise NetlistError(
                f"netlists '{left.name}' and '{right.name}' have different {what}: {_first_difference(ours, theirs)}",
                hint="compare netlists of the same cut and the same output form",
            )


def _first_difference(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    if len(ours) != len(theirs):
        return f"{len(ours)} against {len(theirs)}"
    at = next(k for k, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1])
    return f"{ours[at]!r} against {theirs[at]!r} at place {at}"


def _check_names(netlist: Netlist) -> None:
    seen: set[str] = set()
    for name in (*netlist.inputs, *netlist.output_names):
        if not name:
            raise NetlistError(f"netlist '{netlist.name}' has an input or output without a name")
        if not _is_unicode(name):
            raise NetlistError(f"netlist '{netlist.name}' has an input or output whose name is no text: {name!r}")
        if name in seen:
            raise NetlistError(f"netlist '{netlist.name}' has two inputs or outputs named {name!r}")
        seen.add(name)


def _is_unicode(name: str) -> bool:
    """Say whether a name can be written to a file: half of a surrogate pair cannot."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_nodes(netlist: Netlist) -> None:
    for net, node in enumerate(netlist.nodes, start=netlist.first_node):
        width = len(node.fanin)
        if width > MAX_INPUTS:
            raise NetlistError(f"node {net} of netlist '{netlist.name}' reads {width} nets, more than {MAX_INPUTS}")
        if not 0 <= node.table < 1 << (1 << width):
            raise NetlistError(f"node {net} of netlist '{netlist.name}' has a table wider than 2**{width} bits")
        if not _all_below(node.fanin, net):
            raise NetlistError(f"node {net} of netlist '{netlist.name}' reads {node.fanin}: not all are smaller nets")
    if not _all_below(netlist.output_nets, netlist.nets):
        raise NetlistError(f"netlist '{netlist.name}' has an output on a net that does not exist")


def _all_below(nets: Iterable[int], bound: int) -> bool:
    return all(0 <= net < bound for net in nets)

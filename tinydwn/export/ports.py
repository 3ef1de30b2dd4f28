"""Which port bit of a module stands for which input or output of a netlist, in both directions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tinydwn.errors import NetlistError
from tinydwn.export.identifiers import Namespace, identifier
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE, Netlist, Node

Direction = Literal["input", "output"]
_INDEXED = re.compile(r"(?s)(.+)\[(0|[1-9][0-9]*)\]")


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a module: its identifier, and the netlist names on its bits, LSB first."""

    identifier: str
    direction: Direction
    bits: tuple[str, ...]
    title: str
    """What the bits share in the netlist: the feature's name, say."""

    @property
    def width(self) -> int:
        """The number of bits."""
        return len(self.bits)

    @property
    def range(self) -> str:
        """The declared range with a blank after it, empty for one bit."""
        return f"[{self.width - 1}:0] " if self.width > 1 else ""

    def bit(self, k: int) -> str:
        """The Verilog expression of bit `k`."""
        return f"{self.identifier}[{k}]" if self.width > 1 else self.identifier


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of the module that a netlist becomes, inputs before outputs.

    Names `x[0]` to `x[w-1]`, complete, become one port of `w` bits; any other name a port of one bit.

    >>> ports = Ports.of(Netlist("n", ("petal width[0]", "petal width[1]"), (), (("class[0]", 2),)))
    >>> [port.identifier for port in ports.all], ports.expressions["petal width[1]"], ports.names["class_"]
    (['petal_width', 'class_'], 'petal_width[1]', 'class[0]')
    """

    module: str
    all: tuple[Port, ...]

    @staticmethod
    def of(netlist: Netlist, *, module: str = "", reserved: Iterable[str] = ()) -> Ports:
        """Name the ports of a netlist; `reserved` identifiers, and the module's own, are kept free."""
        title = identifier(module or netlist.name)
        scope = Namespace(reserved=[*reserved, title])
        inputs = [Port(scope.claim(shared), "input", bits, shared) for shared, bits in _buses(netlist.inputs)]
        outputs = [Port(scope.claim(shared), "output", bits, shared) for shared, bits in _buses(netlist.output_names)]
        return Ports(title, (*inputs, *outputs))

    @property
    def inputs(self) -> tuple[Port, ...]:
        """The input ports."""
        return tuple(port for port in self.all if port.direction == "input")

    @property
    def outputs(self) -> tuple[Port, ...]:
        """The output ports."""
        return tuple(port for port in self.all if port.direction == "output")

    @property
    def expressions(self) -> dict[str, str]:
        """Netlist name to Verilog expression of its port bit."""
        return {name: port.bit(k) for port in self.all for k, name in enumerate(port.bits)}

    @property
    def names(self) -> dict[str, str]:
        """Verilog expression of a port bit to its netlist name."""
        return {expression: name for name, expression in self.expressions.items()}

    def read_back(self, read: Netlist, like: Netlist) -> Netlist:
        """Return a netlist whose names are port bits with the names, and in the order, of `like`.

        Raises `NetlistError` where a port bit is missing or left over.
        """
        place = self.expressions
        inputs, outputs = [place[name] for name in like.inputs], [place[name] for name in like.output_names]
        return arranged(read, inputs=inputs, outputs=outputs).renamed(
            name=like.name,
            inputs=dict(zip(inputs, like.inputs, strict=True)),
            outputs=dict(zip(outputs, like.output_names, strict=True)),
        )


def arranged(netlist: Netlist, *, inputs: Sequence[str], outputs: Sequence[str]) -> Netlist:
    """Return a netlist with its inputs and outputs in the given order; `NetlistError` for other names."""
    _require_same("inputs", netlist.name, netlist.inputs, inputs)
    _require_same("outputs", netlist.name, netlist.output_names, outputs)
    net_of = {name: FIRST_INPUT + k for k, name in enumerate(inputs)}
    place = [FALSE, TRUE, *(net_of[name] for name in netlist.inputs), *range(netlist.first_node, netlist.nets)]
    nodes = tuple(Node(node.table, tuple(place[net] for net in node.fanin)) for node in netlist.nodes)
    driven = {name: place[net] for name, net in netlist.outputs}
    return Netlist(netlist.name, tuple(inputs), nodes, tuple((name, driven[name]) for name in outputs))


def _require_same(what: str, module: str, read: Sequence[str], wanted: Sequence[str]) -> None:
    missing, extra = sorted(set(wanted) - set(read)), sorted(set(read) - set(wanted))
    if missing or extra:
        odd = f"'{missing[0]}' is missing" if missing else f"'{extra[0]}' is left over"
        raise NetlistError(
            f"module '{module}' was read back with other {what}: {odd}",
            hint="give the netlist that the text was written from",
        )


def _buses(names: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Group names into buses, each at the place of its first bit, with what its bits share."""
    groups: dict[str, dict[int, str]] = {}
    for name in names:
        match = _INDEXED.fullmatch(name)
        if match:
            groups.setdefault(match[1], {})[int(match[2])] = name
    whole = {shared: bits for shared, bits in groups.items() if sorted(bits) == list(range(len(bits)))}
    result: list[tuple[str, tuple[str, ...]]] = []
    done: set[str] = set()
    for name in names:
        match = _INDEXED.fullmatch(name)
        if not match or match[1] not in whole:
            result.append((name, (name,)))
        elif match[1] not in done:
            done.add(match[1])
            bits = whole[match[1]]
            result.append((match[1], tuple(bits[k] for k in range(len(bits)))))
    return result

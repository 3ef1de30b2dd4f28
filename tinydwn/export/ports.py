"""Which port bit of a module stands for which input or output of a netlist, in both directions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tinydwn.errors import NetlistError
from tinydwn.export.identifiers import Namespace, identifier
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE, Netlist, Node

Direction = Literal["input", "output"]
_HIGHEST = 4095
"""The highest bit of a part of a word; a larger number in brackets belongs to the name."""
_INDEXED = re.compile(r"(?s)(.+)\[(0|[1-9][0-9]*)\]")


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a module: its identifier, and the netlist names on its bits, LSB first."""

    identifier: str
    direction: Direction
    bits: tuple[str, ...]
    title: str
    """What the bits share in the netlist: the feature's name, say."""
    word: str
    """The word that the bits are bits of, empty for a name that is no bit of a word."""
    low: int
    """The place of the first bit in that word, 0 without one."""

    @property
    def width(self) -> int:
        """The number of bits."""
        return len(self.bits)

    @property
    def high(self) -> int:
        """The place of the last bit in its word."""
        return self.low + self.width - 1

    @property
    def range(self) -> str:
        """The declared range with a blank after it, empty for one bit; it ends where the bits begin in their word."""
        return f"[{self.high}:{self.low}] " if self.width > 1 else ""

    def bit(self, k: int) -> str:
        """The Verilog expression of bit `k`, counted from the port's first one."""
        return f"{self.identifier}[{self.low + k}]" if self.width > 1 else self.identifier


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports of the module that a netlist becomes, inputs before outputs.

    Names `x[3]` to `x[7]`, without a gap, become one port `[7:3] x`, and `x[0]` alone a port `x`. Any other name
    becomes a port of one bit: where there is a gap, and where there is one bit alone, `x[3]` becomes `x_3`.

    >>> ports = Ports.of(Netlist("n", ("petal width[2]", "petal width[3]"), (), (("class[0]", 2),)))
    >>> [port.range + port.identifier for port in ports.all]
    ['[3:2] petal_width', 'class_']
    >>> ports.expressions["petal width[3]"], ports.names["class_"]
    ('petal_width[3]', 'class[0]')
    """

    module: str
    all: tuple[Port, ...]

    @staticmethod
    def of(netlist: Netlist, *, module: str = "", reserved: Iterable[str] = ()) -> Ports:
        """Name the ports of a netlist; `reserved` identifiers, and the module's own, are kept free."""
        title = identifier(module or netlist.name)
        scope = Namespace(reserved=[*reserved, title])
        sides: tuple[tuple[Direction, tuple[str, ...]], ...]
        sides = (("input", netlist.inputs), ("output", netlist.output_names))
        ports = [
            Port(scope.claim(group.title), direction, group.bits, group.title, group.word, group.low)
            for direction, names in sides
            for group in _groups(names)
        ]
        return Ports(title, tuple(ports))

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

        An input of `like` that is at no port is no input of it. Raises `NetlistError` where a port bit is missing or
        left over, and where an output of `like` is at no port.
        """
        place = self.expressions
        _require_same("outputs", self.module, [name for port in self.outputs for name in port.bits], like.output_names)
        inputs = {place[name]: name for name in like.inputs if name in place}
        outputs = {place[name]: name for name in like.output_names}
        found = arranged(read, inputs=list(inputs), outputs=list(outputs))
        return found.renamed(name=like.name, inputs=inputs, outputs=outputs)


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


@dataclass(frozen=True, slots=True)
class _Group:
    """Names that become one port: what they share, the word that they are bits of, and from which bit on."""

    title: str
    bits: tuple[str, ...]
    word: str = ""
    low: int = 0


def _groups(names: Sequence[str]) -> list[_Group]:
    """Group names into ports, each at the place of its first bit."""
    words: dict[str, dict[int, str]] = {}
    for name in names:
        match = _INDEXED.fullmatch(name)
        if match:
            words.setdefault(match[1], {})[int(match[2])] = name
    result: list[_Group] = []
    done: set[str] = set()
    for name in names:
        match = _INDEXED.fullmatch(name)
        if not match:
            result.append(_Group(name, (name,)))
            continue
        word, place = match[1], int(match[2])
        if not _is_bus(sorted(words[word])):
            alone = _Group(name, (name,))
            result.append(alone if place > _HIGHEST else replace(alone, word=word, low=place))
        elif word not in done:
            done.add(word)
            bits = words[word]
            result.append(_Group(word, tuple(bits[k] for k in sorted(bits)), word, min(bits)))
    return result


def _is_bus(places: Sequence[int]) -> bool:
    """Say whether bits at ascending places of a word are one port."""
    low, high = places[0], places[-1]
    return high - low + 1 == len(places) and (low == 0 or low < high <= _HIGHEST)

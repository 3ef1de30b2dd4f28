"""A small netlist as equations over the original feature names, for people; they are valid Python, too."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from textwrap import wrap

from tinydwn.errors import ConfigError
from tinydwn.export.identifiers import Namespace
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE, Netlist, Node
from tinydwn.netlist.simulate import every_pattern, net_words, pack, unpack
from tinydwn.netlist.truth_table import Cube, from_bits, full, invert, irredundant_cover, shrink

MAX_NODES = 300
"""The largest netlist that is still worth reading."""

_MAX_LEAVES = 6
_LINE = 100
_COMPARISON = re.compile(r"(?s)(.+) > (-?[0-9.]+(?:e[-+]?[0-9]+)?)")


def to_equations(netlist: Netlist) -> str:
    """Return one equation per output, and one per node that several read, each a sum of products.

    An input `petal width > 0.8` is written `(petal_width > 0.8)`, and its complement `(petal_width <= 0.8)`; any
    other input by its name alone. Names become identifiers; where one had to change, a comment says what it
    stands for. With numpy arrays under these names, each line runs as Python. Raises `ConfigError` for more
    than `MAX_NODES` nodes.

    >>> from tinydwn.netlist import NetlistBuilder
    >>> builder = NetlistBuilder("core")
    >>> wide, long = builder.input("petal width > 0.8"), builder.input("petal length > 2.5")
    >>> builder.output("class[0]", builder.or_(builder.invert(wide), long))
    >>> print(to_equations(builder.build()), end="")
    # petal_width: 'petal width'
    # petal_length: 'petal length'
    # class_0: 'class[0]'
    class_0 = (petal_width <= 0.8) | (petal_length > 2.5)
    """
    if len(netlist.nodes) > MAX_NODES:
        raise ConfigError(
            f"netlist '{netlist.name}' has {len(netlist.nodes)} nodes, too many to read as equations",
            hint=f"up to {MAX_NODES} nodes are written; minimize it first, or read its Verilog",
        )
    return _Equations(netlist).text()


class _Equations:
    """The names in one netlist's equations, and which nodes get an equation of their own."""

    def __init__(self, netlist: Netlist) -> None:
        self._netlist = netlist
        self._scope = Namespace(reserved=["and", "or", "not", "class", "lambda", "True", "False", "None"])
        self._comments: list[str] = []
        self._features: dict[str, str] = {}
        self._literals = {FIRST_INPUT + k: self._input_literals(name) for k, name in enumerate(netlist.inputs)}
        self._outputs = [self._claim(name) for name in netlist.output_names]
        self._leaves = self._cut_into_cones()

    def text(self) -> str:
        """Return all equations, in an order in which each reads only those before it."""
        named = dict(zip(reversed(self._netlist.output_nets), reversed(self._outputs), strict=True))
        steps = iter(range(1, self._netlist.nets))
        lines: list[str] = []
        for net in self._leaves:
            name = named.get(net) or self._scope.claim(f"t{next(steps)}")
            lines += _equation(name, self._expression(net))
            self._literals[net] = (name, f"~{name}")
        for name, net in zip(self._outputs, self._netlist.output_nets, strict=True):
            if net not in self._leaves or named[net] != name:
                lines += _equation(name, self._literals[net][0] if net in self._literals else self._constant(net))
        return "\n".join([*self._comments, *lines, ""])

    @staticmethod
    def _constant(net: int) -> str:
        return {FALSE: "False", TRUE: "True"}[net]

    def _input_literals(self, name: str) -> tuple[str, str]:
        match = _COMPARISON.fullmatch(name)
        if match is None:
            plain = self._claim(name)
            return plain, f"~{plain}"
        if match[1] not in self._features:
            self._features[match[1]] = self._claim(match[1])
        feature = self._features[match[1]]
        return f"({feature} > {match[2]})", f"({feature} <= {match[2]})"

    def _claim(self, name: str) -> str:
        plain = self._scope.claim(name)
        if plain != name:
            self._comments.append(f"# {plain}: {name!a}")
        return plain

    def _cut_into_cones(self) -> dict[int, tuple[int, ...]]:
        """Return the nodes with an equation of their own, ascending, each with the nets that its equation reads."""
        netlist = self._netlist
        readers = Counter(net for node in netlist.nodes for net in node.fanin)
        own = set(netlist.output_nets) | {net for net, count in readers.items() if count > 1}
        below: dict[int, tuple[int, ...]] = {}
        for net, node in enumerate(netlist.nodes, start=netlist.first_node):
            while True:
                parts = {f: (f,) if f < netlist.first_node or f in own else below[f] for f in node.fanin}
                leaves = sorted({leaf for part in parts.values() for leaf in part if leaf >= FIRST_INPUT})
                widest = max(parts, key=lambda f: len(parts[f]), default=0)
                if len(leaves) <= _MAX_LEAVES or len(parts.get(widest, ())) <= 1:
                    break
                own.add(widest)
            below[net] = tuple(leaves)
        return {net: leaves for net, leaves in below.items() if net in own}

    def _expression(self, net: int) -> str:
        leaves = self._leaves[net]
        table, kept = shrink(self._table(net, leaves), len(leaves))
        names = [self._literals[leaves[k]] for k in kept]
        n = len(names)
        if table in (0, full(n)):
            return "True" if table else "False"
        ones, zeros = irredundant_cover(table, table, n), irredundant_cover(invert(table, n), invert(table, n), n)
        return _sum(ones, names) if _size(ones) <= _size(zeros) else f"~({_sum(zeros, names)})"

    def _table(self, net: int, leaves: Sequence[int]) -> int:
        """Return the truth table of a net over its leaves."""
        place = {leaf: FIRST_INPUT + k for k, leaf in enumerate(leaves)}
        nodes: list[Node] = []
        order, stack = {FALSE: FALSE, TRUE: TRUE, **place}, [net]
        while stack:
            top = stack[-1]
            waiting = [source for source in self._netlist.node(top).fanin if source not in order]
            if waiting:
                stack += waiting
                continue
            stack.pop()
            if top not in order:
                node = self._netlist.node(top)
                order[top] = FIRST_INPUT + len(leaves) + len(nodes)
                nodes.append(Node(node.table, tuple(order[source] for source in node.fanin)))
        cone = Netlist("cone", tuple(f"x{k}" for k in range(len(leaves))), tuple(nodes), (("y", order[net]),))
        words = net_words(cone, pack(every_pattern(len(leaves))))
        return from_bits(unpack(words[order[net]][None, :], 1 << len(leaves))[:, 0])


def _size(cubes: Sequence[Cube]) -> int:
    return sum(cube.care.bit_count() for cube in cubes)


def _sum(cubes: Sequence[Cube], names: Sequence[tuple[str, str]]) -> str:
    products = [_product(cube, names) for cube in cubes]
    if len(products) == 1:
        return products[0]
    return " | ".join(f"({product})" if " & " in product else product for product in products)


def _product(cube: Cube, names: Sequence[tuple[str, str]]) -> str:
    return " & ".join(name[not cube.value >> k & 1] for k, name in enumerate(names) if cube.care >> k & 1)


def _equation(name: str, value: str) -> list[str]:
    """Return an equation, in parentheses over several lines where it is long."""
    line = f"{name} = {value}"
    if len(line) <= _LINE:
        return [line]
    pieces = wrap(value.replace(" > ", "\0>\0").replace(" <= ", "\0<=\0"), _LINE - 4, break_long_words=False)
    return [f"{name} = (", *(f"    {piece}".replace("\0", " ") for piece in pieces), ")"]

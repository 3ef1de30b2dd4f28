"""A small netlist as equations over the original feature names, for people; they are valid Python, too."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from tinydwn.errors import ConfigError
from tinydwn.export.identifiers import Namespace, quoted
from tinydwn.minimize.espresso import espresso_cover
from tinydwn.minimize.patterns import pattern_count
from tinydwn.minimize.tidy import tidy
from tinydwn.minimize.two_level import cone_cover, input_groups, supports
from tinydwn.netlist import Assumption, Netlist, Node
from tinydwn.netlist.graph import FIRST_INPUT
from tinydwn.netlist.truth_table import Cube, invert, irredundant_cover

MAX_NODES = 300
"""The largest netlist that is still worth reading."""

_FLAT_INPUTS = 12
_FLAT_PATTERNS = 1024
_FLAT_LITERALS = 24
_LINE = 100
_COMPARISON = re.compile(r"(?s)(.+) > (-?[0-9.]+(?:e[-+]?[0-9]+)?)")
_RESERVED = tuple(keyword.kwlist)
_NOTE = "# equal to the netlist wherever thermometer bits come in order"


@dataclass(frozen=True, slots=True)
class _Literal:
    """A name or a comparison, and how its complement is written."""

    text: str
    complement: str


@dataclass(frozen=True, slots=True)
class _Joined:
    """An AND or an OR of other expressions, none of them joined alike; of none, it is true or false."""

    conjunction: bool
    parts: tuple[_Expression, ...]


_Expression = _Literal | _Joined
_TRUE, _FALSE = _Joined(True, ()), _Joined(False, ())


def to_equations(netlist: Netlist, *, assuming: Assumption | None = None) -> str:
    """Return one equation per output, after one per net that several of them share.

    An input `petal width > 0.8` is written `(petal_width > 0.8)`, and its complement `(petal_width <= 0.8)`; any
    other input by its name alone. Names become identifiers; where one had to change, a comment says what it
    stands for. With numpy arrays under these names, each line runs as Python. An output that reads few inputs
    and has a short sum of products, by espresso, is written so; the others follow the nodes. With `assuming`,
    patterns that cannot occur serve to shorten them, and a comment says so. Raises `ConfigError` for more
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
    netlist, assuming = tidy(netlist), assuming or Assumption.none()
    if len(netlist.nodes) > MAX_NODES:
        raise ConfigError(
            f"netlist '{netlist.name}' has {len(netlist.nodes)} nodes, too many to read as equations",
            hint=f"up to {MAX_NODES} nodes are written; minimize it first, or read its Verilog",
        )
    names = _Names(netlist)
    flat = {net: _flat(netlist, net, names.inputs, assuming) for net in netlist.output_nets}
    shared, factored = _factored(netlist, [net for net in netlist.output_nets if flat[net] is None], names)
    lines = [_NOTE] if assuming.implications(netlist.inputs) else []
    lines += names.comments
    for name, expression in shared:
        lines += _equation(name, expression)
    for name, net in zip(names.outputs, netlist.output_nets, strict=True):
        lines += _equation(name, flat[net] or factored[net])
    return "\n".join([*lines, ""])


class _Names:
    """The identifiers of one netlist, and what those that had to change stand for."""

    def __init__(self, netlist: Netlist) -> None:
        self._scope = Namespace(reserved=_RESERVED)
        self._features: dict[str, str] = {}
        self.comments: list[str] = []
        self.inputs = [self._input(name) for name in netlist.inputs]
        self.outputs = [self._claim(name) for name in netlist.output_names]

    def steps(self) -> Iterator[_Literal]:
        """Yield names for shared nets."""
        for number in count(1):
            name = self._scope.claim(f"t{number}")
            yield _Literal(name, f"~{name}")

    def _input(self, name: str) -> _Literal:
        match = _COMPARISON.fullmatch(name)
        if match is None:
            plain = self._claim(name)
            return _Literal(plain, f"~{plain}")
        if match[1] not in self._features:
            self._features[match[1]] = self._claim(match[1])
        feature = self._features[match[1]]
        return _Literal(f"({feature} > {match[2]})", f"({feature} <= {match[2]})")

    def _claim(self, name: str) -> str:
        plain = self._scope.claim(name)
        if plain != name:
            self.comments.append(f"# {plain}: {quoted(name)}")
        return plain


def _flat(netlist: Netlist, net: int, inputs: Sequence[_Literal], assuming: Assumption) -> _Expression | None:
    """Return the sum of products of a net or of its complement; None where none is short."""
    read = supports(netlist)[net]
    if len(read) > _FLAT_INPUTS or pattern_count(input_groups(netlist, read, assuming)) > _FLAT_PATTERNS:
        return None
    on, off = cone_cover(netlist, net, read, assuming)
    ones, zeros = espresso_cover(on, off, len(read)), espresso_cover(off, on, len(read))
    names = [inputs[k - FIRST_INPUT] for k in read]
    best = min(_sum(ones, names), _inverted(_sum(zeros, names)), key=_literals)
    return best if _literals(best) <= _FLAT_LITERALS else None


def _factored(
    netlist: Netlist, roots: Sequence[int], names: _Names
) -> tuple[list[tuple[str, _Expression]], dict[int, _Expression]]:
    """Return named equations of nets that are read several times, in order, and an expression for every net."""
    covers = {net: _cover(netlist.node(net)) for net in _below(netlist, roots)}
    uses = Counter(roots)
    for net, (cubes, _) in covers.items():
        for k, source in enumerate(netlist.node(net).fanin):
            uses[source] += sum(cube.care >> k & 1 for cube in cubes)
    steps = names.steps()
    shared: list[tuple[str, _Expression]] = []
    known: dict[int, _Expression] = {0: _FALSE, 1: _TRUE, **dict(enumerate(names.inputs, start=FIRST_INPUT))}
    for net, (cubes, inverted) in covers.items():
        total = _sum(cubes, [known[source] for source in netlist.node(net).fanin])
        known[net] = _inverted(total) if inverted else total
        if uses[net] > 1 and _literals(known[net]) > 1:
            step = next(steps)
            shared.append((step.text, known[net]))
            known[net] = step
    return shared, known


def _cover(node: Node) -> tuple[tuple[Cube, ...], bool]:
    """Return the shorter cover of a node, of its ones or of its zeros, and whether it is that of the zeros."""
    n = len(node.fanin)
    ones, zeros = (irredundant_cover(part, part, n) for part in (node.table, invert(node.table, n)))
    inverted = sum(cube.care.bit_count() for cube in zeros) < sum(cube.care.bit_count() for cube in ones)
    return (zeros if inverted else ones), inverted


def _below(netlist: Netlist, roots: Sequence[int]) -> list[int]:
    """Return the nodes that some root depends on, roots included, ascending."""
    wanted: set[int] = set()
    stack = list(roots)
    while stack:
        net = stack.pop()
        if net >= netlist.first_node and net not in wanted:
            wanted.add(net)
            stack += netlist.node(net).fanin
    return sorted(wanted)


def _sum(cubes: Sequence[Cube], parts: Sequence[_Expression]) -> _Expression:
    return _join(False, [_product(cube, parts) for cube in cubes])


def _product(cube: Cube, parts: Sequence[_Expression]) -> _Expression:
    read = [(part, cube.value >> k & 1) for k, part in enumerate(parts) if cube.care >> k & 1]
    return _join(True, [part if one else _inverted(part) for part, one in read])


def _join(conjunction: bool, parts: Sequence[_Expression]) -> _Expression:
    """Join expressions; parts that are joined alike are taken in, and equal ones stand once."""
    flat: dict[_Expression, None] = {}
    for part in parts:
        if part == _Joined(not conjunction, ()):
            return part
        inner = part.parts if isinstance(part, _Joined) and part.conjunction == conjunction else (part,)
        flat |= dict.fromkeys(inner)
    return next(iter(flat)) if len(flat) == 1 else _Joined(conjunction, tuple(flat))


def _inverted(expression: _Expression) -> _Expression:
    """Return the complement, pushed down to the literals."""
    if isinstance(expression, _Literal):
        return _Literal(expression.complement, expression.text)
    return _Joined(not expression.conjunction, tuple(map(_inverted, expression.parts)))


def _literals(expression: _Expression) -> int:
    return 1 if isinstance(expression, _Literal) else sum(map(_literals, expression.parts))


def _text(expression: _Expression) -> str:
    if isinstance(expression, _Literal):
        return expression.text
    if not expression.parts:
        return str(expression.conjunction)
    return (" & " if expression.conjunction else " | ").join(map(_operand, expression.parts))


def _operand(expression: _Expression) -> str:
    return f"({_text(expression)})" if isinstance(expression, _Joined) else expression.text


def _equation(name: str, expression: _Expression) -> list[str]:
    """Return an equation, in parentheses over several lines where it is long."""
    line = f"{name} = {_text(expression)}"
    if len(line) <= _LINE or isinstance(expression, _Literal):
        return [line]
    sign = "&" if expression.conjunction else "|"
    first, *rest = map(_operand, expression.parts)
    return [f"{name} = (", f"    {first}", *(f"    {sign} {part}" for part in rest), ")"]

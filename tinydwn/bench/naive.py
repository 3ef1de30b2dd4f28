"""A second, naive reading of what is delivered: Verilog, BLIF and lookup tables, in plain Python.

Nothing of tinydwn is imported, so that no mistake of its readers and simulators can hide here. A value is an integer
whose bit `s` is the value in sample `s`; `ones` has all samples set. Anything that is not understood is a `ValueError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

Values = Mapping[str, int]
Net = tuple[str, str, int]
"""A wire: the path of instances that it is in, its name, and which bit of it."""
_TOKEN = re.compile(r"//[^\n]*|\s+|([A-Za-z_][A-Za-z0-9_$]*|1'b[01]|[0-9]+|<=|[^\s])")
_BINARY = ("|", "^", "&")


@dataclass(frozen=True)
class Term:
    """An expression: an operator with its parts, a constant, or bits `high` to `low` of a net; all of it without."""

    kind: str
    parts: tuple[Term, ...] = ()
    name: str = ""
    high: int = -1
    low: int = -1


def naive_classes(
    bits: Sequence[Sequence[bool]],
    layers: Sequence[tuple[Sequence[Sequence[bool]], Sequence[Sequence[int]]]],
    ending: str,
    classes: int,
) -> list[int]:
    """Return the class of each sample from its thermometer bits, through layers of (tables, wiring).

    >>> naive_classes([[False], [True]], [([[True, False]], [[0]])], "learnable", 2)
    [1, 0]
    """
    return [_class_of(_through(sample, layers), ending, classes) for sample in bits]


def _through(
    bits: Sequence[bool], layers: Sequence[tuple[Sequence[Sequence[bool]], Sequence[Sequence[int]]]]
) -> list[bool]:
    given = list(bits)
    for tables, wiring in layers:
        given = [
            bool(table[sum(1 << k for k, source in enumerate(sources) if given[source])])
            for table, sources in zip(tables, wiring, strict=True)
        ]
    return given


def _class_of(last: list[bool], ending: str, classes: int) -> int:
    if ending == "popcount":
        size = len(last) // classes
        votes = [sum(last[k * size : (k + 1) * size]) for k in range(classes)]
        return votes.index(max(votes))
    if ending == "coded":
        code = sum(1 << k for k, bit in enumerate(last) if bit)
        return code if code < classes else code - (1 << len(last) - 1)
    if classes == 2:
        return int(last[0])
    return last.index(True) if True in last else 0


def naive_blif(text: str, inputs: Values, ones: int, cells: str = "") -> dict[str, int]:
    """Return the outputs of a BLIF of `.names` and `.gate` lines; `cells` is Verilog of the cells.

    >>> naive_blif(".model m\\n.inputs a b\\n.outputs y\\n.names a b y\\n01 1\\n.end\\n", {"a": 3, "b": 5}, 7)
    {'y': 4}
    """
    models = {name: Naive(cells, name) for name in _modules(cells)}
    values: dict[str, int] = {}
    outputs: list[str] = []
    lines = [line.split() for line in text.replace("\\\n", " ").split("\n") if line.strip()]
    for place, (first, *words) in enumerate(lines):
        if first == ".inputs":
            values |= {name: inputs[name] for name in words}
        elif first == ".outputs":
            outputs = words
        elif first == ".names":
            values[words[-1]] = _covered(lines, place + 1, [values[name] for name in words[:-1]], ones)
        elif first == ".gate":
            pins = dict(word.split("=") for word in words[1:])
            known = {pin: values[name] for pin, name in pins.items() if pin in models[words[0]].inputs}
            found = models[words[0]].answer(known, ones)
            values |= {name: found[pin] for pin, name in pins.items() if pin not in known}
        elif first not in (".model", ".end") and first.startswith("."):
            raise ValueError(f"{first} is not understood")
    return {name: values[name] for name in outputs}


def _covered(lines: Sequence[Sequence[str]], place: int, operands: Sequence[int], ones: int) -> int:
    """Return the value of a `.names` whose cubes begin at a line."""
    value, gives = 0, "1"
    while place < len(lines) and not lines[place][0].startswith("."):
        *cube, gives = lines[place]
        product = ones
        for literal, operand in zip("".join(cube), operands, strict=True):
            product &= {"1": operand, "0": operand ^ ones, "-": ones}[literal]
        value |= product
        place += 1
    return value if gives == "1" else value ^ ones


@dataclass
class _Module:
    """What a module declares: widths by name (high, low), assignments, instances, and what a clock edge does."""

    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    widths: dict[str, tuple[int, int]] = field(default_factory=dict)
    assigns: list[tuple[Term, Term]] = field(default_factory=list)
    instances: list[tuple[str, str, dict[str, Term]]] = field(default_factory=list)
    clocked: list[tuple[Term, Term, Term]] = field(default_factory=list)

    def bits(self, term: Term) -> list[Term]:
        """Return a term bit by bit, the lowest first; what is computed has one bit."""
        if term.kind != "net":
            return [term]
        high, low = self.widths[term.name] if term.high < 0 else (term.high, term.low)
        return [Term("net", (), term.name, k, k) for k in range(low, high + 1)]


class Naive:
    """A Verilog module of `text` with what it is made of, evaluated on all samples at once.

    >>> gates = Naive("module m (input wire a, input wire b, output wire y); assign y = a & ~b; endmodule", "m")
    >>> gates.answer({"a": 3, "b": 5}, 7)
    {'y': 2}
    """

    def __init__(self, text: str, top: str) -> None:
        self._modules = _modules(text)
        self._top = self._modules[top]
        self._drivers: dict[Net, tuple[str, Term]] = {}
        self._registers: dict[Net, tuple[str, Term, Term]] = {}
        self._flatten(top, "")
        self._order: list[Net] = list(
            TopologicalSorter(
                {net: list(_read(term, path)) for net, (path, term) in self._drivers.items()}
            ).static_order()
        )
        self._state: dict[Net, int] = {}

    @property
    def inputs(self) -> list[str]:
        """The names of the input ports."""
        return self._top.inputs

    def answer(self, inputs: Values, ones: int) -> dict[str, int]:
        """Return the outputs, `y` or `y[3]` by name, for inputs named so; registers keep what they hold."""
        values = self._settled(inputs, ones)
        return {name: values["", port, k] for port in self._top.outputs for name, k in self._named(port)}

    def step(self, inputs: Values, ones: int) -> None:
        """Let the clock rise once: every register takes what it is assigned, all at the same time."""
        values = self._settled(inputs, ones)
        following = dict(self._state)
        for net, (path, condition, source) in self._registers.items():
            taken = _value(condition, path, values, ones)
            kept = self._state.get(net, 0) & (taken ^ ones)
            following[net] = kept | (_value(source, path, values, ones) & taken)
        self._state = following

    def _settled(self, inputs: Values, ones: int) -> dict[Net, int]:
        values = {("", port, k): inputs[name] for port in self._top.inputs for name, k in self._named(port)}
        values |= {net: self._state.get(net, 0) for net in self._registers}
        for net in self._order:
            if net in self._drivers:
                path, term = self._drivers[net]
                values[net] = _value(term, path, values, ones)
            elif net not in values:
                raise ValueError(f"nothing drives {net}")
        return values

    def _named(self, port: str) -> list[tuple[str, int]]:
        high, low = self._top.widths[port]
        return [(port if high == low else f"{port}[{k}]", k) for k in range(low, high + 1)]

    def _flatten(self, name: str, path: str) -> None:
        module = self._modules[name]
        for target, source in module.assigns:
            self._drive(module.bits(target), path, module.bits(source), path)
        for target, source, condition in module.clocked:
            for bit, read in zip(module.bits(target), module.bits(source), strict=True):
                self._registers[path, bit.name, bit.low] = path, condition, read
        for kind, label, pins in module.instances:
            inner, below = self._modules[kind], f"{path}{label}."
            for pin, term in pins.items():
                inside, outside = inner.bits(Term("net", (), pin)), module.bits(term)
                if pin in inner.inputs:
                    self._drive(inside, below, outside, path)
                else:
                    self._drive(outside, path, inside, below)
            self._flatten(kind, below)

    def _drive(self, targets: Sequence[Term], path: str, sources: Sequence[Term], other: str) -> None:
        for target, source in zip(targets, sources, strict=True):
            if target.kind != "net":
                raise ValueError(f"{target} cannot be driven")
            net = path, target.name, target.low
            if net in self._drivers or net in self._registers:
                raise ValueError(f"{net} is driven twice")
            self._drivers[net] = other, source


def _read(term: Term, path: str) -> Iterator[Net]:
    """Yield the nets that a term of one bit reads."""
    if term.kind == "net":
        yield path, term.name, term.low
    for part in term.parts:
        yield from _read(part, path)


def _value(term: Term, path: str, values: Mapping[Net, int], ones: int) -> int:
    """Return the value of a term of one bit."""
    if term.kind == "net":
        return values[path, term.name, term.low]
    if term.kind in ("0", "1"):
        return ones * int(term.kind)
    read = [_value(part, path, values, ones) for part in term.parts]
    if term.kind == "~":
        return read[0] ^ ones
    if term.kind == "?":
        return (read[0] & read[1]) | ((read[0] ^ ones) & read[2])
    return {"&": read[0] & read[1], "|": read[0] | read[1], "^": read[0] ^ read[1]}[term.kind]


def _modules(text: str) -> dict[str, _Module]:
    reader = _Reader([token for token in _TOKEN.findall(text) if token])
    found: dict[str, _Module] = {}
    while reader.tokens:
        reader.take("module")
        name = reader.take()
        if name in found:
            raise ValueError(f"module {name} is there twice")
        found[name] = reader.module()
    return found


class _Reader:
    """Tokens of Verilog, taken one by one from the front."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = [*reversed(tokens)]
        self._own = _Module()

    def take(self, wanted: str | None = None) -> str:
        """Take the next token, which has to be the wanted one."""
        token = self.tokens.pop() if self.tokens else ""
        if not token or (wanted is not None and token != wanted):
            raise ValueError(f"{token or 'the end'} stands where {wanted or 'more'} should")
        return token

    def takes(self, wanted: str) -> bool:
        """Take the next token if it is the wanted one, and say so."""
        if self.tokens and self.tokens[-1] == wanted:
            self.tokens.pop()
            return True
        return False

    def module(self) -> _Module:
        """Read a module behind its name."""
        self._own = _Module()
        self.take("(")
        while not self.takes(")"):
            self._port()
            self.takes(",")
        self.take(";")
        while not self.takes("endmodule"):
            self._item(self.take())
        return self._own

    def _port(self) -> None:
        names = {"input": self._own.inputs, "output": self._own.outputs}[self.take()]
        self.take("reg" if self.tokens[-1] == "reg" else "wire")
        width = self._range()
        names.append(self.take())
        self._own.widths[names[-1]] = width

    def _range(self) -> tuple[int, int]:
        if not self.takes("["):
            return 0, 0
        high, _, low, _ = (self.take() for _ in range(4))
        return int(high), int(low)

    def _item(self, word: str) -> None:
        if word in ("wire", "reg"):
            width = self._range()
            self._own.widths[self.take()] = width
            while self.takes(","):
                self._own.widths[self.take()] = width
            self.take(";")
        elif word == "assign":
            target = self._operand()
            self.take("=")
            self._own.assigns.append((target, self._expression()))
            self.take(";")
        elif word == "always":
            self._always()
        else:
            self._instance(word)

    def _always(self) -> None:
        for wanted in ("@", "(", "posedge", None, ")", "begin"):
            self.take(wanted)
        while not self.takes("end"):
            condition = Term("1")
            if self.takes("if"):
                self.take("(")
                (condition,) = self._own.bits(self._expression())
                self.take(")")
            target = self._operand()
            self.take("<=")
            self._own.clocked.append((target, self._expression(), condition))
            self.take(";")

    def _instance(self, kind: str) -> None:
        label = self.take()
        pins: dict[str, Term] = {}
        self.take("(")
        while not self.takes(")"):
            self.take(".")
            pin = self.take()
            self.take("(")
            pins[pin] = self._expression()
            self.take(")")
            self.takes(",")
        self.take(";")
        self._own.instances.append((kind, label, pins))

    def _expression(self) -> Term:
        condition = self._level(0)
        if not self.takes("?"):
            return condition
        yes = self._expression()
        self.take(":")
        return Term("?", (self._one(condition), self._one(yes), self._one(self._expression())))

    def _level(self, level: int) -> Term:
        """Read operands between operators of a level or of a tighter one."""
        if level == len(_BINARY):
            return self._operand()
        term = self._level(level + 1)
        while self.takes(_BINARY[level]):
            term = Term(_BINARY[level], (self._one(term), self._one(self._level(level + 1))))
        return term

    def _operand(self) -> Term:
        token = self.take()
        if token == "~":  # noqa: S105 - a token of Verilog
            return Term("~", (self._one(self._operand()),))
        if token == "(":  # noqa: S105
            term = self._expression()
            self.take(")")
            return term
        if token in ("1'b0", "1'b1"):
            return Term(token[-1])
        if not self.takes("["):
            return Term("net", (), token)
        high = int(self.take())
        low = int(self.take()) if self.takes(":") else high
        self.take("]")
        return Term("net", (), token, high, low)

    def _one(self, term: Term) -> Term:
        """Return a term of one bit."""
        (bit,) = self._own.bits(term)
        return bit

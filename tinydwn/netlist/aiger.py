"""AIGER, the format of AND-inverter graphs, written and read: ASCII (.aag) and binary (.aig), combinational.

Armin Biere, Keijo Heljanko, Siert Wieringa, "AIGER 1.9 And Beyond", 2011. Names stand in the symbol table,
percent-encoded as in our BLIF, so that any name survives.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from tinydwn.errors import NetlistError
from tinydwn.netlist.and_inverter import to_ands
from tinydwn.netlist.builder import NetlistBuilder
from tinydwn.netlist.encoded_name import decoded, encoded
from tinydwn.netlist.graph import FALSE, Netlist
from tinydwn.netlist.truth_table import full, variable

_MOST_INPUTS = 1 << 20  # inputs of the binary form take no room in the file, so that its size does not bound them
_MOST_DIGITS = 12
_KINDS = {b"aag": "ASCII", b"aig": "binary"}
_REFUSED = ("latches", "bad states", "constraints", "justice properties", "fairness properties")
_CUT = "the file may be truncated"
_CHECK = "check the file"


def to_aag(netlist: Netlist) -> str:
    """Return a netlist as ASCII AIGER; equal netlists give equal text.

    Tables are taken apart into ANDs, each on its own; what no output depends on is left out.

    >>> from tinydwn.netlist.graph import Node
    >>> print(to_aag(Netlist("or", ("a", "b"), (Node(0b1110, (2, 3)),), (("y", 4),))), end="")
    aag 3 2 0 1 1
    2
    4
    7
    6 5 3
    i0 a
    i1 b
    o0 y
    c
    or
    """
    graph, outputs = to_ands(netlist)
    first = graph.inputs + 1
    lines = [f"aag {graph.inputs + len(graph.ands)} {graph.inputs} 0 {len(outputs)} {len(graph.ands)}"]
    lines += [str(2 * k) for k in range(1, first)]
    lines += map(str, outputs)
    lines += [f"{2 * k} {left} {right}" for k, (left, right) in enumerate(graph.ands, start=first)]
    return "\n".join([*lines, *_symbols(netlist), ""])


def to_aig(netlist: Netlist) -> bytes:
    """Return a netlist as binary AIGER, with the ANDs of `to_aag`.

    >>> to_aig(Netlist("wire", ("a",), (), (("y", 2),)))
    b'aig 1 1 0 1 0\\n2\\ni0 a\\no0 y\\nc\\nwire\\n'
    """
    graph, outputs = to_ands(netlist)
    lines = [f"aig {graph.inputs + len(graph.ands)} {graph.inputs} 0 {len(outputs)} {len(graph.ands)}"]
    lines += map(str, outputs)
    deltas = bytearray()
    for k, (left, right) in enumerate(graph.ands, start=graph.inputs + 1):
        deltas += _delta(2 * k - left) + _delta(left - right)
    return "\n".join([*lines, ""]).encode() + bytes(deltas) + "\n".join([*_symbols(netlist), ""]).encode()


def from_aiger(content: bytes, *, name: str = "netlist") -> Netlist:
    """Return the netlist of a combinational AIGER file of either form.

    Inputs and outputs without a symbol are called i0, i1, ... and o0, o1, ... Inverters go into the nodes that read
    them, equal nodes become one, and what no output depends on is left out. Latches and the properties of AIGER 1.9,
    cycles, literals out of range, undefined or twice defined, and a file that breaks off raise `NetlistError`, which
    names the line, in the binary part the byte.

    >>> from_aiger(b"aag 3 2 0 1 1\\n2\\n4\\n7\\n6 2 5\\ni0 a\\ni1 b\\n").outputs
    (('o0', 4),)
    """
    file = _File(content)
    header = _header(file)
    read = _read_ascii if header.is_ascii else _read_binary
    circuit = read(file, header)
    inputs, outputs = _read_symbols(file, header)
    builder = NetlistBuilder(name)
    nets = {0: FALSE}
    for literal, text in zip(circuit.inputs, inputs, strict=True):
        nets[literal >> 1] = builder.input(text)
    inverted = {literal >> 1 for literal, _ in circuit.outputs if literal & 1}.intersection(circuit.ands)
    _add_ands(builder, nets, circuit, inverted)
    for (literal, where), text in zip(circuit.outputs, outputs, strict=True):
        if literal >> 1 not in nets:
            raise _undefined(literal, where)
        net = nets[literal >> 1]
        builder.output(text, builder.invert(net) if _sign(literal, inverted) else net)
    return builder.build()


def _symbols(netlist: Netlist) -> list[str]:
    named = [f"i{k} {encoded(name)}" for k, name in enumerate(netlist.inputs)]
    named += [f"o{k} {encoded(name)}" for k, name in enumerate(netlist.output_names)]
    return [*named, "c", encoded(netlist.name)]


def _delta(number: int) -> bytes:
    """Return a number in groups of seven bits, the lowest first, all but the last with the eighth bit set."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])


@dataclass(frozen=True, slots=True)
class _Header:
    """What the first line says: the largest variable, and how many of each there are."""

    is_ascii: bool
    most: int
    inputs: int
    outputs: int
    ands: int


@dataclass(frozen=True, slots=True)
class _Circuit:
    """The literals of a file: inputs, outputs with their places, ANDs by the variable that they define."""

    inputs: Sequence[int]
    outputs: Sequence[tuple[int, str]]
    ands: dict[int, tuple[int, int, str]]


class _File:
    """The bytes of a file, taken from the front, with the place for messages."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0
        self._start = 0
        self._line = 0
        self._in_lines = True

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.content)

    @property
    def where(self) -> str:
        """The line that was taken last, from the binary part on the byte at which it, or a number, begins."""
        return f"line {self._line}" if self._in_lines else f"byte {self._start}"

    def line(self, wanted: str) -> bytes:
        """Take a line, which ends in a line break."""
        end = self.content.find(b"\n", self.at)
        if end < 0:
            raise NetlistError(f"the AIGER file breaks off where {wanted} should be", hint=_CUT)
        taken = self.content[self.at : end]
        self._start, self.at = self.at, end + 1
        self._line += 1
        return taken

    def numbers(self, count: int, wanted: str) -> list[int]:
        """Take a line of so many numbers."""
        words = self.line(wanted).split()
        if len(words) != count or not all(word.isdigit() and len(word) <= _MOST_DIGITS for word in words):
            raise _error(self.where, f"not {wanted}", _CHECK)
        return [int(word) for word in words]

    def delta(self) -> int:
        """Take a number in groups of seven bits."""
        self._in_lines, self._start = False, self.at
        number = 0
        for shift in range(0, 42, 7):
            if self.ended:
                raise NetlistError("the AIGER file breaks off among its ANDs", hint=_CUT)
            byte = self.content[self.at]
            self.at += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                return number
        raise _error(self.where, "a number of more than 42 bits", _CHECK)


def _header(file: _File) -> _Header:
    words = file.line("its first line").split() if file.content[:3] in _KINDS else []
    hint = "an AIGER file begins with 'aag M I L O A' or 'aig M I L O A'"
    if not 6 <= len(words) <= 10 or words[0] not in _KINDS:
        raise NetlistError("not an AIGER file by its first line", hint=hint)
    if not all(word.isdigit() and len(word) <= _MOST_DIGITS for word in words[1:]):
        raise _error(file.where, "a count that is no number, or too large", hint)
    most, inputs, latches, outputs, ands, *more = map(int, words[1:])
    for what, count in zip(_REFUSED, (latches, *more), strict=False):
        if count:
            raise _error(file.where, f"{count} {what}", "only combinational circuits are read")
    header = _Header(words[0] == b"aag", most, inputs, outputs, ands)
    _check_counts(file, header)
    return header


def _check_counts(file: _File, header: _Header) -> None:
    """Refuse counts that do not fit each other or the size of the file, before anything of their size is made."""
    defined = header.inputs + header.ands
    if header.most < defined or (header.most > defined and not header.is_ascii):
        raise _error(file.where, f"{defined} variables are defined, and the largest is {header.most}", _CHECK)
    least = 2 * header.outputs + (2 * header.inputs + 6 * header.ands if header.is_ascii else 2 * header.ands)
    if least > len(file.content):
        raise _error(file.where, "more inputs, outputs and ANDs than the file has room for", _CUT)
    if header.inputs > _MOST_INPUTS:
        raise _error(file.where, f"{header.inputs} inputs", f"at most {_MOST_INPUTS} are read")


def _read_ascii(file: _File, header: _Header) -> _Circuit:
    defined: set[int] = {0}

    def define(literal: int) -> int:
        if literal & 1 or not 0 < literal <= 2 * header.most:
            raise _error(file.where, f"literal {literal} cannot be defined", "give even literals from 2 to 2 * M")
        if literal >> 1 in defined:
            raise _error(file.where, f"literal {literal} is defined twice", _CHECK)
        defined.add(literal >> 1)
        return literal

    inputs = [define(*file.numbers(1, "the literal of an input")) for _ in range(header.inputs)]
    outputs = _read_outputs(file, header)
    ands: dict[int, tuple[int, int, str]] = {}
    for _ in range(header.ands):
        own, left, right = file.numbers(3, "the three literals of an AND")
        _require_literals(file, header, left, right)
        ands[define(own) >> 1] = (left, right, file.where)
    return _Circuit(inputs, outputs, ands)


def _read_binary(file: _File, header: _Header) -> _Circuit:
    outputs = _read_outputs(file, header)
    ands: dict[int, tuple[int, int, str]] = {}
    for own in range(header.inputs + 1, header.most + 1):
        first = file.delta()
        left = 2 * own - first
        right = left - file.delta()
        if first == 0 or right < 0:
            raise _error(file.where, f"the AND of literal {2 * own} does not read smaller literals", _CHECK)
        ands[own] = (left, right, file.where)
    return _Circuit(range(2, 2 * header.inputs + 2, 2), outputs, ands)


def _read_outputs(file: _File, header: _Header) -> list[tuple[int, str]]:
    outputs: list[tuple[int, str]] = []
    for _ in range(header.outputs):
        literals = file.numbers(1, "the literal of an output")
        _require_literals(file, header, *literals)
        outputs.append((literals[0], file.where))
    return outputs


def _require_literals(file: _File, header: _Header, *literals: int) -> None:
    for literal in literals:
        if literal > 2 * header.most + 1:
            raise _error(file.where, f"literal {literal} is out of range", f"the largest is {2 * header.most + 1}")


def _read_symbols(file: _File, header: _Header) -> tuple[list[str], list[str]]:
    """Return the names of inputs and outputs."""
    counts = {"i": header.inputs, "o": header.outputs}
    found: dict[str, dict[int, str]] = {"i": {}, "o": {}}
    while not file.ended:
        start = file.content[file.at : file.at + 2]
        if start[:1] == b"c" and not start[1:].isdigit():
            break
        line = file.line("the name of an input or output")
        kind, place, name = _symbol(line, file.where)
        if kind not in counts or place >= counts[kind]:
            raise _error(file.where, f"a name for {kind}{place}, which there is not", _CHECK)
        if place in found[kind]:
            raise _error(file.where, f"a second name for {kind}{place}", _CHECK)
        if any(name in names.values() for names in found.values()):
            raise _error(file.where, f"{name!r} names two inputs or outputs", _CHECK)
        found[kind][place] = name
    taken = {name for names in found.values() for name in names.values()}
    return _names("i", header.inputs, found["i"], taken), _names("o", header.outputs, found["o"], taken)


def _symbol(line: bytes, where: str) -> tuple[str, int, str]:
    try:
        word, _, name = line.decode("utf-8").rstrip("\r").partition(" ")
    except UnicodeDecodeError as error:
        raise _error(where, "a name that is no text in UTF-8", _CHECK) from error
    digits = word[1:]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS and name):
        raise _error(where, f"{line[:40]!r} is no name of an input or output", "names are lines such as 'i0 NAME'")
    return word[0], int(digits), decoded(name)


def _names(kind: str, count: int, given: dict[int, str], taken: set[str]) -> list[str]:
    """Return all names, i0, i1, ... where none is given, with `_` behind it where another has this name."""
    names: list[str] = []
    for k in range(count):
        name = given.get(k, f"{kind}{k}")
        while k not in given and name in taken:
            name += "_"
        names.append(name)
    return names


def _add_ands(builder: NetlistBuilder, nets: dict[int, int], circuit: _Circuit, inverted: Set[int]) -> None:
    """Add every AND after what it reads, to the builder and to the nets by variable; those `inverted` as NANDs."""
    for root in circuit.ands:
        stack, open_ = [root], set[int]()
        while stack:
            own = stack[-1]
            if own in nets:
                stack.pop()
                continue
            left, right, where = circuit.ands[own]
            waiting = [literal for literal in (left, right) if literal >> 1 not in nets]
            if not waiting:
                one, other = (variable(k, 2) ^ full(2) * _sign(part, inverted) for k, part in enumerate((left, right)))
                table = one & other ^ full(2) * (own in inverted)
                nets[own] = builder.node(table, (nets[left >> 1], nets[right >> 1]))
                continue
            if own in open_:
                raise _error(where, f"literal {2 * own} depends on itself", "only combinational circuits are read")
            open_.add(own)
            for literal in waiting:
                if literal >> 1 not in circuit.ands:
                    raise _undefined(literal, where)
                stack.append(literal >> 1)


def _sign(literal: int, inverted: Set[int]) -> int:
    """Return 1 where a literal is the complement of the net that stands for its variable."""
    return literal & 1 ^ (literal >> 1 in inverted)


def _undefined(literal: int, where: str) -> NetlistError:
    return _error(where, f"literal {literal} is not defined", _CUT)


def _error(where: str, what: str, hint: str) -> NetlistError:
    return NetlistError(f"{where} of the AIGER file: {what}", hint=hint)

"""BLIF, the Berkeley Logic Interchange Format, written and read.

Written names are percent-encoded (as in a URL), so that any name survives; inner nets are called `$` and
their number, which no encoded name can be. What is read may come from any tool: combinational, one model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from tinydwn.errors import NetlistError
from tinydwn.netlist.builder import NetlistBuilder
from tinydwn.netlist.encoded_name import decoded, encoded
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE, Netlist, Node
from tinydwn.netlist.truth_table import (
    MAX_INPUTS,
    Cube,
    cube_table,
    full,
    invert,
    irredundant_cover,
)

_LINE = 100


class GateCell(Protocol):
    """A cell of one output: pin `inputs[k]` is input `k` of the truth table `table`."""

    @property
    def name(self) -> str:
        """The name that `.gate` lines call it by."""
        ...

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the input pins."""
        ...

    @property
    def output(self) -> str:
        """The name of the output pin."""
        ...

    @property
    def table(self) -> int:
        """What the output is."""
        ...


def to_blif(netlist: Netlist) -> str:
    """Return a netlist as BLIF text; equal netlists give equal text.

    >>> from tinydwn.netlist.graph import Node
    >>> print(to_blif(Netlist("or", ("a", "b"), (Node(0b1110, (2, 3)),), (("y", 4),))), end="")
    .model or
    .inputs a b
    .outputs y
    .names a b $4
    00 0
    .names $4 y
    1 1
    .end
    """
    names = ["$false", "$true", *map(encoded, netlist.inputs)]
    names += [f"${net}" for net in range(netlist.first_node, netlist.nets)]
    outputs = [(encoded(name), net) for name, net in netlist.outputs]
    lines = [f".model {encoded(netlist.name) or 'netlist'}"]
    lines += _wrapped(".inputs", names[FIRST_INPUT : netlist.first_node])
    lines += _wrapped(".outputs", [name for name, _ in outputs])
    read = {net for node in netlist.nodes for net in node.fanin}
    lines += [f".names {names[value]}" + "\n1" * value for value in (FALSE, TRUE) if value in read]
    for net, node in enumerate(netlist.nodes, start=netlist.first_node):
        # Some readers refuse a constant with inputs, so it is written without.
        fanin = () if node.table in (0, full(len(node.fanin))) else node.fanin
        lines += _wrapped(".names", [*(names[source] for source in fanin), names[net]])
        lines += cover_lines(min(node.table, 1), 0) if not fanin else cover_lines(node.table, len(fanin))
    for name, net in outputs:
        lines += [f".names {name}", *["1"] * net] if net < FIRST_INPUT else [f".names {names[net]} {name}", "1 1"]
    return "\n".join([*lines, ".end", ""])


def cover_lines(table: int, n: int) -> list[str]:
    """Return the BLIF cover of a table: of its ones or of its zeros, whichever is shorter."""
    if table in (0, full(n)):
        return [f"{'-' * n} 1".strip()] if table else []
    ones = irredundant_cover(table, table, n)
    zeros = irredundant_cover(invert(table, n), invert(table, n), n)
    cubes, value = (ones, "1") if len(ones) <= len(zeros) else (zeros, "0")
    return [f"{_cube_text(cube, n)} {value}" for cube in cubes]


def from_blif(text: str, *, cells: Iterable[GateCell] = ()) -> Netlist:
    """Return the netlist of a combinational BLIF text, of `.names` and of `.gate` lines of these cells.

    The order of nodes is kept where it is topological. Buffers (`.short` among them) and constants become
    aliases of what they carry; tables of more than 10 inputs become products and sums. Latches, subcircuits,
    external don't-cares, cycles, undriven and twice-driven nets, cells that are not there and pins that a
    cell does not have raise `NetlistError` with the line.

    >>> from_blif(".model m\\n.inputs a\\n.outputs y\\n.names a y\\n0 1\\n.end\\n").nodes
    (Node(table=1, fanin=(2,)),)
    """
    return _Reader(text, cells).netlist()


def _wrapped(keyword: str, names: Sequence[str]) -> list[str]:
    """Break a long line at about 100 columns, with BLIF's backslash."""
    lines, current = [], keyword
    for name in names:
        if len(current) + len(name) > _LINE and current:
            lines.append(current + " \\")
            current = ""
        current += f" {name}"
    return [*lines, current]


def _cube_text(cube: Cube, n: int) -> str:
    return "".join("-" if not cube.care >> k & 1 else str(cube.value >> k & 1) for k in range(n))


@dataclass(slots=True)
class _Names:
    """What drives one net: the nets it reads, its cover, where it stands; of a cell its table instead of a cover."""

    fanin: list[str]
    output: str
    rows: list[tuple[str, str]]
    line: int
    table: int | None = None


class _Reader:
    """One pass over the text, then nodes in an order that respects what they read."""

    def __init__(self, text: str, cells: Iterable[GateCell]) -> None:
        self._cells: dict[str, list[GateCell]] = {}
        for cell in cells:
            self._cells.setdefault(cell.name, []).append(cell)
        self._model = ""
        self._inputs: list[str] = []
        self._outputs: list[str] = []
        self._blocks: list[_Names] = []
        self._sound_rows: set[tuple[int, str, str]] = set()
        self._read(text)

    def _read(self, text: str) -> None:
        ended = False
        for number, words in _logical_lines(text):
            if ended:
                raise _error(number, "text after .end", "give one combinational model per file")
            ended = self._take(number, words)
        if not self._model:
            raise NetlistError("not a BLIF text: it has no .model line", hint="a BLIF file begins with '.model NAME'")
        if not ended:
            raise NetlistError("the BLIF text breaks off: it has no .end line", hint="the file may be truncated")

    def _take(self, number: int, words: list[str]) -> bool:
        keyword = words[0]
        if not keyword.startswith("."):
            self._row(number, words)
        elif keyword in (".names", ".gate", ".short"):
            self._blocks.append(self._block(number, keyword, words[1:]))
        elif keyword == ".model":
            if self._model:
                raise _error(number, "a second .model", "flatten the design first")
            self._model = decoded(words[1]) if len(words) > 1 else "netlist"
        elif keyword == ".inputs":
            self._inputs += words[1:]
        elif keyword == ".outputs":
            self._outputs += words[1:]
        elif keyword == ".end":
            return True
        else:
            raise _error(number, f"'{keyword}' is not supported", "only combinational models of .names are read")
        return False

    def _block(self, number: int, keyword: str, words: list[str]) -> _Names:
        if keyword == ".gate":
            return self._gate(number, words)
        if keyword == ".names" and not words:
            raise _error(number, ".names without a net", "name the driven net last")
        if keyword == ".short" and len(words) != 2:
            raise _error(number, ".short without two nets", "name the net that is read and the net that is driven")
        return _Names(words[:-1], words[-1], [], number, table=0b10 if keyword == ".short" else None)

    def _gate(self, number: int, words: list[str]) -> _Names:
        """Return what a `.gate` line drives: the name of a cell, then PIN=NET for each of its pins."""
        pins = dict(word.split("=", 1) for word in words[1:] if "=" in word)
        if not words or len(pins) != len(words) - 1:
            raise _error(
                number, f"not a gate: '.gate {' '.join(words)}'", "write '.gate CELL PIN=NET ...', each pin once"
            )
        known = self._cells.get(words[0])
        if known is None:
            hint = "name the library that it is of with --library" if not self._cells else "it is in no given library"
            raise _error(number, f"no cell '{words[0]}' is known", hint)
        cell = next((one for one in known if {*one.inputs, one.output} == set(pins)), None)
        if cell is None:
            one = known[0]
            raise _error(
                number, f"other pins than those of '{one.name}'", f"it has {', '.join((*one.inputs, one.output))}"
            )
        return _Names([pins[pin] for pin in cell.inputs], pins[cell.output], [], number, table=cell.table)

    def _row(self, number: int, words: list[str]) -> None:
        if not self._blocks or self._blocks[-1].table is not None:
            raise _error(number, f"a cover row outside of .names: '{' '.join(words)}'", "check the file")
        block = self._blocks[-1]
        cube, value = ("", words[0]) if len(words) == 1 else (words[0], words[1])
        inputs = len(block.fanin)
        if len(words) > 2 or (inputs, cube, value) not in self._sound_rows:
            if len(words) > 2 or len(cube) != inputs or set(cube) - set("01-") or value not in {"0", "1"}:
                raise _error(
                    number, f"a cover row that does not fit {inputs} inputs: '{' '.join(words)}'", "check the file"
                )
            self._sound_rows.add((inputs, cube, value))
        if block.rows and block.rows[0][1] != value:
            raise _error(number, "a cover that mixes rows for 0 and for 1", "list either the ones or the zeros")
        block.rows.append((cube, value))

    def netlist(self) -> Netlist:
        drivers = self._drivers()
        names = [decoded(name) for name in self._inputs]
        nets = {name: FIRST_INPUT + k for k, name in enumerate(self._inputs)}
        nodes: list[Node] = []
        first = FIRST_INPUT + len(names)
        for block in _in_order(self._blocks, drivers, nets):
            fanin = tuple(map(nets.__getitem__, block.fanin))
            nets[block.output] = _add(block, fanin, nodes, first)
        outputs = tuple((decoded(name), nets[name]) for name in self._outputs)
        return Netlist(self._model, tuple(names), tuple(nodes), outputs)

    def _drivers(self) -> dict[str, _Names]:
        drivers: dict[str, _Names] = {}
        inputs = set(self._inputs)
        for block in self._blocks:
            if block.output in drivers or block.output in inputs:
                raise _error(block.line, f"net '{decoded(block.output)}' is driven twice", "rename one of the two")
            drivers[block.output] = block
        for name in self._outputs:
            if name not in drivers and name not in inputs:
                raise NetlistError(f"BLIF output '{decoded(name)}' is not driven", hint="the file may be truncated")
        return drivers


def _logical_lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield words of each line, with comments removed and continued lines joined."""
    held: list[str] = []
    start = 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = (raw.split("#", 1)[0] if "#" in raw else raw).rstrip()
        continued = line.endswith("\\")
        words = line[:-1].split() if continued else line.split()
        if words and not held and not continued:
            yield number, words
            continue
        start = start if held else number
        held += words
        if not continued and held:
            yield start, held
            held = []
    if held:
        yield start, held


def _in_order(blocks: list[_Names], drivers: dict[str, _Names], done: Mapping[str, int]) -> Iterator[_Names]:
    """Yield every block after the blocks it reads, otherwise in the order of the file.

    `done` has the nets that are known, and is to have that of a block before the next one is asked for.
    """
    open_: set[str] = set()
    for root in blocks:
        if root.output not in done and all(map(done.__contains__, root.fanin)):
            yield root
            continue
        stack = [root]
        while stack:
            block = stack[-1]
            if block.output in done:
                stack.pop()
                continue
            waiting = [name for name in block.fanin if name not in done]
            if not waiting:
                stack.pop()
                yield block
                continue
            open_.add(block.output)
            stack += [_driver(name, drivers, open_, block) for name in waiting]


def _driver(name: str, drivers: dict[str, _Names], open_: set[str], reader: _Names) -> _Names:
    if name not in drivers:
        raise _error(reader.line, f"net '{decoded(name)}' is read but not driven", "the file may be truncated")
    if name in open_:
        raise _error(reader.line, f"net '{decoded(name)}' depends on itself", "only combinational circuits are read")
    return drivers[name]


def _add(block: _Names, fanin: tuple[int, ...], nodes: list[Node], first: int) -> int:
    """Append the node of a block and return its net; aliases and constants need no node."""
    n = len(fanin)
    if n > MAX_INPUTS:
        return _add_wide(block, fanin, nodes, first)
    table = _table(tuple(block.rows), n) if block.table is None else block.table
    if table in (0, full(n)):
        return TRUE if table else FALSE
    if n == 1 and table == 0b10:
        return fanin[0]
    nodes.append(Node(table, fanin))
    return first + len(nodes) - 1


@lru_cache(maxsize=1 << 14)
def _table(rows: tuple[tuple[str, str], ...], n: int) -> int:
    """Return the table of a cover, which lists either the ones or the zeros."""
    table = 0
    for cube, _ in rows:
        table |= cube_table(_cube(cube), n)
    return invert(table, n) if rows and rows[0][1] == "0" else table


def _add_wide(block: _Names, fanin: tuple[int, ...], nodes: list[Node], first: int) -> int:
    """Break a cover of many inputs into two-input nodes."""
    builder = NetlistBuilder("wide")
    inputs = [builder.input(f"i{k}") for k in range(len(fanin))]
    products = []
    for cube, _ in block.rows:
        literals = [(net, bit) for net, bit in zip(inputs, cube, strict=True) if bit != "-"]
        products.append(builder.and_(*(net if bit == "1" else builder.invert(net) for net, bit in literals)))
    total = builder.or_(*products)
    builder.output("o", builder.invert(total) if block.rows and block.rows[0][1] == "0" else total)
    part = builder.build()
    place = [FALSE, TRUE, *fanin]
    for node in part.nodes:
        nodes.append(Node(node.table, tuple(place[net] for net in node.fanin)))
        place.append(first + len(nodes) - 1)
    return place[part.output_nets[0]]


def _cube(text: str) -> Cube:
    care = sum(1 << k for k, bit in enumerate(text) if bit != "-")
    return Cube(care, sum(1 << k for k, bit in enumerate(text) if bit == "1"))


def _error(line: int, what: str, hint: str) -> NetlistError:
    return NetlistError(f"line {line} of the BLIF text: {what}", hint=hint)

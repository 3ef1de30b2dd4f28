"""DEF: a placed and routed design, read as a `Layout`.

Read are outline, rows, components, pins, nets and special nets, with the vias and rules that they need. Tracks,
blockages, fills, groups and properties are skipped. LEF/DEF 5.8 language reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tinydwn.errors import DataError
from tinydwn.layout.def_vias import generated_via
from tinydwn.layout.def_wires import TECHNOLOGY, WireReader, Wiring
from tinydwn.layout.geometry import ORIENTATIONS, Box, Shape, turned
from tinydwn.layout.layout import Component, Layout, Net, Port, Row
from tinydwn.layout.lef import Lef, Via, reading
from tinydwn.layout.words import Words

_BLOCKS = {
    *("REGIONS", "PINPROPERTIES", "BLOCKAGES", "SLOTS", "FILLS", "SCANCHAINS", "GROUPS", "STYLES"),
    *("PROPERTYDEFINITIONS", "BEGINEXT", "CONSTRAINTS", "IOTIMINGS", "FLOORPLANCONSTRAINTS", "TIMINGDISABLES"),
}
_PLACES = {"PLACED", "FIXED", "COVER"}
_WIRING = {"ROUTED", "FIXED", "COVER", "NOSHIELD", "SHIELD"}
_WITHIN = {"SHAPE", "STYLE", "MASK"}
_ESCAPED = re.compile(r"\\(.)")
# LEF/DEF 5.8 language reference, "Units": the values from 100 to 20000 that a database may have.
_LEAST_UNITS, _MOST_UNITS = 100, 20000
_HALF_UNIT = 0.5
_UNFINISHED = "give the DEF of a placed or routed design"

Clause = tuple[str, list[str]]


def read_def(lines: Iterable[str], lef: Lef) -> Layout:
    """Return the layout that a DEF text describes, with the layers, vias and sites of `lef`.

    Raises `DataError` with the line where the text breaks off, cannot be read, counts wrongly, or names a layer, via
    or site that `lef` lacks, and where a component has no place yet.

    >>> from tinydwn.layout.lef import read_lef
    >>> lef = read_lef(["MACRO INV CLASS CORE ; SIZE 1 BY 2 ; END INV"])
    >>> text = '''DESIGN chip ; UNITS DISTANCE MICRONS 1000 ; DIEAREA ( 0 0 ) ( 5000 4000 ) ;
    ... COMPONENTS 1 ; - u1 INV + PLACED ( 1000 2000 ) N ; END COMPONENTS END DESIGN'''
    >>> layout = read_def(text.splitlines(), lef)
    >>> layout.die_area_um2, layout.components[0].y_um
    (20.0, 2.0)
    """
    return _DefReader(Words(lines, what="DEF"), lef).read()


def load_def(path: Path, lef: Lef) -> Layout:
    """Read a DEF file, plain or gzipped; `DataError` names it where it cannot be read or is not sound."""
    return reading(path, lambda lines: read_def(lines, lef))


class _DefReader:
    """One pass over the words."""

    def __init__(self, words: Words, lef: Lef) -> None:
        self._words = words
        self._lef = lef
        self._metal = WireReader(words, lef)
        self._design = ""
        self._outline: tuple[tuple[float, float], ...] = ()
        self._rows: list[Row] = []
        self._components: list[Component] = []
        self._ports: list[Port] = []
        self._nets: list[Net] = []
        self._supply: list[Net] = []

    def read(self) -> Layout:
        words = self._words
        while (word := words.next_or_end()) is not None:
            if word == "END":
                words.expect("DESIGN")
                return self._layout()
            if word in _BLOCKS:
                words.skip_block(word)
            elif not self._section(word):
                self._statement(words.rest(word))
        why = f"the DEF file breaks off after line {words.line}: there is no END DESIGN"
        raise DataError(why, hint="the file may be truncated; write it anew")

    def _layout(self) -> Layout:
        if not self._design or not self._outline:
            raise DataError(f"the DEF file has no {'DIEAREA' if self._design else 'DESIGN'}", hint=_UNFINISHED)
        return Layout(
            self._design,
            self._outline,
            tuple(self._rows),
            tuple(self._components),
            tuple(self._ports),
            tuple(self._nets),
            tuple(self._supply),
        )

    def _statement(self, said: list[str]) -> None:
        """Read a statement outside of sections; what is neither name, units, outline nor row is left out."""
        match said:
            case ["DESIGN", name]:
                self._design = name
            case ["UNITS", "DISTANCE", "MICRONS", units]:
                self._metal.units = self._units(units)
            case ["DIEAREA", *corners]:
                points = self._metal.points(corners)
                if len(points) == 2:
                    (left, bottom), (right, top) = points
                    points = [(left, bottom), (right, bottom), (right, top), (left, top)]
                self._outline = tuple(points)
                xs, ys = zip(*points, strict=True)
                # In units, to which a coordinate is rounded, so that a die of a fraction of one has none either.
                if min(max(xs) - min(xs), max(ys) - min(ys)) * self._metal.units < _HALF_UNIT:
                    self._words.refuse("the die has no area")
            case ["ROW", name, site, x, y, orientation, *repeated]:
                self._row(name, site, (x, y), orientation, repeated)
            case [first, *_] if not (first.isalpha() and first.isupper()):
                self._words.refuse(f"'{first[:40]}' begins no statement of DEF")

    def _units(self, word: str) -> float:
        units = self._words.number(word)
        if not (_LEAST_UNITS <= units <= _MOST_UNITS and units.is_integer()):
            expected = f"a whole number from {_LEAST_UNITS} to {_MOST_UNITS} per µm"
            self._words.refuse(f"UNITS DISTANCE MICRONS {word[:40]} is not {expected}")
        return units

    def _row(self, name: str, site: str, at: tuple[str, str], orientation: str, repeated: list[str]) -> None:
        if site not in self._lef.sites:
            self._words.refuse(f"no LEF has site '{site}' of row '{name}'", hint=TECHNOLOGY)
        width, height = self._lef.sites[site]
        if orientation[-1:] in {"E", "W"}:
            width, height = height, width
        columns = rows = 1
        if len(repeated) >= 4 and repeated[0] == "DO" and repeated[2] == "BY":
            columns, rows = int(self._words.number(repeated[1])), int(self._words.number(repeated[3]))
            if min(columns, rows) < 1:
                self._words.refuse(f"row '{name}' has {columns} by {rows} sites")
        x, y = map(self._metal.um, at)
        self._rows.append(Row(name, site, Box(x, y, x + columns * width, y + rows * height)))

    def _section(self, name: str) -> bool:
        """Read a section of `- ... ;` items; say whether there is a section of this name."""
        readers: dict[str, Callable[[list[str]], None]] = {
            "VIAS": self._via,
            "NONDEFAULTRULES": self._rule,
            "COMPONENTS": self._component,
            "PINS": self._port,
            "NETS": lambda said: self._nets.append(self._net(said, special=False)),
            "SPECIALNETS": lambda said: self._supply.append(self._net(said, special=True)),
        }
        if name not in readers:
            return False
        words, read = self._words, readers[name]
        count = words.statement()
        wanted, found = words.number(count[0]) if count else 0, 0
        while (word := words.next()) == "-":
            read(words.statement())
            found += 1
        if word != "END":
            words.refuse(f"expected '-' or 'END {name}', found '{word[:40]}'")
        words.expect(name)
        if found != wanted:
            words.refuse(f"{name} announces {wanted:g} and has {found}")
        return True

    def _head(self, said: list[str], length: int, what: str) -> list[str]:
        if len(said) < length or "+" in said[:length]:
            self._words.refuse(f"a {what} without a name")
        return [_plain(word) for word in said[:length]]

    def _component(self, said: list[str]) -> None:
        name, cell = self._head(said, 2, "component or its cell")
        source, place = "", None
        for key, rest in _clauses(said):
            if key == "SOURCE" and rest:
                source = rest[0]
            elif key in _PLACES:
                place = self._place(rest, name)
        if place is None:
            self._words.refuse(f"component '{name}' has no place yet", hint=_UNFINISHED)
        self._components.append(Component(name, cell, *place, source))

    def _place(self, said: list[str], name: str) -> tuple[float, float, str]:
        if len(said) != 5 or said[4] not in ORIENTATIONS:
            self._words.refuse(f"the place of '{name}' is not like ( 0 0 ) N")
        ((x, y),) = self._metal.points(said)
        return x, y, said[4]

    def _port(self, said: list[str]) -> None:
        name = self._head(said, 1, "pin")[0]
        facts = {"NET": "", "DIRECTION": "", "USE": "SIGNAL"}
        waiting: list[Shape] = []
        shapes: list[Shape] = []
        for key, rest in _clauses(said):
            if key in facts and rest:
                facts[key] = _plain(rest[0])
            elif key in {"LAYER", "POLYGON"} and rest:
                waiting.append(Shape(rest[0], self._metal.box(rest)))
            elif key == "VIA" and rest:
                ((x, y),) = self._metal.points(rest)
                waiting += [shape.moved(x, y) for shape in self._metal.via(rest[0]).shapes]
            elif key in _PLACES:
                x, y, orientation = self._place(rest, name)
                shapes += [Shape(one.layer, turned(one.box, orientation).moved(x, y)) for one in waiting]
                waiting = []
        self._ports.append(Port(name, facts["NET"], facts["DIRECTION"], facts["USE"], tuple(shapes)))

    def _via(self, said: list[str]) -> None:
        name = self._head(said, 1, "via")[0]
        clauses = list(_clauses(said))
        shapes = [Shape(rest[0], self._metal.box(rest)) for key, rest in clauses if key in {"RECT", "POLYGON"} and rest]
        self._metal.vias[name] = Via(name, tuple(shapes)) if shapes else generated_via(name, dict(clauses), self._metal)

    def _rule(self, said: list[str]) -> None:
        name = self._head(said, 1, "rule")[0]
        widths = [rest for key, rest in _clauses(said) if key == "LAYER" and rest[1:2] == ["WIDTH"]]
        self._metal.rules[name] = {rest[0]: self._metal.um(" ".join(rest[2:3])) for rest in widths}

    def _net(self, said: list[str], *, special: bool) -> Net:
        name = self._head(said, 1, "net")[0]
        clauses = list(_rejoined(_clauses(said)))
        facts = {key: rest[0] for key, rest in clauses if key in {"USE", "NONDEFAULTRULE"} and rest}
        wiring = Wiring()
        for key, rest in clauses:
            path = rest[1:] if key == "SHIELD" else rest
            if key in _WIRING and special:
                self._metal.special(path, wiring)
            elif key in _WIRING:
                self._metal.regular(path, facts.get("NONDEFAULTRULE", ""), wiring)
            elif key in {"RECT", "POLYGON"} and rest:
                wiring.patches.append(Shape(rest[0], self._metal.box(rest)))
        metal = (tuple(wiring.wires), tuple(wiring.vias), tuple(wiring.patches))
        return Net(name, facts.get("USE", "SIGNAL"), tuple(_joins(said)), *metal)


def _plain(word: str) -> str:
    """Return a name without the backslashes that DEF puts before brackets."""
    return _ESCAPED.sub(r"\1", word)


def _clauses(said: list[str]) -> Iterator[Clause]:
    """Yield what follows each `+` of an item, its first word apart."""
    clause: list[str] | None = None
    for word in (*said, "+"):
        if word == "+":
            if clause:
                yield clause[0], clause[1:]
            clause = []
        elif clause is not None:
            clause.append(word)


def _rejoined(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """Put clauses that belong into a path, such as `+ SHAPE STRIPE`, back into it."""
    last: Clause | None = None
    for key, rest in clauses:
        if key in _WITHIN and last is not None and last[0] in _WIRING:
            last = (last[0], [*last[1], key, *rest])
            continue
        if last is not None:
            yield last
        last = (key, rest)
    if last is not None:
        yield last


def _joins(said: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the pins that a net joins."""
    head = said[1 : said.index("+")] if "+" in said else said[1:]
    for k, word in enumerate(head[:-2]):
        if word == "(":
            yield _plain(head[k + 1]), _plain(head[k + 2])

"""LEF: what a router knows of a technology and of its cells: layers, vias, outlines, pins.

Read are layers with type, direction and width, vias made of rectangles, and of every macro its class, size, pins and
obstructions. Spacing rules, antenna figures and properties are skipped. LEF/DEF 5.8 language reference.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from tinydwn.errors import DataError
from tinydwn.layout.geometry import Box, Shape
from tinydwn.layout.words import Words

Value = TypeVar("Value")
_NAMED_BLOCKS = {"VIARULE", "NONDEFAULTRULE", "ARRAY"}
_BLOCKS = {"UNITS", "PROPERTYDEFINITIONS", "SPACING", "BEGINEXT", "NOISETABLE", "IRDROP"}


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of a technology; `kind` and `direction` as LEF writes them, `width_um` the width of an ordinary wire."""

    name: str
    kind: str
    direction: str = ""
    width_um: float = 0.0

    @property
    def routes(self) -> bool:
        """Whether wires may lie on it."""
        return self.kind == "ROUTING"


@dataclass(frozen=True, slots=True)
class Via:
    """A connection between two layers: its rectangles about the place where it stands."""

    name: str
    shapes: tuple[Shape, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it has a rectangle on, each once."""
        return tuple(dict.fromkeys(shape.layer for shape in self.shapes))


@dataclass(frozen=True, slots=True)
class MacroPin:
    """A pin of a cell: direction and use as LEF writes them, `SIGNAL` where it says none."""

    name: str
    direction: str
    use: str
    shapes: tuple[Shape, ...] = ()

    @property
    def is_supply(self) -> bool:
        """Whether it is power or ground; wells and substrate count."""
        return self.use in {"POWER", "GROUND"} or (bool(self.shapes) and all(_is_well(one) for one in self.shapes))


@dataclass(frozen=True, slots=True)
class Macro:
    """The outside of a cell: its class, such as `CORE SPACER`, its size, its pins and what must not be crossed."""

    name: str
    kind: str
    width_um: float
    height_um: float
    pins: tuple[MacroPin, ...] = ()
    obstructions: tuple[Shape, ...] = ()

    @property
    def area_um2(self) -> float:
        """Width times height."""
        return self.width_um * self.height_um

    @property
    def signal_pins(self) -> tuple[MacroPin, ...]:
        """The pins that are not supply."""
        return tuple(pin for pin in self.pins if not pin.is_supply)

    def pin(self, name: str) -> MacroPin | None:
        """Return the pin of a name, None where there is none."""
        return next((pin for pin in self.pins if pin.name == name), None)


@dataclass(frozen=True, slots=True)
class Lef:
    """All that was read from one or more LEF files; layers are in order, from the silicon upwards."""

    layers: Mapping[str, Layer]
    vias: Mapping[str, Via]
    macros: Mapping[str, Macro]
    sites: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("layers", "vias", "macros", "sites"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def joined(self, other: Lef) -> Lef:
        """Return both together; of two things with one name the later one counts."""
        return Lef(
            {**self.layers, **other.layers},
            {**self.vias, **other.vias},
            {**self.macros, **other.macros},
            {**self.sites, **other.sites},
        )


def read_lef(lines: Iterable[str]) -> Lef:
    """Return what a LEF text says; `DataError` with the line where it breaks off or cannot be read.

    >>> lef = read_lef(["MACRO INV CLASS CORE ; SIZE 1.38 BY 2.72 ; END INV END LIBRARY"])
    >>> lef.macros["INV"].width_um
    1.38
    """
    return _LefReader(Words(lines, what="LEF")).read()


def load_lefs(paths: Sequence[Path]) -> Lef:
    """Read LEF files, the technology first, plain or gzipped; `DataError` names the one that cannot be read."""
    found = Lef({}, {}, {})
    for path in paths:
        found = found.joined(reading(path, read_lef))
    return found


def reading(path: Path, read: Callable[[Iterable[str]], Value]) -> Value:
    """Return what `read` makes of the lines of a file, plain or gzipped; `DataError` names the file."""
    try:
        with path.open("rb") as probe:
            packed = probe.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rt") if packed else path.open(encoding="utf-8", errors="replace") as file:
            return read(file)
    except DataError as error:
        raise DataError(f"'{path}': {error.message}", hint=error.hint) from error
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "it is not a whole gzip file"
        raise DataError(f"'{path}' cannot be read: {reason}", hint="give the path of a LEF or DEF file") from error


def _is_well(shape: Shape) -> bool:
    return shape.layer.lower() in {"nwell", "pwell", "dnwell"}


class _LefReader:
    """One pass over the words."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._layers: dict[str, Layer] = {}
        self._vias: dict[str, Via] = {}
        self._macros: dict[str, Macro] = {}
        self._sites: dict[str, tuple[float, float]] = {}

    def read(self) -> Lef:
        words = self._words
        while (word := words.next_or_end()) is not None:
            match word.upper():
                case "MACRO":
                    self._macro(words.next())
                case "LAYER":
                    self._layer(words.next())
                case "VIA":
                    self._via(words.next())
                case "SITE":
                    self._site(words.next())
                case "END":
                    words.expect("LIBRARY")
                    break
                case _:
                    self._skip(word)
        if not (self._layers or self._macros):
            raise DataError("the LEF file has neither layers nor macros", hint="give the path of a LEF file")
        return Lef(self._layers, self._vias, self._macros, self._sites)

    def _skip(self, word: str) -> None:
        if word.upper() in _NAMED_BLOCKS:
            self._words.skip_block(self._words.next())
        elif word in _BLOCKS:
            self._words.skip_block(word)
        elif word.isalpha() and word.isupper():
            self._words.rest(word)
        else:
            self._words.refuse(f"'{word[:40]}' begins no statement of LEF")

    def _layer(self, name: str) -> None:
        said = self._statements(name)
        width = self._words.number(" ".join(said.get("WIDTH", ["0"])[:1]))
        kind, direction = (" ".join(said.get(key, [""])) for key in ("TYPE", "DIRECTION"))
        self._layers[name] = Layer(name, kind, direction, width)

    def _site(self, name: str) -> None:
        size = self._statements(name).get("SIZE", [])
        if len(size) != 3:
            self._words.refuse(f"site '{name}' has no size")
        self._sites[name] = (self._words.number(size[0]), self._words.number(size[2]))

    def _statements(self, name: str) -> dict[str, list[str]]:
        """Return the statements up to `END name` by their first word; of a repeated one the first counts."""
        found: dict[str, list[str]] = {}
        while (word := self._words.next()) != "END":
            said = self._words.rest(word)
            if said:
                found.setdefault(said[0], said[1:])
        self._words.expect(name)
        return found

    def _via(self, name: str) -> None:
        shapes: list[Shape] = []
        layer, word = "", self._words.next()
        if word in {"DEFAULT", "GENERATED"}:
            word = self._words.next()
        while word != "END":
            said = self._words.rest(word)
            layer = self._geometry(said, layer, shapes, f"via '{name}'") if said else layer
            word = self._words.next()
        self._words.expect(name)
        self._vias[name] = Via(name, tuple(shapes))

    def _macro(self, name: str) -> None:
        words, kind, size, origin = self._words, "", (0.0, 0.0), (0.0, 0.0)
        pins: list[MacroPin] = []
        obstructions: list[Shape] = []
        while (word := words.next()) != "END":
            match word:
                case "PIN":
                    pins.append(self._pin(words.next()))
                case "OBS":
                    obstructions += self._port(f"the obstructions of '{name}'")
                case "DENSITY":
                    self._skip_density()
                case "TIMING":
                    words.skip_block(word)
                case "CLASS":
                    kind = " ".join(words.statement())
                case "SIZE":
                    size = self._pair(f"the size of macro '{name}'", words.statement()[::2])
                case "ORIGIN":
                    origin = self._pair(f"the origin of macro '{name}'", words.statement())
                case _:
                    words.rest(word)
        words.expect(name)
        if min(size) <= 0:
            words.refuse(f"macro '{name}' has no size")
        # Shapes count from the origin, and here from the lower left corner (LEF/DEF 5.8, "Macro", ORIGIN).
        moved = [replace(pin, shapes=tuple(shape.moved(*origin) for shape in pin.shapes)) for pin in pins]
        blocked = tuple(shape.moved(*origin) for shape in obstructions)
        self._macros[name] = Macro(name, kind, *size, tuple(moved), blocked)

    def _pair(self, what: str, said: list[str]) -> tuple[float, float]:
        if len(said) != 2:
            self._words.refuse(f"{what} is not two numbers")
        return self._words.number(said[0]), self._words.number(said[1])

    def _pin(self, name: str) -> MacroPin:
        words, direction, use = self._words, "", "SIGNAL"
        shapes: list[Shape] = []
        while (word := words.next()) != "END":
            match word:
                case "PORT":
                    shapes += self._port(f"pin '{name}'")
                case "DIRECTION":
                    direction = " ".join(words.statement())
                case "USE":
                    use = " ".join(words.statement())
                case _:
                    words.rest(word)
        words.expect(name)
        return MacroPin(name, direction, use, tuple(shapes))

    def _skip_density(self) -> None:
        while (word := self._words.next()) != "END":
            self._words.rest(word)

    def _port(self, where: str) -> list[Shape]:
        shapes: list[Shape] = []
        layer = ""
        while (word := self._words.next()) != "END":
            said = self._words.rest(word)
            layer = self._geometry(said, layer, shapes, where) if said else layer
        return shapes

    def _geometry(self, said: list[str], layer: str, shapes: list[Shape], where: str) -> str:
        """Add the rectangle of a statement, if it has one, and return the layer that holds from here on."""
        words = self._words
        if said[0] == "LAYER":
            return said[1] if len(said) > 1 else words.refuse(f"{where} names no layer")
        if said[0] in {"RECT", "POLYGON"}:
            shapes.append(Shape(layer, _box(words, said, where)))
        elif said[0] in {"PATH", "VIA"}:
            words.refuse(f"{where} has a {said[0]}, and only rectangles and polygons are read")
        return layer


def _box(words: Words, said: list[str], where: str) -> Box:
    """Return a rectangle, or the one around a polygon."""
    corners = said[3:] if said[1:2] == ["MASK"] else said[1:]
    if corners[:1] == ["ITERATE"]:
        words.refuse(f"{where} has an ITERATE, which is not read")
    values = words.numbers(corners)
    if len(values) < 4 or len(values) % 2 or (said[0] == "RECT" and len(values) != 4):
        words.refuse(f"{where} has a {said[0]} of {len(values)} numbers")
    return Box(min(values[::2]), min(values[1::2]), max(values[::2]), max(values[1::2]))

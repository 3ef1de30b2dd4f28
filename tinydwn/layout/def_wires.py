"""The wiring of a net in DEF: paths of points and vias, as wires and vias in um.

LEF/DEF 5.8 language reference, "Regular Wiring Statement" and "Special Wiring Statement".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tinydwn.layout.geometry import ORIENTATIONS, Box, Shape
from tinydwn.layout.layout import ViaPlace, Wire
from tinydwn.layout.lef import Lef, Via
from tinydwn.layout.words import Words

TECHNOLOGY = "give the LEF of the technology too, before that of the cells"
_MOST_REPEATED = 1000


@dataclass(slots=True)
class Wiring:
    """The metal of one net while it is read."""

    wires: list[Wire] = field(default_factory=list)
    vias: list[ViaPlace] = field(default_factory=list)
    patches: list[Shape] = field(default_factory=list)


class WireReader:
    """Reads wiring, with what it needs to know: layers, vias of LEF and DEF, widths of rules, units per um."""

    def __init__(self, words: Words, lef: Lef) -> None:
        self.words = words
        self.units = 0.0
        self.layers = lef.layers
        self.vias: dict[str, Via] = dict(lef.vias)
        self.rules: dict[str, Mapping[str, float]] = {}

    def um(self, word: str) -> float:
        """Return a length in um."""
        if not self.units:
            self.words.refuse("a length comes before UNITS DISTANCE MICRONS")
        return self.words.number(word) / self.units

    def points(self, said: list[str]) -> list[tuple[float, float]]:
        """Return the points `( x y )` of a statement, in um; `*` takes the coordinate of the point before."""
        found: list[tuple[float, float]] = []
        for group in _groups(said):
            if len(group) < 2 or (not found and "*" in group):
                self.words.refuse("expected points like ( 0 0 )")
            x, y = group[:2]
            found.append((found[-1][0] if x == "*" else self.um(x), found[-1][1] if y == "*" else self.um(y)))
        return found or self.words.refuse("expected points like ( 0 0 )")

    def box(self, said: list[str]) -> Box:
        """Return the rectangle around the points of a statement."""
        xs, ys = zip(*self.points(said), strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))

    def via(self, name: str) -> Via:
        """Return a via by name; `DataError` where neither LEF nor DEF has it."""
        if name not in self.vias:
            self.words.refuse(f"via '{name}' is in no LEF and not in VIAS", hint=TECHNOLOGY)
        return self.vias[name]

    def regular(self, said: list[str], rule: str, into: Wiring) -> None:
        """Add the paths of a signal net; its wires reach half their width beyond each point unless they say other."""
        for path in _paths(said):
            _Path(self, into, path[0] if path else "", rule=rule).follow(iter(path[1:]))

    def special(self, said: list[str], into: Wiring) -> None:
        """Add the paths of a supply net; their width is given, and they end at their points."""
        for path in _paths(said):
            if len(path) < 2:
                self.words.refuse("a path of a special net has a layer and a width")
            _Path(self, into, path[0], width_um=self.um(path[1])).follow(iter(path[2:]))


class _Path:
    """One path, followed from point to point; a via changes the layer."""

    def __init__(
        self, reader: WireReader, into: Wiring, layer: str, *, rule: str = "", width_um: float | None = None
    ) -> None:
        self._reader, self._into = reader, into
        self._rule, self._given_um = rule, width_um
        self._at: tuple[float, float] | None = None
        self._reach_um = 0.0
        self._layer = layer
        if layer not in reader.layers:
            reader.words.refuse(f"no LEF has layer '{layer[:40]}'", hint=TECHNOLOGY)

    def follow(self, words: Iterator[str]) -> None:
        for word in words:
            match word:
                case "(":
                    self._go(_inside(words))
                case "SHAPE" | "STYLE" | "MASK":
                    next(words, "")
                case "TAPER" | "TAPERRULE":
                    self._rule = next(words, "") if word == "TAPERRULE" else ""
                case "RECT":
                    self._patch(words)
                case "VIRTUAL":
                    self._at = self._point(_inside(words) if next(words, "") == "(" else [])
                case "DO":
                    self._repeat([next(words, "") for _ in range(6)])
                case "N":
                    pass  # a via that is not turned
                case _:
                    self._stand(word)

    def _point(self, values: list[str]) -> tuple[float, float]:
        if not 2 <= len(values) <= 3 or (self._at is None and "*" in values):
            self._reader.words.refuse(f"'( {' '.join(values)[:40]} )' is no point of a path")
        x, y = self._at or (0.0, 0.0)
        return (
            x if values[0] == "*" else self._reader.um(values[0]),
            y if values[1] == "*" else self._reader.um(values[1]),
        )

    def _go(self, values: list[str]) -> None:
        point, width_um = self._point(values), self._width_um()
        usual = width_um / 2 if self._given_um is None else 0.0
        reach_um = self._reader.um(values[2]) if len(values) > 2 else usual
        if self._at is not None and point != self._at:
            self._into.wires.append(Wire(self._layer, *self._at, *point, width_um, self._reach_um, reach_um))
        self._at, self._reach_um = point, reach_um

    def _width_um(self) -> float:
        if self._given_um is not None:
            return self._given_um
        usual = self._reader.layers[self._layer].width_um
        if self._rule in {"", "DEFAULT"}:
            return usual
        if self._rule not in self._reader.rules:
            self._reader.words.refuse(f"rule '{self._rule}' is not among the NONDEFAULTRULES")
        return self._reader.rules[self._rule].get(self._layer, usual)

    def _patch(self, words: Iterator[str]) -> None:
        values = _inside(words) if next(words, "") == "(" else []
        if self._at is None or len(values) != 4:
            self._reader.words.refuse("a RECT of a path has four numbers and comes after a point")
        self._into.patches.append(Shape(self._layer, Box.between(*map(self._reader.um, values)).moved(*self._at)))

    def _stand(self, name: str) -> None:
        """Put a via where the path is and go on with its other layer."""
        reader = self._reader
        if name in ORIENTATIONS:
            reader.words.refuse(f"a via that is turned ({name}) is not read", hint="write it without turned vias")
        via = reader.via(name)
        if self._at is None:
            reader.words.refuse(f"via '{name}' comes before the first point of its path")
        self._into.vias.append(ViaPlace(name, *self._at, tuple(shape.moved(*self._at) for shape in via.shapes)))
        metals = [layer for layer in via.layers if layer in reader.layers and reader.layers[layer].routes]
        if self._layer not in metals:
            reader.words.refuse(f"via '{name}' does not touch layer '{self._layer}'")
        self._layer = next((layer for layer in metals if layer != self._layer), self._layer)
        self._reach_um = 0.0 if self._given_um is not None else self._width_um() / 2

    def _repeat(self, said: list[str]) -> None:
        """Repeat the last via: `DO columns BY rows STEP dx dy`."""
        reader = self._reader
        if said[1] != "BY" or said[3] != "STEP" or not self._into.vias:
            reader.words.refuse("expected a via, then DO columns BY rows STEP dx dy")
        first = self._into.vias.pop()
        columns, rows = int(reader.words.number(said[0])), int(reader.words.number(said[2]))
        if not (1 <= columns <= _MOST_REPEATED and 1 <= rows <= _MOST_REPEATED):
            reader.words.refuse(f"a via is repeated {columns} by {rows} times")
        for column in range(columns):
            for row in range(rows):
                dx, dy = column * reader.um(said[4]), row * reader.um(said[5])
                shapes = tuple(shape.moved(dx, dy) for shape in first.shapes)
                self._into.vias.append(ViaPlace(first.via, first.x_um + dx, first.y_um + dy, shapes))


def _inside(words: Iterator[str]) -> list[str]:
    """Return what comes before the next closing parenthesis."""
    return list(iter(lambda: next(words, ")"), ")"))


def _paths(said: list[str]) -> Iterator[list[str]]:
    """Yield the paths of a wiring statement, `NEW` left out."""
    path: list[str] = []
    for word in said:
        if word == "NEW":
            yield path
            path = []
        else:
            path.append(word)
    yield path


def _groups(said: list[str]) -> Iterator[list[str]]:
    """Yield what stands between parentheses."""
    words = iter(said)
    for word in words:
        if word == "(":
            yield _inside(words)

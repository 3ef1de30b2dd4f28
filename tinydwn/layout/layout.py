"""A placed and routed design: where every cell, pin and wire lies, in um."""

from __future__ import annotations

from dataclasses import dataclass

from tinydwn.layout.geometry import Box, Shape


@dataclass(frozen=True, slots=True)
class Component:
    """A placed cell: the lower left corner of where it lies, and how it is turned.

    `source` says who added it, as DEF does: `""` or `NETLIST` for the netlist, `DIST` for taps and fill, `TIMING` for
    buffers and clock cells.
    """

    name: str
    cell: str
    x_um: float
    y_um: float
    orientation: str
    source: str = ""

    @property
    def is_given(self) -> bool:
        """Whether it comes from the netlist."""
        return self.source in {"", "NETLIST"}


@dataclass(frozen=True, slots=True)
class Port:
    """A pin of the whole design, with the metal that it is made of."""

    name: str
    net: str
    direction: str
    use: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """A straight piece of metal between two points, with how far it reaches beyond each of them."""

    layer: str
    x0_um: float
    y0_um: float
    x1_um: float
    y1_um: float
    width_um: float
    before_um: float
    after_um: float

    @property
    def length_um(self) -> float:
        """From point to point, what reaches beyond them left out."""
        return abs(self.x1_um - self.x0_um) + abs(self.y1_um - self.y0_um)

    @property
    def box(self) -> Box:
        """The metal; a slanted wire has the rectangle around it."""
        upright, half = self.x0_um == self.x1_um, self.width_um / 2
        boxes = []
        for x, y, reach in ((self.x0_um, self.y0_um, self.before_um), (self.x1_um, self.y1_um, self.after_um)):
            dx, dy = (half, reach) if upright else (reach, half)
            boxes.append(Box(x - dx, y - dy, x + dx, y + dy))
        return Box.around(boxes)


@dataclass(frozen=True, slots=True)
class ViaPlace:
    """A via by name, where it stands, and its metal there."""

    via: str
    x_um: float
    y_um: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Net:
    """A net: the pins it joins, as (component, pin) or ("PIN", port), and its metal; `use` as DEF writes it."""

    name: str
    use: str
    joins: tuple[tuple[str, str], ...]
    wires: tuple[Wire, ...] = ()
    vias: tuple[ViaPlace, ...] = ()
    patches: tuple[Shape, ...] = ()

    @property
    def length_um(self) -> float:
        """The length of all its wires."""
        return sum(wire.length_um for wire in self.wires)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of sites that cells may stand on."""

    name: str
    site: str
    box: Box


@dataclass(frozen=True, slots=True)
class Layout:
    """A design with its outline, rows, cells, pins, signal nets and supply nets."""

    design: str
    outline: tuple[tuple[float, float], ...]
    rows: tuple[Row, ...]
    components: tuple[Component, ...]
    ports: tuple[Port, ...]
    nets: tuple[Net, ...]
    supply: tuple[Net, ...]

    @property
    def die(self) -> Box:
        """The rectangle around the outline."""
        xs, ys = zip(*self.outline, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))

    @property
    def die_area_um2(self) -> float:
        """The area within the outline (Gauss's formula for polygons)."""
        ends = (*self.outline[1:], self.outline[0])
        return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(self.outline, ends, strict=True))) / 2

    @property
    def core_area_um2(self) -> float:
        """The area of all rows."""
        return sum(row.box.area_um2 for row in self.rows)

"""What a layout comes to: cells by kind, areas, utilization, wire lengths, and what the die would fit in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

from tinydwn.errors import DataError
from tinydwn.export.tinytapeout.tile import TILE_SOURCE, TILES
from tinydwn.layout.geometry import Box
from tinydwn.layout.layout import Component, Layout
from tinydwn.layout.lef import Lef, Macro

# In the order in which they are told.
KINDS: Mapping[str, str] = {
    "logic": "gates of the netlist",
    "flip-flop": "cells of the netlist that a clock net drives",
    "buffer": "added to drive long wires or to meet timing",
    "clock": "added to bring the clock to the flip-flops",
    "diode": "added against charge on long wires",
    "tap": "connects the wells to the supply",
    "fill": "no function: closes the gaps of the rows",
}
_ROUNDING = 1e-6  # of a sum of binary fractions
IDLE_KINDS = frozenset({"tap", "fill"})


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one kind."""

    kind: str
    count: int
    area_um2: float


@dataclass(frozen=True, slots=True)
class LayerLength:
    """How much signal wire lies on a layer."""

    layer: str
    length_um: float


@dataclass(frozen=True, slots=True)
class Site:
    """A place that a die might go into, with the source of its size."""

    name: str
    width_um: float
    height_um: float
    source: str


SITES = (
    Site("Tiny Tapeout tile", TILES[0].width_um, TILES[0].height_um, TILE_SOURCE),
    Site("Caravel user area", 2920.0, 3520.0, "Caravel harness documentation: 2.92 x 3.52 mm"),
)


@dataclass(frozen=True, slots=True)
class LayoutFacts:
    """A layout in numbers. Supply wires are left out of lengths and vias.

    `netlist_area_um2` is the area of the cells that the netlist had, `cell_area_um2` that of all cells but taps and
    fill, as OpenROAD's `report_design_area` counts.
    """

    design: str
    width_um: float
    height_um: float
    die_area_um2: float
    core_area_um2: float
    cells: tuple[Cells, ...]
    netlist_area_um2: float
    nets: int
    ports: int
    lengths: tuple[LayerLength, ...]
    vias: int
    rows_on_die: bool

    @property
    def cells_fit(self) -> bool:
        """Whether the core has room for all cells, fill and taps included; True without rows."""
        area_um2 = sum(cells.area_um2 for cells in self.cells)
        return not self.core_area_um2 or area_um2 <= self.core_area_um2 * (1 + _ROUNDING)

    @property
    def cell_area_um2(self) -> float:
        """The area of all cells but taps and fill."""
        return sum(cells.area_um2 for cells in self.cells if cells.kind not in IDLE_KINDS)

    @property
    def utilization(self) -> float:
        """The share of the core that cells other than taps and fill take; 0 without rows."""
        return self.cell_area_um2 / self.core_area_um2 if self.core_area_um2 else 0.0

    @property
    def length_um(self) -> float:
        """The length of all signal wires."""
        return sum(one.length_um for one in self.lengths)

    def copies_in(self, site: Site) -> int:
        """Return how many copies of the die fit into a place side by side, upright or all turned by 90 degrees."""
        return max(
            _across(site.width_um, width) * _across(site.height_um, height)
            for width, height in ((self.width_um, self.height_um), (self.height_um, self.width_um))
        )


def layout_facts(layout: Layout, lef: Lef) -> LayoutFacts:
    """Return a layout in numbers; `DataError` for a cell that no LEF has."""
    kinds = cell_kinds(layout, lef)
    counts: Counter[str] = Counter(kinds.values())
    areas: dict[str, float] = dict.fromkeys(KINDS, 0.0)
    netlist = 0.0
    for one in layout.components:
        area = macro_of(one, lef).area_um2
        areas[kinds[one.name]] += area
        netlist += area if one.is_given else 0.0
    lengths: dict[str, float] = {layer.name: 0.0 for layer in lef.layers.values() if layer.routes}
    for net in layout.nets:
        for wire in net.wires:
            lengths[wire.layer] = lengths.get(wire.layer, 0.0) + wire.length_um
    return LayoutFacts(
        layout.design,
        layout.die.width_um,
        layout.die.height_um,
        layout.die_area_um2,
        layout.core_area_um2,
        tuple(Cells(kind, counts[kind], areas[kind]) for kind in KINDS if counts[kind]),
        netlist,
        len(layout.nets),
        sum(port.use not in {"POWER", "GROUND"} for port in layout.ports),
        tuple(LayerLength(layer, length) for layer, length in lengths.items() if length),
        sum(len(net.vias) for net in layout.nets),
        _rows_on_die(layout),
    )


def _rows_on_die(layout: Layout) -> bool:
    if not layout.rows:
        return True
    rows, die = Box.around(row.box for row in layout.rows), layout.die
    beyond = (die.left - rows.left, die.bottom - rows.bottom, rows.right - die.right, rows.top - die.top)
    return max(beyond) < _ROUNDING * max(die.width_um, die.height_um)


def cell_kinds(layout: Layout, lef: Lef) -> dict[str, str]:
    """Return the kind of every component, one of `KINDS`, by its name.

    Told from the outside of the cell and from what it is joined to: fill and taps have no signal pin, a cell of the
    netlist on a clock net is a flip-flop, an added one belongs to the clock.
    """
    clocked = {component for net in layout.nets if net.use == "CLOCK" for component, _ in net.joins}
    return {one.name: _kind(one, macro_of(one, lef), one.name in clocked) for one in layout.components}


def macro_of(component: Component, lef: Lef) -> Macro:
    """Return the outside of a component's cell; `DataError` where no LEF has it."""
    if component.cell not in lef.macros:
        raise DataError(
            f"no LEF has cell '{component.cell}' of component '{component.name}'", hint="give the LEF of the cells too"
        )
    return lef.macros[component.cell]


def _kind(component: Component, macro: Macro, clocked: bool) -> str:
    if macro.kind.endswith("ANTENNACELL"):
        return "diode"
    if not macro.signal_pins:
        return "tap" if macro.kind.endswith("WELLTAP") or "tap" in macro.name.lower() else "fill"
    if clocked:
        return "flip-flop" if component.is_given else "clock"
    return "logic" if component.is_given else "buffer"


def _across(space_um: float, size_um: float) -> int:
    return floor(space_um / size_um) if size_um else 0

"""A layout as a picture: cells by kind, wires by layer, a legend, and a close-up where cells are few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tinydwn.layout.drawing import INK, MUTED, Drawing, Group, Text, clipped
from tinydwn.layout.geometry import Box, placed
from tinydwn.layout.layers import Palette
from tinydwn.layout.layout import Component, Layout, Net, Port
from tinydwn.layout.layout_facts import IDLE_KINDS, cell_kinds, layout_facts, macro_of
from tinydwn.layout.lef import Lef

_DIE_PX, _LEGEND_PX, _GAP_PX, _EDGE_PX = 600.0, 300.0, 40.0, 24.0
_HEAD_PX, _LINE_PX = 64.0, 22.0
_MOST_NAMED_DARKS, _MOST_NAMED_CELLS, _LONGEST_NAME = 24, 12, 20
_LETTER_PX, _NAME_GAP_PX = 6.6, 7.0  # of the names of pins: their letters are 11 pixels high
_CLOSE_SHARE = 0.4  # of the die's width and height; what is larger needs no close-up
_CLOSE_MARGIN_UM = 0.8
_SUPPLY_SHARE = 0.05
_PAPER, _EDGE = "#fbfcfd", "#8894a0"
# Fill and border of each kind.
_LOOKS = {
    "logic": ("#bcd9f5", "#3f7fbf"),
    "flip-flop": ("#ffdcae", "#cf8a2d"),
    "buffer": ("#c9ecd9", "#3f9a6d"),
    "clock": ("#f9c6dc", "#c2457f"),
    "diode": ("#ddd0f2", "#7c58b5"),
    "tap": ("#dfe4e9", "#b4bdc6"),
    "fill": ("#f3f5f7", "#e2e6ea"),
}
# On the die, which is light whatever the page is.
_DARK = "#111827"


def draw_layout(layout: Layout, lef: Lef, palette: Palette | None = None) -> Drawing:
    """Return a layout as a drawing of about 1000 pixels across; `DataError` for a cell that no LEF has.

    Colors of layers come from the palette. Pins and cells are named where they are few, and few cells in a large
    die are shown once more, larger, with the metal of their pins.
    """
    return _Picture(layout, lef, palette or Palette()).drawing()


@dataclass(frozen=True, slots=True)
class _View:
    """A window of the layout in um, and the frame in pixels that shows it; both have the same proportions."""

    window: Box
    frame: Box

    @property
    def scale(self) -> float:
        """Pixels per um."""
        return self.frame.width_um / self.window.width_um

    def shown(self, boxes: Iterable[Box]) -> tuple[Box, ...]:
        """Return rectangles in um as rectangles in pixels, cut off at the frame."""
        return clipped(map(self.pixels, boxes), self.frame)

    def pixels(self, box: Box) -> Box:
        left, top = self.x(box.left), self.y(box.top)
        return Box(left, top, self.x(box.right), self.y(box.bottom))

    def x(self, um: float) -> float:
        return self.frame.left + (um - self.window.left) * self.scale

    def y(self, um: float) -> float:
        return self.frame.top - (um - self.window.bottom) * self.scale


class _Picture:
    """One layout with what its picture needs to know of it."""

    def __init__(self, layout: Layout, lef: Lef, palette: Palette) -> None:
        self._layout, self._lef = layout, lef
        self._facts = layout_facts(layout, lef)
        self._kinds = cell_kinds(layout, lef)
        metals = [layer.name for layer in lef.layers.values() if layer.routes]
        self._colors = palette.colors_of(metals)
        self._metals = metals
        self._busy = [one for one in layout.components if self._kinds[one.name] not in IDLE_KINDS]

    def drawing(self) -> Drawing:
        die = self._layout.die
        scale = _DIE_PX / max(die.width_um, die.height_um)
        frame = Box(0, 0, die.width_um * scale, die.height_um * scale)
        names = list(self._port_names(_View(die, frame)))
        left, top, right, bottom = (_room(names, frame, edge) for edge in ("left", "top", "right", "bottom"))
        whole = _View(die, frame.moved(_EDGE_PX + left, _HEAD_PX + top))
        legend_x = whole.frame.right + right + _GAP_PX
        swatches, legend, below = self._legend(legend_x, _HEAD_PX)
        groups = [*self._groups(whole, close=False), *swatches]
        texts = [*self._head(), *legend, *self._port_names(whole)]
        close = self._close_up(Box(legend_x, below + 30, legend_x + _LEGEND_PX, below + 30 + _LEGEND_PX))
        if close is not None:
            groups += self._groups(close, close=True)
            groups.append(Group("", "none", (whole.pixels(close.window),), line=_DARK, line_px=1.0))
            texts += [
                *self._cell_names(close),
                Text(legend_x, close.frame.bottom - 8, "the framed cells", 12, color=MUTED),
            ]
        views = (whole,) if close is None else (whole, close)
        bars = [_scale_bar(view, bottom if view is whole else 0.0) for view in views]
        groups += [bar for bar, _ in bars]
        texts += [text for _, text in bars]
        height = max(*(text.y for text in texts), below) + _EDGE_PX
        return Drawing(self._title(), legend_x + _LEGEND_PX + _EDGE_PX, height, tuple(groups), tuple(texts))

    def _title(self) -> str:
        facts = self._facts
        return f"{facts.design}: the layout, {facts.width_um:.1f} by {facts.height_um:.1f} µm"

    def _head(self) -> Iterator[Text]:
        facts = self._facts
        yield Text(_EDGE_PX, 28, facts.design, 19, bold=True)
        given = sum(one.is_given for one in self._layout.components)
        said = (
            f"{facts.width_um:.1f} by {facts.height_um:.1f} µm",
            f"{given} cells of the netlist, {facts.netlist_area_um2:,.0f} µm²",
            f"{100 * facts.utilization:.0f} % of the core used" if facts.core_area_um2 else "no rows",
        )
        yield Text(_EDGE_PX, 48, "  ·  ".join(said), 13, color=MUTED)

    def _groups(self, view: _View, *, close: bool) -> Iterator[Group]:
        """Yield the layout from below to above: die, cells, supply, wires, pins."""
        yield Group("", _PAPER, (view.frame,))
        for kind in ("fill", "tap", "flip-flop", "logic", "buffer", "diode", "clock"):
            fill, line = _LOOKS[kind]
            boxes = view.shown(self._outline(one) for one in self._layout.components if self._kinds[one.name] == kind)
            if boxes:
                yield Group(kind, fill, boxes, line=line, line_px=0.5 if kind in IDLE_KINDS else 0.8)
        for layer in self._metals:
            boxes = view.shown(wire.box for net in self._layout.supply for wire in net.wires if wire.layer == layer)
            if boxes:
                yield Group(f"supply on {layer}", self._colors[layer], boxes, opacity=0.16)
        if close:
            yield from self._pin_metal(view)
        for layer in self._metals:
            boxes = view.shown(_metal(self._layout.nets, layer))
            if boxes:
                yield Group(f"wires on {layer}", self._colors[layer], boxes, opacity=0.82)
        yield Group("", "none", (view.frame,), line=_EDGE, line_px=1.2)
        ports = view.shown(shape.box for port in self._ports() for shape in port.shapes)
        if ports:
            yield Group("pins", _DARK, ports)

    def _pin_metal(self, view: _View) -> Iterator[Group]:
        """Yield the metal of the pins of cells that are no fill, in the color of its layer."""
        found: dict[str, list[Box]] = {}
        for one in self._busy:
            macro = macro_of(one, self._lef)
            size = (macro.width_um, macro.height_um)
            for pin in macro.signal_pins:
                for shape in pin.shapes:
                    box = placed(shape.box, one.orientation, *size, one.x_um, one.y_um)
                    found.setdefault(shape.layer, []).append(box)
        for layer in self._metals:
            boxes = view.shown(found.get(layer, ()))
            if boxes:
                yield Group(f"pins of cells on {layer}", self._colors[layer], boxes, opacity=0.35)

    def _outline(self, one: Component) -> Box:
        macro = macro_of(one, self._lef)
        sideways = one.orientation[-1] in {"E", "W"}
        width, height = (macro.height_um, macro.width_um) if sideways else (macro.width_um, macro.height_um)
        return Box(one.x_um, one.y_um, one.x_um + width, one.y_um + height)

    def _ports(self) -> list[Port]:
        return [port for port in self._layout.ports if port.use not in {"POWER", "GROUND"} and port.shapes]

    def _port_names(self, view: _View) -> Iterator[Text]:
        """Yield the names of pins, where they are few, beside the edge of the die that they are nearest to."""
        for port in self._ports() if len(self._ports()) <= _MOST_NAMED_DARKS else ():
            box = view.pixels(Box.around(shape.box for shape in port.shapes))
            x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
            frame, name = view.frame, _shortened(port.name)
            near = {
                "left": x - frame.left,
                "right": frame.right - x,
                "top": y - frame.bottom,
                "bottom": frame.top - y,
            }
            match min(near, key=near.__getitem__):
                case "left":
                    yield Text(frame.left - 7, y + 4, name, 11, "end")
                case "right":
                    yield Text(frame.right + 7, y + 4, name, 11)
                case "top":
                    yield Text(x + 4, frame.bottom - 7, name, 11, upright=True)
                case _:
                    yield Text(x + 4, frame.top + 7, name, 11, "end", upright=True)

    def _close_up(self, frame: Box) -> _View | None:
        """Return a view of all cells but taps and fill, None where they are not few in a large die."""
        boxes = [self._outline(one) for one in self._busy]
        if not boxes or len(boxes) > _MOST_NAMED_CELLS:
            return None
        box, die = Box.around(boxes), self._layout.die
        if max(box.width_um / die.width_um, box.height_um / die.height_um) > _CLOSE_SHARE:
            return None
        half = max(box.width_um, box.height_um) / 2 + _CLOSE_MARGIN_UM
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        return _View(Box(x - half, y - half, x + half, y + half), frame)

    def _cell_names(self, view: _View) -> Iterator[Text]:
        for one in self._busy:
            box = view.pixels(self._outline(one))
            name = one.cell.rsplit("__", 1)[-1]
            yield Text((box.left + box.right) / 2, box.bottom + 15, name, 12, "middle", _DARK, bold=True, halo=True)

    def _legend(self, x: float, y: float) -> tuple[list[Group], list[Text], float]:
        """Return the swatches, the texts, and where they end."""
        rows: list[tuple[Group | None, str, str]] = [(None, "cells", "")]
        for cells in self._facts.cells:
            fill, line = _LOOKS[cells.kind]
            swatch = Group("", fill, (), line=line, line_px=1.0)
            rows.append((swatch, cells.kind, f"{cells.count:,}  ·  {cells.area_um2:,.0f} µm²"))
        rows.append((None, "wires", ""))
        lengths = {one.layer: one.length_um for one in self._facts.lengths}
        rows += [
            (Group("", self._colors[layer], (), opacity=0.82), layer, f"{lengths[layer]:,.0f} µm")
            for layer in reversed(self._metals)
            if layer in lengths
        ]
        supply = [layer for layer in reversed(self._metals) if self._supplies(layer)]
        rows += [(Group("", self._colors[layer], (), opacity=0.3), f"supply on {layer}", "") for layer in supply]
        if self._ports():
            rows.append((Group("", _DARK, (), line=MUTED, line_px=1.0), "pins", f"{len(self._ports()):,}"))
        return _table(rows, x, y)

    def _supplies(self, layer: str) -> bool:
        """Say whether a layer has supply wires to speak of: short ones only join others."""
        lengths = [(wire.layer, wire.length_um) for net in self._layout.supply for wire in net.wires]
        return sum(one for name, one in lengths if name == layer) > _SUPPLY_SHARE * sum(one for _, one in lengths)


def _metal(nets: Iterable[Net], layer: str) -> Iterator[Box]:
    for net in nets:
        yield from (wire.box for wire in net.wires if wire.layer == layer)
        yield from (shape.box for via in net.vias for shape in via.shapes if shape.layer == layer)
        yield from (shape.box for shape in net.patches if shape.layer == layer)


def _table(rows: Iterable[tuple[Group | None, str, str]], x: float, y: float) -> tuple[list[Group], list[Text], float]:
    groups: list[Group] = []
    texts: list[Text] = []
    for look, name, value in rows:
        if look is None:
            y += 10 if texts else 0
            texts.append(Text(x, y + 12, name, 12, color=MUTED))
        else:
            box = Box(x, y + 2, x + 18, y + 14)
            groups.append(Group("", look.fill, (box,), look.opacity, look.line, look.line_px))
            texts.append(Text(x + 28, y + 12, name, 13))
            texts.append(Text(x + _LEGEND_PX, y + 12, value, 13, "end", MUTED))
        y += _LINE_PX
    return groups, [text for text in texts if text.text], y


def _beside(name: Text, frame: Box) -> str:
    """Return the edge of the frame that a pin's name stands beside."""
    if name.upright:
        return "top" if name.y < frame.bottom else "bottom"
    return "left" if name.x < frame.left else "right"


def _room(names: Iterable[Text], frame: Box, edge: str) -> float:
    """Return how many pixels the names of pins take beside an edge of the frame, 0 where there are none."""
    longest = max((len(name.text) for name in names if _beside(name, frame) == edge), default=0)
    return longest * _LETTER_PX + _NAME_GAP_PX * (longest > 0)


def _scale_bar(view: _View, below_px: float) -> tuple[Group, Text]:
    """Return a bar of a round length, at most a quarter of the view, below its right end."""
    longest = view.window.width_um / 4
    power = 1.0
    while power * 10 <= longest:
        power *= 10
    while power > longest:
        power /= 10
    length = next(step * power for step in (5, 2, 1) if step * power <= longest)
    right, y = view.frame.right, view.frame.top + below_px + 14
    left = right - length * view.scale
    return Group("", INK, (Box(left, y, right, y + 3),)), Text(left - 8, y + 6, f"{length:g} µm", 12, "end")


def _shortened(name: str) -> str:
    """Return a name, a long one without its middle: a bit of a word is told by what stands last."""
    if len(name) <= _LONGEST_NAME:
        return name
    word, bracket, bit = name.rpartition("[")
    kept = f"{bracket}{bit}" if bracket and bit.endswith("]") else name[-4:]
    word = word if bracket and bit.endswith("]") else name
    return f"{word[: _LONGEST_NAME - 1 - len(kept)]}…{kept}"

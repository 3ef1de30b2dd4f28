"""Vias that DEF gives by their cuts instead of by rectangles (LEF/DEF 5.8 language reference, "Vias", VIARULE)."""

from __future__ import annotations

from collections.abc import Mapping

from tinydwn.layout.def_wires import WireReader
from tinydwn.layout.geometry import Box, Shape
from tinydwn.layout.lef import Via

_MOST = 1000


def generated_via(name: str, facts: Mapping[str, list[str]], metal: WireReader) -> Via:
    """Return a via as rectangles: its cuts in rows and columns about the origin, and a plate below and above them."""
    try:
        below, cut, above = facts["LAYERS"]
        width, height = map(metal.um, facts["CUTSIZE"])
        step_x, step_y = (size + metal.um(gap) for size, gap in zip((width, height), facts["CUTSPACING"], strict=True))
        below_x, below_y, above_x, above_y = map(metal.um, facts["ENCLOSURE"])
        rows, columns = (int(metal.words.number(word)) for word in facts.get("ROWCOL", ["1", "1"]))
        x, y = map(metal.um, facts.get("ORIGIN", ["0", "0"]))
        below_dx, below_dy, above_dx, above_dy = map(metal.um, facts.get("OFFSET", ["0"] * 4))
    except (KeyError, ValueError):
        metal.words.refuse(f"via '{name}' has neither rectangles nor all of LAYERS, CUTSIZE, CUTSPACING, ENCLOSURE")
    if not (1 <= rows <= _MOST and 1 <= columns <= _MOST):
        metal.words.refuse(f"via '{name}' has {rows} rows and {columns} columns of cuts")
    half_x, half_y = (width + (columns - 1) * step_x) / 2, (height + (rows - 1) * step_y) / 2
    corner = Box(0, 0, width, height).moved(x - half_x, y - half_y)
    cuts = [corner.moved(column * step_x, row * step_y) for column in range(columns) for row in range(rows)]
    around = Box.around(cuts)
    lower = Box(around.left - below_x, around.bottom - below_y, around.right + below_x, around.top + below_y)
    upper = Box(around.left - above_x, around.bottom - above_y, around.right + above_x, around.top + above_y)
    plates = (Shape(below, lower.moved(below_dx, below_dy)), Shape(above, upper.moved(above_dx, above_dy)))
    return Via(name, (*(Shape(cut, box) for box in cuts), *plates))

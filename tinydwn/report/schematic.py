"""A small circuit as a schematic: gates drawn as gates, wires routed, every part named after the net that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from unicodedata import east_asian_width

from tinydwn.report.facts import Drawing
from tinydwn.report.svg import printable, shortened
from tinydwn.report.wiring import LABEL_HEIGHT, Point, Wired, wired

_CHARACTER = 7.7
_LONGEST_INPUT, _LONGEST_OUTPUT = 34, 30
_CORNER = 5.0
_MARGIN = 6.0


def schematic(drawing: Drawing, *, meanings: Mapping[str, str] | None = None) -> str:
    """Return a drawing as one `<svg>` element, inputs on the left, outputs on the right.

    `meanings` says in words what an output is 1 for. What shows vertex `v` of the drawing, a label, a gate or a wire,
    has the attribute `data-net="v"`, so that a page can light it.
    """
    meanings = meanings or {}
    inputs = [shortened(name, _LONGEST_INPUT) for name in drawing.inputs]
    outputs = [shortened(meanings.get(name, name), _LONGEST_OUTPUT) for name, _ in drawing.outputs]
    wide = [max(map(_width, texts), default=0.0) for texts in (inputs, outputs)]
    placed = wired(drawing, before=[wide[0]] * len(inputs), after=[wide[1]] * len(outputs))
    elements = [
        *_wires(placed),
        *_inputs(drawing, inputs, placed, wide[0]),
        *_gates(drawing, placed),
        *_outputs(drawing, outputs, placed),
    ]
    width, height = placed.width + 2 * _MARGIN, placed.height + 2 * _MARGIN
    title = f"The {drawing.cut} in {drawing.gates_of}: {len(drawing.gates)}"
    return (
        f'<svg class="schematic" xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{-_MARGIN:g} {-_MARGIN:g} {width:g} {height:g}" role="img">'
        f"<title>{escape(printable(title))}</title>\n" + "\n".join(elements) + "\n</svg>\n"
    )


def _width(text: str) -> float:
    """Return about how wide a text is, in pixels, whatever font the reader has; East Asian letters are wide."""
    return 8.0 + _CHARACTER * sum(1.9 if east_asian_width(letter) in "WF" else 1.0 for letter in text)


def _wires(placed: Wired) -> Iterable[str]:
    for wire in placed.wires:
        lines = "".join(f'<path d="{_rounded(branch)}"/>' for branch in wire.branches)
        dots = "".join(f'<circle class="dot" cx="{x:g}" cy="{y:g}" r="2.6"/>' for x, y in wire.dots)
        yield f'<g class="wire" data-net="{wire.vertex}">{lines}{dots}</g>'


def _rounded(corners: Sequence[Point]) -> str:
    """Return a path through corners, each rounded off as far as its shorter side allows."""
    (x, y), *rest = corners
    path = [f"M{x:g} {y:g}"]
    for k, (corner_x, corner_y) in enumerate(rest):
        if k + 1 == len(rest):
            path.append(f"L{corner_x:g} {corner_y:g}")
            break
        sides = ((x, y), rest[k + 1])
        size = min(_CORNER, *((abs(a - corner_x) + abs(b - corner_y)) / 2 for a, b in sides))
        (ax, ay), (bx, by) = (_towards((corner_x, corner_y), side, size) for side in sides)
        path.append(f"L{ax:g} {ay:g}Q{corner_x:g} {corner_y:g} {bx:g} {by:g}")
        x, y = corner_x, corner_y
    return "".join(path)


def _towards(start: Point, end: Point, size: float) -> Point:
    far = abs(end[0] - start[0]) + abs(end[1] - start[1])
    share = size / far if far else 0.0
    return round(start[0] + share * (end[0] - start[0]), 2), round(start[1] + share * (end[1] - start[1]), 2)


def _inputs(drawing: Drawing, texts: Sequence[str], placed: Wired, width: float) -> Iterable[str]:
    for vertex, (name, text) in enumerate(zip(drawing.inputs, texts, strict=True)):
        x, y = placed.corners[vertex]
        right, middle = x + width - 5, y + LABEL_HEIGHT / 2
        yield (
            f'<g class="input" data-net="{vertex}"><title>{escape(printable(name))}</title>'
            f'<text x="{right:g}" y="{middle:g}">{escape(text)}</text></g>'
        )


def _gates(drawing: Drawing, placed: Wired) -> Iterable[str]:
    first = len(drawing.inputs)
    for k, (gate, symbol, outline) in enumerate(zip(drawing.gates, placed.symbols, placed.outlines, strict=True)):
        x, y = placed.corners[first + k]
        leads = "".join(
            f'<g class="pin" data-net="{gate.reads[pin.place]}">{lead}</g>'
            for pin, lead in zip(symbol.pins, outline.leads, strict=True)
        )
        yield (
            f'<g transform="translate({x:g} {y:g})"><title>{escape(printable(gate.label))}</title>{leads}'
            f'<g class="gate" data-net="{first + k}">{outline.elements}</g></g>'
        )


def _outputs(drawing: Drawing, texts: Sequence[str], placed: Wired) -> Iterable[str]:
    first = len(drawing.inputs) + len(drawing.gates)
    for k, ((name, vertex), text) in enumerate(zip(drawing.outputs, texts, strict=True)):
        x, y = placed.corners[first + k]
        yield (
            f'<g class="output" data-net="{vertex}"><title>{escape(printable(name))}</title>'
            f'<text x="{x + 5:g}" y="{y + LABEL_HEIGHT / 2:g}">{escape(text)}</text></g>'
        )

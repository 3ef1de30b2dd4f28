"""Where the gates of a drawing stand and how its wires run: placed and routed by graphlay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tinydwn.report.facts import Drawing
from tinydwn.report.gate_shapes import Outline, outline_of
from tinydwn.report.symbols import Symbol, symbol_of

LABEL_HEIGHT = 15.0
_CLEAR = 2.0
_SEEDS, _FEWEST_SEEDS, _ROUNDS = 8, 3, 2
_LARGE = 80
"""Inputs and gates from which on a layout takes seconds: the first one without crowded wires is taken, in one round."""
_SPACING = {
    "layer_gap": 34.0,
    "node_gap": 7.0,
    "dummy_gap": 15.0,
    "stub": 5.0,
    "port_gap": 7.0,
    "port_stroke_clear": 4.0,
}
_OPTIONS = {
    "direction": "leftright",
    "spacing": _SPACING,
    "routing": {"merge_edges": "forks", "port_sides": "facing_only", "bundle_parallel": False, "centre_ports": "off"},
}
_OUT = {"offset": {"side": "right", "t": 0.0}}
_IN = {"offset": {"side": "left", "t": 0.0}}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Wire:
    """All that one vertex drives: corners of each branch from the vertex to a pin, and where branches part."""

    vertex: int
    branches: tuple[tuple[Point, ...], ...]
    dots: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Wired:
    """A drawing with places: of each input, gate and output, in this order, the upper left corner.

    `symbols` and `outlines` are those of the gates. Everything lies within (0, 0) and (width, height), in pixels.
    """

    width: float
    height: float
    corners: tuple[Point, ...]
    symbols: tuple[Symbol, ...]
    outlines: tuple[Outline, ...]
    wires: tuple[Wire, ...]


def wired(drawing: Drawing, *, before: Sequence[float], after: Sequence[float]) -> Wired:
    """Place and route a drawing; `before` and `after` are the widths of the labels of its inputs and outputs.

    Signals run from left to right and wires only straight across and straight down. Pins that may change places are
    put in the order in which their wires arrive. The same drawing gives the same places.
    """
    if not drawing.inputs and not drawing.gates:
        return Wired(0.0, 0.0, (), (), (), ())
    tried: list[tuple[int, int, Wired]] = []
    fewest = 1 if _is_large(drawing) else _FEWEST_SEEDS
    for seed in range(_SEEDS):
        tried += _with_seed(drawing, before, after, seed)
        crowded, crossings, best = min(tried, key=lambda found: found[:2])
        if not crowded and (not crossings or seed + 1 >= fewest):
            break
    return best


def _is_large(drawing: Drawing) -> bool:
    return len(drawing.inputs) + len(drawing.gates) >= _LARGE


def _with_seed(
    drawing: Drawing, before: Sequence[float], after: Sequence[float], seed: int
) -> Iterator[tuple[int, int, Wired]]:
    """Yield placements, each with pins in the order that the one before suggests, and how bad they are."""
    symbols = [symbol_of(gate) for gate in drawing.gates]
    found = _laid_out(drawing, symbols, before, after, seed)
    for _ in range(1 if _is_large(drawing) else _ROUNDS):
        symbols, last = [_sorted(symbol, found.arrivals[k]) for k, symbol in enumerate(symbols)], symbols
        if symbols != last:
            found = _laid_out(drawing, symbols, before, after, seed)
        yield _crowded(found.placed.wires), found.crossings, found.placed
        if symbols == last:
            return


def _crowded(wires: Sequence[Wire]) -> int:
    """Count the places where wires of two vertices run along the same line, or nearly so."""
    stretches: dict[bool, list[tuple[float, float, float, int]]] = {False: [], True: []}
    for wire in wires:
        for (x0, y0), (x1, y1) in (pair for branch in wire.branches for pair in pairwise(branch)):
            upright = x0 == x1
            line, ends = (x0, sorted((y0, y1))) if upright else (y0, sorted((x0, x1)))
            stretches[upright].append((line, ends[0], ends[1], wire.vertex))
    count = 0
    for found in map(sorted, stretches.values()):
        for k, (line, low, high, vertex) in enumerate(found):
            for other_line, other_low, other_high, other in found[k + 1 :]:
                if other_line - line >= _CLEAR:
                    break
                count += vertex != other and min(high, other_high) - max(low, other_low) > _CLEAR
    return count


@dataclass(frozen=True, slots=True)
class _LaidOut:
    """What the engine found, how far down the wire to each pin of each gate comes from, and how many wires cross."""

    placed: Wired
    arrivals: list[dict[int, float]]
    crossings: int


def _laid_out(
    drawing: Drawing, symbols: Sequence[Symbol], before: Sequence[float], after: Sequence[float], seed: int
) -> _LaidOut:
    import graphlay

    outlines = [outline_of(symbol) for symbol in symbols]
    sizes = [(width, LABEL_HEIGHT) for width in before]
    sizes += [(outline.width, outline.height) for outline in outlines]
    sizes += [(width, LABEL_HEIGHT) for width in after]
    first_gate, first_output = len(drawing.inputs), len(drawing.inputs) + len(drawing.gates)
    graph = graphlay.Graph()
    for vertex, (width, height) in enumerate(sizes):
        rank = "first" if vertex < first_gate else "last" if vertex >= first_output else "free"
        graph.node(vertex, width=width, height=height, rank=rank)
    ends: list[tuple[int, int, int]] = []  # vertex that drives, gate or output, place among what the gate reads
    for k, (gate, symbol, outline) in enumerate(zip(drawing.gates, symbols, outlines, strict=True)):
        for pin, down in zip(symbol.pins, outline.pins, strict=True):
            target = {"offset": {"side": "left", "t": 2 * down / outline.height - 1}}
            graph.edge(gate.reads[pin.place], first_gate + k, source_port=_OUT, target_port=target)
            ends.append((gate.reads[pin.place], k, pin.place))
    for k, (_, vertex) in enumerate(drawing.outputs):
        graph.edge(vertex, first_output + k, source_port=_OUT, target_port=_IN)
        ends.append((vertex, len(drawing.gates) + k, 0))
    found = graphlay.layout(graph, preset="layered", options={**_OPTIONS, "seed": seed})
    low, high = found.bounds["min"], found.bounds["max"]
    centers = [(node["center"]["x"] - low["x"], node["center"]["y"] - low["y"]) for node in found.nodes]
    corners = tuple((x - width / 2, y - height / 2) for (x, y), (width, height) in zip(centers, sizes, strict=True))
    paths = [_corners([(p["x"] - low["x"], p["y"] - low["y"]) for p in edge["points"]]) for edge in found.edges]
    arrivals: list[dict[int, float]] = [{} for _ in drawing.gates]
    for (vertex, gate_or_output, place), path in zip(ends, paths, strict=True):
        if gate_or_output < len(drawing.gates):
            arrivals[gate_or_output][place] = _arrival(path, centers[vertex][1])
    placed = Wired(
        high["x"] - low["x"], high["y"] - low["y"], corners, tuple(symbols), tuple(outlines), _wires(ends, paths)
    )
    return _LaidOut(placed, arrivals, found.metrics()["crossings"])


def _sorted(symbol: Symbol, arrivals: dict[int, float]) -> Symbol:
    """Return a symbol with pins, and groups of pins, in the order of their wires where they may change places."""
    if not symbol.commutes:
        return symbol
    groups = [sorted(group, key=lambda pin: (arrivals[pin.place], pin.place)) for group in symbol.groups]
    groups.sort(key=lambda group: (sum(arrivals[pin.place] for pin in group) / len(group), group[0].place))
    return Symbol(symbol.shape, tuple(map(tuple, groups)), symbol.inverted, symbol.label)


def _arrival(path: Sequence[Point], start: float) -> float:
    """Return the height of the last level stretch of a wire but the one into the pin."""
    return path[-4][1] if len(path) >= 4 else start


def _corners(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return a path straight across and straight down, without the points that lie on a straight stretch of it."""
    path: list[Point] = []
    for point in _straight(points):
        if path and point == path[-1]:
            continue
        if len(path) >= 2 and (path[-2][0] == path[-1][0] == point[0] or path[-2][1] == path[-1][1] == point[1]):
            path[-1] = point
        else:
            path.append(point)
    return tuple(path)


def _straight(points: Sequence[Point]) -> list[Point]:
    """Return a path whose stretches are level or upright exactly: the engine may miss that by less than a pixel."""
    path = list(points)
    for k in range(1, len(path)):
        (x, y), (next_x, next_y) = path[k - 1], path[k]
        if x == next_x or y == next_y:
            continue
        upright = abs(next_x - x) < abs(next_y - y)
        if k == 1:
            path[k] = (x, next_y) if upright else (next_x, y)
        else:
            path[k - 1] = (next_x, y) if upright else (x, next_y)
    return path


def _wires(ends: Sequence[tuple[int, int, int]], paths: Sequence[tuple[Point, ...]]) -> tuple[Wire, ...]:
    branches: dict[int, list[tuple[Point, ...]]] = defaultdict(list)
    for (vertex, _, _), path in zip(ends, paths, strict=True):
        branches[vertex].append(path)
    return tuple(Wire(vertex, tuple(found), _dots(found)) for vertex, found in sorted(branches.items()))


def _dots(branches: Sequence[Sequence[Point]]) -> tuple[Point, ...]:
    """Return the points from which branches go on in three directions or four."""
    stretches = [pair for path in branches for pair in pairwise(path)]
    points = {point for path in branches for point in path}
    return tuple(sorted(point for point in points if len(_directions(point, stretches)) >= 3))


def _directions(point: Point, stretches: Iterable[tuple[Point, Point]]) -> set[tuple[int, int]]:
    x, y = point
    found = set()
    for (x0, y0), (x1, y1) in stretches:
        if y0 == y1 == y and min(x0, x1) <= x <= max(x0, x1):
            found |= {(side, 0) for side, far in ((-1, min(x0, x1)), (1, max(x0, x1))) if far != x}
        if x0 == x1 == x and min(y0, y1) <= y <= max(y0, y1):
            found |= {(0, side) for side, far in ((-1, min(y0, y1)), (1, max(y0, y1))) if far != y}
    return found

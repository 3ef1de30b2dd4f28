"""Where the gates of a small circuit stand when it is drawn: signals flow from left to right."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tinydwn.report.facts import Drawing

_SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawing with places.

    `column` and `row` are by vertex: inputs, then gates, then outputs; rows are centered on 0 and grow
    downwards. A `wire` leads from the first to the last of its points (column, row), one point per column.
    """

    column: tuple[int, ...]
    row: tuple[float, ...]
    wires: tuple[tuple[tuple[int, float], ...], ...]
    columns: int
    rows: float


def place(drawing: Drawing) -> Placed:
    """Place every vertex: a column per level, outputs in the last column, few crossings within a column.

    Vertices of a column are ordered by the mean place of their neighbors, in sweeps to and fro (Sugiyama's
    method); a wire over several columns takes a place in each of them.

    >>> from tinydwn.report.run_report import Gate
    >>> wire = Drawing("core", "gates", ("a",), (Gate("inv", (0,)),), (("y", 1),))
    >>> place(wire).column, place(wire).wires
    ((0, 1, 2), (((0, 0.0), (1, 0.0)), ((1, 0.0), (2, 0.0))))
    """
    column = _columns(drawing)
    chains = _chains(drawing, column)
    columns = _ordered(column, chains)
    row = _rows(columns, chains)
    wires = tuple(tuple((at, row[point]) for at, point in chain) for chain in chains)
    rows = max((row[point] for level in columns for point in level), default=0.0) - min(
        (row[point] for level in columns for point in level), default=0.0
    )
    return Placed(tuple(column), tuple(row[: len(column)]), wires, len(columns), rows + 1.0)


def _columns(drawing: Drawing) -> list[int]:
    column = [0] * len(drawing.inputs)
    for gate in drawing.gates:
        column.append(1 + max((column[vertex] for vertex in gate.reads), default=0))
    last = 1 + max(column, default=0)
    return column + [last] * len(drawing.outputs)


def _chains(drawing: Drawing, column: list[int]) -> list[list[tuple[int, int]]]:
    """Return every wire as (column, point) pairs; points from `len(column)` on are bends that one source shares."""
    first_gate, first_output = len(drawing.inputs), len(drawing.inputs) + len(drawing.gates)
    ends = [(source, first_gate + k) for k, gate in enumerate(drawing.gates) for source in dict.fromkeys(gate.reads)]
    ends += [(source, first_output + k) for k, (_, source) in enumerate(drawing.outputs)]
    bends: dict[tuple[int, int], int] = {}
    chains = []
    for source, target in ends:
        between = range(column[source] + 1, column[target])
        middle = [(at, bends.setdefault((source, at), len(column) + len(bends))) for at in between]
        chains.append([(column[source], source), *middle, (column[target], target)])
    return chains


def _ordered(column: list[int], chains: list[list[tuple[int, int]]]) -> list[list[int]]:
    """Return the points of each column, top to bottom."""
    columns: list[list[int]] = [[] for _ in range(1 + max(column, default=0))]
    seen = set()
    for vertex, at in enumerate(column):
        columns[at].append(vertex)
    for chain in chains:
        for at, point in chain[1:-1]:
            if point not in seen:
                columns[at].append(point)
                seen.add(point)
    before, after = _neighbors(chains)
    best, fewest = [list(level) for level in columns], _crossings(columns, chains)
    for sweep in range(_SWEEPS):
        near, levels = (before, range(1, len(columns))) if sweep % 2 == 0 else (after, range(len(columns) - 2, -1, -1))
        for at in levels:
            _sort_by_neighbors(columns, at, near)
        crossings = _crossings(columns, chains)
        if crossings < fewest:
            best, fewest = [list(level) for level in columns], crossings
    return best


def _neighbors(chains: list[list[tuple[int, int]]]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for chain in chains:
        for (_, left), (_, right) in pairwise(chain):
            before.setdefault(right, []).append(left)
            after.setdefault(left, []).append(right)
    return before, after


def _sort_by_neighbors(columns: list[list[int]], at: int, near: dict[int, list[int]]) -> None:
    place_of = {point: k / max(1, len(level) - 1) for level in columns for k, point in enumerate(level)}

    def mean(point: int) -> float:
        places = [place_of[other] for other in near.get(point, ())]
        return sum(places) / len(places) if places else place_of[point]

    columns[at].sort(key=mean)


def _crossings(columns: list[list[int]], chains: list[list[tuple[int, int]]]) -> int:
    rank = {point: k for level in columns for k, point in enumerate(level)}
    steps: dict[int, set[tuple[int, int]]] = {}
    for chain in chains:
        for (at, left), (_, right) in pairwise(chain):
            steps.setdefault(at, set()).add((rank[left], rank[right]))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for pairs in map(sorted, steps.values())
        for k, a in enumerate(pairs)
        for b in pairs[k + 1 :]
    )


def _rows(columns: list[list[int]], chains: list[list[tuple[int, int]]]) -> list[float]:
    """Return a row for every point: at least one apart within a column, near its neighbors otherwise."""
    before, after = _neighbors(chains)
    count = 1 + max((point for level in columns for point in level), default=-1)
    row = [0.0] * count
    for level in columns:
        for k, point in enumerate(level):
            row[point] = k - (len(level) - 1) / 2
    for sweep in range(_SWEEPS):
        near = before if sweep % 2 == 0 else after
        for level in columns if sweep % 2 == 0 else reversed(columns):
            wished = [_mean([row[other] for other in near.get(point, ())], row[point]) for point in level]
            for point, y in zip(level, _spread(wished), strict=True):
                row[point] = y
    middle = (max(row, default=0.0) + min(row, default=0.0)) / 2
    return [round(y - middle, 6) + 0.0 for y in row]


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _spread(wished: list[float]) -> list[float]:
    """Return places in order, at least 1 apart, as near as possible to the wished ones (in squares)."""
    blocks: list[tuple[float, int]] = []
    for k, wish in enumerate(wished):
        total, size = wish - k, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / size:
            earlier, members = blocks.pop()
            total, size = total + earlier, size + members
        blocks.append((total, size))
    shifts = [total / size for total, size in blocks for _ in range(size)]
    return [shift + k for k, shift in enumerate(shifts)]

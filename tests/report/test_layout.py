from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.report.facts import Drawing, Gate
from tinydwn.report.layout import place


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    inputs = draw(st.integers(0, 6))
    gates = []
    for k in range(draw(st.integers(0, 14))):
        vertices = st.integers(0, inputs + k - 1)
        reads = draw(st.lists(vertices, max_size=4)) if inputs + k else []
        gates.append(Gate(f"g{k}", tuple(reads)))
    vertices = inputs + len(gates)
    ends = draw(st.lists(st.integers(0, vertices - 1), max_size=4)) if vertices else []
    return Drawing(
        "core",
        "gates",
        tuple(f"i{k}" for k in range(inputs)),
        tuple(gates),
        tuple((f"o{k}", vertex) for k, vertex in enumerate(ends)),
    )


@settings(max_examples=60)
@given(drawings())
def test_signals_flow_to_the_right_and_no_two_things_overlap(drawing: Drawing) -> None:
    placed = place(drawing)
    first = len(drawing.inputs)
    for k, gate in enumerate(drawing.gates):
        assert all(placed.column[vertex] < placed.column[first + k] for vertex in gate.reads)
    assert all(at == placed.columns - 1 for at in placed.column[first + len(drawing.gates) :])
    by_column: dict[int, list[float]] = {}
    for at, row in zip(placed.column, placed.row, strict=True):
        by_column.setdefault(at, []).append(row)
    for rows in by_column.values():
        rows.sort()
        assert all(b - a >= 1 - 1e-5 for a, b in pairwise(rows))


@settings(max_examples=60)
@given(drawings())
def test_every_connection_is_one_wire_through_all_columns_between(drawing: Drawing) -> None:
    placed = place(drawing)
    first = len(drawing.inputs)
    wanted = {(source, first + k) for k, gate in enumerate(drawing.gates) for source in gate.reads}
    wanted |= {(source, first + len(drawing.gates) + k) for k, (_, source) in enumerate(drawing.outputs)}
    spot = list(zip(placed.column, placed.row, strict=True))
    drawn = set()
    for wire in placed.wires:
        columns = [at for at, _ in wire]
        assert columns == list(range(columns[0], columns[-1] + 1))
        drawn.add((wire[0], wire[-1]))
    assert drawn == {(spot[source], spot[target]) for source, target in wanted}
    assert len(placed.wires) == len(wanted)


@settings(max_examples=20)
@given(drawings())
def test_the_drawing_stands_in_the_middle_and_is_the_same_twice(drawing: Drawing) -> None:
    placed = place(drawing)
    assert placed == place(drawing)
    assert all(abs(row) <= placed.rows / 2 for row in placed.row)

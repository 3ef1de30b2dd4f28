"""Schematics: everything is there once, wires join what the drawing joins, and nothing lies on anything else."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinydwn.report import wiring
from tinydwn.report.facts import Drawing, Gate
from tinydwn.report.run_report import RunReport
from tinydwn.report.schematic import schematic
from tinydwn.report.svg import shortened
from tinydwn.report.wiring import LABEL_HEIGHT, Wired, wired

SVG = "{http://www.w3.org/2000/svg}"


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    inputs = draw(st.integers(0, 6))
    gates = []
    for k in range(draw(st.integers(0, 14))):
        vertices = st.integers(0, inputs + k - 1)
        reads = draw(st.lists(vertices, max_size=4)) if inputs + k else []
        gates.append(Gate(f"g{k}", tuple(reads), draw(st.integers(0, (1 << (1 << len(reads))) - 1))))
    vertices = inputs + len(gates)
    ends = draw(st.lists(st.integers(0, vertices - 1), max_size=4)) if vertices else []
    names = tuple(f"i{k}" for k in range(inputs))
    return Drawing("core", "gates", names, tuple(gates), tuple((f"o{k}", vertex) for k, vertex in enumerate(ends)))


def _wired(drawing: Drawing) -> Wired:
    return wired(drawing, before=[60.0] * len(drawing.inputs), after=[40.0] * len(drawing.outputs))


def _boxes(drawing: Drawing, placed: Wired) -> list[tuple[float, float, float, float]]:
    sizes = [(60.0, LABEL_HEIGHT)] * len(drawing.inputs)
    sizes += [(outline.width, outline.height) for outline in placed.outlines]
    sizes += [(40.0, LABEL_HEIGHT)] * len(drawing.outputs)
    return [(x, y, x + w, y + h) for (x, y), (w, h) in zip(placed.corners, sizes, strict=True)]


@settings(max_examples=60)
@given(drawings())
def test_no_two_things_overlap_and_all_lie_within_the_drawing(drawing: Drawing) -> None:
    placed = _wired(drawing)
    boxes = _boxes(drawing, placed)
    for (ax, ay, bx, by), (cx, cy, dx, dy) in combinations(boxes, 2):
        assert bx <= cx + 1e-6 or dx <= ax + 1e-6 or by <= cy + 1e-6 or dy <= ay + 1e-6
    for left, top, right, bottom in boxes:
        assert left >= -1e-6
        assert top >= -1e-6
        assert right <= placed.width + 1e-6
        assert bottom <= placed.height + 1e-6


@settings(max_examples=60)
@given(drawings())
def test_every_pin_is_reached_from_the_vertex_that_it_reads_and_straight(drawing: Drawing) -> None:
    placed = _wired(drawing)
    boxes, first = _boxes(drawing, placed), len(drawing.inputs)
    wanted = set()
    for k, (gate, symbol, outline) in enumerate(zip(drawing.gates, placed.symbols, placed.outlines, strict=True)):
        x, y = placed.corners[first + k]
        wanted |= {
            (gate.reads[pin.place], round(x, 3), round(y + down, 3))
            for pin, down in zip(symbol.pins, outline.pins, strict=True)
        }
    for k, (_, vertex) in enumerate(drawing.outputs):
        left, top, _, bottom = boxes[first + len(drawing.gates) + k]
        wanted.add((vertex, round(left, 3), round((top + bottom) / 2, 3)))
    found = set()
    for wire in placed.wires:
        _, top, right, bottom = boxes[wire.vertex]
        for branch in wire.branches:
            assert branch[0] == pytest.approx((right, (top + bottom) / 2), abs=1e-3)
            assert all(a == c or b == d for (a, b), (c, d) in pairwise(branch))
            found.add((wire.vertex, round(branch[-1][0], 3), round(branch[-1][1], 3)))
    assert found == wanted


@settings(max_examples=30)
@given(drawings())
def test_signals_flow_to_the_right(drawing: Drawing) -> None:
    boxes, first = _boxes(drawing, _wired(drawing)), len(drawing.inputs)
    for k, gate in enumerate(drawing.gates):
        assert all(boxes[vertex][2] < boxes[first + k][0] for vertex in gate.reads)


@settings(max_examples=20)
@given(drawings())
def test_the_same_drawing_is_drawn_to_the_same_bytes(drawing: Drawing) -> None:
    assert schematic(drawing) == schematic(drawing)


@settings(max_examples=30)
@given(drawings())
def test_every_part_names_the_net_that_it_shows(drawing: Drawing) -> None:
    root = ET.fromstring(schematic(drawing))
    nets: dict[str, list[int]] = {kind: [] for kind in ("input", "gate", "pin", "output", "wire")}
    for part in root.iter(f"{SVG}g"):
        if part.get("data-net") is not None:
            nets[part.get("class", "")].append(int(part.get("data-net", "-1")))
    first = len(drawing.inputs)
    assert nets["input"] == list(range(first))
    assert nets["gate"] == list(range(first, first + len(drawing.gates)))
    assert sorted(nets["pin"]) == sorted(vertex for gate in drawing.gates for vertex in gate.reads)
    assert nets["output"] == [vertex for _, vertex in drawing.outputs]
    read = {vertex for gate in drawing.gates for vertex in gate.reads} | {vertex for _, vertex in drawing.outputs}
    assert nets["wire"] == sorted(read)


def test_a_dot_stands_exactly_where_wires_part() -> None:
    fan = Drawing("core", "gates", ("a", "b"), (Gate("x", (0, 1), 8), Gate("y", (0, 1), 14)), (("y", 2), ("z", 3)))
    dots = {wire.vertex: len(wire.dots) for wire in _wired(fan).wires}
    assert dots == {0: 1, 1: 1, 2: 0, 3: 0}


def test_pins_that_may_change_places_do_so_that_wires_do_not_cross() -> None:
    crossed = Drawing("core", "gates", ("a", "b", "c"), (Gate("and3", (2, 1, 0), 0x80),), (("y", 3),))
    (symbol,) = _wired(crossed).symbols
    heights = [_wired(crossed).corners[crossed.gates[0].reads[pin.place]][1] for pin in symbol.pins]
    assert heights == sorted(heights)


def test_a_schematic_shows_names_and_what_outputs_mean(report: RunReport) -> None:
    drawing = report.drawings[0]
    svg = schematic(drawing, meanings={"class[0]": "1: versicolor"})
    texts = [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]
    assert set(drawing.inputs) <= set(texts)
    assert {"1: versicolor", "class[1]"} <= set(texts)
    titles = {title.text for title in ET.fromstring(svg).iter(f"{SVG}title")}
    assert {gate.label for gate in drawing.gates} <= titles


@pytest.mark.parametrize(
    "name",
    ["$x^2$ > 3", "größe > 1", "花瓣 > 2", "a < b & c", '"quoted"', "x" * 300, "tab\there", "nul\x00", "\\frac", "_"],
)
def test_any_feature_name_can_be_drawn(name: str) -> None:
    drawing = Drawing("core", "cells of x", (name,), (Gate("inv", (0,), 1),), ((f"{name}.", 1),))
    texts = [text.text for text in ET.fromstring(schematic(drawing)).iter(f"{SVG}text")]
    assert shortened(name, 34) in texts
    assert shortened(f"{name}.", 30) in texts


def test_a_circuit_of_wires_and_a_constant_can_be_drawn_and_an_empty_one_too() -> None:
    wire = Drawing("chip", "cells of x", ("a",), (Gate("1", (), 1),), (("y", 0), ("z", 1)))
    texts = [text.text for text in ET.fromstring(schematic(wire)).iter(f"{SVG}text")]
    assert sorted(texts) == ["1", "a", "y", "z"]
    assert not list(ET.fromstring(schematic(Drawing("chip", "cells of x", (), (), ()))).iter(f"{SVG}text"))


@pytest.mark.parametrize(("inputs", "most"), [(40, 2), (10, None)])
def test_a_large_drawing_takes_few_layouts_and_its_wires_stay_apart(
    inputs: int, most: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seeds = wiring._laid_out, []

    def counted(*given: Any) -> Any:
        seeds.append(given[-1])
        return real(*given)

    monkeypatch.setattr(wiring, "_laid_out", counted)
    gates = tuple(Gate(f"g{k}", (k, (7 * k + 3) % inputs), 0b0111) for k in range(inputs))
    names = tuple(f"i{k}" for k in range(inputs))
    placed = _wired(Drawing("core", "gates", names, gates, (("y", 2 * inputs - 1),)))
    assert wiring._crowded(placed.wires) == 0
    assert max(map(seeds.count, seeds)) <= (most or wiring._ROUNDS + 1)
    assert most is not None or len(set(seeds)) >= wiring._FEWEST_SEEDS

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace

import pytest

from tinydwn.report.facts import Drawing, EpochFacts, Gate, PartFacts
from tinydwn.report.figures import circuit, part_areas, step_counts, training_curve
from tinydwn.report.run_report import RunReport
from tinydwn.report.svg import printable, shortened

SVG = "{http://www.w3.org/2000/svg}"


def _texts(svg: str) -> list[str]:
    return ["".join(element.itertext()).strip() for element in ET.fromstring(svg).iter(f"{SVG}text")]


def _all(report: RunReport) -> dict[str, str]:
    return {
        "training": training_curve(report.training),
        "steps": step_counts((report.core, report.chip)),
        "parts": part_areas(report.parts, "sky130_fd_sc_hd"),
        "circuit": circuit(report.drawings[0]),
    }


def test_every_figure_is_one_svg_without_anything_from_elsewhere(report: RunReport) -> None:
    for svg in _all(report).values():
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert root[0].tag == f"{SVG}title"
        assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
        assert "<image" not in svg


def test_the_same_figure_is_drawn_to_the_same_bytes(report: RunReport) -> None:
    assert _all(report) == _all(report)


def test_no_figure_knows_the_date_or_who_drew_it(report: RunReport) -> None:
    for svg in _all(report).values():
        assert not re.search(r"20\d\d-|atplotlib|<metadata", svg)


def test_every_color_comes_from_the_page(report: RunReport) -> None:
    for name, svg in _all(report).items():
        bare = re.sub(r"var\(--\w+, #\w{6}\)", "", svg)
        assert set(re.findall(r"#[0-9a-f]{6}", bare)) <= set(), name


def test_ids_of_different_figures_do_not_meet(report: RunReport) -> None:
    seen: set[str] = set()
    for svg in _all(report).values():
        defined = set(re.findall(r'\bid="([^"]+)"', svg))
        assert not seen & defined
        seen |= defined


def test_the_best_epoch_is_named_in_the_curve(report: RunReport) -> None:
    texts = _texts(training_curve(report.training))
    assert "epoch 8, kept" in texts
    assert {"training part", "validation part", "loss", "accuracy, %"} <= set(texts)


def test_a_curve_without_validation_has_no_line_for_it(report: RunReport) -> None:
    epochs = (EpochFacts(1, 0.7, 0.5, None, None),)
    texts = _texts(training_curve(replace(report.training, epochs=epochs, best_epoch=1)))
    assert "epoch 1, kept" in texts
    assert "validation part" not in texts


def test_dropped_steps_are_called_dropped_in_the_figure(report: RunReport) -> None:
    texts = _texts(step_counts((report.core,)))
    assert "26, dropped" in texts
    assert "core: 60 to 14 gates" in texts
    assert {"lowered", "tidy", "don't-cares", "two-level", "multi-level"} <= set(texts)


def test_a_cut_without_steps_or_gates_can_be_drawn(report: RunReport, altered: Callable[..., RunReport]) -> None:
    assert "core: 0 to 0 gates" in _texts(step_counts((altered(report, "core", steps=()).core, report.chip)))


def test_parts_carry_their_area_and_share(report: RunReport) -> None:
    texts = _texts(part_areas(report.parts, "egfet"))
    assert [text for text in texts if "µm²" in text] == ["105.1 µm²  63 %", "50.0 µm²  30 %", "12.5 µm²  7 %"]


def test_parts_without_any_area_have_no_share() -> None:
    assert "0.0 µm²" in _texts(part_areas((PartFacts("tables", 0.0, 0),), "egfet"))


def test_a_circuit_shows_every_gate_input_and_output(report: RunReport) -> None:
    drawing = report.drawings[0]
    texts = _texts(circuit(drawing))
    assert sorted(texts) == sorted(
        [*drawing.inputs, *(gate.label for gate in drawing.gates), *(name for name, _ in drawing.outputs)]
    )


@pytest.mark.parametrize(
    "name",
    ["$x^2$ > 3", "größe > 1", "花瓣 > 2", "a < b & c", '"quoted"', "x" * 300, "tab\there", "nul\x00", "\\frac", "_"],
)
def test_any_feature_name_can_be_drawn(name: str) -> None:
    drawing = Drawing("core", "cells of x", (name,), (Gate("inv", (0,)),), ((f"{name}.", 1),))
    texts = _texts(circuit(drawing))
    assert shortened(name, 34) in texts
    assert shortened(f"{name}.", 24) in texts


def test_a_circuit_of_one_wire_and_one_constant_can_be_drawn() -> None:
    wire = Drawing("chip", "cells of x", ("a",), (Gate("1", ()),), (("y", 0), ("z", 1)))
    assert sorted(_texts(circuit(wire))) == ["1", "a", "y", "z"]
    assert _texts(circuit(Drawing("chip", "cells of x", (), (), ()))) == []


def test_a_shortened_name_keeps_both_ends() -> None:
    assert shortened("mean fractal dimension > 15.05", 20) == "mean fra…ion > 15.05"
    assert shortened("short", 20) == "short"


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert printable("a\x00b\ud800\x1bc\u0085") == "a\N{REPLACEMENT CHARACTER}b" + 2 * "\N{REPLACEMENT CHARACTER}" + (
        "c\N{REPLACEMENT CHARACTER}"
    )

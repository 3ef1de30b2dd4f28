from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tinydwn.report.facts import EpochFacts, PartFacts, PointFacts, ReferenceFacts
from tinydwn.report.figures import part_areas, step_counts, training_curve
from tinydwn.report.front_figure import front_figure, has_front, joined
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
        "front": front_figure(report),
        "front of the core, narrow": front_figure(report, cut="core", narrow=True),
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


def test_the_front_names_every_kind_of_circuit_and_the_references(report: RunReport) -> None:
    texts = _texts(front_figure(report))
    assert {
        "circuits of the search, expected", "network, function kept, expected", "decision tree, expected",
        "test part", "no circuit, test part", "chosen", "histogram boosting", "accuracy, %", "no cell",
        "area of the chip in sky130_fd_sc_hd, µm²",
    } <= set(texts)  # fmt: skip


def test_circuits_far_below_the_best_are_counted_instead_of_drawn(report: RunReport) -> None:
    assert "1 more below 77 %, in the table" in _texts(front_figure(report))
    front = tuple(replace(point, expected_accuracy=0.9) for point in report.fronts["chip"])
    assert not any("more below" in text for text in _texts(front_figure(replace(report, fronts={"chip": front}))))


def test_without_an_estimate_the_training_part_stands_in_and_is_called_so(report: RunReport) -> None:
    front = tuple(replace(point, expected_accuracy=None, expected_error=None) for point in report.fronts["chip"])
    texts = _texts(front_figure(replace(report, fronts={"chip": front})))
    assert "circuits of the search, training part" in texts
    assert not any("expected" in text for text in texts)


def test_balanced_accuracy_is_named_on_the_axis(report: RunReport) -> None:
    balanced = replace(report, accuracy=replace(report.accuracy, kind="balanced"))
    assert "balanced accuracy, %" in _texts(front_figure(balanced))


def test_a_front_of_one_circuit_without_references_can_be_drawn(report: RunReport) -> None:
    alone = replace(report, fronts={"chip": (report.point(3),)}, references=())
    assert "chosen" in _texts(front_figure(alone))


def test_without_samples_there_is_no_front_to_draw(report: RunReport, of_a_model: RunReport) -> None:
    assert has_front(report)
    assert not has_front(of_a_model)


def test_names_of_near_references_are_written_apart(report: RunReport) -> None:
    several = tuple(ReferenceFacts(f"reference {k}", 1.0, 0.96 + k / 1000) for k in range(3))
    svg = ET.fromstring(front_figure(replace(report, references=several)))
    heights = sorted(
        float(re.findall(r"[-\d.]+", text.get("transform", "") + text.get("y", ""))[-1])
        for text in svg.iter(f"{SVG}text")
        if (text.text or "").startswith("reference ")
    )
    assert len(heights) == 3
    assert all(b - a > 8 for a, b in pairwise(heights))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8))
def test_no_joined_circuit_is_equaled_by_a_smaller_one(places: list[tuple[int, int]]) -> None:
    points = [
        PointFacts(k, "refined", "", area, area, area, 0.5, share / 10, 0.0, 0.0, None, (), False)
        for k, (area, share) in enumerate(places)
    ]
    line = joined(points)
    assert [point.area_um2 for point in line] == sorted(point.area_um2 for point in line)
    for point in points:
        beaten = any(
            other.area_um2 <= point.area_um2 and other.expected_accuracy >= point.expected_accuracy
            for other in line
            if other is not point
        )
        assert beaten or point in line


def test_a_shortened_name_keeps_both_ends() -> None:
    assert shortened("mean fractal dimension > 15.05", 20) == "mean fra…ion > 15.05"
    assert shortened("short", 20) == "short"


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert printable("a\x00b\ud800\x1bc\u0085") == "a\N{REPLACEMENT CHARACTER}b" + 2 * "\N{REPLACEMENT CHARACTER}" + (
        "c\N{REPLACEMENT CHARACTER}"
    )

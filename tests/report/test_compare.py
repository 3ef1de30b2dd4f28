from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinydwn.metrics import Direction
from tinydwn.report.compare import Row, compare, comparison_tables
from tinydwn.report.facts import VerdictFacts
from tinydwn.report.run_report import RunReport


def test_equal_reports_differ_in_nothing(report: RunReport) -> None:
    found = compare(report, report)
    assert {row.better for row in found.rows} == {"equal"}
    assert {row.difference for row in found.rows} == {0}
    assert {row.ratio for row in found.rows} == {1}
    assert found.notes == ("both reports are about the same deliverables, byte for byte",)


@given(st.integers(0, 1000), st.integers(0, 1000), st.sampled_from(list(Direction)))
def test_swapping_the_sides_swaps_the_verdict(left: int, right: int, way: Direction) -> None:
    one, other = Row("core", "n", "", left, right, way), Row("core", "n", "", right, left, way)
    assert one.difference == -other.difference
    assert {"left": "right", "right": "left", "equal": "equal"}[one.better] == other.better


def test_fewer_gates_and_more_accuracy_are_better(report: RunReport, altered: Callable[..., RunReport]) -> None:
    smaller = altered(replace(report, digest="0" * 64), "core", gates2=2)
    smaller = replace(smaller, accuracy=replace(report.accuracy, test=20 / 30))
    rows = {(row.group, row.number, row.library): row for row in compare(report, smaller).rows}
    assert rows["core", "gates2", ""].better == "right"
    assert rows["core", "gates2", ""].ratio == 0.5
    assert rows["accuracy", "test accuracy", ""].better == "left"
    assert rows["chip", "gates2", ""].better == "equal"


def test_no_row_crosses_a_cut_or_a_library(report: RunReport, altered: Callable[..., RunReport]) -> None:
    other = report
    for cut in ("core", "chip"):
        one = other.cuts[cut]
        kept = {
            name: getattr(one, name) for name in ("area_um2", "nand2_equivalent", "cells", "cell_depth", "cell_counts")
        }
        other = altered(other, cut, **{name: {"egfet": value["egfet"]} for name, value in kept.items()})
    found = compare(report, other)
    assert {row.library for row in found.rows} == {"", "egfet"}
    for row in found.rows:
        if row.number == "area_um2":
            assert row.left == report.cuts[row.group].area_um2[row.library]
    assert "on the core, only one report has sky130_fd_sc_hd" in found.notes


def test_libraries_of_one_name_and_different_cells_are_not_compared(report: RunReport) -> None:
    other = replace(report, libraries=tuple(replace(one, digest="11" * 32) for one in report.libraries))
    found = compare(report, other)
    changed = {one.name for one in report.libraries}
    assert changed
    assert {row.library for row in found.rows} == {"", *report.core.libraries} - changed
    for cut in ("core", "chip"):
        for name in changed:
            why = f"{name} on the {cut} is not compared: the two hold different cells under that name"
            assert why in found.notes


def test_accuracy_on_other_samples_is_not_compared(report: RunReport) -> None:
    other = replace(report, data=replace(report.data, test_digest="00" * 32))
    found = compare(report, other)
    assert all(row.group != "accuracy" for row in found.rows)
    assert "accuracy is not compared: the two were measured on different test samples" in found.notes
    assert (found.data, found.warning) == ("other split", "")
    assert {row.better for row in found.rows} == {"equal"}


@pytest.mark.parametrize("change", ["name", "features", "classes"])
def test_results_on_other_data_stand_side_by_side_without_a_winner(
    change: str, report: RunReport, altered: Callable[..., RunReport]
) -> None:
    assert report.data is not None
    classes = (*report.data.classes[:2], replace(report.data.classes[2], name="rose"))
    fields = {"name": "glass", "features": 9, "classes": classes}
    data = replace(report.data, test_digest="00" * 32, **{change: fields[change]})
    other = altered(replace(report, source="glass.csv", data=data, digest="0" * 64), "chip", gates2=1)
    found = compare(report, other, names=("a", "b"))
    assert found.data == "different"
    assert found.warning == (
        "different data: a is about iris, 3 classes and b is about glass.csv, 3 classes; sizes stand side by side, and "
        "neither is better"
    )
    assert {row.group for row in found.rows} == {"core", "chip"}
    assert {row["better"] for row in found.to_json()["rows"]} == {None}
    assert {row[-1] for table in comparison_tables(found) for row in table.rows} == {"not compared"}


def test_without_samples_names_of_features_and_classes_tell_whether_data_differ(
    report: RunReport, of_a_model: RunReport, two_classes: RunReport
) -> None:
    found = compare(report, of_a_model)
    assert (found.data, found.warning) == ("unknown", "")
    assert "whether both are about the same data is not known: features and classes have the same names" in found.notes
    assert compare(two_classes, of_a_model).data == "different"
    assert compare(of_a_model, two_classes).data == "different"


def test_expected_accuracies_are_compared_with_their_error_in_mind(report: RunReport) -> None:
    def expecting(share: float | None) -> RunReport:
        return replace(report, accuracy=replace(report.accuracy, expected=share))

    near, far = compare(report, expecting(0.97)), compare(report, expecting(0.99))
    rows = {row.number: row for row in far.rows if row.group == "accuracy"}
    assert rows["expected accuracy"].better == "right"
    note = "the expected accuracies differ by less than their standard error"
    assert note in near.notes
    assert note not in far.notes
    assert [row.number for row in compare(report, expecting(None)).rows if row.group == "accuracy"] == ["test accuracy"]


def test_a_share_of_samples_is_not_compared_with_a_mean_over_classes(report: RunReport) -> None:
    found = compare(report, replace(report, accuracy=replace(report.accuracy, kind="balanced")))
    assert all(row.group != "accuracy" for row in found.rows)
    why = "accuracy is not compared: one is a share of samples, the other a mean over the classes"
    assert why in found.notes


def test_accuracy_that_was_not_measured_is_not_compared(report: RunReport) -> None:
    other = replace(report, accuracy=replace(report.accuracy, test=None))
    assert "accuracy is not compared: not both reports measured it" in compare(report, other).notes


def test_one_sample_more_is_said_to_be_next_to_nothing(report: RunReport) -> None:
    other = replace(report, accuracy=replace(report.accuracy, test=29 / 30))
    assert "the accuracies differ by one of 30 samples, which is next to nothing" in compare(report, other).notes


def test_a_count_under_another_rule_is_left_out(report: RunReport) -> None:
    rule = replace(report.rules["nand2"], source="an inverter is free")
    found = compare(report, replace(report, rules={**report.rules, "nand2": rule}))
    assert all(row.number != "nand2" for row in found.rows)
    assert "nand2 on the core is not compared: it is counted by different rules" in found.notes


def test_unproven_circuits_and_other_output_forms_are_named(
    report: RunReport, altered: Callable[..., RunReport]
) -> None:
    late = VerdictFacts("UNDECIDED", "a = b", "ABC cec", "no time", None)
    other = altered(replace(report, model=replace(report.model, output_form="onehot")), "chip", verdicts=(late,))
    notes = compare(report, other, names=("a", "b")).notes
    assert "b has proofs that are not EQUIVALENT: its numbers are not those of a proven circuit" in notes
    assert "the class is given out in different forms, index against onehot, which costs gates" in notes


def test_the_tables_say_which_cut_they_are_about(report: RunReport, altered: Callable[..., RunReport]) -> None:
    found = compare(report, altered(report, "chip", gates2=0, nand2=70), names=("a", "b"))
    tables = comparison_tables(found)
    assert [table.title for table in tables] == ["Accuracy", "Core, encoder left out", "Chip, encoder included"]
    assert tables[0].rows[0] == ("test accuracy", "93.3 %", "93.3 %", "+0.0 points", "1.000", "equal")
    assert tables[2].rows[0] == ("gates2", "9", "0", "-9", "0.000", "b")
    assert tables[2].rows[1] == ("nand2", "13", "70", "+57", "5.385", "a")
    assert tables[2].rows[3][:4] == ("area_um2, sky130_fd_sc_hd", "20.0 µm²", "20.0 µm²", "+0.0 µm²")
    back = comparison_tables(compare(altered(report, "chip", gates2=0), report))
    assert back[2].rows[0][4] == "not defined"


def test_a_comparison_is_one_json_document(report: RunReport) -> None:
    value = json.loads(json.dumps(compare(report, report, names=("a", "b")).to_json(), allow_nan=False))
    assert value["schema"] == "tinydwn.comparison/2"
    assert value["left"], value["right"] == ("a", "b")
    assert value["rows"][0]["number"] == "test accuracy"

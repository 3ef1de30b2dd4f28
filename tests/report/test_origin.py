"""What a project tells about its circuit is what the report says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tinydwn.export.tinytapeout import Measured
from tinydwn.report.facts import AgreementFacts
from tinydwn.report.origin import origin_of
from tinydwn.report.refined_report import FrontFacts, PointFacts, RefinedReport
from tinydwn.report.run_report import RunReport


def test_a_networks_accuracy_is_that_of_the_test_part(report: RunReport) -> None:
    origin = origin_of(report)
    assert report.data is not None
    assert (origin.kind, origin.output_form) == ("network", report.model.output_form)
    assert origin.class_names == report.model.class_names
    assert origin.measured == Measured(
        report.accuracy.test or 0.0,
        "accuracy",
        report.accuracy.test_samples,
        f"the test part of a stratified split, {report.data.test_fraction:g} of the samples, seed {report.seed}",
    )
    assert origin.samples == f"samples of the test part of {report.source}"


def test_without_data_nothing_was_measured(report: RunReport) -> None:
    origin = origin_of(replace(report, data=None, accuracy=replace(report.accuracy, test=None)))
    assert (origin.measured, origin.samples) == (None, "random words")


@pytest.mark.parametrize(("told", "kind"), [("plain", "accuracy"), ("balanced", "balanced accuracy")])
def test_a_refined_chips_accuracy_is_that_of_the_chosen_point(told: str, kind: str) -> None:
    points = tuple(PointFacts(8.0 * k, 10.0 * k, 3, 0.9, None, 0.5 + k / 10, "tree") for k in (1, 2))
    agreement = AgreementFacts("chip", "Icarus Verilog", 30, 0, "")
    front = FrontFacts(points, points[:1], 1, points[0], 2, 99, (), agreement)
    other = replace(front, chosen=0)
    report = RefinedReport(
        "tinydwn.refined/1", "iris", "nangate45", told, "onehot", "fast", 4, 30, {"core": other, "chip": front}
    )
    origin = origin_of(report)
    assert origin.measured == Measured(0.7, kind, 30, "the test part of a stratified split, seed 4")
    assert (origin.kind, origin.output_form, origin.class_names) == ("refined", "onehot", ())

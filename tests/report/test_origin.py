"""What a project tells about its circuit is what the report says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tinydwn.export.tinytapeout import Measured
from tinydwn.report.origin import origin_of
from tinydwn.report.run_report import RunReport


def test_the_accuracy_is_that_of_the_test_part(report: RunReport) -> None:
    origin = origin_of(report)
    assert report.data is not None
    assert (origin.source, origin.kind) == (report.source, report.model.kind)
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
def test_what_was_measured_has_its_name(told: Any, kind: str, report: RunReport) -> None:
    origin = origin_of(replace(report, accuracy=replace(report.accuracy, kind=told)))
    assert origin.measured is not None
    assert origin.measured.kind == kind


@pytest.mark.parametrize("kind", ["network", "refined", "tree"])
def test_the_kind_is_that_of_the_chosen_circuit(kind: Any, report: RunReport) -> None:
    assert origin_of(replace(report, model=replace(report.model, kind=kind))).kind == kind

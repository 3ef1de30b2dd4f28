"""Whether two reports are about the same samples, as far as reports can tell."""

from __future__ import annotations

from typing import Literal

from tinydwn.report.facts import DataFacts
from tinydwn.report.run_report import RunReport

Sameness = Literal["same", "other split", "unknown", "different"]
"""The same test samples; the same data, split otherwise; names that fit, and no samples to tell by; other data."""


def sameness_of(left: RunReport, right: RunReport) -> Sameness:
    """Return what two reports tell about their data.

    Test samples are the same by digest. Data are the same where name, features and classes with their samples are.
    Without samples on one side, names of features and classes that fit say that they may be.
    """
    if left.data is not None and right.data is not None:
        if left.data.test_digest == right.data.test_digest:
            return "same"
        return "other split" if _data_of(left.data) == _data_of(right.data) else "different"
    return "unknown" if _names(left) == _names(right) else "different"


def _data_of(data: DataFacts) -> tuple[object, ...]:
    classes = {one.name: one.train_samples + one.test_samples for one in data.classes}
    return data.name, data.features, data.samples, classes


def _names(report: RunReport) -> tuple[object, ...]:
    features = {one.feature for one in report.interface.features} | set(report.interface.features_unread)
    return features, report.model.class_names

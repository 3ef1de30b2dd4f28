"""What a report says about where a chip comes from, for a project that is made of it."""

from __future__ import annotations

from typing import Final, Literal, cast

from tinydwn.export.tinytapeout.origin import Measured, Origin
from tinydwn.lowering import OutputForm
from tinydwn.report.refined_report import RefinedReport
from tinydwn.report.run_report import RunReport

_KINDS: Final[dict[str, Literal["accuracy", "balanced accuracy"]]] = {
    "plain": "accuracy",
    "balanced": "balanced accuracy",
}


def origin_of(report: RunReport | RefinedReport) -> Origin:
    """Return the origin of the chip that a report is about."""
    return _of_network(report) if isinstance(report, RunReport) else _of_refined(report)


def _of_network(report: RunReport) -> Origin:
    data, share = report.data, report.accuracy.test
    measured = None
    if data is not None and share is not None:
        split = f"the test part of a stratified split, {data.test_fraction:g} of the samples, seed {report.seed}"
        measured = Measured(share, "accuracy", report.accuracy.test_samples, split)
    return Origin(
        source=report.source,
        kind="network",
        output_form=cast("OutputForm", report.model.output_form),
        class_names=report.model.class_names,
        measured=measured,
        samples="random words" if data is None else f"samples of the test part of {report.source}",
    )


def _of_refined(report: RefinedReport) -> Origin:
    split = f"the test part of a stratified split, seed {report.seed}"
    share = report.cuts["chip"].chosen_point.test_accuracy
    return Origin(
        source=report.source,
        kind="refined",
        output_form=cast("OutputForm", report.output_form),
        class_names=(),
        measured=Measured(share, _KINDS[report.accuracy], report.test_samples, split),
        samples=f"samples of the test part of {report.source}",
    )

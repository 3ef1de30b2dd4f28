"""What a report says about where a chip comes from, for a project that is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from tinydwn.export.tinytapeout.origin import Measured, Origin

if TYPE_CHECKING:
    from tinydwn.report.run_report import RunReport

_KINDS: Final[dict[str, Literal["accuracy", "balanced accuracy"]]] = {
    "plain": "accuracy",
    "balanced": "balanced accuracy",
}


def origin_of(report: RunReport) -> Origin:
    """Return the origin of the chip that a report is about."""
    data, accuracy = report.data, report.accuracy
    measured = None
    if data is not None and accuracy.test is not None:
        seed = report.options.get("split_seed", report.seed)
        split = f"the test part of a stratified split, {data.test_fraction:g} of the samples, seed {seed}"
        if (given := report.options.get("test")) is not None:
            split = f"the samples of {given}"
        measured = Measured(accuracy.test, _KINDS[accuracy.kind], accuracy.test_samples, split)
    return Origin(
        source=report.source,
        kind=report.model.kind,
        measured=measured,
        samples="random words" if data is None else f"samples of the test part of {report.source}",
    )

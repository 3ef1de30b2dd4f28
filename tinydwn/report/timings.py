"""Timings that lie beside a bundle, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinydwn.report.sections import Table
from tinydwn.report.wording import metric_row

if TYPE_CHECKING:
    from tinydwn.flow.timing import Timing


def timing_table(timing: Timing) -> Table:
    """Return the figures of one cut and library; the note says under what they hold and what is left out.

    >>> from tinydwn.flow.timing import Timing
    >>> timing_table(Timing("", "chip", "egfet", "OpenSTA", "before placement", (), ("no delay is given",))).note
    'Conditions: before placement. Left out: no delay is given.'
    """
    rows = tuple(metric_row(one) for one in timing.metrics)
    note = f"Conditions: {timing.conditions}."
    if timing.remarks:
        note += f" Left out: {'; '.join(timing.remarks)}."
    return Table(
        f"Timing of the {timing.cut} in {timing.library}", ("figure", "value", "how", "of what"), rows, 4, note
    )

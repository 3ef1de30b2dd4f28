"""A report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tinydwn.report.accuracy_tables import (
    accuracy_table,
    confusion_table,
    front_table,
    headline,
    outputs_table,
    references_table,
)
from tinydwn.report.origin_texts import (
    data_table,
    features_table,
    model_sentence,
    search_sentence,
    training_sentence,
)
from tinydwn.report.printed import printed_remarks, supplies_table
from tinydwn.report.run_report import RunReport
from tinydwn.report.sections import (
    Table,
    cuts_table,
    libraries_table,
    parts_table,
    proof_sentence,
    rules_table,
    sources_table,
    steps_table,
    verdicts_table,
)
from tinydwn.report.svg import printable
from tinydwn.report.timings import timing_table

if TYPE_CHECKING:
    from tinydwn.flow.timing import Timing

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")


def to_markdown(report: RunReport, *, timings: Sequence[Timing] = ()) -> str:
    """Return a report, and timings of its bundle, as one Markdown text; names in it are escaped."""
    return "\n".join(_blocks(report, timings))


def table_text(table: Table, *, level: int = 2) -> str:
    """Return one table with its title and note.

    >>> print(table_text(Table("Gates", ("", "core"), (("nand2", "19"),))))
    ## Gates
    <BLANKLINE>
    |  | core |
    | :-- | --: |
    | nand2 | 19 |
    <BLANKLINE>
    """
    lines = [f"{'#' * level} {escaped(table.title)}", ""] if table.title else []
    lines.append(_row(table.columns))
    lines.append(_row([":--" if k < table.numbers_from else "--:" for k in range(len(table.columns))], escape=False))
    lines += [_row(row) for row in table.rows]
    if table.note:
        lines += ["", escaped(table.note)]
    return "\n".join([*lines, ""])


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line.

    >>> escaped("a|b_c")
    'a\\\\|b\\\\_c'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(printable(text).split()))


def _blocks(report: RunReport, timings: Sequence[Timing]) -> Iterator[str]:
    yield f"# {escaped(report.source)}\n"
    yield f"**{escaped(headline(report))}** {escaped(proof_sentence(report))}\n"
    for note in report.notes:
        yield f"- {escaped(note)}"
    if report.notes:
        yield ""
    yield table_text(front_table(report))
    yield from _circuit(report)
    yield table_text(features_table(report))
    for table in (accuracy_table(report), outputs_table(report), confusion_table(report), references_table(report)):
        if table is not None:
            yield table_text(table)
    yield table_text(cuts_table(report))
    yield table_text(libraries_table(report))
    if report.parts:
        yield table_text(parts_table(report))
    supplies = supplies_table(report)
    if supplies is not None:
        yield table_text(supplies)
        yield from (f"{escaped(remark)}\n" for remark in printed_remarks(report))
    yield from (table_text(timing_table(timing)) for timing in timings)
    yield "## Proofs\n"
    for cut in (report.core, report.chip):
        yield table_text(verdicts_table(cut), level=3)
    yield "## Minimization\n"
    for cut in (report.core, report.chip):
        yield table_text(steps_table(cut), level=3) if cut.steps else f"The {cut.cut} was left as it is.\n"
    yield from _origin(report)
    yield table_text(rules_table(report))
    yield table_text(sources_table(report))
    versions = ", ".join(f"{escaped(name)} {escaped(version)}" for name, version in report.versions.items())
    yield f"## Provenance\n\nVersions: {versions}.\n\nDigest of the deliverables: `{report.digest}`\n"


def _circuit(report: RunReport) -> Iterator[str]:
    yield "## The chosen circuit\n"
    if not report.equations:
        yield "The equations are not shown: the circuit is too large to be read.\n"
        return
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", report.equations)), default=0))
    lines = (printable(line) for line in report.equations.rstrip("\n").split("\n"))
    yield "\n".join(["As equations of the core:\n", fence, *lines, f"{fence}\n"])


def _origin(report: RunReport) -> Iterator[str]:
    yield f"## How it came about\n\n{escaped(model_sentence(report))} {escaped(search_sentence(report))}\n"
    yield f"{escaped(training_sentence(report))}\n"
    table = data_table(report)
    if table is None or report.data is None:
        yield "No data set was used: the classifier was read from a file.\n"
        return
    yield table_text(table)
    for note in report.data.notes:
        yield f"- {escaped(note)}"
    if report.data.notes:
        yield ""


def _row(cells: list[str] | tuple[str, ...], *, escape: bool = True) -> str:
    return "| " + " | ".join(escaped(cell) if escape else cell for cell in cells) + " |"

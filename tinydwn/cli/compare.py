"""`tinydwn compare`: two results side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bundle import read_report
from tinydwn.cli.console import name_next, result_json, show_line, show_table

_PLACE = "A folder that 'tinydwn synth' wrote, or a report.json."


def compare(
    left: Annotated[Path, typer.Argument(help=_PLACE, show_default=False)],
    right: Annotated[Path, typer.Argument(help=_PLACE, show_default=False)],
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Compare two results, like with like: never across data, cuts, libraries or test samples.

    Differences are right minus left, ratios right over left.
    """
    from tinydwn.report.compare import compare as compare_reports
    from tinydwn.report.compare import comparison_tables

    comparison = compare_reports(read_report(left), read_report(right), names=_names(left, right))
    if json:
        result_json(comparison.to_json())
    else:
        if comparison.warning:
            show_line(comparison.warning, style="bold yellow")
        for table in comparison_tables(comparison):
            show_table(table)
        for note in comparison.notes:
            show_line(f"note: {note}")
    name_next("tinydwn", "report", right, "--html", quiet=quiet)


def _names(left: Path, right: Path) -> tuple[str, str]:
    """Return the shortest ends of two paths that tell them apart."""
    ours, theirs = left.resolve().parts, right.resolve().parts
    for length in range(1, max(len(ours), len(theirs)) + 1):
        one, other = "/".join(ours[-length:]), "/".join(theirs[-length:])
        if one != other:
            return one, other
    return "left", "right"

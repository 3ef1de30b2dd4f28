"""`tinydwn bench search`: how many circuits per second the search judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bench import bench, counted, show_measured
from tinydwn.cli.console import name_next

if TYPE_CHECKING:
    from tinydwn.bench.search import JudgedRow


@bench.command()
def search(
    seconds: Annotated[float, typer.Option(min=0.01, max=600, help="How long each size is measured, at least.")] = 1.0,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Measure how many circuits of 10 to 10,000 NAND2 equivalents the search judges in a second, on one thread."""
    from tinydwn.bench.search import SAMPLES, SIZES, measure_search

    with counted("search", "sizes", len(SIZES) * len(SAMPLES), quiet=quiet) as tell:

        def on_row(row: JudgedRow) -> None:
            tell(f"{row.nand2:,} NAND2 on {row.samples:,} samples: {row.judged_per_s:,.0f} per second")

        found = measure_search(seconds=seconds, on_row=on_row)
    show_measured(found, json=json)
    name_next("tinydwn", "bench", "simulate", quiet=quiet)

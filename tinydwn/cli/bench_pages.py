"""`tinydwn bench` for what was measured: pages of it, figures, and tables inside other pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import name_next, narrate
from tinydwn.cli.places import require_apart, require_folder_for
from tinydwn.errors import ConfigError, DataError

if TYPE_CHECKING:
    from tinydwn.bench.study import Measured

Results = Annotated[list[Path], typer.Argument(help="Files that 'tinydwn bench ... --json' wrote.", show_default=False)]
Written = Annotated[Path | None, typer.Option(parser=given.place, metavar="PATH", help="Write it here.")]
Folder = Annotated[
    Path | None, typer.Option(parser=given.place, metavar="PATH", help="The folder of the figures, as SVG.")
]


def page(
    results: Results,
    html: Written = None,
    markdown: Written = None,
    figures: Folder = None,
    quiet: given.Quiet = False,
) -> None:
    """Show measurements that were kept with their figures as one HTML page, as Markdown, or as figures alone."""
    from tinydwn.bench.measured import load_measured

    if html is None and markdown is None and figures is None:
        raise ConfigError("there is nothing to write", hint="give --html PATH, --markdown PATH or --figures PATH")
    require_apart({"--html": html, "--markdown": markdown}, results)
    measured = [load_measured(path) for path in results]
    write_pages(measured, html=html, markdown=markdown, quiet=quiet)
    if figures is not None:
        drawn = [
            write_figure(one, figures / f"{path.stem}.svg", beside=measured, quiet=quiet)
            for path, one in zip(results, measured, strict=True)
        ]
        if not any(drawn):
            raise ConfigError(
                "none of these measurements has a figure", hint="give results of 'bench fronts' or 'trees'"
            )
    name_next("tinydwn", "bench", "fill", "results/README.md", "--results", str(results[0].parent), quiet=quiet)


def fill(
    pages: Annotated[list[Path], typer.Argument(help="Markdown files.", show_default=False)],
    results: Annotated[Path, typer.Option(help="The folder of the measurements.")] = Path("results"),
    quiet: given.Quiet = False,
) -> None:
    """Put the tables of measurements into Markdown files, each behind its comment <!-- results/NAME.json -->."""
    from tinydwn.bench.measured import filled
    from tinydwn.tools.files import write_atomically

    for path in pages:
        try:
            before = path.read_bytes().decode()
        except (OSError, ValueError) as error:
            raise DataError(f"'{path}' cannot be read: {error}", hint="give a Markdown file") from error
        after = filled(before, results, name=f"'{path}'")
        if after != before:
            write_atomically(path, after.encode())
        if not quiet:
            narrate(f"{path}: {'filled anew' if after != before else 'as it was'}")
    name_next("tinydwn", "bench", quiet=quiet)


def write_pages(measured: Sequence[Measured[Any]], *, html: Path | None, markdown: Path | None, quiet: bool) -> None:
    """Write measurements as pages, where places are given."""
    from tinydwn.report.measured_page import measured_html, measured_markdown

    for place, write in ((html, measured_html), (markdown, measured_markdown)):
        if place is not None:
            _write(place, write(measured), quiet=quiet)


def write_figure(
    measured: Measured[Any], place: Path | None, *, beside: Sequence[Measured[Any]] = (), quiet: bool
) -> bool:
    """Draw the figure of a measurement, where a place is given and it has one; say whether it was drawn."""
    from tinydwn.report.measured_page import figure_of
    from tinydwn.report.svg import fixed_colors

    drawn = None if place is None else figure_of(measured, beside)
    if place is None or drawn is None:
        return False
    _write(place, fixed_colors(drawn), quiet=quiet)
    return True


def require_figure(name: str) -> None:
    """Raise `ConfigError` for a study that has no figure."""
    from tinydwn.report.measured_page import FIGURES

    if name not in FIGURES:
        raise ConfigError(f"'{name}' has no figure", hint=f"leave --figure out; {', '.join(FIGURES)} have one")


def _write(place: Path, text: str, *, quiet: bool) -> None:
    from tinydwn.tools.files import write_atomically

    require_folder_for(place)
    write_atomically(place, text.encode())
    if not quiet:
        narrate(f"written: {place}")

"""`tinydwn bench` for what was measured: pages of it, and tables inside other pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bench import bench
from tinydwn.cli.console import name_next, narrate
from tinydwn.cli.places import require_apart, require_folder_for
from tinydwn.errors import ConfigError, DataError

if TYPE_CHECKING:
    from tinydwn.bench.measured import Measured

Results = Annotated[list[Path], typer.Argument(help="Files that 'tinydwn bench ... --json' wrote.", show_default=False)]
Written = Annotated[Path | None, typer.Option(parser=given.place, metavar="PATH", help="Write it here.")]


@bench.command()
def page(results: Results, html: Written = None, markdown: Written = None, quiet: given.Quiet = False) -> None:
    """Show measurements with their figures as one HTML page, or as Markdown."""
    from tinydwn.bench.measured import load_measured
    from tinydwn.report.measured_page import figure_of, measured_html, measured_markdown
    from tinydwn.tools.files import write_atomically

    if html is None and markdown is None:
        raise ConfigError("there is nothing to write", hint="give --html PATH, --markdown PATH, or both")
    require_apart({"--html": html, "--markdown": markdown}, results)
    measured: list[Measured] = [load_measured(path) for path in results]
    for place, write in ((html, measured_html), (markdown, measured_markdown)):
        if place is not None:
            require_folder_for(place)
            write_atomically(place, write(measured).encode())
            _tell(f"written: {place}", quiet=quiet)
    if any(map(figure_of, measured)):
        name_next("tinydwn", "bench", "figures", *map(str, results), "--out", "figures", quiet=quiet)
    else:
        name_next("tinydwn", "bench", "fill", "results/README.md", "--results", str(results[0].parent), quiet=quiet)


@bench.command()
def figures(
    results: Results,
    out: Annotated[Path, typer.Option(parser=given.place, metavar="PATH", help="The folder of the figures.")],
    quiet: given.Quiet = False,
) -> None:
    """Draw the figures of measurements as SVG, each named like the file it comes from."""
    from tinydwn.bench.measured import load_measured
    from tinydwn.report.measured_page import figure_of
    from tinydwn.report.svg import fixed_colors
    from tinydwn.tools.files import write_atomically

    measured = [load_measured(path) for path in results]
    drawn = {path.stem: figure_of(one, measured) for path, one in zip(results, measured, strict=True)}
    for name, text in drawn.items():
        if text is not None:
            place = out / f"{name}.svg"
            require_folder_for(place)
            write_atomically(place, fixed_colors(text).encode())
            _tell(f"written: {place}", quiet=quiet)
    if not any(drawn.values()):
        raise ConfigError("none of these measurements has a figure", hint="give results of 'bench fronts' or 'trees'")
    name_next("tinydwn", "bench", "page", *map(str, results), "--html", "measured.html", quiet=quiet)


@bench.command()
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
        _tell(f"{path}: {'filled anew' if after != before else 'as it was'}", quiet=quiet)
    name_next("tinydwn", "bench", "page", str(results / "tabular.json"), "--html", "measured.html", quiet=quiet)


def _tell(text: str, *, quiet: bool) -> None:
    if not quiet:
        narrate(text)

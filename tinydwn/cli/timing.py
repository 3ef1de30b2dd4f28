"""`tinydwn timing`: delay, static power and energy of a finished bundle, by OpenSTA."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import Step, name_next, narrate, progress, result_json, show_table
from tinydwn.errors import LibraryError
from tinydwn.metrics import CUTS

if TYPE_CHECKING:
    from tinydwn.flow.timing import Timing


def timing(
    folder: given.Folder,
    library: Annotated[
        str | None,
        typer.Option(help="The library whose netlists are timed.", show_default="the bundle's first one"),
    ] = None,
    liberty: Annotated[
        Path | None,
        typer.Option(help="The Liberty file of that library.", show_default="that of the installed PDK"),
    ] = None,
    pdk_root: Annotated[
        Path | None, typer.Option(help="The folder of the PDKs.", show_default="PDK_ROOT, else ~/.ciel")
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            parser=given.rate_hz,
            metavar="HZ",
            help="Classifications per second, for dynamic power.",
            show_default="none: energy alone",
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.001, max=1e6, help="Seconds for each run of an external program.")
    ] = 300.0,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Time both cuts of a bundle: the slowest path, static power, and energy from the test vectors.

    Figures that the library's tables do not cover are told of and not given. They are kept beside the bundle, where
    'tinydwn report' finds them. Ends with 4 where OpenSTA or Icarus Verilog is missing or fails.
    """
    from tinydwn.cli.bundle import read_report
    from tinydwn.export.bundle import read_bundle
    from tinydwn.flow.timing import measure_timing
    from tinydwn.flow.timing_file import read_timings, write_timings

    chosen = library or read_report(folder).main_library
    file = liberty or _installed(chosen, pdk_root)
    bundle = read_bundle(folder)
    read_timings(folder)  # a file that cannot be added to is told before minutes are spent
    timings = []
    with progress(quiet=quiet) as listen:
        for cut in reversed(CUTS):
            listen(Step("timing", f"the {cut} in {chosen}"))
            timings.append(
                measure_timing(bundle, cut=cut, library=chosen, liberty=file, rate_hz=rate, timeout_s=timeout)
            )
    path = write_timings(tuple(timings), folder)
    if json:
        from tinydwn.flow.timing_file import to_document

        result_json(to_document(tuple(timings)))
    else:
        show_timings(timings)
    if not quiet:
        narrate(f"written: {path}")
    if not json:
        name_next("tinydwn", "report", str(folder), quiet=quiet)


def show_timings(timings: list[Timing]) -> None:
    """Show what OpenSTA said, a table for each cut and library."""
    from tinydwn.report.timings import timing_table

    for one in timings:
        show_table(timing_table(one))


def _installed(library: str, root: Path | None) -> Path:
    from tinydwn.technology.pdk import find_liberty, find_pdk

    found = find_liberty(library, root=root)
    if found is None:
        raise LibraryError(
            f"no Liberty file of '{library}' is installed",
            hint=f"run 'tinydwn pdk install {find_pdk(library).name}', or give the file with --liberty",
        )
    return found

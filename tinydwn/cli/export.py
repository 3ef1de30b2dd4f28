"""`tinydwn export`: the chip of a bundle as a project for others' tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bundle import read_report
from tinydwn.cli.console import Step, narrate, progress, result_json, show_line, show_table, typed
from tinydwn.cli.places import require_folder_for
from tinydwn.cli.trust import require_equivalent
from tinydwn.errors import OutputError

if TYPE_CHECKING:
    from tinydwn.export.tinytapeout import Project

SCHEMA = "tinydwn.tinytapeout/1"
_PROJECT = "Project"

export = typer.Typer(
    name="export", help="Make a project of a result, for others' tools.", no_args_is_help=True, add_completion=False
)


@export.command()
def tinytapeout(
    folder: given.Folder,
    out: given.Out,
    name: Annotated[
        str,
        typer.Option(
            help="The top module is tt_um_NAME, which no other project may have.",
            show_default="tinydwn_ and the source",
            rich_help_panel=_PROJECT,
        ),
    ] = "",
    title: Annotated[str, typer.Option(help="The title.", show_default="by the source", rich_help_panel=_PROJECT)] = "",
    author: Annotated[str, typer.Option(help="Who made it.", rich_help_panel=_PROJECT)] = "not given",
    clock_hz: Annotated[int, typer.Option(help="The clock in Hz.", rich_help_panel=_PROJECT)] = 10_000_000,
    utilization: Annotated[
        float, typer.Option(help="The share of a tile that cells may fill.", rich_help_panel=_PROJECT)
    ] = 0.6,
    timeout: Annotated[
        float, typer.Option(min=0.001, max=1e6, help="Seconds for each run of an external program.")
    ] = 300.0,
    allow_undecided: given.AllowUndecided = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Make a project for Tiny Tapeout: pins and registers around the chip, pages, a cocotb test.

    Its Verilog is proven: the chip in it, and what every register takes at a clock edge. Ends with exit code 3 unless
    every proof says EQUIVALENT.
    """
    from tinydwn.export.bundle import read_bundle, require_replaceable, write_bundle
    from tinydwn.export.tinytapeout import ProjectOptions, make_project
    from tinydwn.report.collect import verdict_facts
    from tinydwn.report.origin import origin_of
    from tinydwn.verify.tinytapeout import prove_project

    options = ProjectOptions(name, title, author, clock_hz, utilization)
    require_apart_from(out, folder)
    require_replaceable(out, keep_changes=True)
    require_folder_for(out)
    bundle, origin = read_bundle(folder), origin_of(read_report(folder))
    with progress(quiet=quiet) as listen:
        listen(Step("project", "writing Verilog, and synthesizing it for its area"))
        project = make_project(bundle, origin, options, timeout_s=timeout)
        listen(Step("verify", "proving the Verilog"))
        found = prove_project(project, timeout_s=timeout)
        for verdict in found:
            listen(Step("verify", str(verdict)))
    verdicts = tuple(map(verdict_facts, found))
    require_equivalent(verdicts, allow_undecided=allow_undecided)
    write_bundle(project.files, out, keep_changes=True)
    if json:
        result_json(_document(project, out, [str(verdict) for verdict in found]))
    else:
        _show(project)
    if not quiet:
        narrate(f"written: {out}")
        narrate(f"next: cd {typed(out / 'test')} && pip install -r requirements.txt && make")


def require_apart_from(out: Path, folder: Path) -> None:
    """Refuse a project in place of a bundle or within one, which holds nothing but what its manifest names."""
    from tinydwn.export.bundle import is_bundle

    place = out.absolute()
    if place.resolve() == folder.resolve():
        raise OutputError(f"'{out}' is the bundle itself", hint="choose another folder with --out")
    for parent in place.parents:
        if is_bundle(parent):
            raise OutputError(f"'{out}' lies in the bundle '{parent}'", hint="choose another folder with --out")


def _show(project: Project) -> None:
    from tinydwn.report.sections import Table
    from tinydwn.report.wording import plural

    size, pinout = project.estimate, project.pinout
    at_once = (
        f"{plural(len(pinout.held), 'bit')} at once" if pinout.held else "nothing at all, as the answer is constant"
    )
    way = f"{pinout.bytes} bytes, one a clock" if pinout.bytes else at_once
    rows = (
        ("registers", f"{size.registers:,}", f"{size.register_area_um2:,.0f}"),
        ("other cells", f"{size.logic_cells:,}", f"{size.logic_area_um2:,.0f}"),
        ("all", f"{size.registers + size.logic_cells:,}", f"{size.area_um2:,.0f}"),
    )
    note = f"Synthesized anew with {size.library}, before placement; clock tree and hold buffers come on top."
    show_table(Table(project.top, ("what", "cells", "area µm²"), rows, 1, note))
    show_line(f"A tile of {project.tile.name}: cells fill {100 * project.share:.1f} % of its core.")
    show_line(f"A sample is {way}; the test plays {project.samples} of them.")


def _document(project: Project, out: Path, verdicts: list[str]) -> dict[str, object]:
    size, pinout = project.estimate, project.pinout
    return {
        "schema": SCHEMA,
        "folder": str(out),
        "digest": project.files.digest,
        "top_module": project.top,
        "load": pinout.style,
        "bytes": pinout.bytes,
        "samples": project.samples,
        "library": size.library,
        "registers": size.registers,
        "register_area_um2": size.register_area_um2,
        "logic_cells": size.logic_cells,
        "logic_area_um2": size.logic_area_um2,
        "tile": project.tile.name,
        "tile_share": round(project.share, 6),
        "verdicts": verdicts,
    }

"""`tinydwn report`: a finished result, rendered anew."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.bundle import read_report
from tinydwn.cli.console import name_next, narrate, result, result_json
from tinydwn.cli.places import require_apart, require_folder_for
from tinydwn.errors import ConfigError, OutputError
from tinydwn.export.bundle_files import REPORT_PAGE_FILE

if TYPE_CHECKING:
    from tinydwn.flow.routed_run import RoutedRun
    from tinydwn.flow.timing import Timing
    from tinydwn.report.run_report import RunReport

_FORM = "Form"


def report(
    folder: given.Folder,
    html: Annotated[
        bool,
        typer.Option("--html", help="One self-contained page; on a terminal, its path.", rich_help_panel=_FORM),
    ] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Markdown.", rich_help_panel=_FORM)] = False,
    json: Annotated[bool, typer.Option("--json", help="The report as JSON.", rich_help_panel=_FORM)] = False,
    lef: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="LEF of the technology, then of the cells: --html then shows the layout that was routed beside "
            "the folder. Repeatable.",
            show_default="an installed sky130, for a layout in it",
            rich_help_panel=_FORM,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            parser=given.place,
            metavar="PATH",
            help="Write to this file.",
            show_default="standard output",
            rich_help_panel="Output",
        ),
    ] = None,
    quiet: given.Quiet = False,
) -> None:
    """Show a result: on the terminal, or as HTML, Markdown or JSON.

    Timings that 'tinydwn timing' wrote beside the folder are shown too, JSON apart.

    The folder's files are checked against its manifest first.
    """
    if html + markdown + json > 1:
        raise ConfigError("more than one form was asked for", hint="choose one of --html, --markdown, --json")
    form = "html" if html else "markdown" if markdown else "json" if json else ""
    if lef and (form or (_form_of(out) if out is not None else "")) != "html":
        raise ConfigError("--lef belongs to the HTML page", hint="add --html, or leave --lef out")
    require_apart({"--out": out}, [folder, *(lef or ())])
    value = read_report(folder)
    if not form and out is None:
        _show(value, _timings(folder))
    else:
        chosen = form or _form_of(out)
        timings = [] if chosen == "json" else _timings(folder)
        lefs = lef or (_installed_lefs(folder) if chosen == "html" else [])
        text = _rendered(value, chosen, timings, _layout(folder, lefs) if lefs else "")
        _hand_over(text, folder, out, "" if lef else form, timed=bool(timings))
    name_next("tinydwn", *(["verify", folder] if folder.is_dir() else ["doctor"]), quiet=quiet)


def _installed_lefs(folder: Path) -> list[Path]:
    """Return the LEF of sky130 where it is installed and a layout of its cells lies beside a folder, else none."""
    from tinydwn.cli.installed_cells import LIBRARY, installed_kit

    found = _run_beside(folder)
    if found is None:
        return []
    try:
        kit = installed_kit()
    except ConfigError as error:
        narrate(f"warning: no layout is shown: {error.message}")
        return []
    if kit is None:
        return []
    # The names of its cells begin with the name of the library.
    return [kit.tech_lef, kit.cell_lef] if f" {LIBRARY}__".encode() in found.layout.read_bytes() else []


def _run_beside(folder: Path) -> RoutedRun | None:
    """Return the latest finished run of this very bundle that lies beside it; a file stands for its folder."""
    from tinydwn.export.bundle import is_bundle, read_bundle
    from tinydwn.flow.routed_run import routed_run

    whole = folder.absolute().parent if folder.is_file() else folder
    return routed_run(whole, digest=read_bundle(whole).digest) if is_bundle(whole) else None


def _layout(folder: Path, lef: list[Path]) -> str:
    """Return the section about the layout that lies beside a folder."""
    from tinydwn.layout.def_layout import load_def
    from tinydwn.layout.lef import load_lefs
    from tinydwn.report.layout_report import layout_section

    found = _run_beside(folder)
    if found is None:
        raise ConfigError(
            f"no routed layout of this bundle lies beside '{folder}'",
            hint="place and route it first, with 'tinydwn flow', or leave --lef out",
        )
    technology = load_lefs(lef)
    return layout_section(load_def(found.layout, technology), technology, run=found)


def _show(value: RunReport, timings: list[Timing]) -> None:
    from tinydwn.cli.show import show_report
    from tinydwn.cli.timing import show_timings

    show_report(value)
    show_timings(timings)


def _timings(folder: Path) -> list[Timing]:
    """Return what 'tinydwn timing' wrote beside this very bundle; a damaged file of it is warned of and left out."""
    from tinydwn.export.bundle import read_bundle
    from tinydwn.flow.timing_file import read_timings

    if not folder.is_dir():
        return []
    try:
        return read_timings(folder, digest=read_bundle(folder).digest)
    except OutputError as error:
        narrate(f"warning: no timings are shown: {error.message}")
        return []


def _hand_over(text: str, folder: Path, out: Path | None, form: str, *, timed: bool) -> None:
    """Write a rendering to its file, or to standard output."""
    if out is not None:
        from tinydwn.tools.files import write_atomically

        require_folder_for(out)
        write_atomically(out, text.encode())
        result(str(out))
    elif form == "html" and sys.stdout.isatty() and (folder / REPORT_PAGE_FILE).is_file():
        # A page scrolling by on a terminal serves nobody, and the same one lies in the folder, but for timings.
        result(str(folder / REPORT_PAGE_FILE))
        if timed:
            narrate("it is without the timings that lie beside the folder: --out writes a page with them")
    elif form == "json":
        from tinydwn.tools.json_object import parse_json

        result_json(parse_json(text))
    else:
        result(text)


def _rendered(value: RunReport, form: str, timings: list[Timing], layout: str) -> str:
    from tinydwn.report import markdown, page, run_report

    if form == "html":
        return page.to_html(value, timings=timings, layout=layout)
    return markdown.to_markdown(value, timings=timings) if form == "markdown" else run_report.to_text(value)


def _form_of(out: Path | None) -> str:
    """Return the form that a file name asks for."""
    forms = {".html": "html", ".md": "markdown", ".json": "json"}
    ending = out.suffix.lower() if out is not None else ""
    if ending not in forms:
        raise ConfigError(
            f"the form of the report cannot be told from the name '{out}'",
            hint="add --html, --markdown or --json, or end the name in .html, .md or .json",
        )
    return forms[ending]

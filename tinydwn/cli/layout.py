"""`tinydwn layout`: what a routed design looks like, what it holds, and its final GDS."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import name_next, narrate, result_json, show_line, show_table
from tinydwn.cli.places import require_apart, require_folder_for
from tinydwn.cli.trust import require_equivalent
from tinydwn.errors import ConfigError, DataError

if TYPE_CHECKING:
    from tinydwn.report.facts import VerdictFacts

SCHEMA = "tinydwn.layout/1"
_INSTALLED = "an installed sky130"
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_MODULE = re.compile(r"\bmodule\s+(\\\S+|[^\s(;#]+)")
_PICTURES, _GDS, _GATES = "Pictures", "GDS", "Gate level"


def layout(
    design: Annotated[
        Path, typer.Argument(metavar="DEF", help="A placed and routed design (.def, .def.gz).", show_default=False)
    ],
    lef: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="LEF of the technology, then of the cells. Repeatable.", show_default=_INSTALLED
        ),
    ] = None,
    svg: Annotated[
        Path | None,
        typer.Option(parser=given.place, metavar="PATH", help="Draw it as SVG.", rich_help_panel=_PICTURES),
    ] = None,
    png: Annotated[
        Path | None,
        typer.Option(parser=given.place, metavar="PATH", help="Draw it as PNG.", rich_help_panel=_PICTURES),
    ] = None,
    colors: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Layer properties of the PDK (.lyp): colors, and numbers of layers in GDS.",
            show_default="built in; numbers of sky130",
            rich_help_panel=_PICTURES,
        ),
    ] = None,
    gds: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="GDS of the cells. Repeatable.", show_default=_INSTALLED, rich_help_panel=_GDS
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            parser=given.place,
            metavar="PATH",
            help="Write the final GDS here: the routed design with the shapes of its cells.",
            show_default=False,
            rich_help_panel=_GDS,
        ),
    ] = None,
    netlist: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Verilog that went into place and route.",
            show_default=False,
            rich_help_panel=_GATES,
        ),
    ] = None,
    routed: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Verilog that came out of it: it is proven to mean the same, register by register.",
            show_default=False,
            rich_help_panel=_GATES,
        ),
    ] = None,
    liberty: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Liberty file of the cells.", show_default=_INSTALLED, rich_help_panel=_GATES
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.001, max=1e6, help="Seconds for each run of an external program.")
    ] = 300.0,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Show a routed design: die, cells by kind, utilization, wires, and what it would fit in.

    With --svg or --png it is drawn.

    With --gds and --out KLayout joins it with the shapes of its cells.

    With --netlist, --routed and --liberty its Verilog is proven: exit code 3 unless it is EQUIVALENT.
    """
    from tinydwn.cli.installed_cells import installed_gds, installed_lefs, installed_liberty
    from tinydwn.export.identifiers import identifier
    from tinydwn.layout.def_layout import load_def
    from tinydwn.layout.drawing import to_png, to_svg
    from tinydwn.layout.gds import merge_gds
    from tinydwn.layout.layers import load_lyp
    from tinydwn.layout.layout_facts import layout_facts
    from tinydwn.layout.lef import load_lefs
    from tinydwn.layout.picture import draw_layout

    gds = gds or (installed_gds() if out is not None else [])
    if bool(gds) != (out is not None):
        raise ConfigError("--gds and --out belong together", hint="give --gds CELLS.gds --out final.gds, or neither")
    liberty = liberty or (installed_liberty() if netlist and routed else None)
    verilog = (netlist, routed, liberty)
    if any(verilog) and not all(verilog):
        raise ConfigError("--netlist, --routed and --liberty belong together", hint="give all three, or none")
    lefs = lef or installed_lefs()
    if not lefs:
        raise typer.BadParameter(
            "give the LEF of the technology, then of the cells, or run 'tinydwn pdk install sky130'",
            param_hint="'--lef'",
        )
    require_apart({"--svg": svg, "--png": png, "--out": out}, [design, *lefs, *gds, colors, netlist, routed, liberty])
    technology = load_lefs(lefs)
    found = load_def(design, technology)
    for path in filter(None, (netlist, routed)):
        _require_module(found.design, path)
    facts = layout_facts(found, technology)
    palette = load_lyp(colors) if colors is not None else None
    written = [
        _written(svg, lambda: to_svg(draw_layout(found, technology, palette)).encode()),
        _written(png, lambda: to_png(draw_layout(found, technology, palette))),
        _written(
            out,
            lambda: merge_gds(design, found, technology, lefs=lefs, cells=gds, palette=palette, timeout_s=timeout),
        ),
    ]
    verdicts = (_proven(found.design, netlist, routed, liberty, timeout),) if netlist and routed and liberty else ()
    if json:
        from tinydwn.report.layout_report import layout_json
        from tinydwn.tools.codec import to_json

        result_json({"schema": SCHEMA} | layout_json(facts) | {"verdicts": [to_json(one) for one in verdicts]})
    else:
        from tinydwn.report.layout_report import cells_table, layout_sentence, sites_table, wires_table
        from tinydwn.report.sections import proofs_table

        show_line(layout_sentence(facts), style="bold")
        proofs = (proofs_table("Gate level", verdicts),) if verdicts else ()
        for table in (cells_table(facts), wires_table(facts), sites_table(facts), *proofs):
            show_table(table)
    if not quiet:
        for path in filter(None, written):
            narrate(f"written: {path}")
    require_equivalent(verdicts, allow_undecided=False, delivered=True)
    given_lefs = [word for path in lef or () for word in ("--lef", str(path))]
    # A design may have any name, of several folders, too.
    drawn = ["layout", str(design), *given_lefs, "--svg", f"{identifier(found.design)}.svg"]
    name_next("tinydwn", *(drawn if svg is None and png is None else ["doctor"]), quiet=quiet)


def _require_module(design: str, path: Path) -> None:
    """Refuse Verilog of another design than the layout's."""
    code = _COMMENT.sub(" ", _text(path))
    modules = [name.removeprefix("\\") for name in _MODULE.findall(code)]
    # DEF escapes what Verilog writes plainly after its one backslash.
    if design.replace("\\", "") not in (name.replace("\\", "") for name in modules):
        held = f"holds module '{modules[0]}'" if modules else "holds no module"
        raise DataError(
            f"the layout is of '{design}', and '{path}' {held}", hint="give Verilog and DEF of the same design"
        )


def _proven(design: str, netlist: Path, routed: Path, liberty: Path, timeout_s: float) -> VerdictFacts:
    """Prove Verilog from after place and route equal to the one from before."""
    from tinydwn.report.collect import verdict_facts
    from tinydwn.technology.behavior import behaviors
    from tinydwn.technology.liberty import load_liberty
    from tinydwn.verify.routed import prove_routed

    cells = behaviors(load_liberty(liberty))
    texts = (_text(netlist), _text(routed))
    subject = f"{routed.name} = {netlist.name}"
    names = (str(netlist), str(routed))
    return verdict_facts(prove_routed(*texts, cells, module=design, timeout_s=timeout_s, subject=subject, names=names))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise DataError(f"'{path}' cannot be read: {error.strerror}", hint="give the path of a Verilog file") from error


def _written(path: Path | None, content: Callable[[], bytes]) -> Path | None:
    """Write a file where one was asked for."""
    from tinydwn.tools.files import write_atomically

    if path is not None:
        require_folder_for(path)
        write_atomically(path, content())
    return path

"""`tinydwn refine`: the smallest circuits that keep the accuracy, proven, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import Step, name_next, narrate, progress, result_json
from tinydwn.cli.trust import require_equivalent
from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.refine import RefineOptions
    from tinydwn.report.refined_report import RefinedReport
    from tinydwn.synthesis import SynthesisOptions
    from tinydwn.synthesis.refinement import Choice

_CIRCUIT, _CHOICE = "Circuit", "Which point of the front"


def refine(
    source: given.Source,
    out: given.Out,
    accuracy_drop: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=1.0,
            help="Choose the smallest circuit at most so much less accurate than the best, such as 0.01.",
            show_default="the knee",
            rich_help_panel=_CHOICE,
        ),
    ] = None,
    max_area: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            help="Choose the most accurate circuit of at most so many NAND2 equivalents.",
            show_default="the knee",
            rich_help_panel=_CHOICE,
        ),
    ] = None,
    target: given.Target = None,
    missing: given.Missing = "refuse",
    positive: given.Positive = None,
    test_fraction: given.TestFraction = 0.2,
    seed: given.Seed = 0,
    library: Annotated[
        str, typer.Option(help="The cell library, by name or as a Liberty file.", rich_help_panel=_CIRCUIT)
    ] = "nangate45",
    effort: Annotated[
        str, typer.Option(help="How long to search: fast, normal or high.", rich_help_panel=_CIRCUIT)
    ] = "normal",
    most: Annotated[
        float, typer.Option(help="Search circuits of up to so many NAND2 equivalents.", rich_help_panel=_CIRCUIT)
    ] = 64.0,
    balanced: Annotated[
        bool, typer.Option("--balanced", help="Let each class count as much as any other.", rich_help_panel=_CIRCUIT)
    ] = False,
    output_form: Annotated[
        str, typer.Option(help="How the class comes out: index or onehot.", rich_help_panel=_CIRCUIT)
    ] = "index",
    timeout: Annotated[
        float, typer.Option(min=0.001, help="Seconds for each run of an external program.", rich_help_panel=_CIRCUIT)
    ] = 300.0,
    allow_undecided: given.AllowUndecided = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Search circuits that need little area and answer the training samples right, on core and chip.

    A refined circuit is a function of its own, not that of a network: the report says how far they differ. Ends with 3
    unless every proof says EQUIVALENT.
    """
    from tinydwn.cli.show import show_refined
    from tinydwn.export.bundle import require_replaceable
    from tinydwn.refine import RefineOptions
    from tinydwn.report.codec import to_json
    from tinydwn.synthesis import SynthesisOptions

    choice = _choice(accuracy_drop, max_area)
    most = most if max_area is None else max(most, max_area)
    options = RefineOptions(effort=effort, most_nand2=most, balanced=balanced, seed=seed, timeout_s=timeout)
    data = SynthesisOptions(
        target=target,
        missing=missing,
        positive=positive,
        test_fraction=test_fraction,
        seed=seed,
        output_form=output_form,  # type: ignore[arg-type]
        timeout_s=timeout,
    )
    require_replaceable(out)
    given.require_folder_for(out)
    report = _walk(source, data, options, library, choice, out, quiet=quiet)
    if json:
        result_json(to_json(report))
    else:
        show_refined(report)
    if not quiet:
        narrate(f"written: {out}")
    name_next("tinydwn", "verify", str(out), quiet=quiet)
    verdicts = (verdict for front in report.cuts.values() for verdict in front.proofs)
    require_equivalent(verdicts, allow_undecided=allow_undecided)


def _choice(drop: float | None, area: float | None) -> Choice:
    from tinydwn.synthesis.refinement import Choice

    if drop is not None and area is not None:
        raise ConfigError("--accuracy-drop and --max-area both choose a circuit", hint="give one of them")
    if drop is not None:
        return Choice("drop", drop)
    return Choice() if area is None else Choice("area", area)


def _walk(
    source: str, data: SynthesisOptions, options: RefineOptions, library: str, choice: Choice, out: Path, *, quiet: bool
) -> RefinedReport:
    from tinydwn.export.bundle import Bundle, write_bundle
    from tinydwn.export.gate_blif import to_gate_blif
    from tinydwn.report.refined import front_figure, to_markdown
    from tinydwn.report.refined_page import to_html
    from tinydwn.report.refined_report import collect, to_text
    from tinydwn.report.svg import fixed_colors
    from tinydwn.synthesis.refinement import refine_source

    with progress(quiet=quiet) as listen:
        refinement = refine_source(
            source,
            data,
            options,
            library=library,
            choice=choice,
            on_event=listen,
        )
        listen(Step("report", "rendering and writing"))
        files = {f"{cut.refined.cut}/{name}": content for cut in refinement.cuts for name, content in cut.files.items()}
        for cut in refinement.cuts:
            for k, point in enumerate(cut.refined.front.points):
                files[f"front/{cut.refined.cut}-{k:02}.blif"] = to_gate_blif(point.mapped)
        report = collect(refinement)
        files["report.md"] = to_markdown(report)
        files["report.html"] = to_html(report)
        files["report.json"] = to_text(report)
        files["front.svg"] = fixed_colors(front_figure(report))
        write_bundle(Bundle({name: content.encode() for name, content in files.items()}), out)
    return report

"""`tinydwn synth`: the whole road, from samples or a model to proven cells and a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import Step, name_next, narrate, progress, result_json
from tinydwn.cli.trust import require_agreement, require_equivalent
from tinydwn.synthesis.options import DEFAULT_LIBRARIES, EFFORTS, OUTPUT_FORMS, SynthesisOptions

if TYPE_CHECKING:
    from tinydwn.report.run_report import RunReport
    from tinydwn.synthesis.result import Synthesis

_CIRCUIT = "Circuit"


def synth(
    source: given.Source,
    out: given.Out,
    target: given.Target = None,
    missing: given.Missing = "refuse",
    positive: given.Positive = None,
    test_fraction: given.TestFraction = 0.2,
    seed: given.Seed = 0,
    bits: given.Bits = None,
    scheme: given.Scheme = None,
    input_bits: given.InputBits = None,
    luts: given.Luts = None,
    inputs_per_lut: given.InputsPerLut = None,
    reduction: given.Reduction = None,
    epochs: given.Epochs = None,
    learning_rate: given.LearningRate = None,
    field: given.Fields = None,
    library: Annotated[
        list[str] | None,
        typer.Option(
            help="A cell library by name, or a Liberty file; repeat for more. Files are made for each.",
            show_default=", ".join(DEFAULT_LIBRARIES),
            rich_help_panel=_CIRCUIT,
        ),
    ] = None,
    effort: Annotated[
        str, typer.Option(help=f"How hard to look for small circuits: {', '.join(EFFORTS)}.", rich_help_panel=_CIRCUIT)
    ] = "normal",
    output_form: Annotated[
        str, typer.Option(help=f"How the class comes out: {' or '.join(OUTPUT_FORMS)}.", rich_help_panel=_CIRCUIT)
    ] = "index",
    objective: Annotated[
        str, typer.Option(help="What mapping makes least: area or delay.", rich_help_panel=_CIRCUIT)
    ] = "area",
    max_delay: Annotated[
        float | None,
        typer.Option(
            help="The smallest circuit of at most so many ps, by the cells' delays before placement.",
            show_default="no limit",
            rich_help_panel=_CIRCUIT,
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(help="Seconds for each run of an external program.", rich_help_panel=_CIRCUIT)
    ] = 300.0,
    allow_undecided: given.AllowUndecided = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Train, lower, minimize, map, prove and report: everything in one folder.

    The same command goes on where an interrupted one stopped. Ends with 3 unless every proof says EQUIVALENT.
    """
    fields = given.training_fields(
        bits=bits,
        scheme=scheme,
        input_bits=input_bits,
        luts=luts,
        inputs_per_lut=inputs_per_lut,
        reduction=reduction,
        epochs=epochs,
        learning_rate=learning_rate,
        fields=field,
    )
    options = SynthesisOptions(
        target=target,
        missing=missing,
        positive=positive,
        test_fraction=test_fraction,
        seed=seed,
        training=fields,
        effort=effort,  # type: ignore[arg-type]
        output_form=output_form,  # type: ignore[arg-type]
        libraries=tuple(library) if library else DEFAULT_LIBRARIES,
        objective=objective,
        max_delay_ps=max_delay,
        timeout_s=timeout,
    )
    _check_place(out)
    synthesis, report = _walk(source, options, out, quiet=quiet)
    if json:
        from tinydwn.report.run_report import to_document

        result_json(to_document(report) | {"seconds": {name: round(s, 3) for name, s in synthesis.seconds.items()}})
    else:
        from tinydwn.cli.show import show_summary

        show_summary(report)
    if not quiet:
        narrate(f"written: {out}")
    name_next("tinydwn", "verify", str(out), quiet=quiet)
    require_equivalent(report.verdicts, allow_undecided=allow_undecided)


def _walk(source: str, options: SynthesisOptions, out: Path, *, quiet: bool) -> tuple[Synthesis, RunReport]:
    """Walk the road and write the folder; nothing is written where a proof found a difference."""
    from tinydwn.export.bundle import write_bundle
    from tinydwn.report.collect import collect
    from tinydwn.report.deliver import with_reports
    from tinydwn.synthesis import synthesize
    from tinydwn.synthesis.workspace import Workspace

    workspace = Workspace.beside(out)
    with progress(quiet=quiet) as listen:
        synthesis = synthesize(source, options, workspace=workspace, on_event=listen)
        listen(Step("report", "rendering and writing"))
        report = collect(synthesis)
        require_agreement(report.agreements)
        require_equivalent(report.verdicts, allow_undecided=True)
        write_bundle(with_reports(synthesis.files, report), out)
    workspace.remove()
    return synthesis, report


def _check_place(out: Path) -> None:
    """Refuse a place that could not be written in the end, before anything is computed."""
    from tinydwn.export.bundle import require_replaceable

    require_replaceable(out)
    given.require_folder_for(out)

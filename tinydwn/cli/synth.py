"""`tinydwn synth`: the whole road, from samples or a model to the front of circuits and one of them, proven."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import choice as chosen
from tinydwn.cli import options as given
from tinydwn.cli.console import Step, narrate, progress, result_json
from tinydwn.cli.places import require_folder_for
from tinydwn.cli.trust import require_agreement, require_equivalent
from tinydwn.errors import ConfigError, ModelError, VerificationError
from tinydwn.metrics import CUTS
from tinydwn.synthesis.options import EFFORTS, MOST_NAND2, OUTPUT_FORMS

if TYPE_CHECKING:
    from tinydwn.report.run_report import RunReport
    from tinydwn.synthesis import Synthesis, SynthesisOptions
    from tinydwn.synthesis.front import Choice

_CIRCUIT, _SEARCH = "Circuit", "Search"


def synth(
    source: given.Source,
    out: given.Out,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="SOURCE",
            help="The samples of a model file or netlist: search and measure with them.",
            show_default="none: the function is kept",
            rich_help_panel="Data",
        ),
    ] = None,
    target: given.Target = None,
    missing: given.Missing = "refuse",
    positive: given.Positive = None,
    missing_marks: given.MissingMarks = None,
    header: given.Header = None,
    decimal: given.Decimal = None,
    encoding: given.Encoding = None,
    only: given.Only = None,
    ignore: given.Ignore = None,
    categorical: given.Categorical = None,
    bins: given.Bins = None,
    drop_rare: given.DropRare = False,
    test: given.Test = None,
    validation: given.Validation = None,
    test_fraction: given.TestFraction = 0.2,
    seed: given.Seed = 0,
    split_seed: given.SplitSeed = None,
    bits: given.Bits = None,
    scheme: given.Scheme = None,
    input_bits: given.InputBits = None,
    luts: given.Luts = None,
    inputs_per_lut: given.InputsPerLut = None,
    reduction: given.Reduction = None,
    epochs: given.Epochs = None,
    learning_rate: given.LearningRate = None,
    field: given.Fields = None,
    max_area: chosen.MaxArea = None,
    accuracy_drop: chosen.AccuracyDrop = None,
    choose: chosen.Choose = None,
    exact: Annotated[
        bool,
        typer.Option("--exact", help="Keep the network's function and search nothing.", rich_help_panel=_SEARCH),
    ] = False,
    effort: Annotated[
        str,
        typer.Option(help=f"How hard to search, minimize and map: {', '.join(EFFORTS)}.", rich_help_panel=_SEARCH),
    ] = "fast",
    most: Annotated[
        float,
        typer.Option(
            help="Search circuits of up to so many NAND2 equivalents; those between and the network come by the way.",
            rich_help_panel=_SEARCH,
        ),
    ] = MOST_NAND2,
    balanced: Annotated[
        bool, typer.Option("--balanced", help="Let each class count as much as any other.", rich_help_panel=_SEARCH)
    ] = False,
    cut: Annotated[
        str,
        typer.Option(
            help=f"Whose cost counts: {' or '.join(CUTS)}. The chip has its encoder, the core, for papers, has none.",
            rich_help_panel=_SEARCH,
        ),
    ] = "chip",
    library: given.Libraries = None,
    output_form: Annotated[
        str, typer.Option(help=f"How the class comes out: {' or '.join(OUTPUT_FORMS)}.", rich_help_panel=_CIRCUIT)
    ] = "index",
    all_features: Annotated[
        bool,
        typer.Option("--all-features", help="Give ports to all features, read or not.", rich_help_panel=_CIRCUIT),
    ] = False,
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
    """Train, search the front of circuits, choose one, map, prove and report: everything in one folder.

    The front runs from nothing to the trained network with its function kept; 'tinydwn choose' takes another circuit of
    it. The same command goes on where an interrupted one stopped. Ends with 3 unless every proof says EQUIVALENT.
    """
    from tinydwn.cli.show import name_next_steps, show_summary
    from tinydwn.synthesis.options import DEFAULT_LIBRARIES, SynthesisOptions

    if exact and most != MOST_NAND2:
        raise ConfigError("--exact searches nothing, so that --most has no effect", hint="leave one of them out")
    choice = chosen.choice_of(max_area=max_area, accuracy_drop=accuracy_drop, choose=choose)
    options = SynthesisOptions(
        reading=given.table_reading(
            target=target,
            positive=positive,
            missing=missing,
            missing_marks=missing_marks,
            header=header,
            decimal=decimal,
            encoding=encoding,
            only=only,
            ignore=ignore,
            categorical=categorical,
            bins=bins,
            drop_rare=drop_rare,
            validation=validation,
            test=test,
        ),
        test_fraction=test_fraction,
        seed=seed,
        split_seed=split_seed,
        training=given.training_fields(
            bits=bits,
            scheme=scheme,
            input_bits=input_bits,
            luts=luts,
            inputs_per_lut=inputs_per_lut,
            reduction=reduction,
            epochs=epochs,
            learning_rate=learning_rate,
            fields=field,
        ),
        exact=exact,
        cut=cut,  # type: ignore[arg-type]
        most_nand2=most if max_area is None else max(most, max_area),
        balanced=balanced,
        effort=effort,  # type: ignore[arg-type]
        output_form=output_form,  # type: ignore[arg-type]
        all_features=all_features,
        libraries=tuple(library) if library else DEFAULT_LIBRARIES,
        objective=objective,
        max_delay_ps=max_delay,
        timeout_s=timeout,
    )
    _check_place(out)
    synthesis, report = _walk(source, data, options, choice, out, quiet=quiet)
    if json:
        from tinydwn.report.run_report import to_document

        result_json(to_document(report) | {"seconds": {name: round(s, 3) for name, s in synthesis.seconds.items()}})
    else:
        show_summary(report, out)
    if not quiet:
        narrate(f"written: {out}")
        name_next_steps(out)
    require_equivalent(report.verdicts, allow_undecided=allow_undecided)


def _walk(
    source: str, data: str | None, options: SynthesisOptions, choice: Choice, out: Path, *, quiet: bool
) -> tuple[Synthesis, RunReport]:
    """Walk the road and write the folder; nothing is written where a proof found a difference."""
    from tinydwn.export.bundle import write_bundle
    from tinydwn.report.collect import collect
    from tinydwn.report.deliver import with_reports
    from tinydwn.synthesis import synthesize
    from tinydwn.synthesis.workspace import Workspace

    workspace = Workspace.beside(out)

    def walk() -> tuple[Synthesis, RunReport]:
        with progress(quiet=quiet) as listen:
            synthesis = synthesize(source, options, samples=data, choice=choice, workspace=workspace, on_event=listen)
            listen(Step("report", "rendering and writing"))
            report = collect(synthesis)
            require_agreement(report.agreements)
            require_equivalent(report.verdicts, allow_undecided=True)
            write_bundle(with_reports(synthesis.files, report), out)
        return synthesis, report

    try:
        found = walk()
    except (VerificationError, ModelError) as error:
        if not workspace.resumed:
            raise
        wrong = f"what an earlier run left in '{workspace.place}' is wrong: {error.message}"
        narrate(f"warning: all is computed anew, as {wrong}")
        workspace.remove()
        found = walk()
    workspace.remove()
    return found


def _check_place(out: Path) -> None:
    """Refuse a place that could not be written in the end, before anything is computed."""
    from tinydwn.export.bundle import require_replaceable

    require_replaceable(out)
    require_folder_for(out)

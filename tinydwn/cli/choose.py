"""`tinydwn choose`: another circuit of a finished front, delivered and proven, without training or search."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tinydwn.cli import choice as chosen
from tinydwn.cli import options as given
from tinydwn.cli.console import Step, narrate, progress, result_json
from tinydwn.cli.places import require_folder_for
from tinydwn.cli.trust import require_agreement, require_equivalent


def choose(
    folder: given.Folder,
    max_area: chosen.MaxArea = None,
    accuracy_drop: chosen.AccuracyDrop = None,
    choose: chosen.Choose = None,
    point: chosen.Point = None,
    show_list: Annotated[
        bool, typer.Option("--list", help="Show all circuits of the front, and change nothing.")
    ] = False,
    library: given.Libraries = None,
    out: Annotated[
        Path | None,
        typer.Option(
            parser=given.place, metavar="PATH", help="Write to this folder.", show_default="the folder itself"
        ),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(min=0.001, max=1e6, help="Seconds for each run of an external program.", show_default="as before"),
    ] = None,
    allow_undecided: given.AllowUndecided = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Take another circuit of the front: deliverables, proofs and report anew, in seconds.

    Nothing is trained or searched. With --library alone the circuit stays, and is mapped to that library, too. Ends
    with 3 unless every proof says EQUIVALENT.
    """
    from tinydwn.cli.show import name_next_steps, show_front, show_summary
    from tinydwn.export.bundle import read_bundle, require_replaceable, write_bundle
    from tinydwn.report.choosing import choose_again, report_of
    from tinydwn.report.run_report import to_document

    stays = (library or timeout) and (max_area, accuracy_drop, choose, point) == (None,) * 4
    choice = chosen.choice_of(max_area=max_area, accuracy_drop=accuracy_drop, choose=choose, point=point)
    bundle, place = read_bundle(folder), out or folder
    if show_list:
        report = report_of(bundle)
        if json:
            result_json({"fronts": to_document(report)["fronts"]})
        else:
            show_front(report)
        return
    require_replaceable(place)
    if out is not None:
        require_folder_for(out)
    with progress(quiet=quiet) as listen:
        report, written = choose_again(
            bundle, None if stays else choice, libraries=tuple(library or ()), timeout_s=timeout, on_event=listen
        )
        listen(Step("report", "writing"))
        require_agreement(report.agreements)
        require_equivalent(report.verdicts, allow_undecided=True)
        write_bundle(written, place)
    if json:
        result_json(to_document(report))
    else:
        show_summary(report, place)
    if not quiet:
        narrate(f"written: {place}")
        name_next_steps(place)
    require_equivalent(report.verdicts, allow_undecided=allow_undecided)

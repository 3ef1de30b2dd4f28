"""`tinydwn verify`: the proofs about a finished result once more, from its files alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import Step, name_next, progress, result_json, show_line, show_table
from tinydwn.cli.trust import require_equivalent
from tinydwn.errors import TinydwnError
from tinydwn.export.bundle_files import MANIFEST_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinydwn.export.bundle import Bundle
    from tinydwn.report.recheck import Rechecked

SCHEMA = "tinydwn.verification/1"


def verify(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="A folder that 'tinydwn synth' wrote; with OTHER, any design.", show_default=False
        ),
    ],
    other: Annotated[
        Path | None,
        typer.Argument(
            help="Another design to compare with: a folder, whose chip is meant, BLIF, AIGER or Verilog.",
            show_default="none",
        ),
    ] = None,
    library: Annotated[
        list[str] | None,
        typer.Option(
            "--library",
            help="A Liberty file that cells of the folder, or the .gate lines of a BLIF, are of. Repeatable.",
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.001, max=1e6, help="Seconds for each run of an external program.")
    ] = 300.0,
    allow_undecided: given.AllowUndecided = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Prove the files of a folder once more: model, netlists, Verilog and cells; or two designs equal.

    The folder is not believed: cells are those of the library, and wrappers, test benches, vectors, equations, the
    report's figures and its pages are made again and compared; what cannot be is listed as taken on trust. With OTHER,
    two designs of whatever tool are compared: inputs and outputs are matched by their names, or by place where the two
    share none. Ends with exit code 3 unless every proof says EQUIVALENT and every vector is answered so.
    """
    if other is not None:
        _compare(folder, other, library or (), timeout, allow_undecided=allow_undecided, json=json, quiet=quiet)
        return
    from tinydwn.export.bundle import read_bundle
    from tinydwn.report.collect import verdict_facts
    from tinydwn.report.sections import proofs_table
    from tinydwn.tools.codec import to_json
    from tinydwn.verify.belonging import check_files
    from tinydwn.verify.delivered import prove_files

    bundle = read_bundle(folder)
    with progress(quiet=quiet) as listen:
        listen(Step("verify", f"the manifest fits all {len(bundle.files)} files"))
        checked = check_files(bundle)
        again, odd = _recheck(bundle, library or ())
        found = prove_files(bundle, timeout_s=timeout, on_verdict=lambda one: listen(Step("verify", str(one))))
    verdicts = tuple(map(verdict_facts, found))
    said = (f"{MANIFEST_FILE} fits all {len(bundle.files)} files", *checked.said, *again.said)
    if json:
        proofs = [to_json(one) for one in verdicts]
        result_json(
            {
                "schema": SCHEMA,
                "digest": bundle.digest,
                "verdicts": proofs,
                "checks": list(said),
                "trusted": list(again.trusted),
                "wrong": [] if odd is None else [odd.message],
            }
        )
    else:
        show_table(proofs_table("Proofs from files", verdicts))
        for one in said:
            show_line(f"checked: {one}")
        for one in again.trusted:
            show_line(f"on trust: {one}")
    name_next("tinydwn", "report", folder, "--html", quiet=quiet)
    require_equivalent(verdicts, allow_undecided=allow_undecided, delivered=True)
    for agreement in checked.agreements:
        agreement.require()
    if odd is not None:
        raise odd


def _recheck(bundle: Bundle, libraries: Sequence[str]) -> tuple[Rechecked, TinydwnError | None]:
    """Make a folder's texts again; an error waits until the proofs are told, which may say more of what is wrong."""
    from tinydwn.report.recheck import Rechecked, recheck
    from tinydwn.technology import load_library

    cells = [load_library(one) for one in libraries]
    try:
        return recheck(bundle, cells), None
    except TinydwnError as error:
        return Rechecked((), ()), error


def _compare(
    left: Path,
    right: Path,
    libraries: Sequence[str],
    timeout_s: float,
    *,
    allow_undecided: bool,
    json: bool,
    quiet: bool,
) -> None:
    """Tell whether two designs mean the same."""
    from tinydwn.report.collect import verdict_facts
    from tinydwn.report.sections import proofs_table
    from tinydwn.technology import cells_of
    from tinydwn.tools.codec import to_json
    from tinydwn.verify.designs import prove_designs

    with progress(quiet=quiet) as listen:
        found, notes = prove_designs(
            left,
            right,
            cells=cells_of(libraries),
            timeout_s=timeout_s,
            on_verdict=lambda one: listen(Step("verify", str(one))),
        )
    verdicts = tuple(map(verdict_facts, found))
    if json:
        result_json(
            {"schema": SCHEMA, "digest": None, "verdicts": [to_json(one) for one in verdicts], "checks": [*notes]}
        )
    else:
        show_table(proofs_table("Proofs from files", verdicts))
        for one in notes:
            show_line(f"note: {one}")
    require_equivalent(verdicts, allow_undecided=allow_undecided, compared=True)

"""`tinydwn verify`: the proofs about a finished result once more, from its files alone."""

from __future__ import annotations

from typing import Annotated

import typer

from tinydwn.cli import options as given
from tinydwn.cli.console import Step, name_next, progress, result_json, show_line, show_table
from tinydwn.cli.trust import require_equivalent

SCHEMA = "tinydwn.verification/1"


def verify(
    folder: given.Folder,
    timeout: Annotated[
        float, typer.Option(min=0.001, max=1e6, help="Seconds for each run of an external program.")
    ] = 300.0,
    allow_undecided: given.AllowUndecided = False,
    json: given.Json = False,
    quiet: given.Quiet = False,
) -> None:
    """Prove the files of a folder once more: model, netlists, Verilog and cells.

    The report is not believed: what it is about, the front, the chosen circuit, the interface and the test vectors are
    looked at as well. Ends with exit code 3 unless every proof says EQUIVALENT and every vector is answered so.
    """
    from tinydwn.export.bundle import read_bundle
    from tinydwn.report.codec import to_json
    from tinydwn.report.collect import verdict_facts
    from tinydwn.report.sections import proofs_table
    from tinydwn.verify.belonging import check_files
    from tinydwn.verify.delivered import prove_files

    bundle = read_bundle(folder)
    with progress(quiet=quiet) as listen:
        listen(Step("verify", f"the manifest fits all {len(bundle.files)} files"))
        checked = check_files(bundle)
        found = prove_files(bundle, timeout_s=timeout, on_verdict=lambda one: listen(Step("verify", str(one))))
    verdicts = tuple(map(verdict_facts, found))
    said = (f"MANIFEST.json fits all {len(bundle.files)} files", *checked.said)
    if json:
        proofs = [to_json(one) for one in verdicts]
        result_json({"schema": SCHEMA, "digest": bundle.digest, "verdicts": proofs, "checks": list(said)})
    else:
        show_table(proofs_table("Proofs from files", verdicts))
        for one in said:
            show_line(f"checked: {one}")
    name_next("tinydwn", "report", str(folder), "--html", quiet=quiet)
    require_equivalent(verdicts, allow_undecided=allow_undecided, delivered=True)
    for agreement in checked.agreements:
        agreement.require()

"""The proofs about a finished bundle, from its files alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from tinydwn.errors import BundleError
from tinydwn.export.bundle import Bundle
from tinydwn.export.ports import Ports
from tinydwn.lowering import OutputForm, lower, lower_core
from tinydwn.lowering.parts import output_names
from tinydwn.model.classifier import Classifier
from tinydwn.model.store import from_bytes
from tinydwn.netlist import Assumption, Netlist, from_blif
from tinydwn.tools.parallel import run_together
from tinydwn.verify.formal import Method, prove_equivalent
from tinydwn.verify.read_back import prove_gate_blif, prove_verilog
from tinydwn.verify.verdict import Verdict

METHODS: tuple[Method, ...] = ("abc", "yosys")
_CUTS = ("core", "chip")
_FORMS: tuple[OutputForm, ...] = ("index", "onehot")
_CELL_FILES = ("mapped.v", "mapped.blif", "cells.v")
_REPORT = "report.json"
_REPORTS = (_REPORT, "report.md", "report.html")
ORDER = "order.json"
_REFINE = "run 'tinydwn refine' again to write the folder anew"
_AGAIN = "run 'tinydwn synth' again to write the folder anew"


def prove_files(
    bundle: Bundle,
    *,
    timeout_s: float = 120.0,
    on_verdict: Callable[[Verdict], None] = lambda _: None,
) -> tuple[Verdict, ...]:
    """Lower the bundle's model anew and prove every netlist and Verilog file of both cuts equal to it.

    A bundle of refined circuits has no model; there the function that was found, `lowered.blif`, is what is compared.

    For each cut: the lowered and the minimized BLIF by ABC and by Yosys; the minimized Verilog, and the Verilog and
    BLIF of every library's cells, read back by Yosys, by ABC. The core is compared where its bits come in order. A
    file may lack inputs, which it then does not read; what is a port of the Verilog, `netlist.blif` says.
    `on_verdict` hears each verdict. Raises `BundleError` where a file or every library of a cut is missing, where the
    report is about other files, and where a cut has other outputs than the model; `ModelError` or `NetlistError`
    where a file is not sound.
    """
    libraries = {cut: _libraries(cut, bundle.files) for cut in _CUTS}
    refined = all(f"{cut}/{ORDER}" in bundle.files for cut in _CUTS)
    if not refined:
        _require_own_report(bundle.files, libraries)

    def told(proof: Callable[[], Verdict]) -> Verdict:
        verdict = proof()
        on_verdict(verdict)
        return verdict

    proofs: list[Callable[[], Verdict]] = []
    for cut in _CUTS:
        golden, assumption, name = (_refined if refined else _lowered)(cut, bundle.files)
        proofs += _cut_proofs(cut, golden, assumption, name, bundle.files, libraries[cut], timeout_s)
    return tuple(run_together([partial(told, proof) for proof in proofs]))


def order_text(assumption: Assumption) -> str:
    """Return the text of `ORDER`: what is known of a cut's inputs."""
    return json.dumps({"schema": "tinydwn.order/1", "chains": assumption.chains}, indent=1) + "\n"


def _lowered(cut: str, files: Mapping[str, bytes]) -> tuple[Netlist, Assumption, str]:
    """Return what a cut of a classifier's bundle has to compute: its model, lowered anew."""
    classifier = from_bytes(_file(files, "model.npz"), name="model.npz")
    form = _form(classifier, cut, files)
    if cut == "chip":
        return lower(classifier, output=form, all_features=True), Assumption.none(), "model.npz"
    core = lower_core(classifier, output=form)
    return core.netlist, core.assumption, "model.npz"


def _refined(cut: str, files: Mapping[str, bytes]) -> tuple[Netlist, Assumption, str]:
    """Return what a cut of a refined bundle has to compute: the function that was found."""
    try:
        chains = json.loads(_text(files, f"{cut}/{ORDER}"))["chains"]
        assumption = Assumption(tuple(tuple(str(name) for name in chain) for chain in chains))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BundleError(f"'{cut}/{ORDER}' does not tell the order of inputs", hint=_REFINE) from error
    return from_blif(_text(files, f"{cut}/lowered.blif")), assumption, f"{cut}/lowered.blif"


def _libraries(cut: str, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the libraries that a cut has a folder for, after finding every file of the cut that is proven."""
    for name in ("lowered.blif", "netlist.blif", "netlist.v"):
        _file(files, f"{cut}/{name}")
    parts = [path.split("/") for path in files]
    libraries = tuple(dict.fromkeys(part[1] for part in parts if part[0] == cut and len(part) > 2))
    if not libraries:
        raise BundleError(f"the bundle has no cells of any library for the {cut}", hint=_AGAIN)
    for library in libraries:
        for name in _CELL_FILES:
            _file(files, f"{cut}/{library}/{name}")
    return libraries


def _require_own_report(files: Mapping[str, bytes], libraries: Mapping[str, tuple[str, ...]]) -> None:
    """Raise `BundleError` where there is a report and it is about other files or libraries."""
    if _REPORT not in files:
        return
    try:
        report = json.loads(files[_REPORT])
        digest, told = report["digest"], {cut: tuple(report["cuts"][cut]["area_um2"]) for cut in _CUTS}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BundleError(f"'{_REPORT}' is not a report of tinydwn", hint=_AGAIN) from error
    for cut in _CUTS:
        for library in told[cut]:
            if library not in libraries[cut]:
                raise BundleError(
                    f"the report has an area for {library}, and the bundle no cells of it for the {cut}", hint=_AGAIN
                )
    if digest != Bundle({path: content for path, content in files.items() if path not in _REPORTS}).digest:
        raise BundleError("the report belongs to other files", hint=_AGAIN)


def _form(classifier: Classifier, cut: str, files: Mapping[str, bytes]) -> OutputForm:
    """Return the form of the class that the lowered netlist of a cut has by the names of its outputs."""
    names = from_blif(_text(files, f"{cut}/lowered.blif")).output_names
    for form in _FORMS:
        if output_names(classifier.encoder, classifier.classes, form) == names:
            return form
    raise BundleError(f"'{cut}/lowered.blif' does not have the outputs of the model", hint=_AGAIN)


def _cut_proofs(
    cut: str,
    golden: Netlist,
    assumption: Assumption,
    name_of_golden: str,
    files: Mapping[str, bytes],
    libraries: tuple[str, ...],
    timeout_s: float,
) -> Iterator[Callable[[], Verdict]]:
    for name in ("lowered.blif", "netlist.blif"):
        if f"{cut}/{name}" == name_of_golden:
            continue  # a file against itself says nothing
        netlist = from_blif(_text(files, f"{cut}/{name}"))
        for method in METHODS:
            yield partial(
                prove_equivalent,
                golden,
                netlist,
                assuming=assumption,
                method=method,
                timeout_s=timeout_s,
                subject=f"{cut}/{name} = {name_of_golden}",
            )
    # Ports are named in view of each other, so that they are those of what was delivered, not of all that could be.
    ports = Ports.of(from_blif(_text(files, f"{cut}/netlist.blif")), module=golden.name)
    texts = {f"{cut}/netlist.v": _text(files, f"{cut}/netlist.v")}
    models = {library: _text(files, f"{cut}/{library}/cells.v") for library in libraries}
    for library in libraries:
        path = f"{cut}/{library}/mapped.v"
        texts[path] = _text(files, path) + models[library]
    for path, text in texts.items():
        yield partial(
            prove_verilog,
            golden,
            text,
            ports=ports,
            assuming=assumption,
            timeout_s=timeout_s,
            subject=f"{path} = {name_of_golden}",
        )
    for library in libraries:
        path = f"{cut}/{library}/mapped.blif"
        yield partial(
            prove_gate_blif,
            golden,
            _text(files, path),
            models[library],
            assuming=assumption,
            timeout_s=timeout_s,
            subject=f"{path} = {name_of_golden}",
        )


def _text(files: Mapping[str, bytes], path: str) -> str:
    return _file(files, path).decode("utf-8")


def _file(files: Mapping[str, bytes], path: str) -> bytes:
    if path not in files:
        raise BundleError(f"the bundle has no file '{path}'", hint=_AGAIN)
    return files[path]

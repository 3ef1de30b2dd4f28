"""The proofs about a finished bundle, from its files alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from tinydwn.export.bundle import Bundle, file_of, text_of
from tinydwn.export.bundle_files import (
    AIGER_FILE,
    CELLS_FILE,
    LOWERED_FILE,
    MAPPED_BLIF_FILE,
    MAPPED_FILE,
    MODEL_FILE,
    NETLIST_FILE,
    VERILOG_FILE,
)
from tinydwn.export.ports import Ports
from tinydwn.lowering import lower, lower_core
from tinydwn.metrics import CUTS
from tinydwn.model.classifier import Classifier
from tinydwn.model.store import from_bytes
from tinydwn.netlist import Assumption, Netlist, from_aiger, from_blif
from tinydwn.tools.parallel import run_together
from tinydwn.verify.belonging import check_files, form_of, libraries_of
from tinydwn.verify.formal import Method, prove_equivalent
from tinydwn.verify.read_back import prove_gate_blif, prove_verilog
from tinydwn.verify.verdict import Verdict

METHODS: tuple[Method, ...] = ("abc", "yosys")


def prove_files(
    bundle: Bundle,
    *,
    timeout_s: float = 120.0,
    on_verdict: Callable[[Verdict], None] = lambda _: None,
) -> tuple[Verdict, ...]:
    """Lower the bundle's model anew and prove every netlist and Verilog file of both cuts equal to it.

    For each cut: the lowered and the minimized BLIF by ABC and by Yosys; the AIGER, the minimized
    Verilog, and the Verilog and BLIF of every library's cells, read back by Yosys, by ABC. The core is compared where
    its bits come in order. A file may lack inputs, which it then does not read; what is a port of the Verilog,
    `netlist.blif` says.
    `on_verdict` hears each verdict. Before any proof the files have to belong together, and `check_files` says what is
    raised where they do not: `BundleError`, `ModelError` or `NetlistError`.
    """
    check_files(bundle)
    classifier = from_bytes(file_of(bundle.files, MODEL_FILE), name=MODEL_FILE)

    def told(proof: Callable[[], Verdict]) -> Verdict:
        verdict = proof()
        on_verdict(verdict)
        return verdict

    proofs: list[Callable[[], Verdict]] = []
    for cut in CUTS:
        golden, assumption = _lowered(classifier, cut, bundle.files)
        proofs += _cut_proofs(cut, golden, assumption, bundle.files, timeout_s)
    return tuple(run_together([partial(told, proof) for proof in proofs]))


def _lowered(classifier: Classifier, cut: str, files: Mapping[str, bytes]) -> tuple[Netlist, Assumption]:
    """Return what a cut of a bundle has to compute: its model, lowered anew."""
    form = form_of(classifier, cut, files)
    if cut == "chip":
        return lower(classifier, output=form, all_features=True), Assumption.none()
    core = lower_core(classifier, output=form)
    return core.netlist, core.assumption


def _cut_proofs(
    cut: str,
    golden: Netlist,
    assumption: Assumption,
    files: Mapping[str, bytes],
    timeout_s: float,
) -> Iterator[Callable[[], Verdict]]:
    for name in (LOWERED_FILE, NETLIST_FILE):
        netlist = from_blif(text_of(files, f"{cut}/{name}"))
        for method in METHODS:
            yield partial(
                prove_equivalent,
                golden,
                netlist,
                assuming=assumption,
                method=method,
                timeout_s=timeout_s,
                subject=f"{cut}/{name} = {MODEL_FILE}",
            )
    yield partial(
        prove_equivalent,
        golden,
        from_aiger(file_of(files, f"{cut}/{AIGER_FILE}")),
        assuming=assumption,
        timeout_s=timeout_s,
        subject=f"{cut}/{AIGER_FILE} = {MODEL_FILE}",
    )
    libraries = libraries_of(files, cut)
    # Ports are named in view of each other, so that they are those of what was delivered, not of all that could be.
    ports = Ports.of(from_blif(text_of(files, f"{cut}/{NETLIST_FILE}")), module=golden.name)
    texts = {f"{cut}/{VERILOG_FILE}": text_of(files, f"{cut}/{VERILOG_FILE}")}
    models = {library: text_of(files, f"{cut}/{library}/{CELLS_FILE}") for library in libraries}
    for library in libraries:
        path = f"{cut}/{library}/{MAPPED_FILE}"
        texts[path] = text_of(files, path) + models[library]
    for path, text in texts.items():
        yield partial(
            prove_verilog,
            golden,
            text,
            ports=ports,
            assuming=assumption,
            timeout_s=timeout_s,
            subject=f"{path} = {MODEL_FILE}",
        )
    for library in libraries:
        path = f"{cut}/{library}/{MAPPED_BLIF_FILE}"
        yield partial(
            prove_gate_blif,
            golden,
            text_of(files, path),
            models[library],
            assuming=assumption,
            timeout_s=timeout_s,
            subject=f"{path} = {MODEL_FILE}",
        )

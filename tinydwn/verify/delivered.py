"""The proofs about a finished bundle, from its files alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from tinydwn.errors import BundleError
from tinydwn.export.bundle import Bundle
from tinydwn.export.ports import Ports
from tinydwn.lowering import OutputForm, lower, lower_core
from tinydwn.model.store import from_bytes
from tinydwn.netlist import Assumption, Netlist, from_blif
from tinydwn.tools.parallel import run_together
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

    For each cut: the lowered and the minimized BLIF by ABC and by Yosys; the minimized Verilog, and the Verilog and
    BLIF of every library's cells, read back by Yosys, by ABC. The core is compared where its bits come in order.
    `on_verdict` hears each verdict. Raises `BundleError` where a file is missing, `ModelError` or `NetlistError`
    where one is not sound.
    """
    classifier = from_bytes(_file(bundle.files, "model.npz"), name="model.npz")

    def told(proof: Callable[[], Verdict]) -> Verdict:
        verdict = proof()
        on_verdict(verdict)
        return verdict

    proofs: list[Callable[[], Verdict]] = []
    for cut in ("core", "chip"):
        outputs = from_blif(_text(bundle.files, f"{cut}/lowered.blif")).output_names
        form: OutputForm = "onehot" if any(name.startswith("class_is[") for name in outputs) else "index"
        if cut == "core":
            core = lower_core(classifier, output=form)
            golden, assumption = core.netlist, core.assumption
        else:
            golden, assumption = lower(classifier, output=form), Assumption.none()
        proofs += _cut_proofs(cut, golden, assumption, bundle.files, timeout_s)
    return tuple(run_together([partial(told, proof) for proof in proofs]))


def _cut_proofs(
    cut: str, golden: Netlist, assumption: Assumption, files: Mapping[str, bytes], timeout_s: float
) -> Iterator[Callable[[], Verdict]]:
    for name in ("lowered.blif", "netlist.blif"):
        netlist = from_blif(_text(files, f"{cut}/{name}"))
        for method in METHODS:
            yield partial(
                prove_equivalent,
                golden,
                netlist,
                assuming=assumption,
                method=method,
                timeout_s=timeout_s,
                subject=f"{cut}/{name} = model.npz",
            )
    texts = {f"{cut}/netlist.v": _text(files, f"{cut}/netlist.v")}
    for path in files:
        if path.startswith(f"{cut}/") and path.endswith("/mapped.v"):
            texts[path] = _text(files, path) + _text(files, path.replace("mapped.v", "cells.v"))
    for path, text in texts.items():
        yield partial(
            prove_verilog,
            golden,
            text,
            ports=Ports.of(golden),
            assuming=assumption,
            timeout_s=timeout_s,
            subject=f"{path} = model.npz",
        )
    for path in files:
        if path.startswith(f"{cut}/") and path.endswith("/mapped.blif"):
            yield partial(
                prove_gate_blif,
                golden,
                _text(files, path),
                _text(files, path.replace("mapped.blif", "cells.v")),
                assuming=assumption,
                timeout_s=timeout_s,
                subject=f"{path} = model.npz",
            )


def _text(files: Mapping[str, bytes], path: str) -> str:
    return _file(files, path).decode("utf-8")


def _file(files: Mapping[str, bytes], path: str) -> bytes:
    if path not in files:
        raise BundleError(f"the bundle has no file '{path}'", hint="run 'tinydwn synth' again to write the folder anew")
    return files[path]

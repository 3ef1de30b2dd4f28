"""Bundles of small runs on real flowers, made once, and what a bundle made by hand needs beside its netlists."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from tinydwn.export.bundle import Bundle
from tinydwn.export.chip_interface import ChipInterface, interface_text
from tinydwn.export.ports import Ports
from tinydwn.export.testbench import to_vectors
from tinydwn.lowering import OutputForm
from tinydwn.model import Classifier
from tinydwn.model.store import to_bytes
from tinydwn.netlist import from_blif, simulate, to_aig
from tinydwn.report.choosing import choose_again
from tinydwn.report.collect import collect
from tinydwn.report.deliver import with_reports
from tinydwn.synthesis import SynthesisOptions, synthesize
from tinydwn.synthesis.front import Choice
from tinydwn.synthesis.source import Source

TRAINING = {"layers": (6,), "epochs": 8, "bits_per_feature": 4}
LIBRARY = "sky130_fd_sc_hd"


def bundle_of(source: Source, options: SynthesisOptions | None = None) -> Bundle:
    """Return the bundle that a run writes."""
    found = synthesize(source, options or SynthesisOptions())
    return with_reports(found.files, collect(found))


@cache
def exact() -> Bundle:
    """Return the bundle of a small network on iris with its function kept."""
    return bundle_of("iris", SynthesisOptions(exact=True, training=TRAINING))


@cache
def searched() -> Bundle:
    """Return the bundle of a short search on iris."""
    return bundle_of("iris", SynthesisOptions(training=TRAINING, most_nand2=16.0))


def chosen(bundle: Bundle, point: int) -> Bundle:
    """Return a bundle with another circuit of its front."""
    return choose_again(bundle, Choice("point", point))[1]


def completed(files: Mapping[str, bytes], model: Classifier, form: OutputForm = "index") -> dict[str, bytes]:
    """Return a bundle's files with a front of the one model, its interface, and AIGER and vectors of both cuts."""
    chip = from_blif(files["chip/netlist.blif"].decode())
    interface = ChipInterface.of(model.encoder, chip, model.class_names, form)
    more: dict[str, str | bytes] = {
        "model.npz": to_bytes(model),
        "front/00.npz": to_bytes(model),
        "interface.json": interface_text(interface),
    }
    for cut in ("core", "chip"):
        netlist = from_blif(files[f"{cut}/netlist.blif"].decode())
        inputs = np.random.default_rng(0).random((5, len(netlist.inputs))) < 0.5
        more[f"{cut}/netlist.aig"] = to_aig(netlist)
        more[f"{cut}/vectors.hex"] = to_vectors(netlist, Ports.of(netlist), inputs, simulate(netlist, inputs))
    return {**files, **{name: text if isinstance(text, bytes) else text.encode() for name, text in more.items()}}

"""What in a bundle has to fit together, beside what is proven: report, front, chosen circuit, interface, vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinydwn.errors import BundleError, NetlistError
from tinydwn.export.bundle import Bundle, file_of, text_of
from tinydwn.export.bundle_files import (
    AIGER_FILE,
    CELL_FILES,
    CHIP_NETLIST,
    FRONT_FOLDER,
    INTERFACE_FILE,
    LOWERED_FILE,
    MODEL_FILE,
    NETLIST_FILE,
    REPORT_FILE,
    REPORT_FILES,
    VECTORS_FILE,
    VERILOG_FILE,
    front_file,
)
from tinydwn.export.chip_interface import ChipInterface, read_interface
from tinydwn.export.testbench import from_vectors
from tinydwn.lowering import OutputForm
from tinydwn.lowering.parts import output_names
from tinydwn.metrics import CUTS
from tinydwn.model.classifier import Classifier
from tinydwn.model.store import from_bytes
from tinydwn.netlist import Netlist, from_blif
from tinydwn.tools.json_object import parse_json
from tinydwn.verify.simulation import Agreement, compare_on_samples

_FORMS: tuple[OutputForm, ...] = ("index", "onehot")
_GRID = ("offset", "step", "input_bits")
_AGAIN = "run 'tinydwn synth' again to write the folder anew"


@dataclass(frozen=True, slots=True)
class Belonging:
    """What was found to fit, in sentences, and the vectors of each cut as its netlist answers them."""

    said: tuple[str, ...]
    agreements: tuple[Agreement, ...]


def check_files(bundle: Bundle) -> Belonging:
    """Return what fits in a bundle, after finding that everything does.

    Every circuit of the front is a sound classifier for the classes and on the words of the chosen one, which is the
    one that the report marks, or one of them where there is no report; `interface.json` is that of the chip's netlist
    and the chosen circuit. Raises `BundleError` where something is missing or does not fit, `ModelError` or
    `NetlistError` where a file is not sound; that vectors of a testbench are answered otherwise is said and not raised.
    """
    files = bundle.files
    for cut in CUTS:
        libraries_of(files, cut)
    report = read_own_report(files)
    chosen = from_bytes(file_of(files, MODEL_FILE), name=MODEL_FILE)
    said = [] if report is None else [f"{REPORT_FILE} is about all the other files"]
    said.append(_front(files, chosen, report))
    said.append(_interface(files, chosen))
    agreements = tuple(_vectors(files, cut) for cut in CUTS)
    said += [_answered(one) for one in agreements]
    return Belonging(tuple(said), agreements)


def _answered(agreement: Agreement) -> str:
    wrong, count = agreement.mismatches, agreement.compared
    how = (
        f"{wrong:,} of {count:,} vectors are answered otherwise" if wrong else f"all {count:,} vectors are answered so"
    )
    return f"{agreement.subject}: {how}"


def read_own_report(files: Mapping[str, bytes]) -> Mapping[str, Any] | None:
    """Return the report of a bundle as JSON has it, None where there is none.

    Raises `BundleError` where it is no report, and where it is about other files or other cells.
    """
    if REPORT_FILE not in files:
        return None
    try:
        report = parse_json(files[REPORT_FILE])
        digest, told = report["digest"], {cut: tuple(report["cuts"][cut]["area_um2"]) for cut in CUTS}
        marked = [int(one["point"]) for one in report["fronts"]["chip"] if one["chosen"]]
        if len(marked) != 1:
            raise ValueError("one circuit is chosen")
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"'{REPORT_FILE}' is not a report of tinydwn", hint=_AGAIN) from error
    for cut in CUTS:
        for library in told[cut]:
            if library not in libraries_of(files, cut):
                raise BundleError(
                    f"the report has an area for {library}, and the bundle no cells of it for the {cut}", hint=_AGAIN
                )
    if digest != Bundle({path: content for path, content in files.items() if path not in REPORT_FILES}).digest:
        raise BundleError("the report belongs to other files", hint=_AGAIN)
    return dict(report)


def libraries_of(files: Mapping[str, bytes], cut: str) -> tuple[str, ...]:
    """Return the libraries that a cut has a folder for; `BundleError` where a file that is proven is missing."""
    for name in (LOWERED_FILE, NETLIST_FILE, AIGER_FILE, VERILOG_FILE):
        file_of(files, f"{cut}/{name}")
    parts = [path.split("/") for path in files]
    libraries = tuple(dict.fromkeys(part[1] for part in parts if part[0] == cut and len(part) > 2))
    if not libraries:
        raise BundleError(f"the bundle has no cells of any library for the {cut}", hint=_AGAIN)
    for library in libraries:
        for name in CELL_FILES:
            file_of(files, f"{cut}/{library}/{name}")
    return libraries


def form_of(classifier: Classifier, cut: str, files: Mapping[str, bytes]) -> OutputForm:
    """Return the form of the class that the lowered netlist of a cut has by the names of its outputs."""
    names = _netlist(files, f"{cut}/{LOWERED_FILE}").output_names
    for form in _FORMS:
        if output_names(classifier.encoder, classifier.class_names, form) == names:
            return form
    raise BundleError(f"'{cut}/{LOWERED_FILE}' does not have the outputs of the model", hint=_AGAIN)


def _front(files: Mapping[str, bytes], chosen: Classifier, report: Mapping[str, Any] | None) -> str:
    """Return what the front is, after reading every circuit of it."""
    count = sum(path.startswith(f"{FRONT_FOLDER}/") for path in files)
    if report is not None:
        count = max(count, len(report["fronts"]["chip"]))
    circuits = [_circuit(files, front_file(k), chosen) for k in range(max(count, 1))]
    if report is None:
        places = [k for k, one in enumerate(circuits) if one.digest == chosen.digest]
        if not places:
            raise BundleError(f"'{MODEL_FILE}' is no circuit of the front", hint=_AGAIN)
        return f"{MODEL_FILE} is circuit {places[0]} of the front; {_sound(count)}"
    points = sorted(int(one["point"]) for one in report["fronts"]["chip"])
    if points != list(range(count)):
        raise BundleError(f"the report tells of {len(points)} circuits, and the front has {count}", hint=_AGAIN)
    marked = next(int(one["point"]) for one in report["fronts"]["chip"] if one["chosen"])
    if circuits[marked].digest != chosen.digest:
        raise BundleError(
            f"'{MODEL_FILE}' is not '{front_file(marked)}', which the report marks as chosen", hint=_AGAIN
        )
    return f"{MODEL_FILE} is circuit {marked} of the front, which {REPORT_FILE} marks as chosen; {_sound(count)}"


def _sound(count: int) -> str:
    return f"all {count} circuits of the front are sound" if count > 1 else "it is sound, and the only one"


def _circuit(files: Mapping[str, bytes], name: str, chosen: Classifier) -> Classifier:
    """Return a circuit of the front; `BundleError` where it is for other features, words or classes."""
    found = from_bytes(file_of(files, name), name=name)
    ours, theirs = found.encoder, chosen.encoder
    pairs = ((getattr(ours.fixed_point, part), getattr(theirs.fixed_point, part)) for part in _GRID)
    same = ours.feature_names == theirs.feature_names and found.class_names == chosen.class_names
    if not same or not all(np.array_equal(one, other) for one, other in pairs):
        raise BundleError(f"'{name}' is for other features, words or classes than '{MODEL_FILE}'", hint=_AGAIN)
    return found


def _interface(files: Mapping[str, bytes], chosen: Classifier) -> str:
    chip = _netlist(files, CHIP_NETLIST)
    try:
        wanted = ChipInterface.of(chosen.encoder, chip, chosen.class_names, form_of(chosen, "chip", files))
    except NetlistError as error:
        raise BundleError(f"'{CHIP_NETLIST}' is no chip of '{MODEL_FILE}': {error.message}", hint=_AGAIN) from error
    if read_interface(file_of(files, INTERFACE_FILE)) != wanted:
        raise BundleError(f"'{INTERFACE_FILE}' is not that of '{CHIP_NETLIST}' and '{MODEL_FILE}'", hint=_AGAIN)
    return f"{INTERFACE_FILE} is that of {CHIP_NETLIST}, words and classes those of {MODEL_FILE}"


def _vectors(files: Mapping[str, bytes], cut: str) -> Agreement:
    path = f"{cut}/{VECTORS_FILE}"
    netlist = _netlist(files, f"{cut}/{NETLIST_FILE}")
    inputs, outputs = from_vectors(file_of(files, path).decode("ascii", "replace"), netlist)
    return compare_on_samples(netlist, inputs, outputs, subject=f"{path} = {cut}/{NETLIST_FILE}")


def _netlist(files: Mapping[str, bytes], path: str) -> Netlist:
    return from_blif(text_of(files, path))

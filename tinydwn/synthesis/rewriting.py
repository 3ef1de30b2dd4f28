"""The files of a bundle once more, from its model, netlists, cells and samples: what they should be, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from tinydwn.data import Coding
from tinydwn.errors import BundleError, LibraryError, NetlistError
from tinydwn.export.bundle import Bundle, file_of, text_of
from tinydwn.export.bundle_files import (
    AIGER_FILE,
    CELL_FILES,
    CHIP_NETLIST,
    CODING_FILE,
    EQUATIONS_FILE,
    FRONT_FOLDER,
    LOWERED_FILE,
    MAPPED_BLIF_FILE,
    MODEL_FILE,
    NETLIST_FILE,
    REPORT_FILES,
    SAMPLES_FILE,
)
from tinydwn.export.chip_interface import ChipInterface
from tinydwn.export.core_head import core_head
from tinydwn.export.gate_blif import from_gate_blif
from tinydwn.lowering import OutputForm, lower_core
from tinydwn.mapping import MappedNetlist
from tinydwn.metrics import CUTS, Cut
from tinydwn.minimize import Minimized
from tinydwn.model.classifier import Classifier
from tinydwn.model.store import from_bytes, to_bytes
from tinydwn.netlist import Assumption, from_blif
from tinydwn.netlist.analysis import depth
from tinydwn.synthesis.deliverables import Files, circuit_files, cut_files
from tinydwn.synthesis.pipeline import coding_text
from tinydwn.synthesis.result import CutResult
from tinydwn.synthesis.samples import Samples
from tinydwn.technology import FACT_LIBRARIES, Library, load_library
from tinydwn.tools.json_object import parse_json
from tinydwn.verify.belonging import form_of, libraries_of

_AGAIN = "run 'tinydwn synth' again to write the folder anew"


@dataclass(frozen=True, slots=True, eq=False)
class Rewritten:
    """What the files of a bundle hold once they were found to be what is written from one another.

    `cuts` have the cells of the known libraries, core first; counts and proofs, which no file but the report tells, are
    0 and none. `unknown` are libraries whose cells were read from nowhere but the bundle.
    """

    classifier: Classifier
    interface: ChipInterface
    form: OutputForm
    samples: Samples
    cuts: tuple[CutResult, CutResult]
    equations: str
    files: tuple[str, ...]
    unknown: tuple[str, ...]


def rewrite(bundle: Bundle, libraries: Iterable[Library] = ()) -> Rewritten:
    """Write every file but reports, model and AIGER anew from model, netlists and samples, and compare.

    The cells of a library are those that tinydwn knows, or those of `libraries` where one has its name, and never those
    in the bundle. `BundleError` for a file that is otherwise, that is missing, or that no run writes.
    """
    files = bundle.files
    given = {library.name: library for library in libraries}
    classifier = from_bytes(file_of(files, MODEL_FILE), name=MODEL_FILE)
    samples = _samples(files, classifier)
    form = form_of(classifier, "chip", files)
    chip = from_blif(text_of(files, CHIP_NETLIST))
    interface = ChipInterface.of(classifier.encoder, chip, classifier.class_names, form)
    texts: dict[Cut, Files] = {}
    cuts = []
    unknown = sorted({name for cut in CUTS for name in libraries_of(files, cut) if _library(name, given) is None})
    for cut in CUTS:
        result = _cut(files, cut, classifier, form, given)
        if cut == "core":
            head = core_head(classifier.encoder, result.minimized.netlist, classifier.class_names, form)
        else:
            head = interface.head()
        stimulus = samples.stimulus(classifier, result.minimized.netlist, cut, form)
        texts[cut] = cut_files(
            result.lowered,
            result.minimized.netlist,
            result.mapped,
            assuming=result.assumption,
            stimulus=stimulus,
            head=head,
        )
        cuts.append(result)
    aiger: dict[str, bytes] = {cut: file_of(files, f"{cut}/{AIGER_FILE}") for cut in CUTS}
    wanted = circuit_files(classifier, texts["core"], texts["chip"], chip, interface, aiger=aiger, vectors=len(samples))
    wanted |= _learnt(files, samples, classifier)
    _compare(files, wanted, {f"{cut}/{name}/{file}" for cut in CUTS for name in unknown for file in CELL_FILES})
    compared = sorted(set(wanted) - {f"{cut}/{AIGER_FILE}" for cut in CUTS})
    equations = texts["core"].get(EQUATIONS_FILE, "")
    return Rewritten(
        classifier, interface, form, samples, (cuts[0], cuts[1]), equations, tuple(compared), tuple(unknown)
    )


def _cut(
    files: Mapping[str, bytes], cut: Cut, classifier: Classifier, form: OutputForm, given: Mapping[str, Library]
) -> CutResult:
    lowered = from_blif(text_of(files, f"{cut}/{LOWERED_FILE}"))
    if lowered.name != cut:
        raise BundleError(f"the netlist in '{cut}/{LOWERED_FILE}' is called '{lowered.name}', not '{cut}'", hint=_AGAIN)
    netlist = from_blif(text_of(files, f"{cut}/{NETLIST_FILE}"))
    mapped = []
    for name in libraries_of(files, cut):
        library = _library(name, given)
        if library is not None:
            mapped.append(_mapped(files, f"{cut}/{name}/{MAPPED_BLIF_FILE}", library))
    return CutResult(
        cut=cut,
        lowered=lowered,
        assumption=lower_core(classifier, output=form).assumption if cut == "core" else Assumption.none(),
        minimized=Minimized(netlist, (), ()),
        gates2=0,
        nand2=0,
        depth=depth(netlist),
        mapped=tuple(mapped),
        agreements=(),
        verdicts=(),
    )


def _mapped(files: Mapping[str, bytes], path: str, library: Library) -> MappedNetlist:
    try:
        return from_gate_blif(text_of(files, path), library)
    except (NetlistError, LibraryError) as error:
        raise BundleError(f"'{path}' is no circuit in cells of {library.name}: {error.message}", hint=_AGAIN) from error


def _library(name: str, given: Mapping[str, Library]) -> Library | None:
    """Return the library of a name, None where its cells are known from nowhere but the bundle."""
    if name in given:
        return given[name]
    return load_library(name) if name in (*FACT_LIBRARIES, "gates2", "nand2") else None


def _learnt(files: Mapping[str, bytes], samples: Samples, classifier: Classifier) -> dict[str, bytes]:
    """Return the files that are the same for every circuit of the front, as they are written."""
    found = {SAMPLES_FILE: samples.to_bytes()}
    for name, content in files.items():
        if name.startswith(f"{FRONT_FOLDER}/"):
            found[name] = to_bytes(from_bytes(content, name=name))
    if CODING_FILE in files:
        try:
            coding = Coding.from_json(parse_json(text_of(files, CODING_FILE)))
        except (ValueError, AttributeError, TypeError) as error:
            raise BundleError(f"'{CODING_FILE}' is not JSON of columns", hint=_AGAIN) from error
        if coding.feature_names != classifier.encoder.feature_names:
            raise BundleError(f"'{CODING_FILE}' belongs to other features than '{MODEL_FILE}'", hint=_AGAIN)
        found[CODING_FILE] = coding_text(coding).encode()
    return found


def _samples(files: Mapping[str, bytes], classifier: Classifier) -> Samples:
    """Return the samples; `BundleError` where they are of other features or classes."""
    samples = Samples.from_bytes(file_of(files, SAMPLES_FILE))
    most = (1 << classifier.encoder.fixed_point.input_bits) - 1
    fits = (
        samples.words.shape[1:] == most.shape
        and bool(len(samples))
        and bool(((samples.words >= 0) & (samples.words <= most)).all())
        and bool(((samples.labels >= 0) & (samples.labels < classifier.classes)).all())
        and bool(np.isfinite(samples.values).all())
    )
    if not fits:
        raise BundleError(f"'{SAMPLES_FILE}' is for other features or classes than '{MODEL_FILE}'", hint=_AGAIN)
    return samples


def _compare(files: Mapping[str, bytes], wanted: Mapping[str, bytes], unknown: set[str]) -> None:
    """Raise `BundleError` for the first file that is not the wanted one."""
    for path, content in wanted.items():
        if file_of(files, path) != content:
            raise BundleError(
                f"'{path}' is not what is written for the model, netlists, cells and samples of the folder",
                hint=f"it was changed, or another version of tinydwn wrote it: {_AGAIN}",
            )
    more = sorted(set(files) - set(wanted) - unknown - set(REPORT_FILES))
    if more:
        raise BundleError(f"'{more[0]}' is no file that tinydwn writes to a bundle", hint="move it elsewhere")

"""A circuit of the front carried to the end: both cuts in cells of every library, proven, simulated, written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinydwn.errors import ProgramMissing
from tinydwn.export.bundle_files import EQUATIONS_FILE
from tinydwn.export.chip_interface import ChipInterface
from tinydwn.export.core_head import core_head
from tinydwn.mapping import MappedNetlist, count_minimized
from tinydwn.metrics import Cut
from tinydwn.model.classifier import Classifier
from tinydwn.netlist.analysis import depth
from tinydwn.synthesis.building import Built, BuiltCut, map_cut
from tinydwn.synthesis.deliverables import Files, circuit_files, cut_aiger, cut_files, gate_level_files
from tinydwn.synthesis.front import FrontPoint
from tinydwn.synthesis.ladder import climb
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.part_areas import areas_by_part
from tinydwn.synthesis.progress import Progress
from tinydwn.synthesis.result import CutResult, Delivered
from tinydwn.synthesis.samples import Samples
from tinydwn.technology import Library
from tinydwn.verify import Outcome, Verdict
from tinydwn.verify.gate_level import METHOD, simulate_gates
from tinydwn.verify.simulation import Agreement, compare_on_samples


@dataclass(frozen=True, slots=True)
class Road:
    """What every step shares; the first library is the one that the front is counted in."""

    libraries: Sequence[Library]
    options: SynthesisOptions
    progress: Progress


def deliver(point: FrontPoint, built: Built, samples: Samples, road: Road) -> Delivered:
    """Prove, simulate and write a circuit; its cuts were built in the first library.

    Raises `VerificationError` where a netlist or the gates differ from the classifier; proofs that did not end are
    UNDECIDED among the verdicts.
    """
    classifier, form = point.classifier, road.options.output_form
    interface = ChipInterface.of(classifier.encoder, built.chip.netlist, classifier.class_names, form)
    heads = {
        "core": core_head(classifier.encoder, built.core.netlist, classifier.class_names, form),
        "chip": interface.head(),
    }
    core, core_files, core_aiger = _take(built.core, classifier, samples, heads["core"], road)
    chip, chip_files, chip_aiger = _take(built.chip, classifier, samples, heads["chip"], road)
    with road.progress.stage("parts", "area of encoder, tables and reduction"):
        parts = areas_by_part(classifier, road.libraries[0], road.options)
    files = circuit_files(
        classifier,
        core_files,
        chip_files,
        built.chip.netlist,
        interface,
        aiger={"core": core_aiger, "chip": chip_aiger},
        vectors=len(samples),
    )
    return Delivered(
        point=point,
        core=core,
        chip=chip,
        interface=interface,
        equations=core_files.get(EQUATIONS_FILE, ""),
        parts=parts,
        samples=samples,
        files=files,
    )


def _take(
    built: BuiltCut, classifier: Classifier, samples: Samples, head: str, road: Road
) -> tuple[CutResult, Files, bytes]:
    """Map one cut to the other libraries, write it, prove what is written, and play the samples on its gates."""
    progress, options, cut = road.progress, road.options, built.cut
    lowered, netlist = built.lowered, built.netlist
    given = samples.stimulus(classifier, lowered, cut, options.output_form)
    agreement = compare_on_samples(lowered, given.inputs, given.outputs, subject=f"{cut} lowered = model")
    agreement.require()
    with progress.stage("map", f"{cut}: to {', '.join(library.name for library in road.libraries)}"):
        mapped = (built.mapped, *(map_cut(built.minimized, library, options) for library in road.libraries[1:]))
        nand2 = count_minimized(built.minimized, "nand2", effort=options.effort, timeout_s=options.timeout_s)
        progress.tell(
            f"{cut}: {built.gates2} two-input gates, {mapped[0].area_um2:.6g} um2 in {mapped[0].library.name}"
        )
    stimulus = samples.stimulus(classifier, netlist, cut, options.output_form)
    files = cut_files(lowered, netlist, mapped, assuming=built.assumption, stimulus=stimulus, head=head)
    aiger = cut_aiger(netlist, mapped)
    with progress.stage("verify", f"{cut}: proving"):
        verdicts = climb(
            lowered,
            netlist,
            mapped,
            files=files,
            aiger=aiger,
            assuming=built.assumption,
            timeout_s=options.timeout_s,
            on_verdict=lambda verdict: progress.tell(_verdict_text(verdict)),
        )
    for verdict in verdicts:
        if verdict.outcome is Outcome.DIFFERENT:
            verdict.require()
    with progress.stage("simulate", f"{cut}: gates on {stimulus.vectors} vectors"):
        gates = _gate_level(cut, mapped, files, options.timeout_s)
    result = CutResult(
        cut=cut,
        lowered=lowered,
        assumption=built.assumption,
        minimized=built.minimized,
        gates2=built.gates2,
        nand2=nand2,
        depth=depth(netlist),
        mapped=mapped,
        agreements=(agreement, gates),
        verdicts=verdicts,
    )
    return result, files, aiger


def _gate_level(cut: Cut, mapped: Sequence[MappedNetlist], files: Files, timeout_s: float) -> Agreement:
    """Play the vectors of a cut's files in Icarus; without it nothing was compared, and the agreement says so."""
    library = mapped[0].library.name
    subject = f"{cut} gates in {library} = model"
    try:
        agreement = simulate_gates(gate_level_files(files, library), subject=subject, timeout_s=timeout_s)
    except ProgramMissing as error:
        return Agreement(subject, METHOD, 0, 0, note=f"not simulated: {error.message}")
    agreement.require()
    return agreement


def _verdict_text(verdict: Verdict) -> str:
    return f"{verdict.subject}: {verdict.outcome.value} by {verdict.method}"

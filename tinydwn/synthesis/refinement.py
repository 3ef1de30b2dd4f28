"""The road to refined circuits: from a table of samples to a proven circuit of each cut, smaller than its network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tinydwn.data import Split, load_dataset
from tinydwn.lowering import chip_stimulus
from tinydwn.netlist.simulate import simulate
from tinydwn.refine import Examples, Front, Point, RefineOptions
from tinydwn.synthesis.cut import gate_level
from tinydwn.synthesis.deliverables import Files, cut_files
from tinydwn.synthesis.ladder import climb
from tinydwn.synthesis.options import OutputForm, SynthesisOptions
from tinydwn.synthesis.progress import OnEvent, Progress
from tinydwn.synthesis.refining import Refined, refine_split
from tinydwn.synthesis.result import Cut
from tinydwn.synthesis.samples import Stimulus
from tinydwn.technology import Library, load_library
from tinydwn.verify import Outcome, Verdict
from tinydwn.verify.delivered import ORDER, order_text
from tinydwn.verify.simulation import Agreement

CUTS: tuple[Cut, ...] = ("core", "chip")


@dataclass(frozen=True, slots=True)
class Choice:
    """How to choose a point of a front: by an accuracy that may be lost, by area in NAND2 equivalents, or the knee."""

    by: Literal["knee", "drop", "area"] = "knee"
    value: float = 0.0

    def of(self, front: Front) -> Point:
        """Return the point; `ConfigError` where none fits."""
        if self.by == "drop":
            return front.within_drop(self.value)
        if self.by == "area":
            return front.within(self.value * front.points[0].mapped.library.nand2_area_um2)
        return front.knee()


@dataclass(frozen=True, slots=True)
class RefinedCut:
    """One cut: its front, the chosen point, what the test samples say, proofs of the chosen point, and its files.

    `test` and `start_test` are the accuracies on the test part of every point and of every start, in their order.
    `network` is the most accurate DWN among the starts on the training samples; the chosen circuit answers `differing`
    of the test samples differently.
    """

    refined: Refined
    chosen: Point
    test: tuple[float, ...]
    start_test: tuple[float, ...]
    network: Point
    network_test: float
    differing: int
    test_samples: int
    verdicts: tuple[Verdict, ...]
    agreement: Agreement
    files: Files

    @property
    def chosen_test(self) -> float:
        """The accuracy of the chosen point on the test part."""
        return self.test[self.refined.front.points.index(self.chosen)]


@dataclass(frozen=True, slots=True)
class Refinement:
    """Both cuts of a data set; areas and proofs are those of `library`."""

    source: str
    split: Split
    library: Library
    options: RefineOptions
    output_form: OutputForm
    choice: Choice
    core: RefinedCut
    chip: RefinedCut
    seconds: Mapping[str, float]

    @property
    def cuts(self) -> tuple[RefinedCut, RefinedCut]:
        """Core, then chip."""
        return self.core, self.chip

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, core first."""
        return (*self.core.verdicts, *self.chip.verdicts)


def refine_source(
    source: str | Path,
    data: SynthesisOptions | None = None,
    options: RefineOptions | None = None,
    *,
    library: str = "nangate45",
    choice: Choice | None = None,
    on_event: OnEvent | None = None,
) -> Refinement:
    """Return refined circuits of a data set name or a table file, chosen and proven on both cuts.

    Of `data`, what tells how to read and split the table is used, with the timeout and the form of the output. The core
    and the chip are refined each for itself, as their costs differ. Raises `DataError` or `ConfigError` for bad input,
    `VerificationError` where a chosen circuit was shown to differ.
    """
    data, options, choice = data or SynthesisOptions(), options or RefineOptions(), choice or Choice()
    progress = Progress(on_event)
    cells = load_library(library)
    with progress.stage("data", f"reading {source}"):
        dataset = load_dataset(source, target=data.target, missing=data.missing, positive=data.positive)
        split = dataset.split(test_fraction=data.test_fraction, seed=data.seed)
    core, chip = (_cut(cut, split, cells, options, data.output_form, choice, progress) for cut in CUTS)
    return Refinement(str(source), split, cells, options, data.output_form, choice, core, chip, progress.seconds)


def _cut(
    cut: Cut,
    split: Split,
    library: Library,
    options: RefineOptions,
    output: OutputForm,
    choice: Choice,
    progress: Progress,
) -> RefinedCut:
    with progress.stage("refine", f"{cut}: starting points"):
        refined = refine_split(
            split, library, options, cut=cut, output=output, on_step=lambda text: progress.tell(f"{cut}: {text}")
        )
    front = refined.front
    test = refined.examples_of(split.test_features, split.test_labels)
    chosen = choice.of(front)
    network = max((one for one in front.starts if "DWN" in one.start), key=lambda one: one.accuracy)
    differing = int((answers(test, chosen) != answers(test, network)).any(axis=1).sum())
    with progress.stage("verify", f"{cut}: proving the circuit of {chosen.cost_nand2:.1f} NAND2 equivalents"):
        whole, assuming = refined.whole(chosen), refined.assumption(chosen)
        smaller = chosen.mapped.functions()
        verdicts = climb(
            whole,
            smaller,
            (chosen.mapped,),
            assuming=assuming,
            timeout_s=options.timeout_s,
            on_verdict=lambda verdict: progress.tell(f"{cut}: {verdict}"),
        )
        for verdict in verdicts:
            if verdict.outcome is Outcome.DIFFERENT:
                verdict.require()
    stimulus = _stimulus(refined, chosen, test, split)
    with progress.stage("simulate", f"{cut}: gates on {stimulus.vectors} test samples"):
        files = cut_files(whole, smaller, (chosen.mapped,), assuming=assuming, stimulus=stimulus)
        agreement = gate_level(cut, library.name, "refined netlist", files, options.timeout_s)
    files[ORDER] = order_text(assuming)
    return RefinedCut(
        refined=refined,
        chosen=chosen,
        test=tuple(test.accuracy(point.netlist, balanced=options.balanced) for point in front.points),
        start_test=tuple(test.accuracy(point.netlist, balanced=options.balanced) for point in front.starts),
        network=network,
        network_test=test.accuracy(network.netlist, balanced=options.balanced),
        differing=differing,
        test_samples=len(test),
        verdicts=verdicts,
        agreement=agreement,
        files=files,
    )


def answers(examples: Examples, point: Point) -> NDArray[np.bool_]:
    """Return what a point's netlist answers to examples, (samples, outputs)."""
    return simulate(point.netlist, examples.bits[:, examples.places(point.netlist.inputs)])


def _stimulus(refined: Refined, chosen: Point, test: Examples, split: Split) -> Stimulus:
    """Return the test samples as input patterns of the chosen circuit, with what its netlist answers."""
    inputs = refined.whole(chosen).inputs
    if refined.cut == "core":
        patterns = test.bits[:, test.places(inputs)]
    else:
        words = refined.encoder.fixed_point.words(split.test_features)
        patterns = chip_stimulus(refined.encoder, inputs, words)
    return Stimulus(patterns, answers(test, chosen), len(patterns))

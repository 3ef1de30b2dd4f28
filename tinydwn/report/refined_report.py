"""What refining came to, as one value that JSON holds and every rendering starts from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tinydwn.errors import BundleError
from tinydwn.report.codec import from_json, loads, to_json
from tinydwn.report.collect import agreement_facts, verdict_facts
from tinydwn.report.facts import AgreementFacts, VerdictFacts

if TYPE_CHECKING:
    from tinydwn.refine import Point
    from tinydwn.synthesis.refinement import RefinedCut, Refinement

SCHEMA = "tinydwn.refined/1"
_HINT = "run 'tinydwn refine' again to write the folder anew"


@dataclass(frozen=True, slots=True)
class PointFacts:
    """A circuit: its area, how many bits it reads, its accuracies, and the starting point that it descends from."""

    area_um2: float
    nand2_equivalent: float
    inputs: int
    training_accuracy: float
    validation_accuracy: float | None
    test_accuracy: float
    descends_from: str


@dataclass(frozen=True, slots=True)
class FrontFacts:
    """One cut: its front by ascending area, the starting points, and which point was chosen.

    `network` is the most accurate trained network among the starts; the chosen circuit answers
    `differing_test_samples` differently. `judged` circuits were looked at.
    """

    points: tuple[PointFacts, ...]
    starts: tuple[PointFacts, ...]
    chosen: int
    network: PointFacts
    differing_test_samples: int
    judged: int
    proofs: tuple[VerdictFacts, ...]
    gate_level: AgreementFacts

    @property
    def chosen_point(self) -> PointFacts:
        """The chosen circuit."""
        return self.points[self.chosen]


@dataclass(frozen=True, slots=True)
class RefinedReport:
    """Both cuts of a data set; areas and proofs are those of `library`."""

    schema: str
    source: str
    library: str
    accuracy: Literal["plain", "balanced"]
    output_form: str
    effort: str
    seed: int
    test_samples: int
    cuts: Mapping[str, FrontFacts]


def collect(refinement: Refinement) -> RefinedReport:
    """Return what a refinement has to tell."""
    options = refinement.options
    return RefinedReport(
        schema=SCHEMA,
        source=refinement.source,
        library=refinement.library.name,
        accuracy="balanced" if options.balanced else "plain",
        output_form=refinement.output_form,
        effort=options.effort,
        seed=options.seed,
        test_samples=len(refinement.split.test_labels),
        cuts={cut.refined.cut: _front(cut) for cut in refinement.cuts},
    )


def to_text(report: RefinedReport) -> str:
    """Return a report as the JSON text of `report.json`."""
    return json.dumps(to_json(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def from_text(text: str, *, where: str = "report.json") -> RefinedReport:
    """Return the report that `to_text` wrote; `BundleError` for anything else."""
    try:
        report = from_json(RefinedReport, loads(text, where=where), where=where)
        _check(report, where)
    except BundleError as error:
        raise BundleError(error.message, hint=_HINT) from error
    return report


def _check(report: RefinedReport, where: str) -> None:
    if report.schema != SCHEMA:
        raise BundleError(f"{where} has the schema {report.schema!r}, not '{SCHEMA}'")
    if tuple(report.cuts) != ("core", "chip"):
        raise BundleError(f"{where}.cuts has the entries {', '.join(report.cuts) or 'none'}, not core, chip")
    for name, cut in report.cuts.items():
        if not 0 <= cut.chosen < len(cut.points):
            raise BundleError(f"{where}.cuts.{name}.chosen is no point of the front")
        for point in (*cut.points, *cut.starts, cut.network):
            shares = (point.training_accuracy, point.validation_accuracy or 0.0, point.test_accuracy)
            if min(point.area_um2, point.nand2_equivalent) < 0 or not all(0 <= share <= 1 for share in shares):
                raise BundleError(f"{where}.cuts.{name} has an area below 0, or an accuracy that is none")


def _front(cut: RefinedCut) -> FrontFacts:
    front = cut.refined.front
    return FrontFacts(
        points=tuple(_point(point, test) for point, test in zip(front.points, cut.test, strict=True)),
        starts=tuple(_point(point, test) for point, test in zip(front.starts, cut.start_test, strict=True)),
        chosen=front.points.index(cut.chosen),
        network=_point(cut.network, cut.network_test),
        differing_test_samples=cut.differing,
        judged=front.judged,
        proofs=tuple(map(verdict_facts, cut.verdicts)),
        gate_level=agreement_facts(cut.agreement),
    )


def _point(point: Point, test: float) -> PointFacts:
    return PointFacts(
        area_um2=point.cost_um2,
        nand2_equivalent=point.cost_nand2,
        inputs=len(point.netlist.inputs),
        training_accuracy=point.accuracy,
        validation_accuracy=point.validation_accuracy,
        test_accuracy=test,
        descends_from=point.start,
    )

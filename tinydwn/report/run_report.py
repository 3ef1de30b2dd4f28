"""The one value that every rendering of a result starts from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields

from tinydwn.errors import BundleError
from tinydwn.export.bundle_files import REPORT_FILE
from tinydwn.export.chip_interface import ChipInterface
from tinydwn.metrics import CUTS, Cut, Metric
from tinydwn.report.facts import (
    AccuracyFacts,
    AgreementFacts,
    CutReport,
    DataFacts,
    Drawing,
    LibraryFacts,
    LiveCircuit,
    ModelFacts,
    PartFacts,
    PointFacts,
    ReferenceFacts,
    Rule,
    SampleFacts,
    Scalar,
    SearchFacts,
    SupplyFacts,
    TrainingFacts,
    VerdictFacts,
)
from tinydwn.tools.codec import from_json, to_json
from tinydwn.tools.json_object import parse_json

SCHEMA = "tinydwn.report/2"


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything that a run has to tell; nothing in it depends on time, place or machine.

    `digest` is the sha256 over the names and contents of all deliverables but the reports. `cuts` has the entries
    `core` and `chip`, about the chosen circuit; `fronts` has the same, all circuits by ascending area. `training` is
    that of the network, `equations` are those of the chosen core, empty where it is too large to be read. `rules`
    explains each kind of number by its name.
    """

    schema: str
    source: str
    digest: str
    seed: int
    data: DataFacts | None
    model: ModelFacts
    training: TrainingFacts | None
    accuracy: AccuracyFacts
    fronts: Mapping[str, tuple[PointFacts, ...]]
    search: SearchFacts
    references: tuple[ReferenceFacts, ...]
    cuts: Mapping[str, CutReport]
    interface: ChipInterface
    parts: tuple[PartFacts, ...]
    notes: tuple[str, ...]
    equations: str
    drawings: tuple[Drawing, ...]
    live: LiveCircuit | None
    samples: tuple[SampleFacts, ...]
    options: Mapping[str, Scalar]
    rules: Mapping[str, Rule]
    libraries: tuple[LibraryFacts, ...]
    versions: Mapping[str, str]
    supplies: tuple[SupplyFacts, ...] = ()

    @property
    def core(self) -> CutReport:
        """Thermometer bits to class, the encoder left out."""
        return self.cuts["core"]

    @property
    def chip(self) -> CutReport:
        """Feature words to class, the encoder included."""
        return self.cuts["chip"]

    @property
    def chosen(self) -> PointFacts:
        """The chosen circuit as a point of the front of the chip."""
        return next(point for point in self.fronts["chip"] if point.chosen)

    def point(self, number: int, cut: Cut = "chip") -> PointFacts:
        """Return the point of a number on one cut."""
        return next(point for point in self.fronts[cut] if point.point == number)

    @property
    def main_library(self) -> str:
        """The library that deliverables and areas by part are made for."""
        return self.chip.libraries[0]

    @property
    def verdicts(self) -> tuple[VerdictFacts, ...]:
        """All verdicts, core first."""
        return (*self.core.verdicts, *self.chip.verdicts)

    @property
    def agreements(self) -> tuple[AgreementFacts, ...]:
        """All comparisons on samples, core first."""
        return (*self.core.agreements, *self.chip.agreements)

    @property
    def all_equivalent(self) -> bool:
        """Whether there are verdicts, every one is EQUIVALENT, and no comparison on samples found a mismatch."""
        proven = bool(self.verdicts) and all(verdict.outcome == "EQUIVALENT" for verdict in self.verdicts)
        return proven and not any(check.mismatches for check in self.agreements)

    def metric(self, rule: str, value: float, *, name: str | None = None) -> Metric:
        """Return a number of this report together with its rule."""
        return self.rules[rule].metric(name or rule, value)


def to_text(report: RunReport) -> str:
    """Return a report as the JSON text of `report.json`."""
    return json.dumps(to_document(report), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def to_document(report: RunReport) -> dict[str, object]:
    """Return a report as an object that JSON can hold."""
    return {field.name: to_json(getattr(report, field.name)) for field in fields(report)}


def from_text(text: str, *, where: str = REPORT_FILE) -> RunReport:
    """Return the report that a JSON text holds.

    Raises `BundleError` for anything that `to_text` would not write: text that is no JSON, another schema,
    missing or unknown entries, values of another type, and entries that do not fit each other.
    """
    try:
        value = parse_json(text)
    except ValueError as error:
        raise BundleError(f"{where} is not JSON: {error}", hint=_HINT) from error
    schema = value.get("schema") if isinstance(value, dict) else None
    if schema != SCHEMA:
        raise BundleError(f"{where} is not a report of tinydwn: its schema is {schema!r}, not '{SCHEMA}'", hint=_HINT)
    value = {name: item for name, item in value.items() if name != "seconds"}  # what `synth --json` adds
    try:
        report: RunReport = from_json(RunReport, value, where=where)
        _check(report, where)
    except ValueError as error:
        raise BundleError(str(error), hint=_HINT) from error
    return report


_HINT = "run 'tinydwn synth' again to write the folder anew"


def _check(report: RunReport, where: str) -> None:
    for name, entries in (("cuts", report.cuts), ("fronts", report.fronts)):
        if tuple(entries) != CUTS:
            raise ValueError(f"{where}.{name} has the entries {', '.join(entries) or 'none'}, not core, chip")
    _check_fronts(report, where)
    for name, cut in report.cuts.items():
        if cut.cut != name:
            raise ValueError(f"{where}.cuts.{name} is about the {cut.cut}")
        per_library = (cut.nand2_equivalent, cut.cells, cut.cell_depth, cut.cell_counts)
        if (
            not cut.area_um2
            or cut.libraries != report.core.libraries
            or any(tuple(mapping) != cut.libraries for mapping in per_library)
        ):
            raise ValueError(f"{where}.cuts.{name} does not have every number for every library")
        for k, verdict in enumerate(cut.verdicts):
            if (verdict.outcome == "DIFFERENT") != (verdict.witness is not None):
                raise ValueError(f"{where}.cuts.{name}.verdicts[{k}] must have a witness exactly where it is DIFFERENT")
    for k, drawing in enumerate(report.drawings):
        _check_drawing(drawing, f"{where}.drawings[{k}]")


def _check_fronts(report: RunReport, where: str) -> None:
    numbers = {name: sorted(point.point for point in front) for name, front in report.fronts.items()}
    if numbers["core"] != numbers["chip"] or numbers["core"] != list(range(len(numbers["core"]))):
        raise ValueError(f"{where}.fronts does not have every point, numbered from 0, on both cuts")
    for name, front in report.fronts.items():
        if sum(point.chosen for point in front) != 1:
            raise ValueError(f"{where}.fronts.{name} does not have one chosen point")
    named = (report.search.tiny, report.search.balanced, report.search.best)
    if not all(0 <= number < len(numbers["core"]) for number in named):
        raise ValueError(f"{where}.search names a point that is not on the front")


def _check_drawing(drawing: Drawing, where: str) -> None:
    first = len(drawing.inputs)
    bounds = [(gate.reads, first + k) for k, gate in enumerate(drawing.gates)]
    bounds += [((vertex,), first + len(drawing.gates)) for _, vertex in drawing.outputs]
    if any(not 0 <= vertex < bound for reads, bound in bounds for vertex in reads):
        raise ValueError(f"{where} reads a vertex that does not come before it")

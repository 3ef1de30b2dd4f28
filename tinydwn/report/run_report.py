"""The one value that every rendering of a result starts from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from tinydwn.errors import BundleError
from tinydwn.metrics import Direction, Metric, Provenance
from tinydwn.report.codec import from_json, loads, to_json

SCHEMA = "tinydwn.report/1"
Cut = Literal["core", "chip"]
CUTS: tuple[Cut, Cut] = ("core", "chip")
Scalar = bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """How a number of this report is counted and what it is worth."""

    unit: str
    provenance: Provenance
    source: str
    direction: Direction

    def metric(self, name: str, value: float) -> Metric:
        """Return one number that follows this rule."""
        return Metric(name, value, self.unit, self.provenance, self.source, self.direction)


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """One class and its samples."""

    name: str
    train_samples: int
    test_samples: int


@dataclass(frozen=True, slots=True)
class DataFacts:
    """The data set and its split; `test_digest` is the sha256 of the test samples and their labels."""

    name: str
    samples: int
    train_samples: int
    test_samples: int
    test_fraction: float
    features: int
    classes: tuple[ClassFacts, ...]
    notes: tuple[str, ...]
    test_digest: str


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """One layer of lookup tables."""

    luts: int
    inputs_per_lut: int


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The classifier that was made into a circuit."""

    digest: str
    class_names: tuple[str, ...]
    reduction: str
    layers: tuple[LayerFacts, ...]
    thermometer_bits: int
    thermometer_bits_read: int
    word_bits_read: int
    output_form: str


@dataclass(frozen=True, slots=True)
class EpochFacts:
    """One epoch of training: mean loss and fractions of samples that were right."""

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """How the classifier was trained; the best epoch is the one that was kept."""

    settings: Mapping[str, Scalar]
    epochs: tuple[EpochFacts, ...]
    best_epoch: int


@dataclass(frozen=True, slots=True)
class AccuracyFacts:
    """Fractions of samples classified correctly, None where there were no samples."""

    train: float | None
    test: float | None
    train_samples: int
    test_samples: int


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step of minimization; gates are two-input AND gates with free inverters, before any mapping."""

    name: str
    gates_before: int
    gates_after: int
    nodes_before: int
    nodes_after: int
    literals_before: int
    literals_after: int
    depth_before: int
    depth_after: int
    verdict: str

    @property
    def kept(self) -> bool:
        """Whether the result of the step went on."""
        return self.verdict.startswith("kept")


@dataclass(frozen=True, slots=True)
class VerdictFacts:
    """What a proof found: `witness` is the input pattern on which both sides differ."""

    outcome: Literal["EQUIVALENT", "DIFFERENT", "UNDECIDED"]
    subject: str
    method: str
    reason: str
    witness: Mapping[str, bool] | None


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """A comparison on samples: it can refute and never proves; `note` says why nothing was compared."""

    subject: str
    method: str
    compared: int
    mismatches: int
    note: str


@dataclass(frozen=True, slots=True)
class CutReport:
    """All numbers of one cut; mappings are by library, the main library first."""

    cut: Cut
    encoder_included: bool
    inputs: int
    outputs: int
    gates2: int
    nand2: int
    depth: int
    area_um2: Mapping[str, float]
    nand2_equivalent: Mapping[str, float]
    cells: Mapping[str, int]
    cell_depth: Mapping[str, int]
    cell_counts: Mapping[str, Mapping[str, int]]
    steps: tuple[StepFacts, ...]
    verdicts: tuple[VerdictFacts, ...]
    agreements: tuple[AgreementFacts, ...]
    digest: str

    @property
    def libraries(self) -> tuple[str, ...]:
        """The cell libraries, the main one first."""
        return tuple(self.area_um2)


@dataclass(frozen=True, slots=True)
class PartFacts:
    """One part of the chip, minimized and mapped alone to the main library; parts share nothing."""

    part: Literal["encoder", "tables", "reduction"]
    area_um2: float
    gates2: int


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """Where the areas of a cell library come from; the digest is that of its cells."""

    name: str
    cells: int
    nand2_area_um2: float
    source: str
    commit: str
    licence: str
    digest: str


@dataclass(frozen=True, slots=True)
class RegisteredFacts:
    """The chip between registers in one library: a flip-flop for each input bit that is read and each output bit."""

    register: str
    registers: int
    area_um2: float
    static_power_uw: float | None


@dataclass(frozen=True, slots=True)
class SupplyFacts:
    """What the circuits of one library take from their supply while nothing switches, None where nothing is given.

    `registered` is None in a library without a rising-edge flip-flop.
    """

    library: str
    supply_v: float | None
    core_static_power_uw: float | None
    chip_static_power_uw: float | None
    registered: RegisteredFacts | None


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of a drawing: what it is called, and the vertices it reads."""

    label: str
    reads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A small circuit to draw: vertices are the inputs, then the gates, in order; outputs name a vertex.

    `gates_of` says what the gates are: "cells of nangate45". A constant is a gate that reads nothing.
    """

    cut: Cut
    gates_of: str
    inputs: tuple[str, ...]
    gates: tuple[Gate, ...]
    outputs: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything that a run has to tell; nothing in it depends on time, place or machine.

    `digest` is the sha256 over the names and contents of all deliverables but the reports. `cuts` has the
    entries `core` and `chip`. `rules` explains each kind of number by its name.
    """

    schema: str
    source: str
    digest: str
    seed: int
    data: DataFacts | None
    model: ModelFacts
    training: TrainingFacts | None
    accuracy: AccuracyFacts
    cuts: Mapping[str, CutReport]
    parts: tuple[PartFacts, ...]
    notes: tuple[str, ...]
    drawings: tuple[Drawing, ...]
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


def from_text(text: str, *, where: str = "report.json") -> RunReport:
    """Return the report that a JSON text holds.

    Raises `BundleError` for anything that `to_text` would not write: text that is no JSON, another schema,
    missing or unknown entries, values of another type, and entries that do not fit each other.
    """
    try:
        value = loads(text, where=where)
    except BundleError as error:
        raise BundleError(error.message, hint=_HINT) from error
    schema = value.get("schema") if isinstance(value, dict) else None
    if schema != SCHEMA:
        raise BundleError(f"{where} is not a report of tinydwn: its schema is {schema!r}, not '{SCHEMA}'", hint=_HINT)
    assert isinstance(value, dict)
    value = {name: item for name, item in value.items() if name != "seconds"}  # what `synth --json` adds
    try:
        report = from_json(RunReport, value, where=where)
        _check(report, where)
    except BundleError as error:
        raise BundleError(error.message, hint=_HINT) from error
    return report


_HINT = "run 'tinydwn synth' again to write the folder anew"


def _check(report: RunReport, where: str) -> None:
    if tuple(report.cuts) != CUTS:
        raise BundleError(f"{where}.cuts has the entries {', '.join(report.cuts) or 'none'}, not core, chip")
    for name, cut in report.cuts.items():
        if cut.cut != name:
            raise BundleError(f"{where}.cuts.{name} is about the {cut.cut}")
        per_library = (cut.nand2_equivalent, cut.cells, cut.cell_depth, cut.cell_counts)
        if (
            not cut.area_um2
            or cut.libraries != report.core.libraries
            or any(tuple(mapping) != cut.libraries for mapping in per_library)
        ):
            raise BundleError(f"{where}.cuts.{name} does not have every number for every library")
        for k, verdict in enumerate(cut.verdicts):
            if (verdict.outcome == "DIFFERENT") != (verdict.witness is not None):
                raise BundleError(
                    f"{where}.cuts.{name}.verdicts[{k}] must have a witness exactly where it is DIFFERENT"
                )
    for k, drawing in enumerate(report.drawings):
        _check_drawing(drawing, f"{where}.drawings[{k}]")


def _check_drawing(drawing: Drawing, where: str) -> None:
    first = len(drawing.inputs)
    bounds = [(gate.reads, first + k) for k, gate in enumerate(drawing.gates)]
    bounds += [((vertex,), first + len(drawing.gates)) for _, vertex in drawing.outputs]
    if any(not 0 <= vertex < bound for reads, bound in bounds for vertex in reads):
        raise BundleError(f"{where} reads a vertex that does not come before it")

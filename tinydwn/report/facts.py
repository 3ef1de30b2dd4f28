"""What a report is made of: facts as plain values that JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tinydwn.metrics import Cut, Direction, Metric, Provenance

Kind = Literal["network", "refined", "tree", "structure"]
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
    """The classifier that was made into a circuit: what kind of circuit it is, and what it descends from."""

    kind: Kind
    start: str
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
    """How right the chosen circuit is; None, or no rows, where there were no samples.

    `train` and `test` are fractions of samples, or means over the classes where `kind` is "balanced". `expected` is an
    estimate for unseen samples that knows nothing of the test part, with its standard error. `confusion` counts test
    samples, a row per class, a column per answer. `majority` is what answering the most frequent class would get.
    """

    kind: Literal["plain", "balanced"]
    train: float | None
    expected: float | None
    expected_error: float | None
    test: float | None
    train_samples: int
    test_samples: int
    majority: float | None
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class PointFacts:
    """A circuit of the front on one cut; `point` is the number by which `tinydwn choose` takes it.

    `kind` says whether it is a network with its function kept, a decision tree, a hypothesis about what is behind the
    samples (structure), or found by the search; `start` what it descends from. `features` are those that it
    reads. Accuracies as in `AccuracyFacts`; `own_error` is the part of the expected accuracy's standard error that the
    circuits of a front do not share.
    """

    point: int
    kind: Kind
    start: str
    gates2: int
    nand2_equivalent: float
    area_um2: float
    training_accuracy: float | None
    expected_accuracy: float | None
    expected_error: float | None
    own_error: float | None
    test_accuracy: float | None
    features: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class SearchFacts:
    """How the front was made: for the cost of which cut, in cells of which library, and how many circuits were judged.

    `tiny`, `balanced` and `best` are the points that the report names first; `rule` says how the chosen one was chosen.
    A source without samples, and one whose function was to be kept, was not searched: `judged` is 0 then.
    """

    cut: Cut
    library: str
    effort: str
    most_nand2: float
    judged: int
    rule: str
    tiny: int
    balanced: int
    best: int


@dataclass(frozen=True, slots=True)
class ReferenceFacts:
    """A classifier that is no circuit of the front, for comparison."""

    name: str
    training_accuracy: float
    test_accuracy: float


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """A node of a netlist: its truth table, LSB first, over the nets that it reads."""

    table: int
    fanin: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LiveCircuit:
    """The chip as a page can compute it.

    Nets are numbered as in `Netlist`: 0 and 1 are the constants, then `inputs`, pairs of a feature (its place among the
    features of the interface) and a bit of its word, then the nodes. `outputs` are the nets of the class, in order.
    """

    inputs: tuple[tuple[int, int], ...]
    nodes: tuple[NodeFacts, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """A test sample: the values of the features that the chip reads, its class, and the class that is answered."""

    values: tuple[float, ...]
    label: int
    answer: int


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
    """One gate of a drawing: what it is called, the vertices it reads, and its truth table over them, LSB first."""

    label: str
    reads: tuple[int, ...]
    table: int


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

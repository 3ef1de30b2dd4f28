"""What the road leads to: every value that a report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tinydwn.metrics import Cut

if TYPE_CHECKING:
    from tinydwn.data.dataset import Split
    from tinydwn.export.chip_interface import ChipInterface
    from tinydwn.mapping.mapped import MappedNetlist
    from tinydwn.minimize.passes import Minimized
    from tinydwn.netlist import Assumption, Netlist
    from tinydwn.synthesis.front import FrontPoint
    from tinydwn.synthesis.options import SynthesisOptions
    from tinydwn.synthesis.samples import Samples
    from tinydwn.training import Trained
    from tinydwn.verify.simulation import Agreement
    from tinydwn.verify.verdict import Verdict


@dataclass(frozen=True, slots=True)
class PartArea:
    """What one part of the chip costs when it is minimized and mapped alone; parts share nothing."""

    part: Literal["encoder", "tables", "reduction"]
    area_um2: float
    gates2: int


@dataclass(frozen=True, slots=True)
class CutResult:
    """All results on one cut of the chosen circuit.

    `core` reads thermometer bits, `chip` feature words with the encoder included. `mapped` follows the order of the
    chosen libraries. `agreements` are comparisons on the samples at hand: they can refute and never prove; `verdicts`
    are proofs.
    """

    cut: Cut
    lowered: Netlist
    assumption: Assumption
    minimized: Minimized
    gates2: int
    nand2: int
    depth: int
    mapped: tuple[MappedNetlist, ...]
    agreements: tuple[Agreement, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """A circuit of the front carried to the end: both cuts, the chip's interface, its answers to the samples, files.

    `files` are those about this circuit, by their path in the bundle; what was proven is what stands there, byte for
    byte.
    """

    point: FrontPoint
    core: CutResult
    chip: CutResult
    interface: ChipInterface
    equations: str
    parts: tuple[PartArea, ...]
    samples: Samples
    files: Mapping[str, bytes]

    @property
    def cuts(self) -> tuple[CutResult, CutResult]:
        """Core, then chip."""
        return self.core, self.chip

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, core first."""
        return (*self.core.verdicts, *self.chip.verdicts)


@dataclass(frozen=True, slots=True)
class Reference:
    """A classifier that is no circuit, for comparison: accuracies on the training and on the test part."""

    name: str
    training: float
    test: float


@dataclass(frozen=True, slots=True)
class Searching:
    """How the front came about: the cut whose cost counted, how many circuits were judged, and what stands out.

    `tiny`, `balanced` and `best` are numbers of points: the knee, or the default choice where that is smaller; the
    default choice; the highest expected accuracy.
    """

    cut: Cut
    judged: int
    tiny: int
    balanced: int
    best: int


@dataclass(frozen=True, slots=True)
class Synthesis:
    """The result of the whole road.

    `points` are the front, by ascending area on the cut that was searched, networks and trees among them; `chosen` is
    the number of the one that was carried to the end, `rule` says in words how it was chosen. `files` holds every
    deliverable but the reports, by its path in the bundle. `seconds` per stage is not part of any deliverable. `notes`
    say what was left out and why.
    """

    source: str
    options: SynthesisOptions
    split: Split | None
    trained: Trained | None
    points: tuple[FrontPoint, ...]
    chosen: int
    rule: str
    searching: Searching
    references: tuple[Reference, ...]
    delivered: Delivered
    versions: Mapping[str, str]
    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    seconds: Mapping[str, float]

    @property
    def point(self) -> FrontPoint:
        """The chosen circuit."""
        return self.points[self.chosen]

    @property
    def core(self) -> CutResult:
        """The chosen circuit from thermometer bits on."""
        return self.delivered.core

    @property
    def chip(self) -> CutResult:
        """The chosen circuit from feature words on."""
        return self.delivered.chip

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts on the chosen circuit, core first."""
        return self.delivered.verdicts

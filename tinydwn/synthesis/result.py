"""What the road leads to: every value that a report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tinydwn.data.dataset import Split
from tinydwn.mapping.mapped import MappedNetlist
from tinydwn.minimize.passes import Minimized
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Assumption, Netlist
from tinydwn.synthesis.options import SynthesisOptions
from tinydwn.synthesis.source import Accuracy
from tinydwn.verify.verdict import Verdict

if TYPE_CHECKING:
    from tinydwn.training import Trained
    from tinydwn.verify.simulation import Agreement

Cut = Literal["core", "chip"]


@dataclass(frozen=True, slots=True)
class PartArea:
    """What one part of the chip costs when it is minimized and mapped alone; parts share nothing."""

    part: Literal["encoder", "tables", "reduction"]
    area_um2: float
    gates2: int


@dataclass(frozen=True, slots=True)
class CutResult:
    """All results on one cut.

    `core` reads thermometer bits, `chip` feature words with the encoder included. `mapped` follows the
    order of the chosen libraries. `agreements` are comparisons on the samples at hand: they can refute and
    never prove; `verdicts` are proofs.
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
class Synthesis:
    """The result of the whole road.

    `files` holds every deliverable but the reports, by its path in the bundle; what was proven is what
    stands there, byte for byte. `seconds` per stage is not part of any deliverable. `notes` say what was
    left out and why.
    """

    source: str
    options: SynthesisOptions
    split: Split | None
    trained: Trained | None
    classifier: Classifier
    accuracy: Accuracy
    core: CutResult
    chip: CutResult
    parts: tuple[PartArea, ...]
    versions: Mapping[str, str]
    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    seconds: Mapping[str, float]

    @property
    def cuts(self) -> tuple[CutResult, CutResult]:
        """Core, then chip."""
        return self.core, self.chip

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, core first."""
        return (*self.core.verdicts, *self.chip.verdicts)

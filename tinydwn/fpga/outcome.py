"""What came out of a run on an FPGA, in one value that is also a JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tinydwn.flow.outcome import SCHEMA, metrics_document, value_of
from tinydwn.fpga.options import FpgaOptions
from tinydwn.fpga.part import Part
from tinydwn.fpga.source import Source
from tinydwn.metrics import Metric
from tinydwn.verify.verdict import Verdict

MAPPED_ONLY = "LUT6 are counted after synthesis; nothing was placed or routed"


@dataclass(frozen=True, slots=True)
class FpgaOutcome:
    """A finished run. `verdict` says whether the synthesized netlist, registers included, answers as the bundle does.

    `simulation` is what the testbench said of that netlist, and `remarks` tell what was not done and why. `files` by
    sha256, as they lie below the folder of the run.
    """

    plan: str
    source: Source
    part: Part
    options: FpgaOptions
    tool: str
    metrics: tuple[Metric, ...]
    seconds: Mapping[str, float]
    verdict: Verdict
    simulation: str
    remarks: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> float | None:
        """Return a figure by its name, None where there is none."""
        return value_of(self.metrics, name)

    @property
    def faults(self) -> tuple[str, ...]:
        """What keeps the design from being good, in words; empty where nothing does."""
        faults = []
        fmax, wanted = self.value("fmax"), self.options.target_mhz
        if fmax is not None and wanted is not None and fmax < wanted:
            faults.append(f"{fmax:.1f} MHz reached of {wanted:g} MHz asked for")
        if self.simulation.startswith("FAIL"):
            faults.append(f"the synthesized netlist answers test vectors wrongly: {self.simulation}")
        return tuple(faults)

    @property
    def document(self) -> dict[str, object]:
        """The JSON document of the run."""
        source = self.source
        return {
            "schema": SCHEMA,
            "plan": self.plan,
            "tool": self.tool,
            "bundle": source.bundle_digest,
            "circuit": source.name,
            "top": source.top,
            "part": self.part.title,
            "board": self.options.board,
            "stages": source.stages,
            "cycles": source.cycles,
            "loads": source.loads,
            "pins": len(source.pins),
            "seed": self.options.seed,
            "target_mhz": self.options.target_mhz,
            "metrics": metrics_document(self.metrics),
            "verdict": str(self.verdict),
            "simulation": self.simulation,
            "remarks": list(self.remarks),
            "faults": list(self.faults),
            "seconds": dict(self.seconds),
            "files": dict(self.files),
        }

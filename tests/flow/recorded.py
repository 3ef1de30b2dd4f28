"""Runs that a real OpenROAD made, read back from their logs, metrics and layouts as they were recorded."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.outcome import FlowOutcome, collect
from tinydwn.flow.runner import StageRun
from tinydwn.technology import load_library
from tinydwn.verify.verdict import Outcome, Verdict

STAGES = ("floorplan", "place", "clock", "timing", "route", "finish")


@dataclass(frozen=True, slots=True)
class Recorded:
    """The folder of one run, and what the program of the day said came of it."""

    folder: Path

    @property
    def result(self) -> dict:
        """The document that was written then."""
        return json.loads((self.folder / "result.json").read_text())

    def text(self, name: str) -> str:
        """The text of one file."""
        return (self.folder / name).read_text(errors="replace")

    @property
    def circuit(self) -> FlowCircuit:
        """The circuit as far as its result, and where it is there its netlist, tell of it."""
        told = self.result
        known = self.folder / "netlist" / f"{told['top']}.v"
        verilog = known.read_text() if known.is_file() else ""
        area = next((one["value"] for one in told["metrics"] if one["name"] == "netlist_area"), _area(verilog, told))
        return FlowCircuit(
            name=told["circuit"], top=told["top"], library=told["library"], verilog=verilog, cells=told["cells"],
            registers=told["registers"], area_um2=area, pins=told["pins"], inputs=told["pins"] - 1,
            clock="clk" if told["registers"] else "", bundle_digest=told["bundle"],
        )  # fmt: skip

    def outcome(self, *, clock_period_ns: float = 10.0, drc: bool = True) -> FlowOutcome:
        """What collecting the recorded files gives today."""
        plan, circuit = self.result["plan"], self.circuit
        if plan == "openroad":
            here = [name for name in STAGES if (self.folder / name / "metrics.json").is_file()]
            metrics = tuple(self.folder / name / "metrics.json" for name in here)
            runs = tuple(StageRun(name, self.folder / name, 0.0, kept=True) for name in here)
        else:
            logs = self.folder / "logs" / "sky130hd" / circuit.top / "base"
            metrics = tuple(sorted(logs.glob("*.json")))
            runs = ()
        report = self.folder / "route" / "drc.rpt"
        options = FlowOptions(clock_period_ns=clock_period_ns)
        return collect(
            plan, circuit, runs, folder=self.folder, options=options, metrics=metrics,
            drc=report if drc and report.is_file() else None, verdict=Verdict(Outcome.EQUIVALENT, "routed", "then"),
        )  # fmt: skip


def _area(verilog: str, told: dict) -> float:
    """The sum of the areas of a netlist's cells."""
    library = load_library(told["library"])
    cells = (*library.cells, *library.ties, *library.registers)
    areas = {cell.name: cell.area_um2 for cell in cells}
    return round(sum(areas.get(name, 0.0) for name in re.findall(r"^  (\w+) \S+ \(", verilog, re.MULTILINE)), 4)


def recorded(shared: Path, name: str) -> Recorded:
    """Return one of the recorded runs by its name."""
    return Recorded(shared / "openroad" / "runs" / name)

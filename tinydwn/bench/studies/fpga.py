"""Circuits on FPGAs: tables, highest clock and latency of tinydwn's, beside decision trees and published designs."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tinydwn.baselines.tree import decision_trees
from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.study import Measured, Study
from tinydwn.data import load_dataset
from tinydwn.errors import ConfigError
from tinydwn.export.bundle_files import CHIP_NETLIST, VECTORS_FILE
from tinydwn.fpga.launch import prepare_source, run_fpga
from tinydwn.fpga.options import FpgaOptions
from tinydwn.fpga.part import PARTS, Part
from tinydwn.fpga.source import Source, to_source
from tinydwn.mapping.luts import map_to_luts
from tinydwn.netlist import Netlist, from_blif
from tinydwn.synthesis import SynthesisOptions, synthesize

DATASETS = ("phoneme", "segment", "letter")
ROUTED = tuple(part.name for part in PARTS if part.family != "xilinx")
CIRCUIT, TREE = "tinydwn", "decision tree"
SEEDS = (1, 2, 3)
"""Seeds of placement: the median of their clocks counts."""
PROTOCOL: dict[str, Any] = {"placements": list(SEEDS), "depths": [4, 6, 8, 10], "input_bits": 8, "split_seed": 0}
_STAGE_S = 1800.0
_IN_STUDIES = "quoted in the sources of Kanishk234/dwn-fpga-study"


@dataclass(frozen=True, slots=True)
class Published:
    """A published design: accuracy in percent, tables of six inputs, latency in ns or clock in MHz where told."""

    name: str
    part: str
    accuracy: float
    lut6: int
    latency_ns: float | None = None
    fmax_mhz: str = ""


PUBLISHED = (
    Published("FINN", "Zynq Z-7045", 98.40, 83_000, 2440.0, "200"),
    Published("ULEEN", "Zynq Z-7045", 98.46, 123_100, 940.0, "200"),
    Published("DWN", "Zynq Z-7045", 97.80, 2_100, 60.0, "200"),
    Published("DWN", "Zynq Z-7045", 98.31, 4_600, 125.0, "200"),
    Published("DWN, core only", "xcvu9p", 97.1, 692, None, "827 to 873"),
    Published("DWN, core only", "xcvu9p", 97.8, 2_055, None, "827 to 873"),
    Published("DWN, core only", "xcvu9p", 97.9, 1_413, None, "827 to 873"),
    Published("DWN, core only", "xcvu9p", 98.3, 4_082, None, "827 to 873"),
    Published("TreeLUT", "xcvu9p", 97.0, 4_478),
    Published("PolyLUT-Add", "xcvu9p", 96.0, 14_810),
)
"""Published results on MNIST, as quoted: other parts and other tools, and so no ranking."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Data sets, parts, numbers of stages, and the largest circuit that is searched, in NAND2 equivalents."""

    datasets: tuple[str, ...] | None = ask.option(
        None, "Only these data sets, separated by commas; any of those that 'synth' knows.", shown=",".join(DATASETS)
    )
    parts: tuple[str, ...] = ask.option(("up5k", "25f"), "Parts, separated by commas: up5k, hx1k, 25f, 85f, gw1nr-9.")
    pipeline: tuple[int, ...] = ask.option((1,), "Numbers of stages, separated by commas.")
    most_nand2: float = ask.option(64.0, "The largest circuit that is searched, in NAND2 equivalents.", least=1.0)

    def __post_init__(self) -> None:
        odd = [part for part in self.parts if part not in ROUTED]
        if odd:
            raise ConfigError(f"nothing is routed on part '{odd[0]}'", hint=f"choose some of {', '.join(ROUTED)}")


@dataclass(frozen=True, slots=True)
class Task:
    """One data set with one model on one part, cut into so many stages; `settings` is the depth of a tree."""

    dataset: str
    model: str
    settings: int
    part: str
    stages: int
    most_nand2: float


@dataclass(frozen=True, slots=True)
class FpgaRow:
    """What became of a task; `accuracy` on the test part, `placements` the clock in MHz of each placement."""

    dataset: str
    model: str
    settings: str
    part: str
    circuit: str
    stages: int
    accuracy: float
    lut4: float
    registers: float
    placements: tuple[float, ...]
    cycles: int
    proven: bool

    @property
    def fmax_mhz(self) -> float:
        """The median over the placements."""
        return statistics.median(self.placements)

    @property
    def latency_ns(self) -> float:
        """From the last word to the class, at that clock."""
        return 1000 * self.cycles / self.fmax_mhz


def _tasks(asked: Asked) -> list[Task]:
    """Return what there is to do, circuits before trees.

    >>> len(_tasks(Asked(datasets=("phoneme",), parts=("25f",), pipeline=(1, 2))))
    10
    """
    models = [(CIRCUIT, 0), *((TREE, one) for one in PROTOCOL["depths"])]
    return [
        Task(name, model, settings, part, count, asked.most_nand2)
        for name in asked.datasets or DATASETS
        for model, settings in models
        for part in asked.parts
        for count in asked.pipeline
    ]


def _arrival(task: Task, row: FpgaRow) -> str:
    told = f"{task.dataset}, {task.model} {row.settings} on {task.part}"
    return f"{told}: {row.lut4:.0f} LUT4, {row.latency_ns:.1f} ns"


def work(task: Task) -> FpgaRow:
    """Return the row of a task."""
    netlist, accuracy, settings, vectors = _model(task)
    part = next(one for one in PARTS if one.name == task.part)
    source = fitting(netlist, part, task.stages, vectors)
    outcomes = []
    for seed in SEEDS:
        with TemporaryDirectory(prefix="tinydwn-fpga-") as folder:
            options = FpgaOptions(part=task.part, stages=source.stages, seed=seed)
            prepared = prepare_source(source, part, Path(folder) / "run", options=options)
            outcomes.append(run_fpga(prepared, timeout_s=_STAGE_S))
    first = outcomes[0]
    return FpgaRow(
        dataset=task.dataset,
        model=task.model,
        settings=settings,
        part=task.part,
        circuit=source.name,
        stages=source.stages,
        accuracy=accuracy,
        lut4=first.value("lut4") or 0.0,
        registers=first.value("registers") or 0.0,
        placements=tuple(one.value("fmax") or 0.0 for one in outcomes),
        cycles=source.cycles,
        proven=all(one.verdict.outcome.name == "EQUIVALENT" and not one.faults for one in outcomes),
    )


def fitting(netlist: Netlist, part: Part, stages: int, vectors: str = "") -> Source:
    """Return a circuit between registers where the part has pins for it, else the one that is loaded word by word.

    >>> wire = Netlist("chip", tuple(f"x{k}" for k in range(50)), (), (("class[0]", 3),))
    >>> fitting(wire, PARTS[0], 1).name, fitting(wire, PARTS[1], 1).name
    ('serial', 'registered')
    """
    levels = map_to_luts(netlist, part.lut_inputs, quick=True).levels if stages > 1 else 1
    count = min(stages, max(levels, 1))
    source = to_source(netlist, circuit="registered", stages=count, vectors=vectors)
    if len(source.pins) <= part.pins:
        return source
    return to_source(netlist, circuit="serial", stages=count, vectors=vectors)


def _model(task: Task) -> tuple[Netlist, float, str, str]:
    """Return the chip of a task, its accuracy on the test part, its size in words, and its vectors."""
    if task.model == TREE:
        split = load_dataset(task.dataset).split(seed=PROTOCOL["split_seed"])
        tree = decision_trees(split, depths=(task.settings,), input_bits=PROTOCOL["input_bits"])[0]
        chip = tree.chip().renamed(name="chip")
        return chip, tree.accuracy(split.test_features, split.test_labels), tree.settings, ""
    options = SynthesisOptions(seed=PROTOCOL["split_seed"], most_nand2=task.most_nand2)
    found = synthesize(task.dataset, options)
    netlist = from_blif(found.files[CHIP_NETLIST].decode())
    size = f"{found.point.chip.nand2_equivalent:.0f} NAND2"
    return netlist, found.point.test or 0.0, size, found.files[f"chip/{VECTORS_FILE}"].decode()


def _more(_: Asked, __: Sequence[tuple[Task, FpgaRow]]) -> Mapping[str, Any]:
    return {"published": [asdict(one) for one in PUBLISHED], "source": _IN_STUDIES}


def _findings(measured: Measured[FpgaRow]) -> Findings:
    head = ("data", "model", "size", "part", "circuit", "stages", "test %", "LUT4", "registers", "MHz", "ns", "proven")
    rows = tuple(
        (
            row.dataset,
            row.model,
            row.settings,
            row.part,
            row.circuit,
            str(row.stages),
            f"{100 * row.accuracy:.2f}",
            f"{row.lut4:.0f}",
            f"{row.registers:.0f}",
            f"{row.fmax_mhz:.1f}",
            f"{row.latency_ns:.1f}",
            "yes" if row.proven else "no",
        )
        for row in measured.rows
    )
    published = tuple(
        (
            one["name"],
            one["part"],
            f"{one['accuracy']:.2f}",
            f"{one['lut6']}",
            one["fmax_mhz"],
            "" if one["latency_ns"] is None else f"{one['latency_ns']:g}",
        )
        for one in measured.about["published"]
    )
    tables = (
        TextTable(head, rows),
        TextTable(("published, MNIST", "part", "test %", "LUT6", "MHz", "ns"), published),
    )
    note = (
        "Whole chips: feature words of 8 bits in, class out, comparators and all registers counted. Synthesized by "
        "Yosys, placed and routed by nextpnr; its static timing from register to register, the median of "
        f"{len(measured.protocol['placements'])} placements. ns: from the last word to the class.",
        "Proven: the synthesized netlist equals the circuit from every state of its registers.",
        f"Published rows are {measured.about['source']}: other parts of a newer technology, and LUT6 instead of LUT4. "
        "No energy is told: nothing here measures it.",
        f"Split seed {measured.protocol['split_seed']}.",
    )
    return Findings(STUDY.question, tables, note)


STUDY = Study(
    name="fpga",
    question="How many tables and how many nanoseconds does a circuit take on an FPGA?",
    told="Place and route circuits of data sets and decision trees on FPGAs: tables, highest clock, latency.",
    minutes=45,
    asked=Asked,
    outcome=FpgaRow,
    row=FpgaRow,
    tasks=_tasks,
    run=work,
    on_arrival=_arrival,
    rows=lambda _, done: [row for _, row in done],
    findings=_findings,
    more=_more,
    derived=("fmax_mhz", "latency_ns"),
    protocol=lambda: PROTOCOL,
)

"""How many circuits per second the search judges, by their size and by the number of samples."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.goals import LIBRARY
from tinydwn.bench.study import Measured, Study
from tinydwn.errors import ConfigError
from tinydwn.refine.archive import floors_for
from tinydwn.refine.circuit import FIRST_INPUT, TICKS, Circuit, empty_circuit
from tinydwn.refine.examples import Examples
from tinydwn.refine.explorer import Explorer
from tinydwn.refine.gates import GateSet, gate_set
from tinydwn.refine.problem import problem_of
from tinydwn.technology import load_library

_INPUTS, _VOTERS, _NEAR = 64, 9, 50
_PLACES, _FINE = 1200, 128
_SPARE = 1.6
"""What circuits may cost, as a multiple of the one that the search begins with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Sizes in NAND2 equivalents, numbers of samples, and how long each is measured, of processor time."""

    sizes: tuple[int, ...] = ask.option((10, 100, 1_000, 10_000), "NAND2 equivalents, separated by commas.")
    samples: tuple[int, ...] = ask.option((1_000, 10_000), "Numbers of samples, separated by commas.")
    seconds: float = ask.option(1.0, "How long each size is measured, at least.", least=0.01)

    def __post_init__(self) -> None:
        least = min(min(self.sizes, default=0), min(self.samples, default=0))
        if least < 1 or not 0 < self.seconds < 3600:
            raise ConfigError("sizes, samples and seconds are above 0", hint="leave them out for the usual ones")


@dataclass(frozen=True, slots=True)
class Task:
    """One size on so many samples."""

    samples: int
    nand2: int
    seconds: float


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """Circuits of about `nand2` NAND2 equivalents, judged on so many samples by one thread."""

    samples: int
    nand2: int
    judged_per_s: float


def _tasks(asked: Asked) -> list[Task]:
    return [Task(samples, size, asked.seconds) for samples in asked.samples for size in asked.sizes]


def judged(task: Task) -> JudgedRow:
    """Let the search run from a random circuit.

    >>> judged(Task(64, 10, 0.01)).judged_per_s > 0
    True
    """
    island, limit = _island(task.samples, task.nand2, gate_set(load_library(LIBRARY)))
    return JudgedRow(task.samples, task.nand2, _rate(island, limit, task.seconds))


def _findings(measured: Measured[JudgedRow]) -> Findings:
    samples = tuple(dict.fromkeys(row.samples for row in measured.rows))
    rate = {(row.nand2, row.samples): row.judged_per_s for row in measured.rows}
    lines = tuple(
        (f"{size:,}", *(f"{rate[size, count]:,.0f}" for count in samples if (size, count) in rate))
        for size in dict.fromkeys(row.nand2 for row in measured.rows)
    )
    note = (
        f"From random circuits in cells of {LIBRARY}, for the majority of {_VOTERS} of {_INPUTS} bits: changed "
        "circuits that the search judged, per second of one thread, over at least "
        f"{measured.about['seconds']:g} s each.",
    )
    head = ("NAND2 eq.", *(f"{count:,} samples" for count in samples))
    return Findings(STUDY.question, (TextTable(head, lines),), note)


def _island(samples: int, nand2: int, gates: GateSet) -> tuple[Explorer, int]:
    """Return an island that holds a random circuit, and what circuits may cost there, in ticks."""
    rng = np.random.default_rng(nand2)
    bits = rng.random((samples, _INPUTS)) < 0.5
    right = bits[:, :_VOTERS].sum(axis=1) > _VOTERS // 2
    examples = Examples(
        inputs=tuple(f"x{k}" for k in range(_INPUTS)),
        outputs=("y",),
        bits=bits,
        targets=right[:, None],
        classes=right.astype(np.int64),
        feature=np.arange(_INPUTS),
        input_cost_um2=np.zeros(_INPUTS),
    )
    limit, step = int(_SPARE * nand2 * TICKS), TICKS // 3
    floors = floors_for(limit, step=step, fine=limit if limit <= _PLACES * step else _FINE * step)
    room = 3 * nand2 + 64
    island = Explorer(problem_of(examples, gates, floors=floors, limit=limit, balanced=False), room=room, seed=1)
    island.start_from(_random_circuit(nand2, room, gates, rng), 1)
    return island, limit


def _random_circuit(nand2: int, room: int, gates: GateSet, rng: np.random.Generator) -> Circuit:
    """Return a circuit whose gates are all read: gates that read inputs and near gates, then a tree to the end."""
    circuit, two = empty_circuit(room, 1), np.flatnonzero(gates.arity == 2)
    first, unread, area, k = FIRST_INPUT + _INPUTS, [], 0.0, 0

    def add(one: int, other: int) -> None:
        nonlocal area, k
        gate = int(rng.choice(two))
        circuit.gate[k], circuit.fanin[k, :2] = gate, (one, other)
        unread.append(first + k)
        area, k = area + float(gates.area_um2[gate]), k + 1

    while area < 0.6 * nand2 * gates.library.nand2_area_um2:
        taken = unread.pop(0) if unread and rng.random() < 0.5 else FIRST_INPUT + int(rng.integers(_INPUTS))
        near = k > _NEAR and rng.random() < 0.3
        add(taken, first + k - 1 - int(rng.integers(_NEAR)) if near else FIRST_INPUT + int(rng.integers(_INPUTS)))
    while len(unread) > 1:
        add(unread.pop(0), unread.pop(0))
    circuit.size[0], circuit.ends[0] = k, unread[0]
    return circuit


def _rate(island: Explorer, limit: int, seconds: float) -> float:
    """Return how many circuits a second are judged, after a first few, which compile the loops."""
    island.explore(64, limit=limit)
    tries = 1_000
    while True:
        begun = time.process_time()
        count = island.explore(tries, limit=limit)
        took = time.process_time() - begun
        if took >= seconds:
            return count / took
        tries *= 2


STUDY = Study(
    name="search",
    question="How many circuits does the search judge in a second?",
    told="Measure how many circuits of 10 to 10,000 NAND2 equivalents the search judges in a second, on one thread.",
    minutes=1,
    asked=Asked,
    outcome=JudgedRow,
    row=JudgedRow,
    tasks=_tasks,
    run=judged,
    on_arrival=lambda _, row: f"{row.nand2:,} NAND2 on {row.samples:,} samples: {row.judged_per_s:,.0f} per second",
    rows=lambda _, done: [row for _, row in done],
    findings=_findings,
    protocol=lambda: {"library": LIBRARY},
    timed=True,
    kept=False,
)

"""How many circuits per second the search judges, by their size and by the number of samples."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.store import versions_here, versions_text
from tinydwn.errors import ConfigError
from tinydwn.refine.archive import floors_for
from tinydwn.refine.circuit import FIRST_INPUT, TICKS, Circuit, empty_circuit
from tinydwn.refine.examples import Examples
from tinydwn.refine.explorer import Explorer
from tinydwn.refine.gates import GateSet, gate_set
from tinydwn.refine.problem import problem_of
from tinydwn.technology import load_library

SCHEMA = "tinydwn.search/1"
LIBRARY = "nangate45"
SIZES, SAMPLES = (10, 100, 1_000, 10_000), (1_000, 10_000)
_INPUTS, _VOTERS, _NEAR = 64, 9, 50
_PLACES, _FINE = 1200, 128
_SPARE = 1.6
"""What circuits may cost, as a multiple of the one that the search begins with."""


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """Circuits of about `nand2` NAND2 equivalents, judged on so many samples by one thread."""

    samples: int
    nand2: int
    judged_per_s: float


@dataclass(frozen=True, slots=True)
class SearchSpeed:
    """All rows; print `to_text()`, keep `to_json()`. `seconds` is how long each was measured, of processor time."""

    rows: tuple[JudgedRow, ...]
    seconds: float
    versions: Mapping[str, str]

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        rows = [asdict(row) for row in self.rows]
        return {"schema": SCHEMA, "rows": rows, "seconds": self.seconds, "versions": dict(self.versions)}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> SearchSpeed:
        """Return what `to_json` gave."""
        return cls(tuple(JudgedRow(**row) for row in content["rows"]), content["seconds"], content["versions"])

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table, one line per size."""
        samples = tuple(dict.fromkeys(row.samples for row in self.rows))
        rate = {(row.nand2, row.samples): row.judged_per_s for row in self.rows}
        lines = tuple(
            (f"{size:,}", *(f"{rate[size, count]:,.0f}" for count in samples if (size, count) in rate))
            for size in dict.fromkeys(row.nand2 for row in self.rows)
        )
        note = (
            f"From random circuits in cells of {LIBRARY}, for the majority of {_VOTERS} of {_INPUTS} bits: changed "
            f"circuits that the search judged, per second of one thread, over at least {self.seconds:g} s each.",
            versions_text(self.versions),
        )
        head = ("NAND2 eq.", *(f"{count:,} samples" for count in samples))
        return Findings("How many circuits does the search judge in a second?", (TextTable(head, lines),), note)


def measure_search(
    *,
    sizes: Sequence[int] = SIZES,
    samples: Sequence[int] = SAMPLES,
    seconds: float = 1.0,
    on_row: Callable[[JudgedRow], None] | None = None,
) -> SearchSpeed:
    """Let the search run from a random circuit of each size, in NAND2 equivalents, on so many samples.

    >>> found = measure_search(sizes=(10,), samples=(64,), seconds=0.01)
    >>> found.rows[0].judged_per_s > 0
    True
    """
    if min((*sizes, *samples), default=0) < 1 or not 0 < seconds < 3600:
        raise ConfigError("sizes, samples and seconds are above 0", hint="leave them out for the usual ones")
    gates = gate_set(load_library(LIBRARY))
    rows = []
    for count in samples:
        for size in sizes:
            rows.append(JudgedRow(count, size, _rate(*_island(count, size, gates), seconds)))
            if on_row is not None:
                on_row(rows[-1])
    return SearchSpeed(tuple(rows), seconds, versions_here())


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
        judged = island.explore(tries, limit=limit)
        took = time.process_time() - begun
        if took >= seconds:
            return judged / took
        tries *= 2

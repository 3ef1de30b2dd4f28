"""Operations on words, run one after the other by a compiled loop; nothing is compiled for a new circuit."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled
from tinydwn.netlist.graph import FIRST_INPUT, TRUE
from tinydwn.netlist.simulate import Words
from tinydwn.targets.comparisons import Comparisons
from tinydwn.targets.steps import Kind, Steps

_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_NOT, _AND, _OR, _XOR, _AND_NOT, _OR_NOT = (int(kind) for kind in list(Kind)[:-1])
_CACHED_WORDS = 1 << 16
_LEAST, _MOST = 8, 64

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """Operations in terms of rows of words: row 0 is zeros, row 1 ones, then the inputs, then rows that are reused.

    `steps`, (steps, 5) int64, are kind, written row and three read rows; `outputs` are rows.
    """

    steps: Places
    outputs: Places
    inputs: int
    rows: int

    @staticmethod
    def of(steps: Steps) -> Tape:
        """Give every value a row; a row is free again behind the last step that reads it."""
        last = steps.last_reads()
        row = list(range(steps.first)) + [0] * len(steps.steps)
        free: list[int] = []
        rows = steps.first
        table = np.zeros((len(steps.steps), 5), dtype=np.int64)
        for value, step in enumerate(steps.steps, start=steps.first):
            # Its own row is none that it reads, so that the loop over words can run on vectors.
            if free:
                row[value] = heapq.heappop(free)
            else:
                row[value], rows = rows, rows + 1
            read = [row[source] for source in step.sources]
            table[value - steps.first, : 2 + len(read)] = [step.kind, row[value], *read]
            for source in set(step.sources):
                if source >= steps.first and last[source] == value:
                    heapq.heappush(free, row[source])
        outputs = np.array([row[value] for value in steps.outputs], dtype=np.int64)
        return Tape(table, outputs, steps.inputs, rows)

    def room(self) -> Words:
        """Return rows to work in, each so long that all stay in the cache where that is possible."""
        width = min(_MOST, max(_LEAST, _CACHED_WORDS // self.rows))
        rows = np.zeros((self.rows, width), dtype=np.uint64)
        rows[TRUE] = _ALL
        return rows

    def evaluate(self, words: Words) -> Words:
        """Return packed outputs, (outputs, words), for packed inputs, (inputs, words), in C order."""
        found = np.empty((len(self.outputs), words.shape[1]), dtype=np.uint64)
        _on_words(self.steps, self.outputs, words, found, self.room())
        return found

    def answer(self, comparisons: Comparisons, features: NDArray[np.float64]) -> NDArray[np.int64] | None:
        """Return a code per sample, output `k` being bit `k`; None where a value is no finite number."""
        codes = np.empty(len(features), dtype=np.int64)
        known = comparisons
        room = self.room()
        column = np.zeros(64 * room.shape[1])
        good = _on_features(
            self.steps,
            self.outputs,
            features,
            known.read,
            known.first,
            known.thresholds,
            known.place,
            codes,
            room,
            column,
        )
        return codes if good else None


@compiled
def _run(steps: Places, rows: Words) -> None:  # noqa: C901 - one loop per kind
    width = rows.shape[1]
    for k in range(len(steps)):
        kind, out, a, b, c = steps[k, 0], steps[k, 1], steps[k, 2], steps[k, 3], steps[k, 4]
        if kind == _NOT:
            for w in range(width):
                rows[out, w] = ~rows[a, w]
        elif kind == _AND:
            for w in range(width):
                rows[out, w] = rows[a, w] & rows[b, w]
        elif kind == _OR:
            for w in range(width):
                rows[out, w] = rows[a, w] | rows[b, w]
        elif kind == _XOR:
            for w in range(width):
                rows[out, w] = rows[a, w] ^ rows[b, w]
        elif kind == _AND_NOT:
            for w in range(width):
                rows[out, w] = rows[a, w] & ~rows[b, w]
        elif kind == _OR_NOT:
            for w in range(width):
                rows[out, w] = rows[a, w] | ~rows[b, w]
        else:
            for w in range(width):
                rows[out, w] = rows[b, w] ^ (rows[a, w] & (rows[b, w] ^ rows[c, w]))


@compiled
def _on_words(steps: Places, outputs: Places, words: Words, found: Words, rows: Words) -> None:
    width = rows.shape[1]
    for start in range(0, words.shape[1], width):
        here = min(width, words.shape[1] - start)
        for k in range(len(words)):
            for w in range(here):
                rows[FIRST_INPUT + k, w] = words[k, start + w]
        _run(steps, rows)
        for k in range(len(outputs)):
            for w in range(here):
                found[k, start + w] = rows[outputs[k], w]


@compiled
def _on_features(
    steps: Places,
    outputs: Places,
    features: NDArray[np.float64],
    read: Places,
    first: Places,
    thresholds: NDArray[np.float64],
    place: Places,
    codes: Places,
    rows: Words,
    column: NDArray[np.float64],
) -> bool:
    """Write the codes; say whether all values are finite. Sample `j * width + w` of a block is bit `j` of word `w`."""
    block = len(column)
    for start in range(0, len(features), block):
        here = min(block, len(features) - start)
        if not _finite(features, start, start + here):
            return False
        for k in range(len(read)):
            for sample in range(here):
                column[sample] = features[start + sample, read[k]]
            for c in range(first[k], first[k + 1]):
                _compare(column, thresholds[c], rows, FIRST_INPUT + place[c])
        _run(steps, rows)
        _decode(rows, outputs, codes, start, here)
    return True


@compiled
def _finite(features: NDArray[np.float64], start: int, stop: int) -> bool:
    bad = 0
    for sample in range(start, stop):
        for k in range(features.shape[1]):
            bad += features[sample, k] - features[sample, k] != 0.0
    return bad == 0


@compiled
def _compare(column: NDArray[np.float64], threshold: float, rows: Words, row: int) -> None:
    width = rows.shape[1]
    for w in range(width):
        rows[row, w] = 0
    for j in range(64):
        bit = np.uint64(1) << np.uint64(j)
        for w in range(width):
            rows[row, w] |= bit if column[j * width + w] > threshold else np.uint64(0)


@compiled
def _decode(rows: Words, outputs: Places, codes: Places, start: int, here: int) -> None:
    width = rows.shape[1]
    for sample in range(here):
        j, w = np.uint64(sample // width), sample % width
        code = np.uint64(0)
        for k in range(len(outputs)):
            code |= ((rows[outputs[k], w] >> j) & np.uint64(1)) << np.uint64(k)
        codes[start + sample] = code

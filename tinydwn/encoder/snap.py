"""From cuts between real numbers to the constants that words are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinydwn.encoder.grid import Axis

    Values = npt.NDArray[np.float64]
    Words = npt.NDArray[np.int64]

# No sample lies nearer than this share of a step to an edge in use.
EDGE_CLEARANCE = 1e-6
# A cheap constant may move the cut over this share of the samples between two neighboring quantiles.
CHEAP_SLACK = 0.25


class Snap(Enum):
    """Which edge between two words stands for a cut.

    NEAREST: the nearest one. CHEAP: of those that at most a quarter of the samples of one quantile lie
    away from the cut, the one after a word that ends in the most ones, since ``word > constant`` need
    not look at these bits; among equals the nearest.
    """

    NEAREST = "nearest"
    CHEAP = "cheap"


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """Where one feature's samples are to be cut.

    distinct: ascending different values. amounts: samples of each, by weight. below: ascending positions in
    `distinct`; a cut lies between position b and b + 1. asked: thermometer bits asked for.
    """

    distinct: Values
    amounts: Values
    below: Words
    asked: int

    @property
    def middles(self) -> Values:
        """The numbers half way between the values that each cut separates."""
        return np.asarray(self.distinct[self.below] / 2 + self.distinct[self.below + 1] / 2)


def snapped(axis: Axis, cuts: Cuts, snap: Snap) -> Words:
    """Return the ascending constants for `cuts`, each with samples on both sides; none if impossible.

    Constant c stands for the edge between the words c and c + 1.
    """
    words = axis.words(cuts.distinct)
    first, last = int(words[0]), int(words[-1])
    if first == last or cuts.below.size == 0:
        return np.empty(0, dtype=np.int64)
    edges = np.clip(np.rint((cuts.middles - axis.offset) / axis.step), first + 1, last).astype(np.int64)
    if snap is Snap.CHEAP:
        edges = _cheap(edges, words, cuts)
    return np.unique(edges) - 1


def is_clear(axis: Axis, distinct: Values, constants: Words) -> bool:
    """Say whether no value lies on an edge in use, so that the edge, written as a decimal, is unambiguous."""
    edges = axis.offset + (constants + 1) * axis.step
    after = np.searchsorted(distinct, edges)
    left = distinct[np.maximum(after - 1, 0)]
    right = distinct[np.minimum(after, distinct.size - 1)]
    gap = np.minimum(np.abs(edges - left), np.abs(edges - right))
    return bool((gap > EDGE_CLEARANCE * axis.step).all())


def displaced(axis: Axis, cuts: Cuts, constants: Words) -> float:
    """Return the largest share of the samples that lie between a cut and the edge nearest to it in use."""
    if constants.size == 0:
        return 0.0
    total = np.cumsum(cuts.amounts)
    words = axis.words(cuts.distinct)
    below_edge = total[np.searchsorted(words, constants, side="right") - 1]
    apart = np.abs(below_edge[None, :] - total[cuts.below][:, None]).min(axis=1)
    return float(apart.max() / total[-1])


def _cheap(nearest: Words, words: Words, cuts: Cuts) -> Words:
    total = np.cumsum(cuts.amounts)
    slack = CHEAP_SLACK * total[-1] / (cuts.asked + 1)
    wanted = total[cuts.below]
    # Edges from `lowest` to `highest` have between wanted - slack and wanted + slack samples below them.
    lowest = words[np.searchsorted(total, wanted - slack)] + 1
    highest = words[np.minimum(np.searchsorted(total, wanted + slack, side="right"), words.size - 1)]
    return np.array(
        [
            _roundest(edge, min(low, edge), max(high, edge))
            for edge, low, high in zip(nearest.tolist(), lowest.tolist(), highest.tolist(), strict=True)
        ],
        dtype=np.int64,
    )


def _roundest(nearest: int, lowest: int, highest: int) -> int:
    """Return the number from `lowest` to `highest` with the most trailing zero bits, then the nearest."""
    unit = 1 << highest.bit_length()
    while -(-lowest // unit) * unit > highest:
        unit >>= 1
    down, up = nearest // unit * unit, -(-nearest // unit) * unit
    candidates = [multiple for multiple in (down, up) if lowest <= multiple <= highest]
    if not candidates:
        candidates = [-(-lowest // unit) * unit]
    return min(candidates, key=lambda multiple: abs(multiple - nearest))

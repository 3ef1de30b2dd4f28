"""Additive scores: each value of a feature adds a small whole number, and where their sum lies says the class.

A comparison of products is one, as logarithms add up, and so is any order of classes along which features push one way.
The numbers come from a generalized additive model (Hastie & Tibshirani, "Generalized Additive Models", 1986): logistic
regression on thermometer bits with a threshold between any two neighboring classes of an order (Rennie & Srebro, "Loss
Functions for Preference Levels", 2005), which is that of the first linear discriminant. They are rounded, then changed
one by one as long as that makes more samples right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled
from tinydwn.hypotheses.levels import add_levels
from tinydwn.hypotheses.linear import roundest
from tinydwn.lowering.popcount import add_column_sum
from tinydwn.minimize.size import size
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.graph import FALSE, TRUE

MOST_INPUTS, MOST_CLASSES = 640, 10
"""Of more inputs or classes there are no scores: an order of many classes says little."""
COUNTS = (6, 9, 12, 16, 22, 30, 40)
_LARGEST = (1, 2, 3, 5)
"""Thermometer bits that are read, and the largest number that one of them adds."""
_RIDGE = 1e-4
_LEAST_PULL = 1e-6
"""Weaker pulls are what sums were rounded by: no bit tells anything by itself."""
_PRICE = 2e-3
"""A further interval of sums, or a change of numbers, is worth it from so large a share of the samples on."""
_ROUNDS = 3
_STEPS = 100


@dataclass(frozen=True, slots=True)
class AdditiveScore:
    """The sum of `weights[k]` over those k where input `places[k]` is true, and the class of each interval of sums.

    A sum below the first of `cuts` is of class `labels[0]`, one from `cuts[k]` on of class `labels[k + 1]`.

    >>> score = AdditiveScore((0, 1, 2), (2, 1, -2), (0, 1), (7, 8, 9))
    >>> score.classes(np.array([[0, 0, 1], [1, 0, 1], [1, 1, 1]], dtype=bool)).tolist()
    [7, 8, 9]
    """

    places: tuple[int, ...]
    weights: tuple[int, ...]
    cuts: tuple[int, ...]
    labels: tuple[int, ...]

    def classes(self, bits: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the class of each row of bits, (samples, inputs), as (samples,)."""
        values = bits[:, list(self.places)] @ np.array(self.weights, dtype=np.int64)
        return np.array(self.labels)[np.searchsorted(np.array(self.cuts, dtype=np.int64), values, side="right")]

    def netlist(
        self, inputs: Sequence[str], feature: NDArray[np.int64], codes: NDArray[np.bool_], outputs: Sequence[str]
    ) -> Netlist:
        """Return the smallest of several circuits: tables of the features, adders, and comparisons of the sum.

        `inputs` names all places, `feature`, (inputs,), says which feature a place is a threshold of: a bit is never
        true where one before it, of the same feature, is false. `codes`, (classes, outputs), is what to answer.
        """
        tables = self._tables(feature)
        least = sum(min(table) for _, table in tables)
        cuts = [cut - least for cut in self.cuts]
        most = sum(max(table) - min(table) for _, table in tables)
        top = 1 << most.bit_length()
        lifts = dict.fromkeys((0, *(top // part - cut for cut in cuts for part in (1, 2) if top // part >= cut)))
        ways = [self._built(tables, [cut + lift for cut in cuts], lift, inputs, codes, outputs) for lift in lifts]
        return min(ways, key=size)

    def _tables(self, feature: NDArray[np.int64]) -> list[tuple[list[int], list[int]]]:
        """Return for each feature its places and what it adds where 0, 1, 2, ... of these are true."""
        weight = dict(zip(self.places, self.weights, strict=True))
        groups: dict[int, list[int]] = {}
        for place in sorted(self.places):
            groups.setdefault(int(feature[place]), []).append(place)
        return [(own, np.cumsum([0, *(weight[place] for place in own)]).tolist()) for own in groups.values()]

    def _built(
        self,
        tables: Sequence[tuple[list[int], list[int]]],
        cuts: Sequence[int],
        lift: int,
        inputs: Sequence[str],
        codes: NDArray[np.bool_],
        outputs: Sequence[str],
    ) -> Netlist:
        builder = NetlistBuilder("score")
        nets = {place: builder.input(inputs[place]) for place in sorted(self.places)}
        columns: list[list[int]] = [[] for _ in range(max(lift.bit_length(), 1))]
        for places, table in tables:
            for digit, net in enumerate(_add_table(builder, [nets[place] for place in places], table)):
                columns.extend([] for _ in range(digit + 1 - len(columns)))
                columns[digit].append(net)
        for digit in range(lift.bit_length()):
            columns[digit].extend([TRUE] * (lift >> digit & 1))
        total = add_column_sum(builder, columns)
        for j, name in enumerate(outputs):
            said = [bool(codes[label, j]) for label in self.labels]
            flips = [cut for cut, (one, other) in zip(cuts, pairwise(said), strict=True) if one != other]
            weights = [1 << digit for digit in range(len(total))]
            builder.output(name, add_levels(builder, total, weights, said[0], flips))
        return builder.build()


def _add_table(builder: NetlistBuilder, thermometer: Sequence[int], table: Sequence[int]) -> Iterator[int]:
    """Yield the nets of the binary digits of what a feature adds, above its least, lowest first."""
    least = min(table)
    for digit in range((max(table) - least).bit_length()):
        levels = [value - least >> digit & 1 for value in table]
        runs = []
        begin = 0 if levels[0] else -1
        for level, (one, other) in enumerate(pairwise([*levels, 0])):
            if other and not one:
                begin = level + 1
            elif one and not other:
                above = thermometer[begin - 1] if begin else TRUE
                ended = builder.invert(thermometer[level]) if level < len(thermometer) else TRUE
                runs.append(builder.and_(above, ended))
        yield builder.or_(*runs) if runs else FALSE


def additive_scores(
    bits: NDArray[np.bool_], classes: NDArray[np.int64], weight: NDArray[np.float64]
) -> tuple[AdditiveScore, ...]:
    """Return scores of several sizes for samples: bits (samples, inputs), classes and weights (samples,).

    Of equal sizes the one that is right on most weight stays. There are none for one class alone, and for more inputs
    or classes than `MOST_INPUTS` and `MOST_CLASSES`.

    >>> words = np.array([(a, b) for a in range(1, 6) for b in range(1, 6)])
    >>> bits = np.concatenate([words[:, [k]] > np.arange(1, 5) for k in range(2)], axis=1)
    >>> best = additive_scores(bits, np.sign(words[:, 0] * 2 - words[:, 1] * 3) + 1, np.ones(25))[-1]
    >>> float((best.classes(bits) == np.sign(words[:, 0] * 2 - words[:, 1] * 3) + 1).mean())
    1.0
    """
    present, rank = np.unique(classes, return_inverse=True)
    if not 1 < len(present) <= MOST_CLASSES or not 0 < bits.shape[1] <= MOST_INPUTS:
        return ()
    share = weight / weight.sum()
    order = _order(bits, rank, share, len(present))
    rank, present = np.argsort(order)[rank], present[order]
    places = np.flatnonzero(bits.any(axis=0) & ~bits.all(axis=0))
    counts = sorted({min(count, len(places)) for count in COUNTS}, reverse=True)
    found: dict[tuple[int, int], AdditiveScore] = {}
    for count in counts if len(places) else ():
        importance = np.abs(_pulls(bits[:, places], rank, share)) * bits[:, places].std(axis=0)
        places = np.sort(places[np.argsort(-importance, kind="stable")[:count]])
        pulls = _pulls(bits[:, places], rank, share)
        for largest in _LARGEST:
            weights = np.rint(pulls / max(np.abs(pulls).max(), _LEAST_PULL) * largest).astype(np.int64)
            found[count, largest] = _improved(bits, places, weights, rank, share, present)
    return tuple(dict.fromkeys(found[key] for key in sorted(found) if found[key].places))


def _order(
    bits: NDArray[np.bool_], rank: NDArray[np.int64], share: NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """Return the classes in the order of the first linear discriminant, (classes,)."""
    from scipy.linalg import eigh

    member = np.eye(count)[rank] * share[:, None]
    means = (member.T @ bits) / member.sum(axis=0)[:, None]
    apart, around = means - share @ bits, bits - means[rank]
    between = (apart.T * member.sum(axis=0)) @ apart
    within = (around.T * share) @ around + 1e-3 * np.eye(bits.shape[1])
    last = bits.shape[1] - 1
    direction = eigh(between, within, subset_by_index=(last, last))[1][:, 0]
    along = means @ direction
    return np.argsort(along if along[0] <= along[-1] else -along, kind="stable")


def _pulls(bits: NDArray[np.bool_], rank: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each bit adds, (inputs,), to the log-odds of lying above a threshold between classes."""
    from scipy.optimize import minimize

    inputs, cuts = bits.shape[1], int(rank.max())
    columns = bits.astype(np.float64)
    aim = np.where(rank[:, None] > np.arange(cuts), 1.0, -1.0)

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, intercepts = point[:inputs], point[inputs:]
        margin = aim * ((columns @ weights)[:, None] - intercepts)
        pull = -aim * (share[:, None] / (1 + np.exp(np.clip(margin, -500, 500))))
        slope = np.concatenate([columns.T @ pull.sum(axis=1) + _RIDGE * weights, -pull.sum(axis=0)])
        return float(share @ np.logaddexp(0, -margin).sum(axis=1) + _RIDGE / 2 * (weights @ weights)), slope

    return np.asarray(
        minimize(loss, np.zeros(inputs + cuts), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x[:inputs]
    )


def _improved(
    bits: NDArray[np.bool_],
    places: NDArray[np.int64],
    weights: NDArray[np.int64],
    rank: NDArray[np.int64],
    share: NDArray[np.float64],
    present: NDArray[np.int64],
) -> AdditiveScore:
    """Return the score of whole numbers after each was changed by one as long as that is worth it."""
    columns = bits[:, places].astype(np.int64)
    values = columns @ weights
    best, cuts, labels = _intervals(values, rank, share)
    for _ in range(_ROUNDS):
        before = best
        for k in range(len(places)):
            for step in (-1, 1):
                moved = values + step * columns[:, k]
                right, *intervals = _intervals(moved, rank, share)
                price = _PRICE / 2 if abs(weights[k] + step) > abs(weights[k]) else 0.0
                if right > best + price:
                    best, values, (cuts, labels) = right, moved, intervals
                    weights = weights + step * (np.arange(len(places)) == k)
        if best == before:
            break
    kept = weights != 0
    return AdditiveScore(
        tuple(places[kept].tolist()), tuple(weights[kept].tolist()), cuts, tuple(present[list(labels)].tolist())
    )


def _intervals(
    values: NDArray[np.int64], rank: NDArray[np.int64], share: NDArray[np.float64]
) -> tuple[float, tuple[int, ...], tuple[int, ...]]:
    """Return the intervals of values that are right on most weight, less a price for each: weight, cuts and ranks."""
    least, ranks = int(values.min()), int(rank.max()) + 1
    rows = int(values.max()) - least + 1
    places = (values - least) * ranks + rank
    table = np.bincount(places, weights=share, minlength=rows * ranks).astype(np.float64).reshape(rows, ranks)
    seen = np.flatnonzero(table.any(axis=1))
    worth, came = _best_paths(table[seen], _PRICE)
    label = int(worth.argmax())
    best, cuts, labels = float(worth[label]), list[int](), [label]
    for at in range(len(seen) - 1, 0, -1):
        if came[at, label] != label:
            label = int(came[at, label])
            cuts.append(roundest(int(seen[at - 1]) + 1, int(seen[at])) + least)
            labels.append(label)
    return best, tuple(reversed(cuts)), tuple(reversed(labels))


@compiled
def _best_paths(table: NDArray[np.float64], price: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return what is right at most with each rank at the end, (ranks,), and the rank before each, (values, ranks)."""
    worth, came = table[0].copy(), np.zeros(table.shape, np.int64)
    for at in range(1, len(table)):
        other = int(np.argmax(worth))
        changed = worth[other] - price
        for one in range(table.shape[1]):
            came[at, one] = other if worth[one] < changed else one
            worth[one] = max(worth[one], changed) + table[at, one]
    return worth, came

"""Gradient boosting of small trees over bits, each of which answers yes or no.

Each tree is grown leaf by leaf, largest gain first, on gradients and curvatures of the logistic loss (Chen & Guestrin,
"XGBoost", 2016). Of what its leaves would add only the sign is kept, and a common step is added or taken off before the
next tree is grown, so that later trees make up for the rounding: the circuit is one bit per tree and a vote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled

_DAMPING = 2.5e-4
"""Added to the curvature of a leaf; all samples together have a curvature of a quarter at most."""


@dataclass(frozen=True, slots=True, eq=False)
class BitTree:
    """A tree over bits: node `k` asks input `asked[k]` and goes to `low[k]` or `high[k]`; -1 makes it a leaf.

    A leaf answers `answer[k]`. Branches have larger numbers than the node that leads to them.
    """

    asked: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    answer: NDArray[np.bool_]


def voting_trees(
    bits: NDArray[np.bool_], wanted: NDArray[np.bool_], share: NDArray[np.float64], *, leaves: int, step: float
) -> Iterator[BitTree]:
    """Yield trees of at most so many leaves without end; the majority of the first of them is the answer.

    `bits`, (samples, inputs); `wanted`, (samples,); `share`, (samples,), sums to one; `step` is what a vote adds to the
    log-odds.

    >>> bits = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=bool)
    >>> tree = next(voting_trees(bits, bits[:, 1], np.full(4, 0.25), leaves=2, step=0.5))
    >>> tree.asked.tolist(), tree.answer[1:].tolist()
    ([1, -1, -1], [False, True])
    """
    dense = np.ascontiguousarray(bits, dtype=np.uint8)
    score = np.zeros(len(wanted))
    while True:
        chance = 1 / (1 + np.exp(-score))
        asked, low, high, value, leaf = _grow(
            dense, share * (chance - wanted), share * chance * (1 - chance), leaves, _DAMPING
        )
        score += np.where(value[leaf] > 0, step, -step)
        yield BitTree(asked, low, high, value > 0)


@compiled
def _grow(
    bits: NDArray[np.uint8], slope: NDArray[np.float64], curve: NDArray[np.float64], leaves: int, damping: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Return question, branches and value of each node, and the leaf of each sample."""
    samples, inputs = bits.shape
    most = 2 * leaves - 1
    asked, low, high = np.full(most, -1), np.full(most, -1), np.full(most, -1)
    total = np.zeros((most, 2))
    sums = np.zeros((most, inputs, 2))
    begin, end = np.zeros(most, np.int64), np.zeros(most, np.int64)
    gain, best = np.zeros(most), np.full(most, -1)
    order = np.arange(samples)
    end[0] = samples
    _sum_up(bits, slope, curve, order, total[0], sums[0])
    gain[0], best[0] = _best_question(total[0], sums[0], damping)
    nodes = 1
    for _ in range(leaves - 1):
        node = int(np.argmax(gain))
        if gain[node] <= 0:
            break
        at = _divide(bits, order, begin[node], end[node], best[node])
        asked[node], low[node], high[node], gain[node] = best[node], nodes, nodes + 1, 0.0
        begin[nodes], end[nodes], begin[nodes + 1], end[nodes + 1] = begin[node], at, at, end[node]
        small = nodes if at - begin[node] <= end[node] - at else nodes + 1
        large = 2 * nodes + 1 - small
        _sum_up(bits, slope, curve, order[begin[small] : end[small]], total[small], sums[small])
        total[large], sums[large] = total[node] - total[small], sums[node] - sums[small]
        for child in (nodes, nodes + 1):
            gain[child], best[child] = _best_question(total[child], sums[child], damping)
        nodes += 2
    leaf = np.zeros(samples, np.int64)
    value = np.zeros(nodes)
    for node in range(nodes):
        if asked[node] < 0:
            leaf[order[begin[node] : end[node]]] = node
            value[node] = -total[node, 0] / (max(total[node, 1], 0.0) + damping)
    return asked[:nodes], low[:nodes], high[:nodes], value, leaf


@compiled
def _sum_up(
    bits: NDArray[np.uint8],
    slope: NDArray[np.float64],
    curve: NDArray[np.float64],
    chosen: NDArray[np.int64],
    total: NDArray[np.float64],
    sums: NDArray[np.float64],
) -> None:
    """Sum slope and curvature of the chosen samples, of all of them and of those where each input holds."""
    for sample in chosen:
        g, h = slope[sample], curve[sample]
        total[0] += g
        total[1] += h
        for k in range(bits.shape[1]):
            bit = bits[sample, k]
            sums[k, 0] += g * bit
            sums[k, 1] += h * bit


@compiled
def _best_question(total: NDArray[np.float64], sums: NDArray[np.float64], damping: float) -> tuple[float, int]:
    """Return the largest fall of the loss that one question makes, and the question, -1 for none."""
    best, found = 0.0, -1
    before = total[0] * total[0] / (total[1] + damping)
    for k in range(len(sums)):
        g, h = sums[k, 0], sums[k, 1]
        left_h = total[1] - h
        if h < 1e-9 or left_h < 1e-9:
            continue
        after = g * g / (h + damping) + (total[0] - g) * (total[0] - g) / (left_h + damping)
        if after - before > best + 1e-12:
            best, found = after - before, k
    return best, found


@compiled
def _divide(bits: NDArray[np.uint8], order: NDArray[np.int64], begin: int, end: int, asked: int) -> int:
    """Put the samples of a node where the input does not hold before the others; return where these begin."""
    part = order[begin:end].copy()
    at = begin
    for sample in part:
        if not bits[sample, asked]:
            order[at] = sample
            at += 1
    first = at
    for sample in part:
        if bits[sample, asked]:
            order[at] = sample
            at += 1
    return first

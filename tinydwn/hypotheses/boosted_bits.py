"""Gradient boosting of small trees over bits, with leaves that are whole numbers while it learns.

Each tree is grown leaf by leaf, largest gain first, on gradients and curvatures of the logistic loss (Chen & Guestrin,
"XGBoost", 2016). What its leaves add is rounded to a common step before the next tree is grown, so that later trees
make up for the rounding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled

_DAMPING = 1e-3
"""Added to the curvature of a leaf, as a share of all curvature that there can be: a quarter."""


@dataclass(frozen=True, slots=True, eq=False)
class BitTree:
    """A tree over bits: node `k` asks `asked[k]` (-1: a leaf) and goes to `low[k]` or `high[k]`; leaves add `value`."""

    asked: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    value: NDArray[np.int64]


def boosted_bit_trees(
    bits: NDArray[np.bool_],
    wanted: NDArray[np.bool_],
    share: NDArray[np.float64],
    *,
    leaves: int,
    trees: int,
    largest: int,
    rate: float = 0.5,
) -> Iterator[BitTree]:
    """Yield trees of at most so many leaves whose values, from -`largest` to `largest`, sum above zero for true.

    `bits`, (samples, inputs); `wanted`, (samples,); `share`, (samples,), sums to one.
    """
    dense = np.ascontiguousarray(bits, dtype=np.uint8)
    score, step = np.zeros(len(wanted)), 0.0
    for _ in range(trees):
        chance = 1 / (1 + np.exp(-score))
        slope, curve = share * (chance - wanted), share * chance * (1 - chance)
        asked, low, high, real, leaf = _grow(dense, slope, curve, leaves, _DAMPING / 4)
        real = rate * real
        if not step:
            step = float(np.abs(real).max()) / largest or 1.0
        value = np.clip(np.rint(real / step), -largest, largest).astype(np.int64)
        score = score + step * value[leaf]
        yield BitTree(asked, low, high, np.where(asked < 0, value, 0))


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
    """Return the largest fall of the loss that one question makes, and the question; a thousandth must lie apart."""
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

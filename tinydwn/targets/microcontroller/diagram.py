"""Decision diagrams over levels: which comparison to make next, and where answers are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_CELLS = 1 << 14
"""So many combinations of levels that a diagram is found within seconds."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether axis `axis` stands at level `level` or above; `low` and `high` are what follows, places or answers.

    A number from 0 is the place of another question; `~answer` is an answer.
    """

    axis: int
    level: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """Questions, each before those that follow it; `start` is the first one, or `~answer`."""

    questions: tuple[Question, ...]
    start: int

    @property
    def mean_questions(self) -> float:
        """How many questions are asked on the mean, where both answers of each are as likely."""
        depth: dict[int, float] = {}
        for place in range(len(self.questions) - 1, -1, -1):
            one = self.questions[place]
            depth[place] = 1 + (depth.get(one.low, 0.0) + depth.get(one.high, 0.0)) / 2
        return float(depth.get(self.start, 0.0))


def diagram_of(answers: NDArray[np.int64]) -> Diagram:
    """Return a small diagram of a function of levels: `answers` has an axis per feature, an entry for each level.

    The next comparison is the one that leaves the least entropy, levels being as likely as each other; parts that ask
    and answer the same are one.

    >>> both = diagram_of(np.array([[0, 0], [0, 1]]))
    >>> both.questions
    (Question(axis=0, level=1, low=-1, high=1), Question(axis=1, level=1, low=-1, high=-2))
    """
    maker = _Maker()
    start = maker.place(answers, [tuple(range(size)) for size in answers.shape])
    return _in_order(maker.made, start)


class _Maker:
    """Questions under construction; what follows a question is made before it."""

    def __init__(self) -> None:
        self.made: list[Question] = []
        self._known: dict[tuple[object, ...], int] = {}

    def place(self, box: NDArray[np.int64], levels: Sequence[tuple[int, ...]]) -> int:
        """Return the place of a part of the table; `levels` are those of the whole that its entries begin at."""
        box, levels = _reduced(box, levels)
        if box.size == 1:
            return ~int(box.flat[0])
        key = (tuple(levels), box.shape, box.tobytes())
        if key not in self._known:
            axis, cut = _best_cut(box)
            below, above = np.split(box, [cut], axis=axis)
            parts = [levels[axis][:cut], levels[axis][cut:]]
            low, high = (
                self.place(part, [*levels[:axis], own, *levels[axis + 1 :]])
                for part, own in zip((below, above), parts, strict=True)
            )
            self.made.append(Question(axis, levels[axis][cut], low, high))
            self._known[key] = len(self.made) - 1
        return self._known[key]


def _reduced(
    box: NDArray[np.int64], levels: Sequence[tuple[int, ...]]
) -> tuple[NDArray[np.int64], list[tuple[int, ...]]]:
    """Return a table with equal neighbors of each axis once; an axis that decides nothing names no level."""
    found = list(levels)
    for axis, size in enumerate(box.shape):
        if size > 1:
            slices = np.moveaxis(box, axis, 0).reshape(size, -1)
            kept = np.concatenate([[0], 1 + np.flatnonzero((slices[1:] != slices[:-1]).any(axis=1))])
            if len(kept) < size:
                box = np.take(box, kept, axis=axis)
                found[axis] = tuple(found[axis][k] for k in kept)
        if box.shape[axis] == 1:
            found[axis] = (0,)
        else:  # the lowest level of a part is never compared with
            found[axis] = (-1, *found[axis][1:])
    return np.ascontiguousarray(box), found


def _best_cut(box: NDArray[np.int64]) -> tuple[int, int]:
    classes, codes = np.unique(box, return_inverse=True)
    one_hot = np.eye(len(classes))[codes.reshape(box.shape)]
    best: tuple[float, int, int] | None = None
    for axis, size in enumerate(box.shape):
        if size == 1:
            continue
        others = tuple(k for k in range(box.ndim) if k != axis)
        counts = one_hot.sum(axis=others).cumsum(axis=0)
        left = _entropy(counts[:-1]) + _entropy(counts[-1] - counts[:-1])
        cut = int(left.argmin())
        found = (float(left[cut]), axis, cut + 1)
        if best is None or found < best:
            best = found
    if best is None:
        raise ValueError("a table of one entry has no cut")
    return best[1], best[2]


def _entropy(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the entropy, in nats times samples, of rows of counts."""
    whole = counts.sum(axis=1, keepdims=True)
    return np.asarray(np.round(-(counts * np.log(np.maximum(counts, 1) / whole)).sum(axis=1), 9), dtype=np.float64)


def _in_order(made: Sequence[Question], start: int) -> Diagram:
    """Return the questions in an order in which each stands before those that follow it, high ones late."""
    order: list[int] = []
    seen: set[int] = set()

    def visit(place: int) -> None:
        if place < 0 or place in seen:
            return
        seen.add(place)
        visit(made[place].high)
        visit(made[place].low)
        order.append(place)

    visit(start)
    order.reverse()
    at = {old: new for new, old in enumerate(order)}

    def moved(place: int) -> int:
        return at.get(place, place)

    questions = (made[old] for old in order)
    placed = tuple(Question(one.axis, one.level, moved(one.low), moved(one.high)) for one in questions)
    return Diagram(placed, moved(start))

"""All kinds of hypotheses on one function: fitted on most samples, judged on the others, kept where they help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from tinydwn.hypotheses.forest import Forest
from tinydwn.hypotheses.hypothesis import Hypothesis, Kind
from tinydwn.hypotheses.labelled import Labelled, held_back
from tinydwn.hypotheses.parity import Beneath, Parity, screened_sums
from tinydwn.hypotheses.rules import Rules
from tinydwn.hypotheses.sums import Sums
from tinydwn.hypotheses.threshold import Thresholds
from tinydwn.minimize.size import size

_FORESTS = ((8, 0.3), (16, 0.3), (32, 0.3), (64, 0.6))
"""Leaves per tree, and what a vote adds to the log-odds."""
_FORMULAS: tuple[Kind, ...] = (Thresholds(), Sums(), Rules(answer=True), Rules(answer=False))
_PROBE = Thresholds(most=8)
_GOOD = 0.995
"""Where a formula is as accurate as this, no forest is grown."""


class _Judged(NamedTuple):
    kind: Kind
    one: Hypothesis
    accuracy: float
    gates: int


def hypotheses(samples: Labelled, *, seed: int, most_gates: int = 5_000) -> tuple[Hypothesis, ...]:
    """Return hypotheses about the function behind samples, small ones first.

    Thresholds, tables over sums, sums modulo 2, these on top of one another, rule sets and votes of boosted trees are
    fitted on three quarters of the samples and judged on the rest. Of those of at most `most_gates` AND gates are kept
    any that is more accurate there than every smaller one, and the best of each kind that is within a standard error of
    the best of all; these are fitted again on all samples. The same samples and seed give the same hypotheses.

    >>> import numpy as np
    >>> bits = np.random.default_rng(0).random((400, 6)) < 0.5
    >>> samples = Labelled(tuple("abcdef"), bits, bits.sum(axis=1) % 3 == 1, np.ones(400))
    >>> best = max(hypotheses(samples, seed=0), key=lambda one: one.expected)
    >>> best.name, best.accuracy(samples)
    ('a table over the number of ones', 1.0)
    """
    return _formed(samples, seed=seed, most_gates=most_gates, with_forests=True)


def formulas(samples: Labelled, *, seed: int, most_gates: int = 5_000) -> tuple[Hypothesis, ...]:
    """Return `hypotheses` without votes of trees: what can be written down in a line."""
    return _formed(samples, seed=seed, most_gates=most_gates, with_forests=False)


def _formed(samples: Labelled, *, seed: int, most_gates: int, with_forests: bool) -> tuple[Hypothesis, ...]:
    learning, judging = held_back(samples, seed=seed)
    judged = [one for one in _judged(learning, judging, most_gates, with_forests) if one.gates <= most_gates]
    again = list(_fitted_again(_kept(judged, judging), samples))
    different = {one.netlist: one for one in reversed(again)}
    gates = {netlist: size(netlist).gates for netlist in different}
    fitting = (one for one in reversed(different.values()) if gates[one.netlist] <= most_gates)
    return tuple(sorted(fitting, key=lambda one: gates[one.netlist]))


def _judged(learning: Labelled, judging: Labelled, most_gates: int, with_forests: bool) -> list[_Judged]:
    """Return all hypotheses fitted on some samples and judged on others; forests only where formulas are not good."""
    sums = [(), *_promising_sums(learning, judging)]
    formulas = [Parity(), *(_beneath(places, kind) for places in sums for kind in _FORMULAS)]
    judged = [one for kind in formulas for one in _judge(kind, learning, judging)]
    if with_forests and max((one.accuracy for one in judged), default=0.0) < _GOOD:
        forests = [Forest(leaves, step, most_gates) for leaves, step in _FORESTS]
        grown = (_beneath(places, forest) for places in sums for forest in forests)
        judged.extend(one for kind in grown for one in _judge(kind, learning, judging))
    return judged


def _promising_sums(learning: Labelled, judging: Labelled) -> Iterator[tuple[int, ...]]:
    """Yield sums modulo 2, each of which a small threshold function on top makes better than those before it."""
    best = _probe(_PROBE, learning, judging)
    for places in screened_sums(learning):
        reached = _probe(Beneath(places, _PROBE), learning, judging)
        if reached > best:
            best = reached
            yield places


def _beneath(places: tuple[int, ...], kind: Kind) -> Kind:
    return Beneath(places, kind) if places else kind


def _probe(kind: Kind, learning: Labelled, judging: Labelled) -> float:
    return max((one.accuracy(judging) for one in kind.fit(learning)), default=0.0)


def _judge(kind: Kind, learning: Labelled, judging: Labelled) -> Iterator[_Judged]:
    for one in kind.fit(learning):
        yield _Judged(kind, one, one.accuracy(judging), size(one.netlist).gates)


def _kept(judged: Sequence[_Judged], judging: Labelled) -> list[_Judged]:
    """Return those more accurate than every smaller one, and of each kind the best if it is good; smallest first."""
    ordered = sorted(judged, key=lambda one: (one.gates, -one.accuracy))
    best = max((one.accuracy for one in ordered), default=0.0)
    error = float(np.sqrt(best * (1 - best) * (judging.share @ judging.share)))
    of_kind: dict[Kind, _Judged] = {}
    for one in ordered:
        if one.accuracy >= best - error and (one.kind not in of_kind or one.accuracy > of_kind[one.kind].accuracy):
            of_kind[one.kind] = one
    kept, reached = [], -1.0
    for one in ordered:
        if one.accuracy > reached or of_kind.get(one.kind) is one:
            kept.append(one)
        reached = max(reached, one.accuracy)
    return kept


def _fitted_again(kept: Sequence[_Judged], samples: Labelled) -> Iterator[Hypothesis]:
    """Yield the kept hypotheses fitted on all samples, or as fitted before where a kind does not find one again."""
    kinds = dict.fromkeys(judged.kind for judged in kept)
    again = {kind: {one.name: one for one in kind.fit(samples)} for kind in kinds}
    for judged in kept:
        yield replace(again[judged.kind].get(judged.one.name, judged.one), expected=judged.accuracy)

"""All kinds of hypotheses on one function: fitted on most samples, judged on the others, kept where they help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tinydwn.hypotheses.forest import Forest
from tinydwn.hypotheses.hypothesis import Hypothesis, Kind
from tinydwn.hypotheses.labelled import Labelled, held_back
from tinydwn.hypotheses.parity import Beneath, Parity, screened_sums
from tinydwn.hypotheses.sums import Sums
from tinydwn.hypotheses.threshold import Thresholds
from tinydwn.minimize.size import size

_FORESTS = ((8, 0.3), (16, 0.3), (32, 0.3), (64, 0.6))
"""Leaves per tree, and what a vote adds to the log-odds."""
_PROBE = Thresholds(most=8)


class _Judged(NamedTuple):
    kind: Kind
    one: Hypothesis
    accuracy: float
    gates: int


def hypotheses(samples: Labelled, *, seed: int, most_gates: int = 5_000) -> tuple[Hypothesis, ...]:
    """Return hypotheses about the function behind samples, small ones first.

    Thresholds, tables over sums, sums modulo 2, these on top of one another, and votes of boosted trees are fitted on
    three quarters of the samples and judged on the rest. Those of at most `most_gates` AND gates that are more accurate
    there than every smaller one are fitted again on all samples. A constant function has one hypothesis.

    >>> import numpy as np
    >>> bits = np.random.default_rng(0).random((400, 6)) < 0.5
    >>> samples = Labelled(tuple("abcdef"), bits, bits.sum(axis=1) % 3 == 1, np.ones(400))
    >>> hypotheses(samples, seed=0)[-1].accuracy(samples)
    1.0
    """
    learning, judging = held_back(samples, seed=seed)
    judged = [one for kind in _kinds(learning, judging, most_gates) for one in _judge(kind, learning, judging)]
    kept = _best_of_their_size(one for one in judged if one.gates <= most_gates)
    return _fitted_again(kept, samples, most_gates)


def _kinds(learning: Labelled, judging: Labelled, most_gates: int) -> Iterator[Kind]:
    yield from (Parity(), Thresholds(), Sums())
    plain = _probe(_PROBE, learning, judging)
    for places in screened_sums(learning):
        if _probe(Beneath(places, _PROBE), learning, judging) > plain:
            yield from (Beneath(places, Thresholds()), Beneath(places, Sums()))
    yield from (Forest(leaves, step, most_gates) for leaves, step in _FORESTS)


def _probe(kind: Kind, learning: Labelled, judging: Labelled) -> float:
    return max((one.accuracy(judging) for one in kind.fit(learning)), default=0.0)


def _judge(kind: Kind, learning: Labelled, judging: Labelled) -> Iterator[_Judged]:
    for one in kind.fit(learning):
        yield _Judged(kind, one, one.accuracy(judging), size(one.netlist).gates)


def _best_of_their_size(judged: Iterable[_Judged]) -> list[_Judged]:
    """Return those that are more accurate than every smaller one, smallest first."""
    kept: list[_Judged] = []
    for one in sorted(judged, key=lambda one: (one.gates, -one.accuracy)):
        if not kept or one.accuracy > kept[-1].accuracy:
            kept.append(one)
    return kept


def _fitted_again(kept: Sequence[_Judged], samples: Labelled, most_gates: int) -> tuple[Hypothesis, ...]:
    """Return the kept hypotheses fitted on all samples, in their order; the first fit where a name is not found again."""
    again = {
        kind: {one.name: one for one in kind.fit(samples)} for kind in dict.fromkeys(judged.kind for judged in kept)
    }
    found = (again[judged.kind].get(judged.one.name, judged.one) for judged in kept)
    return tuple(one for one in found if size(one.netlist).gates <= most_gates)

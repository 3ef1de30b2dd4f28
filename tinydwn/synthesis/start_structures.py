"""Hypotheses about what is behind the samples, as starts of the search."""

from __future__ import annotations

from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray

from tinydwn.hypotheses import Hypothesis, Labelled, additive_scores, hypotheses
from tinydwn.minimize.size import size
from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.graph import FALSE, TRUE
from tinydwn.refine import Examples, RefineOptions, Start
from tinydwn.refine.front import non_dominated
from tinydwn.synthesis.starts import drawn_samples, spread_inputs, together

_MOST_INPUTS, _LEAST_PER_FEATURE = 512, 3
"""Inputs that hypotheses are formed over, at most, but so many of each feature in any case."""
_LEAST_SAMPLES, _GATES_PER_SAMPLE, _MOST_GATES = 64, 4, 5_000
"""Hypotheses are formed from so many samples on, and have at most so many gates for each of them, and in all."""


def structure_starts(examples: Examples, options: RefineOptions, *, apart: bool = False) -> tuple[Start, ...]:
    """Return hypotheses about what is behind the samples, where one output is to be answered.

    They read few thresholds of a feature, evenly among the candidates: a sum does not need them all. Below 64 samples
    there are none: a quarter of them would have to judge. With `apart`, outputs are functions of their own, and the
    hypotheses about each that are expected to be most right, the smallest of equals, make one circuit.
    """
    several = len(examples.outputs) > 1
    if (several and not apart) or len(examples) < _LEAST_SAMPLES:
        return ()
    if not several:
        return tuple(
            Start(
                one.name, one.netlist.renamed(outputs={one.netlist.output_names[0]: examples.outputs[0]}), "structure"
            )
            for one in _hypotheses(examples, options, 0)
        )
    best = [_likeliest_hypothesis(examples, options, j) for j in range(len(examples.outputs))]
    if None in best:
        return ()
    found = [one for one in best if one is not None]
    name = f"a hypothesis per output: {'; '.join(dict.fromkeys(one.name for one in found))}"
    return (Start(name, together(examples, [one.netlist for one in found]), "structure"),)


def score_starts(examples: Examples, options: RefineOptions) -> tuple[Start, ...]:
    """Return additive scores of several classes, small ones first, each more right on the samples than every smaller.

    There are none of one output, of which `structure_starts` has thresholds, below 64 samples, and of many classes.
    """
    if len(examples.outputs) == 1 or len(examples) < _LEAST_SAMPLES:
        return ()
    drawn, places = drawn_samples(examples, options), _read_places(examples)
    inputs, feature = [examples.inputs[place] for place in places], examples.feature[places]
    present, first = np.unique(examples.classes, return_index=True)
    codes = np.zeros((int(present[-1]) + 1, len(examples.outputs)), dtype=bool)
    codes[present] = examples.targets[first]
    bits, classes = examples.bits[np.ix_(drawn, places)], examples.classes[drawn]
    weight = examples.gains(balanced=options.balanced)[classes].astype(np.float64)
    found = []
    with _one_sum():
        scores = additive_scores(bits, classes, weight)
    for score in scores:
        netlist = score.netlist(inputs, feature, codes, examples.outputs)
        found.append((size(netlist).gates, float(weight @ (score.classes(bits) == classes)), netlist))
    kept = non_dominated(found, cost=lambda one: one[0], worth=lambda one: one[1])
    return tuple(
        Start(f"an additive score of {len(netlist.inputs)} inputs, {gates} gates", netlist, "structure")
        for gates, _, netlist in kept
    )


def _likeliest_hypothesis(examples: Examples, options: RefineOptions, output: int) -> Hypothesis | None:
    """Return the hypothesis about an output that is expected to be most right, the smallest of equals."""
    wanted = examples.targets[:, output]
    if (wanted == wanted[0]).all():
        builder = NetlistBuilder("constant")
        builder.output("y", TRUE if wanted[0] else FALSE)
        return Hypothesis("a constant", builder.build(), 1.0)
    return max(_hypotheses(examples, options, output), key=lambda one: one.expected or 0.0, default=None)


def _hypotheses(examples: Examples, options: RefineOptions, output: int) -> tuple[Hypothesis, ...]:
    """Return hypotheses about one output, small ones first."""
    drawn, places = drawn_samples(examples, options), _read_places(examples)
    samples = Labelled(
        tuple(examples.inputs[place] for place in places),
        examples.bits[np.ix_(drawn, places)],
        examples.targets[drawn, output],
        examples.gains(balanced=options.balanced)[examples.classes[drawn]].astype(np.float64),
    )
    with _one_sum():
        return hypotheses(samples, seed=options.seed, most_gates=min(_MOST_GATES, _GATES_PER_SAMPLE * len(examples)))


def _one_sum() -> AbstractContextManager[object]:
    """Let sums be formed by one thread: those of several are rounded in another order."""
    from threadpoolctl import threadpool_limits

    limited: AbstractContextManager[object] = threadpool_limits(1)
    return limited


def _read_places(examples: Examples) -> NDArray[np.int64]:
    """Return the places of the inputs that hypotheses are formed over."""
    per_feature = max(_LEAST_PER_FEATURE, _MOST_INPUTS // (int(examples.feature.max()) + 1))
    return spread_inputs(examples.feature, per_feature)

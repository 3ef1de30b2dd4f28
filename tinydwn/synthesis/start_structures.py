"""Hypotheses about what is behind the samples, as starts of the search."""

from __future__ import annotations

import numpy as np

from tinydwn.hypotheses import Hypothesis, Labelled, hypotheses
from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.graph import FALSE, TRUE
from tinydwn.refine import Examples, RefineOptions, Start
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
    from threadpoolctl import threadpool_limits

    drawn = drawn_samples(examples, options)
    per_feature = max(_LEAST_PER_FEATURE, _MOST_INPUTS // (int(examples.feature.max()) + 1))
    places = spread_inputs(examples.feature, per_feature)
    samples = Labelled(
        tuple(examples.inputs[place] for place in places),
        examples.bits[np.ix_(drawn, places)],
        examples.targets[drawn, output],
        examples.gains(balanced=options.balanced)[examples.classes[drawn]].astype(np.float64),
    )
    with threadpool_limits(1):  # sums of several threads are rounded in another order
        return hypotheses(samples, seed=options.seed, most_gates=min(_MOST_GATES, _GATES_PER_SAMPLE * len(examples)))

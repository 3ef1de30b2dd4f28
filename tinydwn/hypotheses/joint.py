"""Hypotheses about several functions at once: one for each output, of similar size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tinydwn.errors import DataError
from tinydwn.hypotheses.form import hypotheses
from tinydwn.hypotheses.hypothesis import Hypothesis
from tinydwn.hypotheses.labelled import Labelled
from tinydwn.lowering.parts import without_unread_inputs
from tinydwn.minimize.size import size
from tinydwn.netlist import NetlistBuilder

_SMALLEST = 8


def joint_hypotheses(
    inputs: Sequence[str],
    outputs: Sequence[str],
    bits: NDArray[np.bool_],
    wanted: NDArray[np.bool_],
    weight: NDArray[np.float64],
    *,
    seed: int,
    most_gates: int = 5_000,
) -> tuple[Hypothesis, ...]:
    """Return hypotheses with all outputs, small ones first; `most_gates` bounds the AND gates of each.

    `bits`, (samples, inputs); `wanted`, (samples, outputs); `weight`, (samples,). Each circuit gives every output the
    most accurate hypothesis that fits an equal share of a size; sizes double. `DataError` where shapes do not match.

    >>> bits = np.random.default_rng(0).random((300, 4)) < 0.5
    >>> wanted = np.column_stack([bits[:, 0] ^ bits[:, 1], bits.sum(axis=1) > 2])
    >>> last = joint_hypotheses("abcd", ("odd", "most"), bits, wanted, np.ones(300), seed=0)[-1]
    >>> last.netlist.output_names, len(last.netlist.inputs)
    (('odd', 'most'), 4)
    """
    if wanted.shape != (len(bits), len(outputs)) or not outputs:
        raise DataError(f"answers of shape {wanted.shape} do not belong to {len(outputs)} outputs, {len(bits)} samples")
    share = most_gates // len(outputs)
    found = {
        output: hypotheses(Labelled(tuple(inputs), bits, column, weight), seed=seed, most_gates=share)
        for output, column in zip(outputs, wanted.T, strict=True)
    }
    chosen: dict[tuple[Hypothesis, ...], int] = {}
    budget = _SMALLEST
    while budget < 2 * share:
        chosen.setdefault(tuple(_best(some, min(budget, share)) for some in found.values()), budget)
        budget *= 2
    return tuple(
        joined(dict(zip(outputs, ones, strict=True)), inputs, f"hypotheses of up to {budget} gates per output")
        for ones, budget in chosen.items()
    )


def joined(parts: Mapping[str, Hypothesis], inputs: Sequence[str], name: str) -> Hypothesis:
    """Return one circuit whose outputs, by name, are those of the parts."""
    builder = NetlistBuilder("hypotheses")
    nets = {one: builder.input(one) for one in inputs}
    for output, part in parts.items():
        builder.output(output, builder.insert(part.netlist, [nets[one] for one in part.netlist.inputs])[0])
    return Hypothesis(name, without_unread_inputs(builder.build()))


def _best(some: Sequence[Hypothesis], budget: int) -> Hypothesis:
    """Return the most accurate hypothesis that fits, the smallest where none does."""
    fitting = [one for one in some if size(one.netlist).gates <= budget]
    return max(fitting or some[:1], key=lambda one: one.expected or 0.0)

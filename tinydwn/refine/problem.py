"""From samples and gates to what the compiled loops of the search read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinydwn.netlist.simulate import pack
from tinydwn.refine.circuit import TICKS, Places, Problem
from tinydwn.refine.examples import Examples
from tinydwn.refine.gates import MAJORITY, PARITY, GateSet

_COLUMNS = 256
"""Inputs whose correlation is looked at together."""


def problem_of(examples: Examples, gates: GateSet, *, floors: Places, limit: int, balanced: bool) -> Problem:
    """Return what the compiled loops read; samples are in random order, so that the first of them tell of all."""
    order = np.random.default_rng(0).permutation(len(examples))
    words = pack(examples.bits[order])
    constants = np.array([0, ~np.uint64(0)], dtype=np.uint64)[:, None].repeat(words.shape[1], axis=1)
    worth, masks = weighed((examples.gains(balanced=balanced)[examples.classes] * examples.levels())[order])
    return Problem(
        signals=np.concatenate([constants, words]),
        targets=pack(examples.targets[order]),
        masks=masks,
        gains=worth,
        first=np.searchsorted(examples.feature, examples.feature, side="left").astype(np.int64),
        last=np.searchsorted(examples.feature, examples.feature, side="right").astype(np.int64),
        input_cost=ticks(examples.input_cost_um2, gates),
        likely=_likely(examples),
        shape=gates.shape,
        pins=gates.pins,
        inverted=gates.inverted,
        arity=gates.arity,
        area=ticks(gates.area_um2, gates),
        adding=np.flatnonzero((gates.shape == PARITY) | (gates.shape == MAJORITY)).astype(np.int64),
        floors=floors,
        limit=limit,
    )


def ticks(area_um2: NDArray[np.float64], gates: GateSet) -> Places:
    """Return areas in the whole numbers that the search reckons with."""
    return np.rint(np.asarray(area_um2) / gates.library.nand2_area_um2 * TICKS).astype(np.int64)


def weighed(gains: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return numbers, and the samples that each is for as packed masks, so that they add up to the gains, (samples,).

    The numbers are the gains themselves, or powers of two where these are fewer.
    """
    worth = np.unique(gains[gains > 0])
    groups = gains[:, None] == worth
    powers = 1 << np.arange(int(worth[-1]).bit_length()) if len(worth) else worth
    if len(powers) < len(worth):
        worth, groups = powers, (gains[:, None] & powers) > 0
    return worth.astype(np.int64), pack(groups)


def _likely(examples: Examples) -> NDArray[np.int64]:
    """Return the places of the tenth of the inputs that tell most about an output, by correlation."""
    targets = examples.targets.astype(np.float32)
    targets -= targets.mean(axis=0)
    spread = np.sqrt((targets**2).sum(axis=0))
    strength = np.empty(examples.bits.shape[1], np.float32)
    for start in range(0, len(strength), _COLUMNS):
        bits = examples.bits[:, start : start + _COLUMNS].astype(np.float32)
        bits -= bits.mean(axis=0)
        both = np.maximum(np.sqrt((bits**2).sum(axis=0))[:, None] * spread, 1e-9)
        strength[start : start + _COLUMNS] = np.abs(bits.T @ targets / both).max(axis=1)
    order = np.argsort(-strength, kind="stable")
    return order[: max(8, len(order) // 10)].astype(np.int64)

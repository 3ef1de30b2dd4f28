"""Small boosted trees whose whole-number answers are added up: for functions with no formula behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinydwn.hypotheses.boosted_bits import BitTree, boosted_bit_trees
from tinydwn.hypotheses.hypothesis import Hypothesis, hypothesis
from tinydwn.hypotheses.labelled import Labelled
from tinydwn.lowering.popcount import add_column_sum
from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.graph import TRUE

COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96)
_SHAPES = ((4, 1), (8, 1), (16, 1), (32, 1), (6, 3), (12, 3), (24, 3), (12, 7), (24, 7))
_GATES_PER_LEAF = 2


@dataclass(frozen=True, slots=True)
class Forests:
    """Boosted trees over bits, in several numbers of trees and of leaves per tree; `most_gates` bounds their size."""

    most_gates: int = 5_000

    def fit(self, samples: Labelled) -> tuple[Hypothesis, ...]:
        """Return forests fitted on samples."""
        found = []
        for leaves, largest in _SHAPES:
            trees: list[BitTree] = []
            gates = leaves * _GATES_PER_LEAF * largest.bit_length()
            most = max((count for count in COUNTS if count * gates <= self.most_gates), default=1)
            grown = boosted_bit_trees(
                samples.bits, samples.wanted, samples.share, leaves=leaves, trees=most, largest=largest
            )
            for tree in grown:
                trees.append(tree)
                if len(trees) in COUNTS:
                    name = f"{len(trees)} trees of {leaves} leaves from -{largest} to {largest}"
                    found.append(hypothesis(name, samples.inputs, Forest(tuple(trees)).add))
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees that answer true where the sum of their values is above zero."""

    trees: tuple[BitTree, ...]

    def add(self, builder: NetlistBuilder, nets: Sequence[int]) -> int:
        """Add the circuit, given the net of each input of the samples, and return the net of the answer."""
        values = [tree.value[tree.asked < 0] for tree in self.trees]
        least = sum(int(value.min()) for value in values)
        most = sum(int(value.max()) for value in values)
        if least > 0 or most <= 0:
            return int(least > 0)
        # The sum less `least` is compared with -least: lifted so, the top bit of the sum decides.
        top = (most - least).bit_length()
        lift = (1 << top) - (1 - least)
        columns = [[TRUE] if lift >> place & 1 else [] for place in range(top + 1)]
        for tree, value in zip(self.trees, values, strict=True):
            for place, net in enumerate(_add_tree(builder, tree, int(value.min()), nets)):
                columns[place].append(net)
        return add_column_sum(builder, columns)[top]


def _add_tree(builder: NetlistBuilder, tree: BitTree, least: int, nets: Sequence[int]) -> list[int]:
    """Return the nets, LSB first, of a tree's value less its least."""
    value = np.where(tree.asked < 0, tree.value - least, 0)
    return [_add_bit(builder, tree, (value >> place & 1).tolist(), nets) for place in range(int(value.max()).bit_length())]


def _add_bit(builder: NetlistBuilder, tree: BitTree, digit: Sequence[int], nets: Sequence[int]) -> int:
    """Return the net of one digit; branches lie behind the node that leads to them."""
    answer = list(digit)
    for node in reversed(range(len(answer))):
        if tree.asked[node] >= 0:
            low, high = answer[tree.low[node]], answer[tree.high[node]]
            answer[node] = builder.mux(nets[tree.asked[node]], low, high)
    return answer[0]

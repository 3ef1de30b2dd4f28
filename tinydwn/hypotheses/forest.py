"""The majority of boosted trees, one bit each: for functions with no formula behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinydwn.hypotheses.boosted_bits import BitTree, voting_trees
from tinydwn.hypotheses.hypothesis import Hypothesis, hypothesis
from tinydwn.hypotheses.labelled import Labelled
from tinydwn.lowering.popcount import add_more_than_half
from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.graph import FALSE, TRUE

COUNTS = (1, 3, 5, 7, 11, 15, 23, 31, 47, 63, 95, 127)
_GATES_PER_ADDER = 8


@dataclass(frozen=True, slots=True)
class Forest:
    """Majorities of 1, 3, 5, ... up to 127 boosted trees of at most `leaves` leaves, as far as `most_gates` may do."""

    leaves: int
    step: float
    most_gates: int

    def fit(self, samples: Labelled) -> tuple[Hypothesis, ...]:
        """Return forests fitted on samples."""
        most = self.most_gates // (self.leaves + _GATES_PER_ADDER)
        counts = [count for count in COUNTS if count <= max(most, 1)]
        trees: list[BitTree] = []
        reads: set[int] = set()
        found = []
        for tree in voting_trees(samples.bits, samples.wanted, samples.share, leaves=self.leaves, step=self.step):
            trees.append(tree)
            reads.update(tree.asked[tree.asked >= 0].tolist())
            if len(trees) in counts:
                name = f"the majority of {len(trees)} trees of up to {self.leaves} leaves"
                found.append(hypothesis(name, samples.inputs, reads, Majority(tuple(trees)).add))
            if len(trees) == counts[-1]:
                break
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Majority:
    """An odd number of trees; what most of them answer is the answer."""

    trees: tuple[BitTree, ...]

    def add(self, builder: NetlistBuilder, nets: Sequence[int]) -> int:
        """Add the circuit, given the net of each input of the samples, and return the net of the answer."""
        votes = [add_bit_tree(builder, tree, nets) for tree in self.trees]
        return add_more_than_half(builder, votes) if len(votes) > 1 else votes[0]


def add_bit_tree(builder: NetlistBuilder, tree: BitTree, nets: Sequence[int]) -> int:
    """Add a tree as multiplexers and return the net of its answer."""
    answer = [int(leaf) for leaf in tree.answer]
    for node in reversed(range(len(answer))):
        if tree.asked[node] >= 0:
            low, high = answer[tree.low[node]], answer[tree.high[node]]
            answer[node] = _choose(builder, nets[tree.asked[node]], low, high)
    return answer[0]


def _choose(builder: NetlistBuilder, select: int, low: int, high: int) -> int:
    """Return a multiplexer, as a simpler gate where a branch is constant, which is quicker to add."""
    if low == high:
        return low
    if low in (FALSE, TRUE) and high in (FALSE, TRUE):
        return select if high == TRUE else builder.invert(select)
    if low == FALSE:
        return builder.and_(select, high)
    if high == TRUE:
        return builder.or_(select, low)
    return builder.mux(select, low, high)

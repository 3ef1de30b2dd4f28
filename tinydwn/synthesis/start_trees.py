"""Decision trees to start from: grown greedily, one for each output, or the best there are of few questions."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines import optimal_tree_netlist, telling_bits, tree_netlist
from tinydwn.baselines.optimal_tree import THRESHOLDS
from tinydwn.errors import ProgramTimeout
from tinydwn.lowering.parts import without_unread_inputs
from tinydwn.netlist import Netlist
from tinydwn.refine import Examples, RefineOptions, Start
from tinydwn.synthesis.candidates import Candidates
from tinydwn.synthesis.progress import Tell
from tinydwn.synthesis.starts import drawn_samples, spread_inputs, together
from tinydwn.tools.parallel import run_together
from tinydwn.tools.streed import streed_is_here

TREE_LEAVES = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
_LEAVES_AT_LEAST, _LEAVES_OF_TWO, _LEAVES_PER_CLASS = 16, 128, 64
VOTING_TREES = ((3, 12), (3, 3), (5, 5), (9, 9))
"""Of trees that vote: how many, and which share of all leaves each may have."""
_BY_HEART = 0.98
OPTIMAL_DEPTHS = (2, 3, 4)
_OPTIMAL_WORK = {"normal": 5e10, "high": 1e11}
"""What optimal trees may take, by effort: see `optimal_tree_netlist`."""


def tree_starts(candidates: Candidates, examples: Examples, options: RefineOptions) -> tuple[Start, ...]:
    """Return trees of up to a leaf for every two NAND2 equivalents allowed, of 16 to 128 leaves at most.

    Larger ones know samples of two classes by heart, and lead the search there. Several classes need more: there are
    trees of up to 64 leaves for each, whatever is allowed. Where one of so many leaves would know all samples by heart,
    there are trees that vote, too, of as many leaves together.
    """
    classes = len(candidates.codes)
    several = classes > 2
    allowed = options.most_nand2 / 2 if several else min(options.most_nand2 / 2, _LEAVES_OF_TWO)
    most = int(max(_LEAVES_PER_CLASS * classes if several else _LEAVES_AT_LEAST, allowed))

    def start(trees: int, leaves: int) -> Start:
        grown = tree_netlist(
            examples.bits,
            examples.classes,
            candidates.codes,
            inputs=examples.inputs,
            outputs=examples.outputs,
            leaves=leaves,
            trees=trees,
            balanced=options.balanced,
            seed=options.seed,
        )
        name = f"a decision tree of {leaves} leaves" if trees == 1 else f"{trees} voting trees of {leaves} leaves"
        return Start(name, without_unread_inputs(grown), "tree")

    alone = [start(1, leaves) for leaves in TREE_LEAVES if leaves <= most]
    if not several or examples.accuracy(alone[-1].netlist) < _BY_HEART:
        return tuple(alone)
    return (*alone, *(start(trees, max(2, most // share)) for trees, share in VOTING_TREES))


def output_tree_starts(examples: Examples, options: RefineOptions) -> tuple[Start, ...]:
    """Return for each number of leaves the trees of at most so many, one for each output, as one circuit.

    One tree for all outputs tells every pattern apart: where outputs do not depend on each other, it needs as many
    leaves as theirs are when multiplied.
    """

    def tree(j: int, leaves: int) -> Netlist:
        return tree_netlist(
            examples.bits,
            examples.targets[:, j].astype(np.int64),
            np.array([[False], [True]]),
            inputs=examples.inputs,
            outputs=(examples.outputs[j],),
            leaves=leaves,
            balanced=options.balanced,
            seed=options.seed,
        )

    count = range(len(examples.outputs))
    return tuple(
        Start(
            f"decision trees of {leaves} leaves, one per output",
            together(examples, [tree(j, leaves) for j in count]),
            "tree",
        )
        for leaves in TREE_LEAVES
        if leaves * len(count) <= max(_LEAVES_AT_LEAST, options.most_nand2 / 2)
    )


def optimal_tree_starts(
    candidates: Candidates, examples: Examples, options: RefineOptions, *, tell: Tell
) -> tuple[Start, ...]:
    """Return optimal trees of few depths where STreeD is installed; none for effort "fast", the same everywhere.

    They ask for few thresholds of a feature, evenly among the candidates. A tree that is not found in time is left out,
    and told of.
    """
    if options.effort == "fast" or not OPTIMAL_DEPTHS or not streed_is_here():
        return ()
    tell("solving for optimal trees")
    drawn = drawn_samples(examples, options)
    places = spread_inputs(examples.feature, THRESHOLDS)
    telling = telling_bits(
        examples.bits[np.ix_(drawn, places)], examples.classes[drawn], balanced=options.balanced, seed=options.seed
    )
    jobs = [
        partial(_optimal_tree, candidates, examples, options, drawn, places[telling], depth) for depth in OPTIMAL_DEPTHS
    ]
    found = run_together(jobs)
    for depth, late in zip(OPTIMAL_DEPTHS, found, strict=True):
        if isinstance(late, ProgramTimeout):
            tell(f"an optimal tree of depth {depth} is left out: {late.message}")
    return tuple(start for start in found if isinstance(start, Start))


def _optimal_tree(
    candidates: Candidates,
    examples: Examples,
    options: RefineOptions,
    drawn: NDArray[np.int64],
    order: NDArray[np.int64],
    depth: int,
) -> Start | ProgramTimeout:
    try:
        tree = optimal_tree_netlist(
            examples.bits[drawn],
            examples.classes[drawn],
            candidates.codes,
            inputs=examples.inputs,
            outputs=examples.outputs,
            depth=depth,
            order=order,
            work=_OPTIMAL_WORK[options.effort],
            balanced=options.balanced,
        )
    except ProgramTimeout as late:
        return late
    return Start(f"an optimal tree of depth {depth}", without_unread_inputs(tree), "tree")

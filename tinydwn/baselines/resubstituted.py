"""Decision trees resubstituted with the training samples as care set: what no sample asks does not matter.

ABC's way (Mishchenko et al., "Scalable don't-care-based logic optimization and resubstitution", 2011: `mfs`), with the
approximate care set of Meng, Qian and Mishchenko, "ALSRAC", DAC 2020: the patterns that were seen instead of all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines.opponent import Opponent
from tinydwn.baselines.tree import decision_trees
from tinydwn.errors import VerificationError
from tinydwn.lowering import core_stimulus
from tinydwn.lowering.code import add_code_index
from tinydwn.minimize.multi_level import Script, run_script
from tinydwn.minimize.size import size
from tinydwn.minimize.two_level import supports
from tinydwn.netlist import Netlist, NetlistBuilder, simulate
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE

if TYPE_CHECKING:
    from tinydwn.data import Split

DEPTHS = (3, 4, 5, 6)
MOST_PATTERNS, MOST_SETS = 4096, 64
"""Of inputs that samples have more patterns on, ABC is told nothing; of no more than so many sets of inputs, too."""
_MFS = "{care}mfs -a -e -W 10 -F 100 -L 50 -M 1000; strash; dc2"
_SCRIPT = Script("mfs with samples", f"strash; dc2; logic; {_MFS}; logic; {_MFS}; logic; {_MFS}; dc2")


def resubstituted_trees(
    split: Split,
    *,
    depths: Iterable[int] = DEPTHS,
    input_bits: int = 16,
    balanced: bool = False,
    seed: int = 0,
    timeout_s: float = 300.0,
) -> tuple[Opponent, ...]:
    """Return the trees of `decision_trees`, one per depth, made smaller by ABC; training samples are answered alike.

    Codes beyond the last class, which ABC may answer where no sample is, lose their top bit. A tree that does not get
    smaller stays as it is. `ConfigError` for a depth below 1; errors as `run_script`.

    >>> from tinydwn.data import load_dataset
    >>> split = load_dataset("iris").split(seed=0)
    >>> [one.settings for one in resubstituted_trees(split, depths=(2,))]
    ['depth 2']
    """
    trees = decision_trees(split, depths=depths, input_bits=input_bits, balanced=balanced, seed=seed)
    return tuple(_resubstituted(tree, split, timeout_s) for tree in trees)


def _resubstituted(tree: Opponent, split: Split, timeout_s: float) -> Opponent:
    bits = core_stimulus(tree.encoder, tree.core.inputs, tree.encoder.encode(split.train_features))
    core = with_samples_as_care(tree.core, bits, classes=len(split.class_names), timeout_s=timeout_s)
    return Opponent("resubstituted tree", tree.settings, tree.encoder, core)


def with_samples_as_care(core: Netlist, bits: NDArray[np.bool_], *, classes: int, timeout_s: float = 300.0) -> Netlist:
    """Return a core that answers as `core` does on `bits`, (samples, inputs), by ABC; the same one if none is smaller.

    Errors as `run_script`; `VerificationError` where ABC changed what a sample is answered.
    """
    if not core.nodes:
        return core
    found = run_script(core, _SCRIPT, care=seen_patterns(core, bits), timeout_s=timeout_s)
    if not np.array_equal(simulate(found, bits), simulate(core, bits)):
        raise VerificationError("ABC changed what a training sample is answered", hint="please report this defect")
    builder = NetlistBuilder(core.name)
    nets = builder.insert(found, [builder.input(name) for name in core.inputs])
    for name, net in zip(core.output_names, add_code_index(builder, nets, classes), strict=True):
        builder.output(name, net)
    smaller = builder.build()
    return smaller if size(smaller) < size(core) else core


def seen_patterns(core: Netlist, bits: NDArray[np.bool_]) -> Netlist:
    """Return a netlist of the same inputs: for each set of inputs that a net reads, whether a sample has the pattern.

    `bits`, (samples, inputs), are the samples. Sets of more than 4,096 seen patterns are left out, and all but the 64
    largest.

    >>> from tinydwn.netlist import Node
    >>> either = Netlist("or", ("a", "b"), (Node(0b1110, (2, 3)),), (("y", 4),))
    >>> simulate(seen_patterns(either, np.array([[0, 0], [1, 0]], dtype=bool)), np.eye(2, dtype=bool)).tolist()
    [[True], [False]]
    """
    builder = NetlistBuilder("seen")
    inputs = [builder.input(name) for name in core.inputs]
    sets = {read for read in supports(core)[core.first_node :] if len(read) > 1}
    rows, told = np.unique(bits, axis=0), 0
    for read in sorted(sets, key=lambda one: (-len(one), one)):
        patterns = np.unique(rows[:, [net - FIRST_INPUT for net in read]], axis=0)
        if len(patterns) <= MOST_PATTERNS:
            builder.output(f"seen[{told}]", _add_seen(builder, [inputs[net - FIRST_INPUT] for net in read], patterns))
            told += 1
        if told == MOST_SETS:
            break
    return builder.build()


def _add_seen(builder: NetlistBuilder, nets: list[int], patterns: NDArray[np.bool_]) -> int:
    """Return a net that is true where `nets` have one of the different `patterns`, (patterns, nets): multiplexers."""
    if len(patterns) in (0, 1 << len(nets)):
        return TRUE if len(patterns) else FALSE
    first = patterns[:, 0]
    low, high = (_add_seen(builder, nets[1:], patterns[first == one, 1:]) for one in (False, True))
    return builder.mux(nets[0], low, high)

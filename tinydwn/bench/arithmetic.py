"""Networks that count and add, binarized and of few-bit weights, taken to two-input gates with every gate counted."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinydwn.bench.gate_networks import Counted

if TYPE_CHECKING:
    from tinydwn.baselines import Opponent
    from tinydwn.data import Split
    from tinydwn.mapping.mapped import MappedNetlist
    from tinydwn.netlist import Assumption, Netlist


BINARIZED, PERCEPTRONS = FAMILIES = ("binarized", "perceptrons")


@dataclass(frozen=True, slots=True)
class ArithmeticSize:
    """Bits of a weight, 1 for a binarized network, neurons of hidden layers, and bits of a feature.

    These are thresholds for a binarized network, and the bits of a word for a perceptron.
    """

    weight_bits: int
    hidden: tuple[int, ...]
    feature_bits: int

    @property
    def family(self) -> str:
        """Which of `FAMILIES` it is of."""
        return BINARIZED if self.weight_bits == 1 else PERCEPTRONS


SIZES = (
    ArithmeticSize(1, (), 1),
    ArithmeticSize(1, (), 4),
    ArithmeticSize(1, (), 8),
    ArithmeticSize(1, (32,), 4),
    ArithmeticSize(1, (64,), 4),
    ArithmeticSize(2, (), 2),
    ArithmeticSize(2, (), 4),
    ArithmeticSize(3, (), 4),
    ArithmeticSize(4, (), 4),
    ArithmeticSize(3, (8,), 4),
    ArithmeticSize(4, (16,), 4),
)

IMAGE_SIZES = (ArithmeticSize(1, (), 1), ArithmeticSize(2, (), 1))
"""For hundreds of features. On MNIST their circuits have 24,029 and 16,528 gates after two epochs; on one busy core,
mapping took 7 s, minimization 17 to 27 s and the proof 35 to 46 s. Sixteen hidden neurons had 35,193 gates.
"""
_MANY_FEATURES = 256


def sizes_for(features: int) -> tuple[ArithmeticSize, ...]:
    """Return the sizes to count for data of so many features."""
    return IMAGE_SIZES if features > _MANY_FEATURES else SIZES


def contenders(
    split: Split,
    *,
    sizes: Iterable[ArithmeticSize] | None = None,
    epochs: int | None = None,
    seed: int = 0,
    timeout_s: float = 600.0,
) -> Iterator[Counted]:
    """Yield a network for each size, trained on the training part of a split and counted, the test part once.

    Sizes are those of `sizes_for` the features, unless they are given; errors as `binarized_networks` and
    `quantized_perceptrons`. Binarized networks are counted from thermometer bits, perceptrons from the bits of words.
    The reduction is the last layer's sums and the choice of the class, mapped alone, the tables are the others; a
    single layer is a reduction as a whole, as is what is smaller than its last part alone.

    >>> from tinydwn.data import load_dataset
    >>> split = load_dataset("iris").split(seed=0)
    >>> [one.proof for one in contenders(split, sizes=[ArithmeticSize(1, (), 1)], epochs=5)]
    ['EQUIVALENT']
    """
    for size in sizes_for(len(split.feature_names)) if sizes is None else sizes:
        begun = time.monotonic()
        yield _counted(_opponent(split, size, epochs, seed), size, split, begun, timeout_s)


def _opponent(split: Split, size: ArithmeticSize, epochs: int | None, seed: int) -> Opponent:
    from tinydwn.baselines import PerceptronSize, binarized_networks, quantized_perceptrons

    if size.family == BINARIZED:
        shapes, thresholds = [size.hidden], size.feature_bits
        return binarized_networks(split, shapes=shapes, bits_per_feature=thresholds, epochs=epochs, seed=seed)[0]
    sizes = [PerceptronSize(size.hidden, size.weight_bits)]
    return quantized_perceptrons(split, sizes=sizes, input_bits=size.feature_bits, epochs=epochs, seed=seed)[0]


def _counted(opponent: Opponent, size: ArithmeticSize, split: Split, begun: float, timeout_s: float) -> Counted:
    from tinydwn.netlist import Assumption
    from tinydwn.verify import prove_equivalent

    whole, assuming = opponent.words or opponent.core, Assumption.none() if opponent.words else opponent.assumption
    mapped = _mapped(whole, assuming, timeout_s)
    gates = reduction = round(mapped.area_um2)
    if size.hidden and opponent.reduction is not None:
        reduction = round(_mapped(opponent.reduction, Assumption.none(), timeout_s).area_um2)
    verdict = prove_equivalent(whole, mapped.functions(), assuming=assuming, timeout_s=timeout_s)
    return Counted(
        model=f"{opponent.family}, {opponent.settings}",
        test_accuracy=opponent.accuracy(split.test_features, split.test_labels),
        validation_accuracy=None,
        gates2=gates,
        tables_gates2=max(0, gates - reduction),
        reduction_gates2=min(gates, reduction),
        proof=verdict.outcome.value,
        seconds=time.monotonic() - begun,
    )


def _mapped(netlist: Netlist, assuming: Assumption, timeout_s: float) -> MappedNetlist:
    from tinydwn.mapping import map_to_cells
    from tinydwn.minimize import recipe, run_recipe
    from tinydwn.technology import load_library

    smaller = run_recipe(netlist, recipe("fast", timeout_s=timeout_s), assuming=assuming).netlist
    return map_to_cells(smaller, load_library("gates2"), effort="fast", timeout_s=timeout_s)

"""Espresso on the samples: a sum of products that answers them, where no sample is whatever is smallest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines.opponent import Opponent
from tinydwn.baselines.optimal_tree import telling_thresholds
from tinydwn.baselines.questions import binary_codes, build_core
from tinydwn.errors import ConfigError
from tinydwn.lowering.code import add_code_index
from tinydwn.minimize.espresso import espresso_cover
from tinydwn.minimize.factor import build_factored
from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.truth_table import Cube

if TYPE_CHECKING:
    from tinydwn.data import Split

MOST_BITS = 12
"""Addresses over more bits may be more than espresso takes."""
BITS = (2, 4, 6, 8, 10, 12)


def sample_covers(
    split: Split, *, bits: Iterable[int] = BITS, input_bits: int = 16, balanced: bool = False, seed: int = 0
) -> tuple[Opponent, ...]:
    """Return a factored cover per number of bits, for the training part of a split.

    It reads that many of the thresholds that tell classes apart, those of `optimal_trees`. Each pattern of them that
    samples have is to be answered by the class that most of these have, the lowest of equals; all other patterns are
    don't-cares of espresso, which covers each bit of the class or its complement, whichever takes fewer literals. With
    `balanced`, each class counts as much as any other. `ConfigError` for no bits and for more than 12.

    >>> from tinydwn.data import load_dataset
    >>> split = load_dataset("iris").split(seed=0)
    >>> [(one.settings, len(one.core.inputs) <= 4) for one in sample_covers(split, bits=(4,))]
    [('4 bits', True)]
    """
    wanted = tuple(bits)
    for number in wanted:
        if not 1 <= number <= MOST_BITS:
            raise ConfigError(f"a cover of {number} bits cannot be made", hint=f"choose 1 to {MOST_BITS}")
    encoder, seen, order = telling_thresholds(split, input_bits=input_bits, balanced=balanced, seed=seed)
    classes = len(split.class_names)
    weight = 1 / np.maximum(np.bincount(split.train_labels, minlength=classes), 1) if balanced else np.ones(classes)
    opponents = []
    for number in wanted:
        places = order[:number]
        addresses, answers = answered_patterns(seen[:, places], split.train_labels, weight)
        codes = binary_codes(classes)[answers].astype(bool)

        def answer(
            builder: NetlistBuilder,
            nets: Sequence[int],
            places: NDArray[np.int64] = places,
            addresses: NDArray[np.int64] = addresses,
            codes: NDArray[np.bool_] = codes,
        ) -> Sequence[int]:
            read = [nets[place] for place in places.tolist()]
            return add_code_index(builder, [_add_cover(builder, read, addresses, one) for one in codes.T], classes)

        core = build_core(encoder, split.class_names, answer)
        opponents.append(Opponent("sample cover", f"{number} bits", encoder, core))
    return tuple(opponents)


def answered_patterns(
    bits: NDArray[np.bool_], labels: NDArray[np.int64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the addresses, bit `k` of a sample being bit `k`, that samples have, ascending, and the class of each.

    `bits` are (samples, bits), `labels` (samples,), and `weight`, (classes,), is how much a sample of a class counts.

    >>> answered_patterns(np.array([[1], [1], [0], [1]], dtype=bool), np.array([2, 2, 1, 0]), np.ones(3))
    (array([0, 1]), array([1, 2]))
    """
    addresses, place = np.unique(bits @ (1 << np.arange(bits.shape[1])), return_inverse=True)
    votes = np.zeros((len(addresses), len(weight)))
    np.add.at(votes, (place, labels), weight[labels])
    return addresses, votes.argmax(axis=1)


def _add_cover(
    builder: NetlistBuilder, nets: Sequence[int], addresses: NDArray[np.int64], wanted: NDArray[np.bool_]
) -> int:
    """Return a net that is `wanted`, (addresses,), at addresses over `nets`."""
    on, off = addresses[wanted].tolist(), addresses[~wanted].tolist()
    ones, zeros = espresso_cover(on, off, len(nets)), espresso_cover(off, on, len(nets))
    if _literals(ones) <= _literals(zeros):
        return build_factored(builder, ones, nets)
    return builder.invert(build_factored(builder, zeros, nets))


def _literals(cubes: Iterable[Cube]) -> int:
    return sum(cube.care.bit_count() for cube in cubes)

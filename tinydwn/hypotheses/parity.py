"""Sums modulo 2: of any inputs, found by elimination, and of one or two, found beneath another function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled
from tinydwn.hypotheses.hypothesis import Hypothesis, Kind, hypothesis
from tinydwn.hypotheses.labelled import Labelled
from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.simulate import Words, pack
from tinydwn.netlist.words import ones

_SCREENED_SAMPLES = 4096
_SCREENED_INPUTS = 640
_SIGMAS = 5.0


@dataclass(frozen=True, slots=True)
class Parity:
    """The sum modulo 2 of some inputs, where it is right on every sample."""

    def fit(self, samples: Labelled) -> tuple[Hypothesis, ...]:
        """Return the sum, or its complement, where that is right on every sample that has a weight."""
        found = exact_parity(samples)
        if found is None:
            return ()
        places, flipped = found

        def add(builder: NetlistBuilder, nets: Sequence[int]) -> int:
            total = builder.xor(*(nets[place] for place in places))
            return builder.invert(total) if flipped else total

        return (hypothesis("a sum modulo 2", samples.inputs, places, add),)


@dataclass(frozen=True, slots=True)
class Beneath:
    """What a kind finds once the sum modulo 2 of the inputs `places` is added to what is wanted."""

    places: tuple[int, ...]
    kind: Kind

    def fit(self, samples: Labelled) -> tuple[Hypothesis, ...]:
        """Return the kind's hypotheses with the sum added to their answers."""
        return tuple(self._added(one, samples.inputs) for one in self.kind.fit(samples.turned(self.places)))

    def _added(self, one: Hypothesis, inputs: tuple[str, ...]) -> Hypothesis:
        place = {name: k for k, name in enumerate(inputs)}

        def add(builder: NetlistBuilder, nets: Sequence[int]) -> int:
            inner = builder.insert(one.netlist, [nets[place[name]] for name in one.netlist.inputs])[0]
            return builder.xor(inner, *(nets[k] for k in self.places))

        reads = [*self.places, *(place[name] for name in one.netlist.inputs)]
        name = f"{one.name}, plus {' and '.join(inputs[k] for k in self.places)} modulo 2"
        return hypothesis(name, inputs, reads, add)


def exact_parity(samples: Labelled) -> tuple[tuple[int, ...], bool] | None:
    """Return inputs whose sum modulo 2, complemented or not, is wanted on every sample with a weight; None without any.

    Elimination over GF(2): a column per input, one of ones, and the wanted one, which is reduced by all others.

    >>> bits = np.array([[0, 0, 1], [1, 0, 1], [0, 1, 0], [1, 1, 0]], dtype=bool)
    >>> exact_parity(Labelled(("a", "b", "c"), bits, ~(bits[:, 0] ^ bits[:, 2]), np.ones(4)))
    ((0, 1), False)
    """
    weighty = samples.weight > 0
    bits, wanted = samples.bits[weighty], samples.wanted[weighty]
    inputs = bits.shape[1]
    columns = [(inputs, (1 << len(wanted)) - 1), *enumerate(map(_number, bits.T))]
    leading: dict[int, tuple[int, int]] = {}
    for k, column in columns:
        rest, used = _reduced(column, 1 << k, leading)
        if rest:
            leading[rest.bit_length()] = rest, used
    rest, used = _reduced(_number(wanted), 0, leading)
    if rest:
        return None
    return tuple(k for k in range(inputs) if used >> k & 1), bool(used >> inputs)


def _number(column: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(column, bitorder="little").tobytes(), "little")


def _reduced(column: int, used: int, leading: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return what is left of a column, and the columns that were added to it."""
    while column and column.bit_length() in leading:
        other, others = leading[column.bit_length()]
        column, used = column ^ other, used ^ others
    return column, used


def screened_sums(samples: Labelled, *, most: int = 2) -> tuple[tuple[int, ...], ...]:
    """Return one or two inputs whose sum modulo 2 hides a function that a linear one explains better than without.

    A sum S is worth trying where what is wanted, plus S, is nearly constant or goes with many single inputs: where the
    covariances of what is wanted with S and with the products of S and one more input, all as +-1, have a large sum of
    squares, chance left out. Each product of up to three inputs is looked at once. The most
    promising sums come first; `most` bounds those of each length.

    >>> rng = np.random.default_rng(0)
    >>> bits = rng.random((1000, 5)) < 0.5
    >>> wanted = bits[:, 0] ^ bits[:, 3] ^ (bits[:, 1] & bits[:, 2])
    >>> screened_sums(Labelled(tuple("abcde"), bits, wanted, np.ones(1000)))[0]
    (0, 3)
    """
    if samples.bits.shape[1] > _SCREENED_INPUTS:
        return ()
    even = samples.evened()
    count = min(len(even), _SCREENED_SAMPLES)
    drawn = np.random.default_rng(0).permutation(len(even))[:count]
    columns = pack(np.column_stack([even.bits[drawn], even.wanted[drawn]]))
    valid = pack(np.ones((count, 1), dtype=bool))[0]
    single, pair, plain = _screen(columns[:-1], columns[-1], valid, count, _SIGMAS / np.sqrt(count))
    found = [*_best(pair, plain, most), *_best(single, plain, most)]
    return tuple(places for _, places in sorted(found, key=lambda one: -one[0]))


def _best(score: NDArray[np.float64], least: float, most: int) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Yield the largest scores above a least one, and where they are."""
    for place in np.argsort(-score, axis=None, kind="stable")[:most]:
        at = np.unravel_index(place, score.shape)
        if score[at] > least:
            yield float(score[at]), tuple(int(k) for k in at)


@compiled
def _screen(
    columns: Words, wanted: Words, valid: Words, samples: int, least: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the sums of squares for one input, (inputs,), for two, (inputs, inputs) above the diagonal, and none."""
    inputs, words = columns.shape
    single, pair, plain = np.zeros(inputs), np.zeros((inputs, inputs)), 0.0
    true = 0
    for w in range(words):
        true += ones(wanted[w])
    balance = true / samples
    first, second = np.empty(words, np.uint64), np.empty(words, np.uint64)
    for i in range(inputs):
        first[:] = columns[i]
        alone = _covariance(first, wanted, balance, samples)
        if abs(alone) > least:
            plain += alone * alone
            single[i] += alone * alone
        for j in range(i + 1, inputs):
            for w in range(words):
                second[w] = columns[i, w] ^ columns[j, w]
            two = _covariance(second, wanted, balance, samples)
            if abs(two) > least:
                single[i] += two * two
                single[j] += two * two
                pair[i, j] += two * two
            for k in range(j + 1, inputs):
                for w in range(words):
                    first[w] = (second[w] ^ columns[k, w]) & valid[w]
                three = _covariance(first, wanted, balance, samples)
                if abs(three) > least:
                    pair[i, j] += three * three
                    pair[i, k] += three * three
                    pair[j, k] += three * three
    return single, pair, plain


@compiled
def _covariance(product: Words, wanted: Words, balance: float, samples: int) -> float:
    """Return the covariance of a product with what is wanted, both as +-1 up to the sign."""
    both = all_ = 0
    for w in range(len(product)):
        both += ones(product[w] & wanted[w])
        all_ += ones(product[w])
    return 4 * (both / samples - balance * all_ / samples)

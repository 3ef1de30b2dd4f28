"""Perceptrons with weights of few bits as netlists: words times constants by shifts and adds; the largest sum wins.

The way of bespoke printed classifiers (Mubarik et al., "Printed machine learning classifiers", MICRO 2020): every
weight is wired into the circuit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines.binarized import add_sum, epochs_for, require_shape
from tinydwn.baselines.opponent import Opponent
from tinydwn.baselines.questions import build_core, word_grid
from tinydwn.encoder import Encoder
from tinydwn.errors import ConfigError, DataError
from tinydwn.lowering.argmax import add_index, add_tournament
from tinydwn.lowering.comparators import word_bit_names
from tinydwn.lowering.parts import output_names
from tinydwn.lowering.popcount import add_sum_above
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.graph import FALSE

if TYPE_CHECKING:
    from tinydwn.data import Split

Word = Sequence[int]
"""The nets of an unsigned number, LSB first."""
MOST_WORD_BITS, MOST_WEIGHT_BITS = 8, 8


@dataclass(frozen=True, slots=True)
class PerceptronSize:
    """How large a perceptron is: neurons of its hidden layers, bits of a weight with its sign, and of an activation."""

    hidden: tuple[int, ...] = ()
    weight_bits: int = 3
    activation_bits: int = 4

    def __post_init__(self) -> None:
        require_shape(self.hidden)
        for name, least, most in (("weight_bits", 2, MOST_WEIGHT_BITS), ("activation_bits", 1, MOST_WORD_BITS)):
            if not least <= getattr(self, name) <= most:
                raise ConfigError(
                    f"{name} is {getattr(self, name)}", hint=f"choose a whole number from {least} to {most}"
                )

    @property
    def text(self) -> str:
        """The size as a reader would write it."""
        neurons = f"{'-'.join(map(str, self.hidden))} hidden, " if self.hidden else ""
        return f"{neurons}{self.weight_bits}-bit weights"


SIZES = (
    PerceptronSize((), 2),
    PerceptronSize((), 3),
    PerceptronSize((), 4),
    PerceptronSize((4,), 3),
    PerceptronSize((8,), 3),
    PerceptronSize((16,), 3),
)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """A layer: whole weights, (neurons, inputs), what is added, (neurons,), and by how many bits sums are cut."""

    weights: NDArray[np.int64]
    plus: NDArray[np.int64]
    cut: int

    def of(self, words: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the sums, (samples, neurons), of `words`, (samples, inputs), before they are cut."""
        return np.asarray(words @ self.weights.T + self.plus, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class QuantizedPerceptron:
    """Layers of weighted sums in whole numbers; a hidden one answers its sums, cut to 0 and to `top`.

    A single output is above 0 for the second of two classes; otherwise the largest output wins, the first of equals.

    >>> heavier = QuantizedPerceptron((Sums(np.array([[3, -1]]), np.array([-2]), 0),), top=15)
    >>> heavier.predict(np.array([[1, 0], [1, 1], [1, 3]])).tolist()
    [1, 0, 0]
    """

    layers: tuple[Sums, ...]
    top: int

    @staticmethod
    def fit(
        words: NDArray[np.int64],
        labels: NDArray[np.int64],
        *,
        largest: NDArray[np.int64],
        classes: int,
        size: PerceptronSize | None = None,
        epochs: int | None = None,
        balanced: bool = False,
        seed: int = 0,
    ) -> QuantizedPerceptron:
        """Return a perceptron trained on `words`, (samples, features), of at most `largest`, (features,).

        `labels`, (samples,), are from 0 to `classes` - 1. Rounding is part of training, its gradient passed straight
        through. With `balanced`, each class counts as much as any other. `ConfigError` for fewer than one epoch,
        `DataError` without samples or features, and for words beyond `largest`.
        """
        from tinydwn.training.quantized import train_sums

        size = size or PerceptronSize()
        if not words.size:
            raise DataError(f"words of shape {words.shape} are nothing to learn from")
        if words.min() < 0 or (words > largest).any():
            raise DataError("a word is negative or above the largest word of its feature")
        layers = train_sums(
            words,
            largest,
            labels,
            classes=classes,
            hidden=size.hidden,
            weight_bits=size.weight_bits,
            activation_bits=size.activation_bits,
            epochs=epochs_for(len(words), epochs),
            balanced=balanced,
            seed=seed,
        )
        return QuantizedPerceptron(tuple(Sums(*layer) for layer in layers), 2**size.activation_bits - 1)

    def predict(self, words: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the class of each row of `words`, (samples, features), in whole numbers, (samples,)."""
        for layer in self.layers[:-1]:
            words = np.clip(layer.of(words) >> layer.cut, 0, self.top)
        sums = self.layers[-1].of(words)
        if sums.shape[1] == 1:
            return (sums[:, 0] > 0).astype(np.int64)
        return np.asarray(sums.argmax(axis=1), dtype=np.int64)

    def add_hidden(self, builder: NetlistBuilder, words: Sequence[Word]) -> list[Word]:
        """Add all layers but the last, over words; return the words that the last one reads."""
        for layer in self.layers[:-1]:
            rows = zip(layer.weights.tolist(), layer.plus.tolist(), strict=True)
            words = [_add_activation(builder, words, row, plus, layer.cut, self.top) for row, plus in rows]
        return list(words)

    def add_class(self, builder: NetlistBuilder, words: Sequence[Word]) -> tuple[int, ...]:
        """Add the last layer over the words that it reads; return the nets of the class, LSB first."""
        last = self.layers[-1]
        weighed = [_weighed(builder, words, row) for row in last.weights.tolist()]
        starts = [constant + plus for (_, constant), plus in zip(weighed, last.plus.tolist(), strict=True)]
        if len(weighed) == 1:
            return (add_sum_above(builder, weighed[0][0], -starts[0]),)
        lowest = min(starts)
        sums = [add_sum(builder, columns, start - lowest) for (columns, _), start in zip(weighed, starts, strict=True)]
        return add_index(builder, add_tournament(builder, sums), len(sums))

    def reduction(self, largest: NDArray[np.int64]) -> Netlist:
        """Return the last layer alone, sums and the choice of the class; `largest`, (features,), are largest words."""
        tops = largest.tolist() if len(self.layers) == 1 else [self.top] * self.layers[-1].weights.shape[1]
        builder = NetlistBuilder("reduction")
        words = [[builder.input(f"word{k}[{bit}]") for bit in range(top.bit_length())] for k, top in enumerate(tops)]
        for place, net in enumerate(self.add_class(builder, words)):
            builder.output(f"class[{place}]", net)
        return builder.build()

    def netlist(self, inputs: Sequence[Sequence[str]], outputs: Sequence[str]) -> Netlist:
        """Return the circuit from words, given the names of each one's bits, LSB first, to the class."""
        builder = NetlistBuilder("quantized_perceptron")
        words = [[builder.input(name) for name in names] for names in inputs]
        for name, net in zip(outputs, self.add_class(builder, self.add_hidden(builder, words)), strict=True):
            builder.output(name, net)
        return builder.build()


def quantized_perceptrons(
    split: Split,
    *,
    sizes: Iterable[PerceptronSize] = SIZES,
    input_bits: int = 4,
    epochs: int | None = None,
    balanced: bool = False,
    seed: int = 0,
) -> tuple[Opponent, ...]:
    """Return perceptrons, one per size, trained on words of at most `input_bits` bits of the training part of a split.

    The chip reads the words as they are. The core reads a thermometer bit for every value of a word, and makes words of
    them first. `ConfigError` for words of more than 8 bits.

    >>> from tinydwn.data import load_dataset
    >>> split = load_dataset("iris").split(seed=0)
    >>> [one.settings for one in quantized_perceptrons(split, sizes=[PerceptronSize((4,))], epochs=1)]
    ['4 hidden, 3-bit weights']
    """
    if input_bits > MOST_WORD_BITS:
        raise ConfigError(
            f"words of {input_bits} bits are too wide", hint=f"choose at most {MOST_WORD_BITS} input_bits"
        )
    grid = word_grid(split, input_bits)
    words, classes = grid.words(split.train_features), len(split.class_names)
    constants = [np.arange(largest) for largest in grid.largest_word.tolist()]
    feature = np.repeat(np.arange(grid.features), grid.largest_word)
    encoder = Encoder(split.feature_names, grid, feature, np.concatenate(constants))
    opponents = []
    for size in sizes:
        perceptron = QuantizedPerceptron.fit(
            words,
            split.train_labels,
            largest=grid.largest_word,
            classes=classes,
            size=size,
            epochs=epochs,
            balanced=balanced,
            seed=seed,
        )
        opponents.append(_opponent(perceptron, size, encoder, split.class_names))
    return tuple(opponents)


def _opponent(
    perceptron: QuantizedPerceptron, size: PerceptronSize, encoder: Encoder, class_names: Sequence[str]
) -> Opponent:
    def answer(builder: NetlistBuilder, bits: Sequence[int]) -> Sequence[int]:
        words = [
            _add_word(builder, [bits[k] for k in np.flatnonzero(encoder.feature == feature).tolist()])
            for feature in range(len(encoder.feature_names))
        ]
        return perceptron.add_class(builder, perceptron.add_hidden(builder, words))

    names = [word_bit_names(encoder, feature) for feature in range(len(encoder.feature_names))]
    chip = perceptron.netlist(names, output_names(encoder, class_names, "index"))
    core = build_core(encoder, class_names, answer)
    reduction = perceptron.reduction(encoder.fixed_point.largest_word)
    return Opponent("quantized perceptron", size.text, encoder, core, words=chip, reduction=reduction)


def _weighed(builder: NetlistBuilder, words: Sequence[Word], weights: Sequence[int]) -> tuple[list[list[int]], int]:
    """Return nets in columns, those of column `w` counting `2**w` each, and what is added to give the weighed sum.

    A bit that is taken off is its complement added, less what the complement counts at most.
    """
    columns: list[list[int]] = []
    constant = 0
    for word, weight in zip(words, weights, strict=True):
        for place, digit in signed_digits(weight):
            for bit, net in enumerate(word, start=place):
                columns += [[] for _ in range(bit + 1 - len(columns))]
                columns[bit].append(net if digit > 0 else builder.invert(net))
                constant -= (1 << bit) if digit < 0 else 0
    return columns, constant


def signed_digits(number: int) -> tuple[tuple[int, int], ...]:
    """Return places and signs of the powers of two that make a number; as few as there can be, in binary where it is.

    >>> signed_digits(7), signed_digits(-3)
    (((0, -1), (3, 1)), ((0, -1), (1, -1)))
    """
    plain = tuple(
        (place, 1 if number > 0 else -1) for place in range(abs(number).bit_length()) if abs(number) >> place & 1
    )
    sparse, place, rest = [], 0, number
    while rest:
        if rest & 1:
            digit = 2 - (rest & 3)  # the form without neighbors: what remains is a multiple of four
            sparse.append((place, digit))
            rest -= digit
        place, rest = place + 1, rest >> 1
    return min(plain, tuple(sparse), key=len)


def _add_activation(
    builder: NetlistBuilder, words: Sequence[Word], weights: Sequence[int], plus: int, cut: int, top: int
) -> Word:
    """Return the word of a hidden neuron: its sum, in the two's complement, shifted and cut to 0 and to `top`."""
    columns, constant = _weighed(builder, words, weights)
    start = constant + plus
    most = sum(len(column) << weight for weight, column in enumerate(columns))
    width = 1 + max((most + start).bit_length(), start.bit_length(), 1)
    total = (*add_sum(builder, columns, start % (1 << width)), *[FALSE] * width)[:width]
    over = builder.or_(*total[cut + top.bit_length() : -1])
    not_below = builder.invert(total[-1])
    within = (*total[cut:-1], *[FALSE] * top.bit_length())[: top.bit_length()]
    return [builder.and_(builder.or_(net, over), not_below) for net in within]


def _add_word(builder: NetlistBuilder, bits: Sequence[int]) -> Word:
    """Return the word, LSB first, of which bit `c` of `bits` says whether it is above `c`, from 0 up."""
    if not bits:
        return ()
    half = len(bits) // 2
    below, above = _add_word(builder, bits[:half]), _add_word(builder, bits[half + 1 :])
    return (*(builder.mux(bits[half], low, high) for low, high in zip(below, above, strict=True)), bits[half])

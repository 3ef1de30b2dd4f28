"""Binarized neural networks as netlists: XNOR with constant weights, a count of ones, a threshold; the largest wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines.opponent import Opponent
from tinydwn.baselines.questions import build_core
from tinydwn.encoder import fit_encoder
from tinydwn.errors import ConfigError, DataError
from tinydwn.lowering.argmax import add_index, add_tournament
from tinydwn.lowering.popcount import add_column_sum, add_sum_above
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.graph import TRUE

if TYPE_CHECKING:
    from tinydwn.data import Split

SHAPES: tuple[tuple[int, ...], ...] = ((), (8,), (16,), (32,), (32, 32))
FEWEST_EPOCHS, SAMPLES_SHOWN = 20, 128_000
"""By default there are so many epochs, or as many more as show so many samples in all."""


@dataclass(frozen=True, slots=True, eq=False)
class Signs:
    """A layer: signs of its weights, (neurons, inputs) bool, true for 1, and a whole number per neuron, (neurons,).

    A neuron counts the inputs that are as its weight's sign says. The number is the most that it may count for its
    answer to be 0; in the last layer of a network of several outputs it is added to the count.
    """

    positive: NDArray[np.bool_]
    number: NDArray[np.int64]

    def counts(self, bits: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return what each neuron counts, (samples, neurons), for `bits`, (samples, inputs)."""
        signed = np.where(self.positive, 1, -1)
        return np.asarray((~self.positive).sum(axis=1) + bits.astype(np.int64) @ signed.T, dtype=np.int64)

    def agreeing(self, builder: NetlistBuilder, nets: Sequence[int]) -> list[list[int]]:
        """Return for each neuron the nets that it counts the ones of: XNOR with a constant is a wire or an inverter."""
        inverted = [builder.invert(net) for net in nets]
        return [
            [net if positive else other for net, other, positive in zip(nets, inverted, row, strict=True)]
            for row in self.positive.tolist()
        ]


@dataclass(frozen=True, slots=True)
class BinarizedNetwork:
    """A network whose weights and activations are one bit each; one output alone speaks for the second of two classes.

    >>> or_gate = BinarizedNetwork((Signs(np.array([[True, True]]), np.array([0])),))
    >>> or_gate.predict(np.array([[0, 0], [0, 1], [1, 1]], dtype=bool)).tolist()
    [0, 1, 1]
    >>> or_gate.netlist(("a", "b"), ("y",)).output_names
    ('y',)
    """

    layers: tuple[Signs, ...]

    @staticmethod
    def fit(
        bits: NDArray[np.bool_],
        labels: NDArray[np.int64],
        *,
        classes: int,
        hidden: Sequence[int] = (),
        epochs: int | None = None,
        balanced: bool = False,
        seed: int = 0,
    ) -> BinarizedNetwork:
        """Return a network with so many neurons in its hidden layers, for `bits`, (samples, inputs).

        `labels`, (samples,), are from 0 to `classes` - 1. Trained with latent weights, the sign's gradient passed
        straight through (Courbariaux et al., 2016). With `balanced`, each class counts as much as any other.
        `ConfigError` for an empty layer and for fewer than one epoch, `DataError` without samples or bits.
        """
        from tinydwn.training.binarized import train_signs

        require_shape(hidden)
        if not bits.size:
            raise DataError(f"bits of shape {bits.shape} are nothing to learn from")
        epochs = epochs_for(len(bits), epochs)
        layers = train_signs(bits, labels, classes=classes, hidden=hidden, epochs=epochs, balanced=balanced, seed=seed)
        return BinarizedNetwork(tuple(Signs(*layer) for layer in layers))

    def predict(self, bits: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the class of each row of `bits`, (samples, inputs), in whole numbers, (samples,)."""
        for layer in self.layers[:-1]:
            bits = layer.counts(bits) > layer.number
        last = self.layers[-1]
        counts = last.counts(bits)
        if counts.shape[1] == 1:
            return np.asarray(counts[:, 0] > last.number[0], dtype=np.int64)
        return np.asarray((counts + last.number).argmax(axis=1), dtype=np.int64)

    def add_hidden(self, builder: NetlistBuilder, nets: Sequence[int]) -> tuple[int, ...]:
        """Add all layers but the last and return the nets that the last one reads."""
        for layer in self.layers[:-1]:
            agreeing, limits = layer.agreeing(builder, nets), layer.number.tolist()
            nets = [add_sum_above(builder, [row], limit) for row, limit in zip(agreeing, limits, strict=True)]
        return tuple(nets)

    def add_class(self, builder: NetlistBuilder, nets: Sequence[int]) -> tuple[int, ...]:
        """Add the last layer over the nets that it reads; return the nets of the class, LSB first."""
        last = self.layers[-1]
        agreeing, numbers = last.agreeing(builder, nets), (last.number - last.number.min()).tolist()
        if len(agreeing) == 1:
            return (add_sum_above(builder, [agreeing[0]], int(last.number[0])),)
        sums = [add_sum(builder, [row], plus) for row, plus in zip(agreeing, numbers, strict=True)]
        return add_index(builder, add_tournament(builder, sums), len(sums))

    def reduction(self) -> Netlist:
        """Return the last layer alone: sums and the choice of the class."""
        builder = NetlistBuilder("reduction")
        nets = [builder.input(f"hidden[{k}]") for k in range(self.layers[-1].positive.shape[1])]
        for place, net in enumerate(self.add_class(builder, nets)):
            builder.output(f"class[{place}]", net)
        return builder.build()

    def netlist(self, inputs: Sequence[str], outputs: Sequence[str]) -> Netlist:
        """Return the circuit from bits to the class, with these names of inputs and outputs."""
        builder = NetlistBuilder("binarized_network")
        nets = [builder.input(name) for name in inputs]
        for name, net in zip(outputs, self.add_class(builder, self.add_hidden(builder, nets)), strict=True):
            builder.output(name, net)
        return builder.build()


def binarized_networks(
    split: Split,
    *,
    shapes: Iterable[tuple[int, ...]] = SHAPES,
    bits_per_feature: int = 4,
    input_bits: int = 16,
    epochs: int | None = None,
    balanced: bool = False,
    seed: int = 0,
) -> tuple[Opponent, ...]:
    """Return binarized networks, one per shape, trained on the training part of a split.

    A shape gives the neurons of each hidden layer, () none. They read adaptive thresholds of words of at most
    `input_bits` bits. Errors as `BinarizedNetwork.fit`, `DataError` where no feature tells samples apart.

    >>> from tinydwn.data import load_dataset
    >>> split = load_dataset("iris").split(seed=0)
    >>> [one.settings for one in binarized_networks(split, shapes=[(4,)], epochs=1)]
    ['16-4-3 signs']
    """
    encoder = fit_encoder(
        split.train_features,
        feature_names=split.feature_names,
        bits_per_feature=bits_per_feature,
        scheme="adaptive",
        input_bits=input_bits,
    )
    bits, classes = encoder.encode(split.train_features), len(split.class_names)
    opponents = []
    for shape in shapes:
        network = BinarizedNetwork.fit(
            bits, split.train_labels, classes=classes, hidden=shape, epochs=epochs, balanced=balanced, seed=seed
        )

        def answer(builder: NetlistBuilder, nets: Sequence[int], one: BinarizedNetwork = network) -> Sequence[int]:
            return one.add_class(builder, one.add_hidden(builder, nets))

        core = build_core(encoder, split.class_names, answer)
        sizes = "-".join(map(str, (encoder.bits, *(len(layer.number) for layer in network.layers))))
        opponents.append(Opponent("binarized network", f"{sizes} signs", encoder, core, reduction=network.reduction()))
    return tuple(opponents)


def add_sum(builder: NetlistBuilder, columns: Sequence[Sequence[int]], plus: int) -> tuple[int, ...]:
    """Return the nets, LSB first, of the sum of all nets, those of `columns[w]` counting `2**w` each, and of `plus`.

    `plus` is no less than 0.
    """
    width = max(len(columns), plus.bit_length())
    whole = [list(columns[weight]) if weight < len(columns) else [] for weight in range(width)]
    for weight in range(width):
        if plus >> weight & 1:
            whole[weight].append(TRUE)
    return add_column_sum(builder, whole)


def require_shape(hidden: Sequence[int]) -> None:
    """Raise `ConfigError` for hidden layers of which one is empty."""
    if hidden and min(hidden) < 1:
        raise ConfigError(f"there is no network of shape {tuple(hidden)}", hint="give neurons for each hidden layer")


def epochs_for(samples: int, asked: int | None) -> int:
    """Return the epochs that are asked for, by default enough for so many samples; `ConfigError` for fewer than one.

    >>> epochs_for(1_280, None), epochs_for(60_000, None), epochs_for(60_000, 5)
    (100, 20, 5)
    """
    if asked is None:
        return max(FEWEST_EPOCHS, -(-SAMPLES_SHOWN // samples))
    if asked < 1:
        raise ConfigError(f"{asked} epochs teach nothing", hint="choose at least 1")
    return asked

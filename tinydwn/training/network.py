"""The network that learns: layers of real-valued tables, from thermometer bits to scores of classes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tinydwn.errors import ConfigError
from tinydwn.model.classifier import LutLayer, Reduction, ending_bits
from tinydwn.training.config import TrainingConfig, Wiring
from tinydwn.training.efd import look_up
from tinydwn.training.heads import Head, head_of
from tinydwn.training.mapping import CandidateMapping, FixedMapping, LearnableMapping, even_mapping
from tinydwn.training.relaxed import blend
from tinydwn.training.weighting import Weighting

RELAXED_INPUTS = 2
_PASSED_ON = 0.6
"""The entries that a tree of tables starts with, about: each passes its first input on."""
_SPREAD = 4.0
"""The weights of a tree's leaves start so wide, as entries and weights move by the same steps."""
_CHEAPER_WITH_ALL = 3  # the matrix product of all bits takes less time than that of a third of them one by one
Mapping = FixedMapping | LearnableMapping | CandidateMapping


class DWNLayer(nn.Module):
    """A row of tables that learn: `entries` (luts, 2**n) between -1 and 1, and a `mapping` that says what they read.

    With `relaxes`, tables of two inputs can answer with probabilities and have the gradients of these, see
    `tinydwn.training.relaxed`.
    """

    def __init__(
        self, entries: NDArray[np.float64], mapping: Mapping, *, weighting: Weighting, relaxes: bool = False
    ) -> None:
        super().__init__()
        self.entries = nn.Parameter(torch.from_numpy(entries.astype(np.float32)))
        self.mapping = mapping
        self.weighting = weighting
        self.relaxes = relaxes

    @property
    def inputs_per_lut(self) -> int:
        """The number of bits that each table reads, n."""
        return int(self.entries.shape[1]).bit_length() - 1

    def forward(self, bits: Tensor, *, soft: bool = False, relaxed: bool = False) -> Tensor:
        """Return the tables' outputs, (luts, samples), for `bits`, (sources, samples).

        Entries where `soft`; probabilities where `relaxed`, if the layer relaxes.
        """
        rows, read = self.mapping.read(bits)
        if self.relaxes and not soft:
            return blend(self.entries, rows, read, rounded=not relaxed)
        return look_up(self.entries, rows, read, weighting=self.weighting, soft=soft)


class DWNNetwork(nn.Module):
    """A differentiable weightless network (Bacellar et al., ICML 2024), from bits to scores of classes.

    An ordinary module: its scores go with `torch.nn.functional.cross_entropy`, any optimizer moves its parameters;
    call `clamp` after each step. `build_network` makes one.

    >>> network = build_network(TrainingConfig(layers=(6,), tau=1.0), bits=8, classes=3, rng=np.random.default_rng(0))
    >>> network(torch.zeros(5, 8)).shape
    torch.Size([5, 3])
    """

    layers: Sequence[DWNLayer]  # an nn.ModuleList

    def __init__(self, layers: Sequence[DWNLayer], head: Head, *, bits: int) -> None:
        super().__init__()
        self.bits = bits
        self.layers = nn.ModuleList(layers)  # type: ignore[assignment]
        self.head = head

    def forward(self, bits: Tensor) -> Tensor:
        """Return scores, (samples, classes), for `bits`, (samples, bits), above zero for one.

        `ConfigError` for another number of bits than the network was built for.
        """
        scores: Tensor = self.head(self.last_layer(self._rows(bits)))
        return scores

    def classify(self, bits: Tensor) -> Tensor:
        """Return classes, (samples,) int64, for `bits`, (samples, bits): what the frozen classifier answers."""
        with torch.no_grad():
            return self.head.decide(self.last_layer(self._rows(bits)))

    def _rows(self, bits: Tensor) -> Tensor:
        if bits.ndim != 2 or bits.shape[1] != self.bits:
            raise ConfigError(
                f"the network reads {self.bits} bits, the samples have shape {tuple(bits.shape)}",
                hint="give a tensor (samples, bits) of the encoder that the network was built for",
            )
        return bits.T.contiguous()

    def last_layer(self, rows: Tensor, *, relaxed: bool = False) -> Tensor:
        """Return what the head reads, (nodes, samples), for bits by `rows`, (bits, samples); see `DWNLayer.forward`."""
        *hidden, last = self.layers
        for layer in hidden:
            rows = layer(rows, relaxed=relaxed)
        values: Tensor = last(rows, soft=self.head.soft, relaxed=relaxed)
        return values

    def clamp(self, *, settle: float = 0.0) -> None:
        """Bring the entries back into -1 to 1; before, move those of layers that relax away from 0 by a share."""
        with torch.no_grad():
            for layer in self.layers:
                if settle and layer.relaxes:
                    layer.entries.mul_(1.0 + settle)
                layer.entries.clamp_(-1.0, 1.0)

    def freeze(self) -> tuple[LutLayer, ...]:
        """Return the layers as they answer now: table bits are `entry > 0`, inputs the bits of largest weight."""
        return tuple(
            LutLayer((layer.entries.detach() > 0).cpu().numpy(), layer.mapping.current().cpu().numpy())
            for layer in self.layers
        )


def build_network(config: TrainingConfig, *, bits: int, classes: int, rng: np.random.Generator) -> DWNNetwork:
    """Return an untrained network for `bits` thermometer bits; `config` has layers and tau set, else `ConfigError`."""
    if config.layers is None or config.tau is None or bits < 1 or classes < 2:
        raise ConfigError(
            f"a network of layers {config.layers}, tau {config.tau}, {bits} bits and {classes} classes cannot be built",
            hint="set layers and tau, or let TrainingConfig.for_split choose them",
        )
    if config.relaxed and config.inputs_per_lut != RELAXED_INPUTS:
        raise ConfigError(
            f"tables of {config.inputs_per_lut} inputs cannot be relaxed", hint="choose inputs_per_lut=2, or relaxed=0"
        )
    if config.mapping is Wiring.TREES:
        return _forest(config, bits, classes, rng)
    layers: list[DWNLayer] = []
    read = bits
    for nodes in config.layers:
        learns = config.mapping is Wiring.ALL_LEARNABLE or (config.mapping is Wiring.LEARNABLE and not layers)
        start = even_mapping(bits, nodes, config.inputs_per_lut, rng=rng)
        entries = rng.uniform(-1.0, 1.0, size=(nodes, 1 << config.inputs_per_lut))
        layers.append(_layer(config, entries, start, bits if learns else 0, rng))
        bits = nodes
    if config.reduction is not Reduction.POPCOUNT:
        layers += _trees(config, bits, ending_bits(config.reduction, classes), rng)
    return DWNNetwork(layers, head_of(config.reduction, classes=classes, tau=config.tau), bits=read)


def _forest(config: TrainingConfig, bits: int, classes: int, rng: np.random.Generator) -> DWNNetwork:
    """Return trees of tables, whose leaves learn which bits they read; `ConfigError` where layers do not shrink so.

    Tables start as connections to their first input: then a leaf's gradient reaches its root (Petersen et al., 2024,
    arXiv 2411.04732, start convolutional logic gates in this way).
    """
    sizes, n = config.layers or (), config.inputs_per_lut
    if config.reduction is not Reduction.POPCOUNT or any(one != n * other for one, other in pairwise(sizes)):
        raise ConfigError(
            f"layers of {sizes} tables are no trees that vote",
            hint=f"with mapping 'trees' each layer has {n} times the tables of the next, and reduction is 'popcount'",
        )
    layers: list[DWNLayer] = []
    passing = np.where(np.arange(1 << n) & 1, _PASSED_ON, -_PASSED_ON)
    for nodes in sizes:
        start = np.arange(nodes * n).reshape(nodes, n) if layers else even_mapping(bits, nodes, n, rng=rng)
        entries = np.clip(passing + rng.normal(0.0, _PASSED_ON / 3, size=(nodes, 1 << n)), -1.0, 1.0)
        layers.append(_layer(config, entries, start, 0 if layers else bits, rng))
    return DWNNetwork(layers, head_of(config.reduction, classes=classes, tau=config.tau or 1.0), bits=bits)


def tree_sizes(bits: int, *, inputs_per_lut: int) -> list[int]:
    """Return the sizes of the shrinking layers that take `bits` bits to one.

    >>> tree_sizes(100, inputs_per_lut=4), tree_sizes(1, inputs_per_lut=4)
    ([25, 7, 2, 1], [1])
    """
    sizes: list[int] = []
    while not sizes or sizes[-1] > 1:
        bits = -(-bits // inputs_per_lut)
        sizes.append(bits)
    return sizes


def _trees(config: TrainingConfig, bits: int, trees: int, rng: np.random.Generator) -> list[DWNLayer]:
    """Return the learnable reduction: a pyramid of tables for each bit that it ends in.

    Each reads its own contiguous share of the bits, every bit about equally often.
    """
    layers = []
    for size in tree_sizes(-(-bits // trees), inputs_per_lut=config.inputs_per_lut):
        starts = [bits * k // trees for k in range(trees + 1)]
        inputs = min(config.inputs_per_lut, -(-bits // trees))
        shares = [start + even_mapping(end - start, size, inputs, rng=rng) for start, end in pairwise(starts)]
        learns = config.mapping is Wiring.ALL_LEARNABLE
        entries = _voting_tables(trees * size, inputs, rng)
        layers.append(_layer(config, entries, np.concatenate(shares), bits if learns else 0, rng))
        bits = trees * size
    return layers


def _layer(
    config: TrainingConfig,
    entries: NDArray[np.float64],
    start: NDArray[np.int64],
    choices: int,
    rng: np.random.Generator,
) -> DWNLayer:
    """Return a layer that starts with these entries and this mapping, and learns it where it has `choices` bits."""
    mapping: Mapping
    if not choices:
        mapping = FixedMapping(start)
    elif config.candidates and config.candidates * _CHEAPER_WITH_ALL < choices:
        mapping = CandidateMapping(start, choices, candidates=config.candidates, rng=rng)
    else:
        spread = _SPREAD if config.mapping is Wiring.TREES else 1.0
        mapping = LearnableMapping(start, choices, rng=rng, spread=spread)
    return DWNLayer(entries, mapping, weighting=config.weighting, relaxes=config.relaxed > 0)


def _voting_tables(nodes: int, inputs: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return tables that vote by majority, with noise: a pyramid of random tables passes almost no information."""
    ones = np.bitwise_count(np.arange(1 << inputs)).astype(np.float64)
    votes = (2 * ones - inputs) / inputs
    return np.clip(votes[None, :] * 0.5 + rng.normal(0.0, 0.1, size=(nodes, 1 << inputs)), -1.0, 1.0)

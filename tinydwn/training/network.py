"""The network that learns: layers of real-valued tables, from thermometer bits to scores of classes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tinydwn.model.classifier import Reduction
from tinydwn.training.config import TrainingConfig, Wiring
from tinydwn.training.efd import look_up
from tinydwn.training.mapping import choose, even_mapping
from tinydwn.training.weighting import Weighting


@dataclass(slots=True)
class TrainingLayer:
    """Tables that learn: `entries` (luts, 2**n), with `weights` (luts * n, bits) or a fixed `mapping` (luts * n,)."""

    entries: Tensor
    weights: Tensor | None
    mapping: Tensor | None

    @property
    def inputs_per_lut(self) -> int:
        """The number of bits that each table reads, n."""
        return int(self.entries.shape[1]).bit_length() - 1

    def read(self, bits: Tensor) -> Tensor:
        """Return the inputs of the tables, (luts, n, samples), from `bits`, (bits, samples)."""
        if self.weights is not None:
            chosen = choose(self.weights, bits)
        else:
            assert self.mapping is not None
            chosen = bits.index_select(0, self.mapping)
        return chosen.view(self.entries.shape[0], self.inputs_per_lut, bits.shape[1])

    def current_mapping(self) -> NDArray[np.int64]:
        """Return the bits that the tables read now, (luts, n)."""
        with torch.no_grad():
            chosen = self.mapping if self.weights is None else self.weights.argmax(dim=1)
        assert chosen is not None
        return np.asarray(chosen.numpy().reshape(self.entries.shape[0], self.inputs_per_lut), dtype=np.int64)


@dataclass(slots=True)
class Network:
    """A DWN in training. Bits are (bits, samples) float32 of 0.0 and 1.0: one row per bit."""

    layers: list[TrainingLayer]
    reduction: Reduction
    classes: int
    tau: float
    weighting: Weighting

    @property
    def parameters(self) -> list[Tensor]:
        """The tensors that learn, always in the same order."""
        tensors = [layer.entries for layer in self.layers]
        return tensors + [layer.weights for layer in self.layers if layer.weights is not None]

    def last_layer(self, bits: Tensor, *, soft: bool = False) -> Tensor:
        """Return what the last layer gives, (nodes, samples): 0.0 or 1.0, or the entries themselves where `soft`."""
        for layer in self.layers:
            bits = look_up(
                layer.entries, layer.read(bits), weighting=self.weighting, soft=soft and layer is self.layers[-1]
            )
        return bits

    def loss(self, bits: Tensor, labels: Tensor) -> tuple[Tensor, NDArray[np.int64]]:
        """Return the mean loss over the samples and the classes that the network gives them, (samples,)."""
        if self.reduction is Reduction.POPCOUNT:
            votes = self.last_layer(bits).view(self.classes, -1, bits.shape[1]).sum(dim=1)
            loss = torch.nn.functional.cross_entropy(votes.T / self.tau, labels)
            return loss, self._decide(votes.detach())
        entries = self.last_layer(bits, soft=True)
        loss = decision_list_loss(entries / self.tau, labels)
        return loss, self._decide((entries.detach() > 0).to(entries.dtype))

    def _decide(self, last: Tensor) -> NDArray[np.int64]:
        """Return the classes, ties to the lowest, from votes (classes, samples) or bits (nodes, samples)."""
        if len(last) == 1:
            return np.asarray(last[0].numpy(), dtype=np.int64)
        return np.asarray(np.argmax(last.numpy(), axis=0), dtype=np.int64)

    def clamp(self) -> None:
        """Bring the entries back into -1 to 1."""
        with torch.no_grad():
            for layer in self.layers:
                layer.entries.clamp_(-1.0, 1.0)


def build_network(config: TrainingConfig, *, bits: int, classes: int, rng: np.random.Generator) -> Network:
    """Return an untrained network for `bits` thermometer bits; `config` has every field set."""
    assert config.layers is not None
    assert config.tau is not None
    layers: list[TrainingLayer] = []
    for nodes in config.layers:
        learnable = config.mapping is Wiring.ALL_LEARNABLE or (config.mapping is Wiring.LEARNABLE and not layers)
        mapping = even_mapping(bits, nodes, config.inputs_per_lut, rng=rng)
        entries = rng.uniform(-1.0, 1.0, size=(nodes, 1 << config.inputs_per_lut))
        layers.append(_layer(entries, mapping, bits if learnable else 0, rng))
        bits = nodes
    if config.reduction is Reduction.LEARNABLE:
        layers += _trees(config, bits, classes, rng)
    return Network(layers, config.reduction, classes, config.tau, config.weighting)


def decision_list_loss(scores: Tensor, labels: Tensor) -> Tensor:
    """Return the mean negative log likelihood of the classes under the bits that decide.

    `scores` are the log odds of the last layer's bits, (nodes, samples). As the class is the lowest `k` whose bit is
    1, else 0, its probability is that of bit `k` being 1 and all below being 0; bits above do not matter. With one
    node, for two classes, this is the logistic loss.
    """
    one, zero = torch.nn.functional.logsigmoid(scores), torch.nn.functional.logsigmoid(-scores)
    if len(scores) == 1:
        return torch.nn.functional.nll_loss(torch.cat([zero, one]).T, labels)
    below = torch.cumsum(zero, dim=0)
    lowest = one + below - zero
    first = torch.logaddexp(lowest[:1], below[-1:])  # class 0 also answers where no bit is 1
    return torch.nn.functional.nll_loss(torch.cat([first, lowest[1:]]).T, labels)


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


def _trees(config: TrainingConfig, bits: int, classes: int, rng: np.random.Generator) -> list[TrainingLayer]:
    """Return the learnable reduction: one tree of tables per class, or one in all for two classes.

    Each tree reads its own contiguous share of the bits, every bit about equally often.
    """
    trees = 1 if classes == 2 else classes
    layers = []
    for size in tree_sizes(-(-bits // trees), inputs_per_lut=config.inputs_per_lut):
        starts = [bits * k // trees for k in range(trees + 1)]
        inputs = min(config.inputs_per_lut, -(-bits // trees))
        shares = [start + even_mapping(end - start, size, inputs, rng=rng) for start, end in pairwise(starts)]
        learnable = config.mapping is Wiring.ALL_LEARNABLE
        entries = _voting_tables(trees * size, inputs, rng)
        layers.append(_layer(entries, np.concatenate(shares), bits if learnable else 0, rng))
        bits = trees * size
    return layers


def _layer(
    entries: NDArray[np.float64], mapping: NDArray[np.int64], choices: int, rng: np.random.Generator
) -> TrainingLayer:
    """Return a layer that starts with these entries and this mapping, and learns it where it has `choices` bits."""
    tables = torch.from_numpy(entries.astype(np.float32)).requires_grad_()
    start = mapping.reshape(-1)
    if not choices:
        return TrainingLayer(tables, None, torch.from_numpy(start))
    weights = 2 * rng.random(size=(len(start), choices), dtype=np.float32) - 1
    weights[np.arange(len(start)), start] = 1.0
    return TrainingLayer(tables, torch.from_numpy(weights).requires_grad_(), None)


def _voting_tables(nodes: int, inputs: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return tables that vote by majority, with noise: a pyramid of random tables passes almost no information."""
    ones = np.array([address.bit_count() for address in range(1 << inputs)], dtype=np.float64)
    votes = (2 * ones - inputs) / inputs
    return np.clip(votes[None, :] * 0.5 + rng.normal(0.0, 0.1, size=(nodes, 1 << inputs)), -1.0, 1.0)

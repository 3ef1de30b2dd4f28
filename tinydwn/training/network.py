"""The network that learns: layers of real-valued tables, from thermometer bits to scores of classes."""

from __future__ import annotations

from dataclasses import dataclass

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
        wanted = labels[None, :] == torch.arange(self.classes)[:, None]
        if self.classes == 2:
            wanted = wanted[1:]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(entries / self.tau, wanted.to(entries.dtype))
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
    for place, nodes in enumerate(config.layers):
        learnable = config.mapping is Wiring.ALL_LEARNABLE or (config.mapping is Wiring.LEARNABLE and place == 0)
        entries = rng.uniform(-1.0, 1.0, size=(nodes, 1 << config.inputs_per_lut))
        layers.append(_layer(entries, bits, learnable, rng))
        bits = nodes
    if config.reduction is Reduction.LEARNABLE:
        for nodes in pyramid(bits, classes, inputs_per_lut=config.inputs_per_lut):
            entries = _voting_tables(nodes, min(bits, config.inputs_per_lut), rng)
            layers.append(_layer(entries, bits, config.mapping is Wiring.ALL_LEARNABLE, rng))
            bits = nodes
    return Network(layers, config.reduction, classes, config.tau, config.weighting)


def pyramid(bits: int, classes: int, *, inputs_per_lut: int) -> list[int]:
    """Return the sizes of the shrinking layers from `bits` bits to one per class, or to one for two classes.

    >>> pyramid(100, 2, inputs_per_lut=4), pyramid(60, 10, inputs_per_lut=6)
    ([25, 7, 2, 1], [10])
    """
    end = 1 if classes == 2 else classes
    sizes: list[int] = []
    while not sizes or sizes[-1] > end:
        bits = max(end, -(-bits // inputs_per_lut))
        sizes.append(bits)
    return sizes


def _layer(entries: NDArray[np.float64], bits: int, learnable: bool, rng: np.random.Generator) -> TrainingLayer:
    """Return a layer with these entries over `bits` bits."""
    nodes, inputs = len(entries), entries.shape[1].bit_length() - 1
    tables = torch.from_numpy(entries.astype(np.float32)).requires_grad_()
    start = even_mapping(bits, nodes, inputs, rng=rng).reshape(-1)
    if not learnable:
        return TrainingLayer(tables, None, torch.from_numpy(start))
    weights = rng.uniform(-1.0, 1.0, size=(nodes * inputs, bits)).astype(np.float32)
    return TrainingLayer(tables, torch.from_numpy(weights).requires_grad_(), None)


def _voting_tables(nodes: int, inputs: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return tables that vote by majority, with noise: a pyramid of random tables passes almost no information."""
    ones = np.array([address.bit_count() for address in range(1 << inputs)], dtype=np.float64)
    votes = (2 * ones - inputs) / inputs
    return np.clip(votes[None, :] * 0.5 + rng.normal(0.0, 0.1, size=(nodes, 1 << inputs)), -1.0, 1.0)

"""Thirty networks that are trained to be taken to cells: of two to ten classes, 20 to 2,000 tables, every reduction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinydwn.lowering import Core


@dataclass(frozen=True, slots=True)
class Network:
    """A classifier to train: a data set and its first layers' number of tables, inputs and reduction."""

    dataset: str
    luts: int
    inputs: int
    reduction: str

    @property
    def name(self) -> str:
        """All of it as text."""
        return f"{self.dataset} {self.luts}x{self.inputs} {self.reduction}"


def _networks() -> tuple[Network, ...]:
    small = (("iris", 3), ("wine", 3), ("breast_cancer", 2), ("ionosphere", 2), ("led7", 10), ("segment", 7))
    found = [
        Network(name, -(-tables // classes) * classes, inputs, reduction)
        for name, classes in small
        for tables, inputs, reduction in ((20, 2, "popcount"), (40, 4, "popcount"), (100, 4, "popcount"))
    ]
    found += [Network(name, 36, 4, "learnable") for name in ("breast_cancer", "ionosphere", "spambase", "sylvine")]
    found += [Network("iris", 24, 4, "coded"), Network("segment", 70, 4, "coded"), Network("iris", 30, 6, "popcount")]
    found += [Network(name, 200, 4, "popcount") for name in ("spambase", "digits", "phoneme")]
    return (*found, Network("digits", 1000, 4, "popcount"), Network("digits", 2000, 2, "popcount"))


NETWORKS = {network.name: network for network in _networks()}


@lru_cache(maxsize=1)
def trained_core(network: Network) -> Core:
    """Return the core of a network, trained by seed 0; the last one is kept for whoever asks again."""
    from tinydwn.data import load_dataset
    from tinydwn.lowering import lower_core
    from tinydwn.training import TrainingConfig, train

    config = TrainingConfig.from_dict(
        {"layers": (network.luts,), "inputs_per_lut": network.inputs, "reduction": network.reduction}
    )
    return lower_core(train(load_dataset(network.dataset).split(seed=0), config).classifier)

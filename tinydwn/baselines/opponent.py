"""What all opponents are to a comparison: an encoder, and a netlist from its bits to the class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinydwn.encoder import Encoder
from tinydwn.lowering.lower import thermometer_order
from tinydwn.lowering.parts import behind_encoder
from tinydwn.netlist import Assumption, Netlist, simulate


@dataclass(frozen=True, slots=True)
class Opponent:
    """Another classifier, brought to the form in which tinydwn's own circuits come.

    `family` and `settings` name it: "decision tree", "depth 3". `core` reads bits of `encoder`, by name and in its
    order, and gives the class in binary, LSB first; codes beyond the last class do not occur. `words` is the same from
    the bits of feature words, for a classifier that reads these as they are. `reduction` is its last part alone, from
    what was learned to the class, for one that ends in sums.
    """

    family: str
    settings: str
    encoder: Encoder
    core: Netlist
    words: Netlist | None = None
    reduction: Netlist | None = None

    @property
    def assumption(self) -> Assumption:
        """What is known of the inputs of the core: the bits of one feature are a chain."""
        return thermometer_order(self.encoder, self.core.inputs)

    def chip(self) -> Netlist:
        """Return the circuit from feature words to the class: the comparators of the bits that the core reads first.

        There are none where the classifier reads words as they are.
        """
        return self.words or behind_encoder(self.encoder, self.core)

    def predict(self, features: ArrayLike) -> NDArray[np.int64]:
        """Return the class of each row of `features`, (samples, features), as the circuit gives it, (samples,)."""
        place = {name: bit for bit, name in enumerate(self.encoder.bit_names)}
        bits = self.encoder.encode(features)[:, [place[name] for name in self.core.inputs]]
        answers = simulate(self.core, bits)
        return np.asarray(answers @ (1 << np.arange(answers.shape[1])), dtype=np.int64)

    def accuracy(self, features: ArrayLike, labels: NDArray[np.int64]) -> float:
        """Return the share of the samples, features (samples, features), that get their own label, (samples,)."""
        return float((self.predict(features) == labels).mean())

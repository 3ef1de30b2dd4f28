"""What circuits may read and what they should answer: one grid of words for network, search, core and chip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tinydwn.encoder import Encoder, fit_encoder
from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.errors import ConfigError
from tinydwn.lowering import OutputForm
from tinydwn.lowering.lift import lift_core
from tinydwn.lowering.parts import output_names
from tinydwn.mapping.comparators import comparator_area
from tinydwn.metrics import Cut
from tinydwn.model.classifier import Classifier, Reduction
from tinydwn.netlist import Netlist
from tinydwn.refine import Examples

if TYPE_CHECKING:
    from tinydwn.data import Split
    from tinydwn.technology import Library

WORD_BITS = {"core": 16, "chip": 8}
"""Bits of a feature's word, by the cut whose cost is searched, where nothing else was asked for."""
_GRID_THRESHOLDS = 64
"""The words of a feature spread from the first to the last of so many thresholds."""
MOST_THRESHOLDS = {"core": 32, "chip": 255}
"""Thresholds of a feature that circuits may read, at most: on the core each has its price in time, on the chip every
constant is there for the price of its comparator."""


def feature_grid(split: Split, *, input_bits: int) -> FixedPoint:
    """Return the words of features, of at most so many bits, that network, search and circuit share."""
    encoder = fit_encoder(
        split.train_features,
        feature_names=split.feature_names,
        bits_per_feature=_GRID_THRESHOLDS,
        scheme="adaptive",
        input_bits=input_bits,
    )
    return encoder.fixed_point


@dataclass(frozen=True, slots=True)
class Candidates:
    """The thresholds that circuits may read, and the codes that they answer with.

    `codes`, (classes, outputs), is what the outputs are to be for each class, `reduction` how a classifier reads them.
    """

    encoder: Encoder
    class_names: tuple[str, ...]
    form: OutputForm
    codes: NDArray[np.bool_]
    reduction: Reduction

    @classmethod
    def of(
        cls, split: Split, *, cut: Cut, grid: FixedPoint, form: OutputForm = "index", also: Encoder | None = None
    ) -> Candidates:
        """Return the candidates of a split's training part on a grid, with the bits of an encoder on it, too.

        `ConfigError` for one class alone.
        """
        classes = len(split.class_names)
        if classes < 2:
            raise ConfigError("there is only one class", hint="give samples of two classes or more")
        encoder = fit_encoder(
            split.train_features,
            feature_names=split.feature_names,
            bits_per_feature=MOST_THRESHOLDS[cut],
            scheme="adaptive",
            fixed_point=grid,
        )
        if also is not None:
            encoder = _joined(encoder, also)
        one_hot = form == "onehot" and classes > 2
        return cls(
            encoder,
            split.class_names,
            "onehot" if one_hot else "index",
            class_codes(classes, "onehot" if one_hot else "index"),
            Reduction.LEARNABLE if one_hot else Reduction.CODED,
        )

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the outputs."""
        return output_names(self.encoder, self.class_names, self.form)

    def examples(
        self, features: NDArray[np.float64], labels: NDArray[np.int64], *, cost: NDArray[np.float64] | None = None
    ) -> Examples:
        """Return samples, features (samples, features) and labels (samples,), as examples of circuits.

        `cost`, (bits,), is what each threshold costs in um2, nothing by default.
        """
        return Examples(
            inputs=self.encoder.bit_names,
            outputs=self.outputs,
            bits=self.encoder.encode(features),
            targets=self.codes[labels],
            classes=labels,
            feature=self.encoder.feature,
            input_cost_um2=np.zeros(self.encoder.bits) if cost is None else cost,
        )

    def comparator_costs(self, library: Library) -> NDArray[np.float64]:
        """Return what the comparator of each threshold takes alone, (bits,) um2."""
        widths = self.encoder.fixed_point.input_bits[self.encoder.feature].tolist()
        pairs = list(zip(self.encoder.constant.tolist(), widths, strict=True))
        areas = {pair: comparator_area(library, *pair) for pair in set(pairs)}
        return np.array([areas[pair] for pair in pairs])

    def classifier(self, netlist: Netlist) -> Classifier:
        """Return a circuit over these thresholds, with these outputs, as a classifier."""
        return lift_core(netlist, self.encoder, reduction=self.reduction, class_names=self.class_names)


def class_codes(classes: int, output: OutputForm = "index") -> NDArray[np.bool_]:
    """Return what the outputs are for each class, (classes, outputs): its number in binary, LSB first, or one-hot.

    >>> class_codes(3).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1]]
    """
    if output == "onehot":
        return np.eye(classes, dtype=bool)
    return (np.arange(classes)[:, None] >> np.arange((classes - 1).bit_length()) & 1).astype(bool)


def _joined(one: Encoder, other: Encoder) -> Encoder:
    """Return the encoder of all bits of two encoders on one grid."""
    if one.fixed_point != other.fixed_point:
        raise ConfigError(
            "two encoders have different words, so that their bits cannot be joined",
            hint="give both the same fixed point",
        )
    bits = np.unique(
        np.concatenate([np.stack([e.feature, e.constant], axis=1) for e in (one, other)]).astype(np.int64), axis=0
    )
    return Encoder(one.feature_names, one.fixed_point, bits[:, 0], bits[:, 1])

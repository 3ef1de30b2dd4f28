"""The comparisons that give a core its input bits, feature by feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.encoder import Encoder
from tinydwn.errors import NetlistError
from tinydwn.netlist import Netlist


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Which features are read, and what their values are compared with.

    Feature `read[k]`, of `features` in all, is compared with `thresholds[first[k]:first[k + 1]]`; comparison `c`,
    `value > thresholds[c]`, is input `place[c]` of the core. All whole numbers are int64.
    """

    features: int
    read: NDArray[np.int64]
    first: NDArray[np.int64]
    thresholds: NDArray[np.float64]
    place: NDArray[np.int64]

    @staticmethod
    def of(encoder: Encoder, core: Netlist) -> Comparisons:
        """Return the comparisons of a core's inputs; `NetlistError` for one that is no thermometer bit.

        >>> from tinydwn.encoder import FixedPoint
        >>> grid = FixedPoint(offset=np.zeros(2), step=np.ones(2), input_bits=np.array([4, 4]))
        >>> encoder = Encoder(("a", "b"), grid, feature=np.array([0, 1, 1]), constant=np.array([3, 3, 9]))
        >>> found = Comparisons.of(encoder, Netlist("core", ("b > 10", "b > 4"), (), ()))
        >>> found.read.tolist(), found.first.tolist(), found.place.tolist()
        ([1], [0, 2], [1, 0])
        """
        bits = {name: bit for bit, name in enumerate(encoder.bit_names)}
        unknown = [name for name in core.inputs if name not in bits]
        if unknown:
            raise NetlistError(
                f"the netlist's input {unknown[0]!r} is no thermometer bit of the encoder",
                hint="give the core and the encoder that it was made for",
            )
        chosen = np.array([bits[name] for name in core.inputs], dtype=np.int64)
        place = np.argsort(chosen)
        read, first = np.unique(encoder.feature[chosen[place]], return_index=True)
        return Comparisons(
            features=len(encoder.feature_names),
            read=read,
            first=np.append(first, len(chosen)).astype(np.int64),
            thresholds=encoder.thresholds[chosen[place]],
            place=place,
        )

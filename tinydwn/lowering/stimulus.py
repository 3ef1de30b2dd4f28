"""Samples as input patterns of a netlist, by the names of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tinydwn.encoder.encoder import Encoder
from tinydwn.errors import NetlistError
from tinydwn.lowering.comparators import word_bit_names


def core_stimulus(encoder: Encoder, inputs: Sequence[str], bits: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (samples, inputs) bool for a core with these inputs, from all thermometer bits, (samples, bits) bool.

    Raises `NetlistError` for an input that is no thermometer bit of the encoder.
    """
    place = {name: bit for bit, name in enumerate(encoder.bit_names)}
    _require_known(inputs, place, "thermometer bit")
    return bits[:, [place[name] for name in inputs]]


def chip_stimulus(encoder: Encoder, inputs: Sequence[str], words: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (samples, inputs) bool for a chip with these inputs, from feature words, (samples, features) int64.

    Raises `NetlistError` for an input that is no bit of a feature word.
    """
    place: dict[str, tuple[int, int]] = {}
    for feature in range(len(encoder.feature_names)):
        place |= {name: (feature, bit) for bit, name in enumerate(word_bit_names(encoder, feature))}
    _require_known(inputs, place, "bit of a feature word")
    columns = np.array([place[name] for name in inputs], dtype=np.int64).reshape(-1, 2)
    return (words[:, columns[:, 0]] >> columns[:, 1] & 1).astype(bool)


def _require_known(inputs: Sequence[str], known: Mapping[str, object], what: str) -> None:
    unknown = [name for name in inputs if name not in known]
    if unknown:
        raise NetlistError(
            f"the netlist's input {unknown[0]!r} is no {what} of the encoder",
            hint="give the classifier that the netlist was made of",
        )

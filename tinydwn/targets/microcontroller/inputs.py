"""What a processor compares: integers of the features that are read, with whole-number constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np
from numpy.typing import NDArray

from tinydwn.encoder import Encoder
from tinydwn.errors import ConfigError, DataError, NetlistError
from tinydwn.netlist import Netlist
from tinydwn.netlist.analysis import read_inputs

_TYPES = (("uint8_t", 0, 1 << 8), ("uint16_t", 0, 1 << 16), ("int16_t", -(1 << 15), 1 << 15))
_LEAST_SCALE, _MOST_SCALE = Fraction(1, 10**9), 10**9
_WIDEST = ("int32_t", -(1 << 31), 1 << 31)


@dataclass(frozen=True, slots=True, eq=False)
class IntegerInputs:
    """Bits of an encoder as comparisons of integers: bit `b` is ``integer of features[place[b]] >= constant[b]``.

    `features` are the columns of samples that are read, ascending; `scale` says for each what its value is multiplied
    with to be the integer, None where the integer is the word of the interface. `c_type` holds all of them.
    """

    encoder: Encoder
    features: tuple[int, ...]
    scale: tuple[Fraction | None, ...]
    place: Mapping[int, int]
    constant: Mapping[int, int]
    c_type: str

    @staticmethod
    def of(
        encoder: Encoder, bits: Sequence[int], scales: Mapping[str, Fraction | int] | Fraction | int | None = None
    ) -> IntegerInputs:
        """Return the comparisons of some bits of an encoder.

        Without `scales` integers are words. With them, one for all features or one for each that is read, they are
        values times a scale: 1 where values are whole numbers, 256 for a fixed point of 8 bits, 10 for tenths.
        `ConfigError` for a scale that is not positive, for a feature that has none and for a constant beyond 32 bits.

        >>> from tinydwn.encoder import FixedPoint
        >>> grid = FixedPoint(offset=np.array([0.0]), step=np.array([0.25]), input_bits=np.array([4]))
        >>> encoder = Encoder(("a",), grid, feature=np.array([0, 0]), constant=np.array([3, 9]))
        >>> IntegerInputs.of(encoder, [0, 1]).constant, IntegerInputs.of(encoder, [0, 1], 10).constant
        ({0: 4, 1: 10}, {0: 10, 1: 25})
        """
        _require_known(encoder, scales)
        chosen = sorted(set(bits))
        features = tuple(sorted({int(encoder.feature[bit]) for bit in chosen}))
        scale = tuple(_scale_of(encoder.feature_names[feature], scales) for feature in features)
        at = {feature: place for place, feature in enumerate(features)}
        place = {bit: at[int(encoder.feature[bit])] for bit in chosen}
        constant: dict[int, int] = {}
        thresholds = encoder.thresholds
        for bit in chosen:
            factor = scale[place[bit]]
            word = int(encoder.constant[bit]) + 1
            constant[bit] = word if factor is None else _least_above(float(thresholds[bit]), factor)
        c_type = _word_type(encoder, features) if scales is None else _type_of(constant.values())
        return IntegerInputs(encoder, features, scale, place, constant, c_type)

    @property
    def names(self) -> tuple[str, ...]:
        """The features that are read."""
        return tuple(self.encoder.feature_names[feature] for feature in self.features)

    def integers(self, words: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the integers of samples, (samples, features read), given all their words, or values where scaled.

        A scaled value beyond the type is the type's end, which is beyond all constants too. `DataError` where a word
        does not fit.
        """
        _, low, high = next(one for one in (*_TYPES, _WIDEST) if one[0] == self.c_type)
        if any(factor is not None for factor in self.scale):
            factors = np.array([float(factor or 0) for factor in self.scale])
            found = np.rint(values[:, list(self.features)] * factors)
            return np.asarray(np.clip(found, low, high - 1), dtype=np.int64)
        chosen = words[:, list(self.features)]
        if ((chosen < low) | (chosen >= high)).any():
            raise DataError(f"a sample has a word that is no {self.c_type}", hint="give words of the classifier's grid")
        return chosen.astype(np.int64)

    def values_of(self, integers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the values, (samples, features read), that scaled integers stand for."""
        found = np.empty(integers.shape)
        for k, factor in enumerate(self.scale):
            if factor is None:
                raise ConfigError("words stand for no single value", hint="give a scale")
            found[:, k] = [float(Fraction(int(value)) / factor) for value in integers[:, k]]
        return found


def core_bits(encoder: Encoder, core: Netlist) -> dict[str, int]:
    """Return the encoder's bit that each input is which a core reads; `NetlistError` for another input."""
    known = {name: bit for bit, name in enumerate(encoder.bit_names)}
    found = {}
    for name in read_inputs(core):
        if name not in known:
            raise NetlistError(
                f"the netlist's input {name!r} is no thermometer bit of the encoder",
                hint="give the core and the encoder that it was made for",
            )
        found[name] = known[name]
    return found


def _scale_of(name: str, scales: Mapping[str, Fraction | int] | Fraction | int | None) -> Fraction | None:
    if scales is None:
        return None
    if isinstance(scales, Mapping):
        if name not in scales:
            raise ConfigError(f"feature {name!r} has no scale", hint="give one for each feature that is read")
        scales = scales[name]
    if not _LEAST_SCALE <= scales <= _MOST_SCALE:
        raise ConfigError(f"the scale of {name!r} is {_shown(scales)}", hint="give a number from 1e-9 to 1e9")
    return Fraction(scales)


def _shown(scale: Fraction | int) -> str:
    return str(scale) if len(str(scale)) < 20 else "far too large or too small"


def _require_known(encoder: Encoder, scales: Mapping[str, Fraction | int] | Fraction | int | None) -> None:
    for name in scales if isinstance(scales, Mapping) else ():
        if name not in encoder.feature_names:
            raise ConfigError(f"there is no feature {name!r} to scale", hint="give a feature's name as in the table")


def _least_above(threshold: float, scale: Fraction) -> int:
    """Return the least integer whose value, rounded to a float64, is above a threshold."""
    if abs(Fraction(threshold) * scale) >= 1 << 31:
        raise ConfigError("a scaled constant has more than 32 bits", hint="choose smaller scales")
    found = floor(Fraction(threshold) * scale) + 1
    while float((found - 1) / scale) > threshold:
        found -= 1
    while not float(found / scale) > threshold:
        found += 1
    return found


def _word_type(encoder: Encoder, features: Sequence[int]) -> str:
    widest = max((int(encoder.fixed_point.input_bits[feature]) for feature in features), default=1)
    if widest > 31:
        raise ConfigError(f"a word has {widest} bits", hint="train with words of at most 31 bits")
    return "uint8_t" if widest <= 8 else "uint16_t" if widest <= 16 else "int32_t"


def _type_of(constants: object) -> str:
    """Return a signed type, as sensors may answer below 0, in which every constant can be reached."""
    values = [0, *constants]  # type: ignore[misc]
    for c_type, low, high in (_TYPES[2], _WIDEST):
        if min(values) > low and max(values) < high:
            return c_type
    raise ConfigError("a scaled constant has more than 32 bits", hint="choose smaller scales")

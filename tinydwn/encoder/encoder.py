"""Real numbers to bits, exactly as the hardware will see them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.encoder.fixed_point import FixedPoint
from tinydwn.errors import DataError, ModelError

if TYPE_CHECKING:
    import numpy.typing as npt

# A name's decimal may miss the edge between two words by this share of a step.
NAME_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """Thermometer bits over fixed-point words: bit ``b`` is ``word[feature[b]] > constant[b]``.

    feature, constant: (bits,) int64, feature-major, constants strictly ascending within a feature and
    ``0 <= constant < 2**input_bits - 1``, so that each bit can be 0 and can be 1. A feature may have no
    bit. Feature names are unique. ModelError otherwise.

    >>> grid = FixedPoint(offset=np.array([-0.5]), step=np.ones(1), input_bits=np.array([4]))
    >>> encoder = Encoder(("age",), grid, feature=np.array([0, 0]), constant=np.array([3, 9]))
    >>> encoder.bit_names
    ('age > 3.5', 'age > 9.5')
    >>> encoder.encode([[3.0], [4.0], [12.0]]).astype(int).tolist()
    [[0, 0], [1, 0], [1, 1]]
    """

    feature_names: tuple[str, ...]
    fixed_point: FixedPoint
    feature: npt.NDArray[np.int64]
    constant: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        names = tuple(self.feature_names)
        _check_names(names, self.fixed_point.features)
        feature = _frozen(self.feature, "feature")
        constant = _frozen(self.constant, "constant")
        _check_bits(feature, constant, self.fixed_point)
        object.__setattr__(self, "feature_names", names)
        object.__setattr__(self, "feature", feature)
        object.__setattr__(self, "constant", constant)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Encoder):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[tuple[str, ...], FixedPoint, bytes, bytes]:
        return self.feature_names, self.fixed_point, self.feature.tobytes(), self.constant.tobytes()

    @property
    def bits(self) -> int:
        """Number of thermometer bits."""
        return int(self.feature.size)

    @property
    def thresholds(self) -> npt.NDArray[np.float64]:
        """(bits,) float64: bit ``b`` equals ``features[:, feature[b]] > thresholds[b]`` for every float64."""
        edges = self.fixed_point.lower_edges(self.feature, self.constant + 1)
        return np.asarray(np.nextafter(edges, -np.inf), dtype=np.float64)

    @property
    def bit_names(self) -> tuple[str, ...]:
        """(bits,) unique names: "petal width > 0.8"; a 0/1 feature goes by its own name.

        The decimal is the shortest one within a billionth of a step of the edge between the words, so
        the name, read as a comparison, equals the bit for every value that is not as near to the edge.
        """
        return _bit_names(self)

    def encode(self, features: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return the bits (samples, bits) of `features` (samples, features), by way of their words.

        DataError for a wrong shape and for values that are not finite.
        """
        return self.encode_words(self.fixed_point.words(features))

    def encode_words(self, words: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return the bits (samples, bits) of integer `words` (samples, features); DataError if out of range."""
        table = np.asarray(words)
        width = self.fixed_point.features
        if table.ndim != 2 or table.shape[1] != width or not np.issubdtype(table.dtype, np.integer):
            raise DataError(f"the words are {table.dtype} of shape {table.shape}, expected integers (samples, {width})")
        if ((table < 0) | (table > self.fixed_point.largest_word)).any():
            raise DataError("a word is negative or has more bits than its feature")
        return np.asarray(table[:, self.feature] > self.constant, dtype=np.bool_)


@lru_cache(maxsize=16)
def _bit_names(encoder: Encoder) -> tuple[str, ...]:
    """Return `Encoder.bit_names`; kept, since a search asks for those of thousands of bits again and again."""
    edges = encoder.fixed_point.lower_edges(encoder.feature, encoder.constant + 1)
    tolerance = NAME_TOLERANCE * encoder.fixed_point.step[encoder.feature]
    full = [
        f"{encoder.feature_names[feature]} > {shortest_decimal(edge, within)}"
        for feature, edge, within in zip(encoder.feature, edges.tolist(), tolerance.tolist(), strict=True)
    ]
    taken = set(full)
    for bit, feature in enumerate(encoder.feature):
        own = encoder.feature_names[feature]
        if _is_zero_one(encoder.fixed_point, int(feature)) and own not in taken:
            full[bit] = own
    return tuple(full)


def _is_zero_one(grid: FixedPoint, feature: int) -> bool:
    return (
        int(grid.input_bits[feature]) == 1 and float(grid.offset[feature]) == -0.5 and float(grid.step[feature]) == 1.0
    )


def shortest_decimal(value: float, tolerance: float) -> str:
    """Return the decimal with the fewest significant digits within `tolerance` of `value`.

    >>> shortest_decimal(0.7500000000000001, 1e-12), shortest_decimal(100.0, 0.0), shortest_decimal(1e-20, 1e-9)
    ('0.75', '100', '0')
    """
    if abs(value) <= tolerance:
        return "0"
    for digits in range(1, 17):
        rounded = float(f"{value:.{digits}g}")
        if abs(rounded - value) <= tolerance:
            return repr(rounded).removesuffix(".0")
    return repr(value).removesuffix(".0")


def _check_names(names: tuple[str, ...], features: int) -> None:
    if not all(isinstance(name, str) for name in names):
        raise ModelError("an encoder has a feature name that is not text")
    if len(names) != features:
        raise ModelError(f"an encoder has {len(names)} feature names for {features} features")
    repeated = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if repeated:
        raise ModelError(f"an encoder has the feature name {repeated[0]!r} more than once")


def _check_bits(feature: npt.NDArray[np.int64], constant: npt.NDArray[np.int64], fixed_point: FixedPoint) -> None:
    if feature.size != constant.size:
        raise ModelError(f"an encoder has {feature.size} features and {constant.size} constants for its bits")
    if ((feature < 0) | (feature >= fixed_point.features)).any():
        raise ModelError(f"an encoder's bit reads a feature outside 0 to {fixed_point.features - 1}")
    if ((constant < 0) | (constant >= fixed_point.largest_word[feature])).any():
        raise ModelError("an encoder's bit compares with a constant that makes it the same for every word")
    same = feature[1:] == feature[:-1]
    if (feature[1:] < feature[:-1]).any() or (same & (constant[1:] <= constant[:-1])).any():
        raise ModelError("an encoder's bits are not feature by feature with ascending constants")


def _frozen(values: npt.ArrayLike, what: str) -> npt.NDArray[np.int64]:
    array = np.array(values)
    if array.ndim != 1 or not (array.size == 0 or np.issubdtype(array.dtype, np.integer)):
        raise ModelError(f"{what} of an encoder is not a one-dimensional array of integers")
    frozen = array.astype(np.int64)
    frozen.flags.writeable = False
    return frozen

"""The unsigned integer words in which hardware receives real numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tinydwn.errors import DataError, ModelError

if TYPE_CHECKING:
    import numpy.typing as npt

MOST_INPUT_BITS = 32

Number = TypeVar("Number", np.float64, np.int64)


def checked_features(features: npt.ArrayLike, width: int) -> npt.NDArray[np.float64]:
    """Return `features` as a (samples, width) array of finite float64 numbers; DataError otherwise."""
    try:
        table = np.asarray(features, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError("the features are not a table of numbers", hint="encode text as numbers") from error
    if table.ndim != 2 or table.shape[1] != width:
        raise DataError(
            f"the features have shape {table.shape}, expected (samples, {width})",
            hint="give one row per sample and one column per feature",
        )
    if not np.isfinite(table).all():
        row, column = (int(place[0]) for place in np.nonzero(~np.isfinite(table)))
        raise DataError(
            f"feature {column} of sample {row} is {table[row, column]}",
            hint="words stand for finite numbers only; drop or fill the sample",
        )
    return table


@dataclass(frozen=True, slots=True, eq=False)
class FixedPoint:
    """An affine map from each feature to a word of `input_bits` bits.

    The word of a value is ``floor((value - offset) / step)``, saturated to 0 and ``2**input_bits - 1``.

    offset, step: (features,) float64 in the unit of the feature, step > 0. input_bits: (features,)
    int64, from 1 to 32. ModelError where they do not fit together.

    >>> pixel = FixedPoint(offset=np.zeros(1), step=np.ones(1), input_bits=np.array([8]))
    >>> pixel.words([[3.0], [3.9], [999.0], [-1.0]]).ravel().tolist()
    [3, 3, 255, 0]
    """

    offset: npt.NDArray[np.float64]
    step: npt.NDArray[np.float64]
    input_bits: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        offset = _frozen(self.offset, np.float64, "offset")
        step = _frozen(self.step, np.float64, "step")
        input_bits = _frozen(self.input_bits, np.int64, "input_bits")
        if not offset.shape == step.shape == input_bits.shape:
            raise ModelError(
                "offset, step and input_bits of a fixed-point map have different lengths: "
                f"{offset.size}, {step.size} and {input_bits.size}"
            )
        if not np.isfinite(offset).all():
            raise ModelError("a fixed-point map has an offset that is not finite")
        if not (np.isfinite(step) & (step > 0)).all():
            raise ModelError("a fixed-point map has a step that is not a positive finite number")
        if ((input_bits < 1) | (input_bits > MOST_INPUT_BITS)).any():
            raise ModelError(f"a word needs 1 to {MOST_INPUT_BITS} bits, got {input_bits.tolist()}")
        with np.errstate(over="ignore"):
            end = np.abs(offset) + 4 * step * 2.0**input_bits
        if not np.isfinite(end).all():
            raise ModelError("the words of a fixed-point map reach beyond the largest float64")
        object.__setattr__(self, "offset", offset)
        object.__setattr__(self, "step", step)
        object.__setattr__(self, "input_bits", input_bits)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FixedPoint):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[bytes, bytes, bytes]:
        return self.offset.tobytes(), self.step.tobytes(), self.input_bits.tobytes()

    @property
    def features(self) -> int:
        """Number of features."""
        return int(self.offset.size)

    @property
    def largest_word(self) -> npt.NDArray[np.int64]:
        """(features,) int64: the largest word of each feature."""
        return (np.int64(1) << self.input_bits) - 1

    def words(self, features: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Return the words of `features`, both (samples, features); DataError for non-finite values."""
        table = checked_features(features, self.features)
        return _words(table, self.offset, self.step, self.largest_word)

    def lower_edge(self, feature: int, word: int) -> float:
        """Return the smallest float64 whose word is at least `word`; minus infinity for word 0.

        >>> FixedPoint(offset=np.array([0.5]), step=np.array([0.25]), input_bits=np.array([3])).lower_edge(0, 3)
        1.25
        """
        if not 0 <= feature < self.features or not 0 <= word <= int(self.largest_word[feature]):
            raise ModelError(f"feature {feature} has no word {word}")
        return float(self.lower_edges(np.array([feature]), np.array([word]))[0])

    def lower_edges(self, feature: npt.NDArray[np.int64], word: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return `lower_edge` for pairs of features and words, all (n,)."""
        offset, step, largest = self.offset[feature], self.step[feature], self.largest_word[feature]
        guess = offset + word * step
        slack = 2 * step + 8 * np.spacing(np.abs(guess))
        below, above = guess - slack, guess + slack
        # Bisection between neighboring doubles: rounding in words() decides, not the formula on paper.
        while True:
            middle = below + (above - below) / 2
            if not ((middle > below) & (middle < above)).any():
                break
            reached = _words(middle, offset, step, largest) >= word
            above = np.where(reached, middle, above)
            below = np.where(reached, below, middle)
        return np.where(word == 0, -np.inf, above)


def _words(
    values: npt.NDArray[np.float64],
    offset: npt.NDArray[np.float64],
    step: npt.NDArray[np.float64],
    largest: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    # An overflow to infinity saturates like any other value far outside.
    with np.errstate(over="ignore"):
        place = np.floor((values - offset) / step)
    return np.clip(place, 0, largest).astype(np.int64)


def _frozen(values: npt.ArrayLike, kind: type[Number], what: str) -> npt.NDArray[Number]:
    array = np.array(values)
    if array.ndim != 1 or not (array.size == 0 or np.can_cast(array.dtype, kind, "same_kind")):
        raise ModelError(f"{what} of a fixed-point map is not a one-dimensional array of {kind.__name__}")
    frozen = array.astype(kind) + kind(0)  # the sum turns a negative zero into zero
    frozen.flags.writeable = False
    return frozen

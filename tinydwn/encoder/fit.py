"""An encoder from samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tinydwn.encoder.encoder import Encoder
from tinydwn.encoder.fixed_point import MOST_INPUT_BITS, FixedPoint, checked_features
from tinydwn.encoder.grid import Axis, grid_axis, nearest_constants, spread_axis
from tinydwn.encoder.thermometer import THRESHOLDS, Scheme
from tinydwn.errors import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Values = npt.NDArray[np.float64]
    Words = npt.NDArray[np.int64]

LARGEST_VALUE = 1e150


@dataclass(frozen=True, slots=True)
class EncoderFit:
    """An encoder and what was lost on the way to it; counts are per feature, in thresholds.

    asked: `bits_per_feature`. merged_by_samples: thresholds that no training sample tells from another
    one, or that all samples lie on one side of. merged_by_words: those that fell onto the same word.
    """

    encoder: Encoder
    asked: int
    merged_by_samples: tuple[int, ...]
    merged_by_words: tuple[int, ...]


def fit_encoder(
    features: npt.ArrayLike,
    *,
    feature_names: Sequence[str],
    bits_per_feature: int = 8,
    scheme: str | Scheme = "quantile",
    input_bits: int = 8,
) -> Encoder:
    """Return an encoder with at most `bits_per_feature` bits per feature; see `fit_encoder_with_losses`.

    >>> flowers = [[0.2, 0], [0.4, 1], [1.8, 1]]
    >>> fit_encoder(flowers, feature_names=["width", "wet"], bits_per_feature=3).bit_names
    ('width > 0.3', 'width > 1.1', 'wet')
    """
    return fit_encoder_with_losses(
        features,
        feature_names=feature_names,
        bits_per_feature=bits_per_feature,
        scheme=scheme,
        input_bits=input_bits,
    ).encoder


def fit_encoder_with_losses(
    features: npt.ArrayLike,
    *,
    feature_names: Sequence[str],
    bits_per_feature: int = 8,
    scheme: str | Scheme = "quantile",
    input_bits: int = 8,
) -> EncoderFit:
    """Fit thermometers to training `features` (samples, features) and snap them to words.

    Values on a regular grid of at most ``2**input_bits`` levels get an exact map with as few bits as the
    levels need. Other features spend `input_bits` bits on the range from their first to their last
    threshold; values outside saturate and lose nothing. A threshold stands half way between the two
    neighboring training values that it separates, then at the nearest edge of a word. No bit is the same
    for all training samples; a constant feature has none.

    DataError for values that are not finite or beyond 1e150, ConfigError for senseless options.
    """
    names = tuple(feature_names)
    table = checked_features(features, len(names))
    chosen = _checked_scheme(scheme)
    _check_counts(bits_per_feature, input_bits)
    if table.shape[0] == 0:
        raise DataError("an encoder cannot be fitted to no samples")
    axes: list[Axis] = []
    constants: list[Words] = []
    by_samples: list[int] = []
    for column, name in enumerate(names):
        values = np.ascontiguousarray(table[:, column])
        distinct = np.unique(values)
        _check_size(distinct, name)
        cuts = _cuts(distinct, THRESHOLDS[chosen](values, bits_per_feature))
        axis, kept = _place(distinct, cuts, input_bits, name)
        axes.append(axis)
        constants.append(kept)
        by_samples.append(bits_per_feature - cuts.size)
    encoder = Encoder(
        feature_names=names,
        fixed_point=FixedPoint(
            offset=np.array([axis.offset for axis in axes], dtype=np.float64),
            step=np.array([axis.step for axis in axes], dtype=np.float64),
            input_bits=np.array([axis.input_bits for axis in axes], dtype=np.int64),
        ),
        feature=np.repeat(np.arange(len(names)), [kept.size for kept in constants]),
        constant=np.concatenate([*constants, np.empty(0, dtype=np.int64)]),
    )
    by_words = [bits_per_feature - merged - kept.size for merged, kept in zip(by_samples, constants, strict=True)]
    return EncoderFit(encoder, bits_per_feature, tuple(by_samples), tuple(by_words))


def _cuts(distinct: Values, thresholds: Values) -> Values:
    """Return the ascending middles between neighboring values that the thresholds separate."""
    if distinct.size == 1:
        return np.empty(0)
    last_below = np.searchsorted(distinct, thresholds, side="right") - 1
    below = np.unique(np.clip(last_below, 0, distinct.size - 2))
    return np.asarray(distinct[below] / 2 + distinct[below + 1] / 2)


def _place(distinct: Values, cuts: Values, input_bits: int, name: str) -> tuple[Axis, Words]:
    """Return the axis of a feature and the constants of its bits."""
    grid = grid_axis(distinct, input_bits)
    if grid is not None:
        return grid, _useful(grid, distinct, cuts)
    for span in (cuts, distinct[[0, -1]]):
        axis = spread_axis(distinct, span, input_bits)
        if axis is not None:
            kept = _useful(axis, distinct, cuts)
            if kept.size:
                return axis, kept
    raise DataError(
        f"the values of feature {name!r} lie too close together for their size",
        hint="subtract an offset from the column, or drop it",
    )


def _useful(axis: Axis, distinct: Values, cuts: Values) -> Words:
    """Return the constants nearest to the cuts, each with samples on both sides; none if impossible."""
    first, last = (int(word) for word in axis.words(distinct[[0, -1]]))
    if first == last or cuts.size == 0:
        return np.empty(0, dtype=np.int64)
    return np.unique(np.clip(nearest_constants(axis, cuts), first, last - 1))


def _checked_scheme(scheme: str | Scheme) -> Scheme:
    try:
        return Scheme(scheme)
    except ValueError:
        known = ", ".join(known.value for known in Scheme)
        raise ConfigError(f"there is no thermometer scheme {scheme!r}", hint=f"choose one of {known}") from None


def _check_counts(bits_per_feature: int, input_bits: int) -> None:
    if bits_per_feature < 1:
        raise ConfigError(f"a feature needs at least 1 thermometer bit, got {bits_per_feature}")
    if not 1 <= input_bits <= MOST_INPUT_BITS:
        raise ConfigError(f"a word needs 1 to {MOST_INPUT_BITS} input bits, got {input_bits}")


def _check_size(distinct: Values, name: str) -> None:
    if max(abs(float(distinct[0])), abs(float(distinct[-1]))) > LARGEST_VALUE:
        raise DataError(f"feature {name!r} holds values beyond {LARGEST_VALUE:g}", hint="scale the column, or drop it")

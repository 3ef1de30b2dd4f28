"""An encoder from samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tinydwn.encoder.encoder import Encoder
from tinydwn.encoder.fixed_point import MOST_INPUT_BITS, FixedPoint, checked_features
from tinydwn.encoder.grid import Axis, grid_axis, spread_axes
from tinydwn.encoder.snap import Cuts, Snap, displaced, is_clear, snapped
from tinydwn.encoder.thermometer import THRESHOLDS, Scheme, amount_of_each
from tinydwn.errors import ConfigError, DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Values = npt.NDArray[np.float64]
    Words = npt.NDArray[np.int64]

LARGEST_VALUE = 1e150

Choice = TypeVar("Choice", Scheme, Snap)


@dataclass(frozen=True, slots=True)
class EncoderFit:
    """An encoder and what was lost on the way to it; counts are per feature, in thresholds.

    asked: `bits_per_feature`. merged_by_samples: thresholds that no training sample tells from another
    one, or that all samples lie on one side of. merged_by_words: those that fell onto the same word.
    displaced: the largest share of the training samples that lie between a threshold and the edge of a
    word that stands for it.
    """

    encoder: Encoder
    asked: int
    merged_by_samples: tuple[int, ...]
    merged_by_words: tuple[int, ...]
    displaced: tuple[float, ...]


def fit_encoder(
    features: npt.ArrayLike,
    *,
    feature_names: Sequence[str],
    bits_per_feature: int = 8,
    scheme: str | Scheme = "quantile",
    input_bits: int = 8,
    snap: str | Snap = "nearest",
    fixed_point: FixedPoint | None = None,
    sample_weight: npt.ArrayLike | None = None,
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
        snap=snap,
        fixed_point=fixed_point,
        sample_weight=sample_weight,
    ).encoder


def fit_encoder_with_losses(
    features: npt.ArrayLike,
    *,
    feature_names: Sequence[str],
    bits_per_feature: int = 8,
    scheme: str | Scheme = "quantile",
    input_bits: int = 8,
    snap: str | Snap = "nearest",
    fixed_point: FixedPoint | None = None,
    sample_weight: npt.ArrayLike | None = None,
) -> EncoderFit:
    """Fit thermometers to training `features` (samples, features) and snap them to words.

    Values on a regular grid of at most ``2**input_bits`` levels get an exact map with as few bits as the
    levels need. Other features spend `input_bits` bits on the range from their first to their last
    threshold; values outside saturate and lose nothing. A threshold stands half way between the two
    neighboring training values that it separates, then at the edge between words that `snap` chooses. No
    bit is the same for all training samples; a constant feature has none. With `fixed_point` the words are given, and
    `input_bits` is not looked at. With `sample_weight`, (samples,) positive, a sample counts that often where samples
    are counted.

    DataError for values that are not finite or beyond 1e150, ConfigError for senseless options.
    """
    names = tuple(feature_names)
    table = checked_features(features, len(names))
    chosen_scheme = _checked(Scheme, scheme, "thermometer scheme")
    chosen_snap = _checked(Snap, snap, "way to snap thresholds")
    _check_counts(bits_per_feature, input_bits)
    if fixed_point is not None and fixed_point.features != len(names):
        raise ConfigError(f"words of {fixed_point.features} features are given for {len(names)} features")
    if table.shape[0] == 0:
        raise DataError("an encoder cannot be fitted to no samples")
    weight = None if sample_weight is None else checked_weights(sample_weight, table.shape[0])
    axes: list[Axis] = []
    constants: list[Words] = []
    by_samples: list[int] = []
    moved: list[float] = []
    for column, name in enumerate(names):
        values = np.ascontiguousarray(table[:, column])
        _check_size(values, name)
        cuts = _cuts(values, chosen_scheme, bits_per_feature, weight)
        if fixed_point is None:
            axis, kept = _place(cuts, chosen_snap, input_bits, name)
        else:
            axis = _axis_of(fixed_point, column)
            kept = snapped(axis, cuts, chosen_snap)
        axes.append(axis)
        constants.append(kept)
        by_samples.append(bits_per_feature - cuts.below.size)
        moved.append(displaced(axis, cuts, kept))
    encoder = Encoder(
        feature_names=names,
        fixed_point=fixed_point or _fixed_point(axes),
        feature=np.repeat(np.arange(len(names)), [kept.size for kept in constants]),
        constant=np.concatenate([*constants, np.empty(0, dtype=np.int64)]),
    )
    by_words = [bits_per_feature - merged - kept.size for merged, kept in zip(by_samples, constants, strict=True)]
    return EncoderFit(encoder, bits_per_feature, tuple(by_samples), tuple(by_words), tuple(moved))


def _fixed_point(axes: Sequence[Axis]) -> FixedPoint:
    return FixedPoint(
        offset=np.array([axis.offset for axis in axes], dtype=np.float64),
        step=np.array([axis.step for axis in axes], dtype=np.float64),
        input_bits=np.array([axis.input_bits for axis in axes], dtype=np.int64),
    )


def _axis_of(fixed_point: FixedPoint, feature: int) -> Axis:
    return Axis(
        float(fixed_point.offset[feature]), float(fixed_point.step[feature]), int(fixed_point.input_bits[feature])
    )


def checked_weights(weights: npt.ArrayLike, samples: int) -> Values:
    """Return weights of samples as float64; `DataError` unless there is one finite, positive number for each."""
    checked = np.asarray(weights, dtype=np.float64)
    if checked.shape != (samples,) or not np.isfinite(checked).all() or not (checked > 0).all():
        raise DataError(
            f"the weights, of shape {checked.shape}, are not one positive number for each of {samples} samples",
            hint="leave samples of weight 0 out",
        )
    return checked


def _cuts(values: Values, scheme: Scheme, asked: int, weight: Values | None) -> Cuts:
    """Return where the thresholds of the scheme separate the samples."""
    distinct, amounts = amount_of_each(values, weight)
    below = np.empty(0, dtype=np.int64)
    if distinct.size > 1:
        last_below = np.searchsorted(distinct, THRESHOLDS[scheme](values, asked, weight), side="right") - 1
        below = np.unique(np.clip(last_below, 0, distinct.size - 2))
    return Cuts(distinct=distinct, amounts=amounts, below=below, asked=asked)


def _place(cuts: Cuts, snap: Snap, input_bits: int, name: str) -> tuple[Axis, Words]:
    """Return the axis of a feature and the constants of its bits."""
    grid = grid_axis(cuts.distinct, input_bits)
    if grid is not None:
        return grid, snapped(grid, cuts, snap)
    sound: list[tuple[Axis, Words]] = []
    for span in (cuts.middles, cuts.distinct[[0, -1]]):
        for axis in spread_axes(cuts.distinct, span, input_bits):
            constants = snapped(axis, cuts, snap)
            if constants.size:
                sound.append((axis, constants))
                if is_clear(axis, cuts.distinct, constants):
                    return axis, constants
        if sound:
            return sound[0]
    raise DataError(
        f"the values of feature {name!r} lie too close together for their size",
        hint="subtract an offset from the column, or drop it",
    )


def _checked(kind: type[Choice], wanted: str | Choice, what: str) -> Choice:
    try:
        return kind(wanted)
    except ValueError:
        known = ", ".join(str(known.value) for known in kind)
        raise ConfigError(f"there is no {what} {wanted!r}", hint=f"choose one of {known}") from None


def _check_counts(bits_per_feature: int, input_bits: int) -> None:
    if bits_per_feature < 1:
        raise ConfigError(f"a feature needs at least 1 thermometer bit, got {bits_per_feature}")
    if not 1 <= input_bits <= MOST_INPUT_BITS:
        raise ConfigError(f"a word needs 1 to {MOST_INPUT_BITS} input bits, got {input_bits}")


def _check_size(values: Values, name: str) -> None:
    if float(np.abs(values).max()) > LARGEST_VALUE:
        raise DataError(f"feature {name!r} holds values beyond {LARGEST_VALUE:g}", hint="scale the column, or drop it")

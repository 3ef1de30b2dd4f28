"""An encoder for thresholds that are there already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tinydwn.encoder.encoder import Encoder
from tinydwn.encoder.fixed_point import MOST_INPUT_BITS, FixedPoint
from tinydwn.errors import ConfigError, ModelError

_FINEST = 2.0**-30  # the share of a lone threshold that lies between it and the edge above
_RESOLUTIONS = (1e-200, 1e200)  # far enough from the ends of float64 for words of 32 bits
_FARTHEST = 2.0**48  # multiples of a resolution beyond it are too near to each other for float64
_ROUNDING = 2.0**-50  # the share by which k / 255 and k * (1 / 255), as float64, may differ

Values = npt.NDArray[np.float64]


def encoder_for_thresholds(
    thresholds: npt.ArrayLike,
    *,
    feature_names: Sequence[str] | None = None,
    input_bits: int = 16,
    resolution: float | None = None,
) -> tuple[Encoder, npt.NDArray[np.int64]]:
    """Return an encoder for `thresholds`, (features, bits), in any order, and the bit of each one, (features * bits,).

    The bits are those of `value > threshold`, feature by feature; equal thresholds share one. A word cannot lie
    between thresholds as finely as a float. Where `resolution` is given, the values are multiples of it and a word is
    one of them, so that nothing is lost; thresholds that no multiple lies between share a bit, and one that is a
    multiple but for the rounding of float32 or float64 counts as that. Else words of `input_bits` bits spread from the
    first threshold to the last, and a bit changes at most one step of them above its threshold.

    `ModelError` for thresholds that are not finite, `ConfigError` where words are too coarse to tell two apart and for
    a resolution that is no positive step.

    >>> encoder, place = encoder_for_thresholds([[0.5, 0.25]], feature_names=["pixel"], resolution=1 / 255)
    >>> encoder.encode([[63 / 255], [64 / 255], [128 / 255]]).astype(int)[:, place].tolist()
    [[0, 0], [0, 1], [1, 1]]
    """
    table = _checked(thresholds)
    if not 1 <= input_bits <= MOST_INPUT_BITS:
        raise ConfigError(f"a word needs 1 to {MOST_INPUT_BITS} input bits, got {input_bits}")
    names = tuple(feature_names) if feature_names is not None else tuple(f"x{k}" for k in range(len(table)))
    if len(names) != len(table):
        raise ModelError(f"{len(names)} feature names for thresholds of {len(table)} features")
    table = table if resolution is None else _multiples(table, resolution)
    levels = [np.unique(row) for row in table]
    feature = np.repeat(np.arange(len(levels)), [row.size for row in levels])
    if resolution is None:
        grid = _spread(levels, input_bits)
        constant = _constants(grid, feature, np.concatenate(levels))
    else:
        grid = _on_multiples(levels, resolution, input_bits, names)
        constant = np.concatenate([row - row[0] for row in levels]).astype(np.int64)
    starts = np.cumsum([0, *(row.size for row in levels[:-1])])
    place = [start + np.searchsorted(row, given) for start, row, given in zip(starts, levels, table, strict=True)]
    return Encoder(names, grid, feature, constant), np.concatenate(place)


def zero_one_encoder(feature_names: Sequence[str]) -> Encoder:
    """Return the encoder of features that are 0 or 1: each is its own bit.

    >>> zero_one_encoder(["wet", "warm"]).encode([[0, 1]]).tolist()
    [[False, True]]
    """
    each = np.ones(len(feature_names))
    grid = FixedPoint(offset=-0.5 * each, step=each, input_bits=each.astype(np.int64))
    places = np.arange(len(feature_names))
    return Encoder(tuple(feature_names), grid, feature=places, constant=np.zeros_like(places))


def _checked(thresholds: npt.ArrayLike) -> Values:
    """Return thresholds as (features, bits) finite numbers; `ModelError` otherwise."""
    hint = "give one row per feature, as torch_dwn's thermometers hold them"
    try:
        table = np.asarray(thresholds)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ModelError("the thresholds are no table (features, bits)", hint=hint) from error
    if table.ndim != 2 or not table.size:
        raise ModelError(f"thresholds of shape {table.shape} are no table (features, bits)", hint=hint)
    if table.dtype.kind not in "biuf" or not np.isfinite(table.astype(np.float64)).all():
        raise ModelError(f"thresholds of shape {table.shape} hold values that are no finite numbers", hint=hint)
    return table.astype(np.float64)


def _multiples(table: Values, resolution: float) -> Values:
    """Return for each threshold the number of the largest multiple of the resolution that is not above it."""
    hint = "give the step of the grid that all values lie on, such as 1/255 for pixels"
    if not _RESOLUTIONS[0] <= resolution <= _RESOLUTIONS[1]:
        raise ConfigError(f"a resolution of {resolution:g} is no step between values", hint=hint)
    with np.errstate(over="ignore"):
        quotient = table / resolution
        if not (np.abs(quotient) <= _FARTHEST).all():
            raise ConfigError(
                f"a resolution of {resolution:g} is too fine for a threshold of {np.abs(table).max():g}", hint=hint
            )
        nearest = np.rint(quotient)
        multiple = nearest * resolution
        meant = (np.abs(multiple - table) <= _ROUNDING * np.abs(table)) | (multiple.astype(np.float32) == table)
    return np.where(meant, nearest, np.floor(quotient))


def _on_multiples(levels: list[Values], resolution: float, input_bits: int, names: tuple[str, ...]) -> FixedPoint:
    """Return words that are multiples of the resolution: word 0 is the first level's, the largest is above the last."""
    bits = [int(row[-1] - row[0] + 1).bit_length() for row in levels]
    for name, needed in zip(names, bits, strict=True):
        if needed > input_bits:
            raise ConfigError(
                f"feature {name!r} needs words of {needed} bits at a resolution of {resolution:g}",
                hint=f"give more input_bits than {input_bits}, or no resolution",
            )
    # A value lies in the middle of its word, so that its rounding does not matter.
    offset = np.array([(row[0] - 0.5) * resolution for row in levels])
    return FixedPoint(offset, np.full(len(levels), float(resolution)), np.array(bits))


def _spread(levels: list[Values], input_bits: int) -> FixedPoint:
    """Return words that spread from the first level of each feature to its last."""
    axes = [_axis(float(row[0]), float(row[-1]), input_bits) for row in levels]
    return FixedPoint(*(np.array(values) for values in zip(*axes, strict=True)))


def _axis(first: float, last: float, input_bits: int) -> tuple[float, float, int]:
    """Return offset, step and word size of a feature with thresholds from `first` to `last`."""
    if first == last:
        step = _FINEST * max(1.0, abs(first))
        return first - step / 2, step, 1
    step = (last - first) / max(1, 2**input_bits - 3)
    return first - step, step, input_bits


def _constants(grid: FixedPoint, feature: npt.NDArray[np.int64], levels: Values) -> npt.NDArray[np.int64]:
    """Return the constant of each threshold: the word that holds it, so that no value up to it makes the bit one."""
    largest = grid.largest_word[feature]
    place = np.floor((levels - grid.offset[feature]) / grid.step[feature])
    guess = np.clip(place, 0, largest - 1).astype(np.int64)
    # Rounding may put the edge above a word onto the threshold, or below it: then the next word is meant.
    constant = guess + (grid.lower_edges(feature, guess + 1) <= levels)
    if (constant >= largest).any() or (grid.lower_edges(feature, constant + 1) <= levels).any():
        raise ConfigError("words are too coarse for these thresholds", hint="give more input_bits")
    if (np.diff(constant)[np.diff(feature) == 0] <= 0).any():
        bits = int(grid.input_bits.max())
        raise ConfigError(f"words of {bits} bits do not tell all thresholds apart", hint="give more input_bits")
    return np.asarray(constant)

"""An encoder for thresholds that are there already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tinydwn.encoder.encoder import Encoder
from tinydwn.encoder.fixed_point import MOST_INPUT_BITS, FixedPoint
from tinydwn.errors import ConfigError, ModelError

_FINEST = 2.0**-30  # the share of a lone threshold that lies between it and the edge above

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
    between thresholds as finely as a float: where `resolution` is given, the values are multiples of it and a word is
    one of them, so that nothing is lost; else words of `input_bits` bits spread from the first threshold to the
    last, and a bit changes at most one step of them above its threshold.

    `ModelError` for thresholds that are not finite, `ConfigError` where words are too coarse to tell two apart.

    >>> encoder, place = encoder_for_thresholds([[0.5, 0.25]], feature_names=["pixel"], resolution=1 / 256)
    >>> encoder.encode([[0.25], [0.3], [0.6]]).astype(int)[:, place].tolist()
    [[0, 0], [0, 1], [1, 1]]
    """
    table = np.asarray(thresholds, dtype=np.float64)
    if table.ndim != 2 or not table.size or not np.isfinite(table).all():
        raise ModelError(
            f"thresholds of shape {table.shape} are no finite numbers (features, bits)",
            hint="give one row per feature, as torch_dwn's thermometers hold them",
        )
    if not 1 <= input_bits <= MOST_INPUT_BITS:
        raise ConfigError(f"a word needs 1 to {MOST_INPUT_BITS} input bits, got {input_bits}")
    names = tuple(feature_names) if feature_names is not None else tuple(f"x{k}" for k in range(len(table)))
    if len(names) != len(table):
        raise ModelError(f"{len(names)} feature names for thresholds of {len(table)} features")
    levels = [np.unique(row) for row in table]
    axes = [_axis(row, input_bits, resolution, name) for row, name in zip(levels, names, strict=True)]
    grid = FixedPoint(*(np.array(values) for values in zip(*axes, strict=True)))
    feature = np.repeat(np.arange(len(levels)), [row.size for row in levels])
    constant = _constants(grid, feature, np.concatenate(levels))
    if (np.diff(constant)[np.diff(feature) == 0] <= 0).any():
        raise ConfigError(f"words of {input_bits} bits do not tell all thresholds apart", hint="give more input_bits")
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


def _axis(levels: Values, input_bits: int, resolution: float | None, name: str) -> tuple[float, float, int]:
    """Return offset, step and word size of a feature whose thresholds, ascending, are `levels`."""
    first, last = float(levels[0]), float(levels[-1])
    if resolution is not None:
        # Word 0 holds the first threshold, so that the last one lies below the largest word.
        words = round((last - first) / resolution) + 2
        bits = max(1, (words - 1).bit_length())
        if bits > input_bits:
            raise ConfigError(
                f"feature {name!r} needs words of {bits} bits at a resolution of {resolution:g}",
                hint=f"give more input_bits than {input_bits}, or no resolution",
            )
        return first - resolution / 2, resolution, bits
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
    return np.asarray(constant)

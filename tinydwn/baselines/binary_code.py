"""Features as binary numbers: which of a few bins a value lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinydwn.errors import ConfigError, DataError

Bins = Literal["quantile", "uniform"]
MAX_BITS = 8


@dataclass(frozen=True, slots=True)
class BinaryCode:
    """Each feature as the number of its bin in binary, least significant bit first, feature by feature.

    The number of the bin is how many of a feature's cut points a value is above. cuts: per feature, ascending, finite,
    fewer than `2**bits`. bins: how the cut points were chosen. `ConfigError` otherwise.

    >>> code = BinaryCode(("age",), 2, "uniform", ((10.0, 20.0, 30.0),))
    >>> code.encode([[10.0], [10.5], [99.0]]).astype(int).tolist()
    [[0, 0], [1, 0], [1, 1]]
    >>> code.bit_names
    ('age bit 0', 'age bit 1')
    >>> BinaryCode(("flag",), 2, "uniform", ((0.5,),)).never_set
    ('flag bit 1',)
    """

    feature_names: tuple[str, ...]
    bits: int
    bins: Bins
    cuts: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        _check_choice(self.bits, self.bins)
        if len(self.feature_names) != len(self.cuts):
            raise ConfigError(f"cut points of {len(self.cuts)} features for {len(self.feature_names)} feature names")
        for name, cuts in zip(self.feature_names, self.cuts, strict=True):
            if len(cuts) >= 1 << self.bits:
                raise ConfigError(f"feature {name!r} has {len(cuts)} cut points, {self.bits} bits hold fewer")
            if not np.isfinite(cuts).all() or any(low >= high for low, high in pairwise(cuts)):
                raise ConfigError(f"the cut points of feature {name!r} are not finite and ascending")

    @property
    def bit_names(self) -> tuple[str, ...]:
        """(features * bits,) names of the bits, in order."""
        return tuple(f"{name} bit {k}" for name in self.feature_names for k in range(self.bits))

    @property
    def never_set(self) -> tuple[str, ...]:
        """Names of the bits that are 0 for every value, since a feature has too few cut points to reach them."""
        return tuple(
            f"{name} bit {k}"
            for name, cuts in zip(self.feature_names, self.cuts, strict=True)
            for k in range(len(cuts).bit_length(), self.bits)
        )

    def encode(self, features: ArrayLike) -> NDArray[np.bool_]:
        """Return (samples, features * bits) for `features` (samples, features); `DataError` unless finite numbers."""
        values = np.asarray(features, dtype=np.float64)
        if values.ndim != 2 or values.shape[1] != len(self.cuts):
            raise DataError(f"features of shape {values.shape}, expected (samples, {len(self.cuts)})")
        if not np.isfinite(values).all():
            raise DataError("a feature is not a finite number", hint="drop or fill the sample")
        numbers = np.stack(
            [np.searchsorted(cuts, column, side="left") for cuts, column in zip(self.cuts, values.T, strict=True)],
            axis=1,
        )
        return (numbers[:, :, None] >> np.arange(self.bits) & 1).astype(np.bool_).reshape(len(values), -1)


def fit_binary_code(features: ArrayLike, feature_names: Sequence[str], *, bits: int, bins: Bins) -> BinaryCode:
    """Return the code whose bins part the samples, (samples, features), evenly, or else their range.

    "quantile" bins hold equally many samples each, as far as equal values allow: a cut point that repeats another, or
    that no sample is above, is left out. "uniform" bins are equally wide from the smallest to the largest value.
    `DataError` for samples that are none or not finite; `ConfigError` for 0 or more than 8 bits.

    >>> fit_binary_code([[0.0], [1.0], [2.0], [8.0]], ["x"], bits=1, bins="uniform").cuts
    ((4.0,),)
    >>> fit_binary_code([[0.0], [1.0], [2.0], [8.0]], ["x"], bits=1, bins="quantile").cuts
    ((1.5,),)
    """
    _check_choice(bits, bins)
    values = np.asarray(features, dtype=np.float64)
    if values.ndim != 2 or not values.size or values.shape[1] != len(feature_names):
        raise DataError(f"features of shape {values.shape} for {len(feature_names)} feature names")
    if not np.isfinite(values).all():
        raise DataError("a feature is not a finite number", hint="drop or fill the sample")
    shares = np.arange(1, 1 << bits) / (1 << bits)
    if bins == "quantile":
        cuts = np.quantile(values, shares, axis=0).T
    else:
        low, high = values.min(axis=0), values.max(axis=0)
        cuts = low[:, None] * (1 - shares) + high[:, None] * shares
    kept = (np.unique(row[row < top]) for row, top in zip(cuts, values.max(axis=0), strict=True))
    return BinaryCode(tuple(feature_names), bits, bins, tuple(tuple(row.tolist()) for row in kept))


def _check_choice(bits: int, bins: str) -> None:
    if not 1 <= bits <= MAX_BITS:
        raise ConfigError(f"a binary code of {bits} bits", hint=f"choose 1 to {MAX_BITS}")
    if bins not in get_args(Bins):
        raise ConfigError(f"there are no {bins!r} bins", hint=f"choose one of {', '.join(get_args(Bins))}")

"""The affine map of one feature: exact for values on a regular grid, else spread over its thresholds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Values = npt.NDArray[np.float64]

# A value may lie off its grid point by this share of a step; a word reaches half a step to each side.
GRID_TOLERANCE = 1e-4
# Half a unit first: samples with as many decimals as the step never lie on an edge then.
UNIT_SHARES = (0.5, 0.3, 0.7, 0.1, 0.9, 0.45, 0.55, 0.35, 0.65, 0.25, 0.75, 0.15, 0.85, 0.314159, 0.271828)
# Below, a float64 loses digits.
SMALLEST_STEP = 1e-290


@dataclass(frozen=True, slots=True)
class Axis:
    """``word = floor((value - offset) / step)``, saturated to `input_bits` bits, for one feature."""

    offset: float
    step: float
    input_bits: int

    def words(self, values: Values) -> npt.NDArray[np.int64]:
        """Return the (n,) words of the (n,) `values`."""
        place = np.floor((values - self.offset) / self.step)
        return np.clip(place, 0, 2**self.input_bits - 1).astype(np.int64)


def grid_axis(distinct: Values, input_bits: int) -> Axis | None:
    """Return the axis on which each of the `distinct` ascending values is the middle of a word.

    None where the values are no ``first + k * step`` with whole k below ``2**input_bits``. The axis has
    as few bits as its levels need: 0 and 1 make one bit with offset -0.5 and step 1.
    """
    if distinct.size == 1:
        return Axis(offset=_rounded(float(distinct[0]) - 0.5), step=1.0, input_bits=1)
    if distinct.size > 2**input_bits:
        return None
    span = float(distinct[-1] - distinct[0])
    if span < SMALLEST_STEP:
        return None
    step = _common_divisor(np.diff(distinct), span * GRID_TOLERANCE * 2.0**-input_bits)
    levels = round(span / step) + 1
    if levels > 2**input_bits:
        return None
    place = np.rint((distinct - distinct[0]) / (span / (levels - 1)))
    bits = max(1, math.ceil(math.log2(levels)))
    for trim in (_rounded, float):
        step = trim(span / (levels - 1))
        axis = Axis(offset=trim(float(distinct[0]) - step / 2), step=step, input_bits=bits)
        middle = axis.offset + (place + 0.5) * axis.step
        if (np.abs(middle - distinct) <= 2 * GRID_TOLERANCE * step).all() and (axis.words(distinct) == place).all():
            return axis
    return None


def spread_axes(distinct: Values, cuts: Values, input_bits: int) -> Iterator[Axis]:
    """Yield axes, best first, whose edges run from the first to the last of the ascending `cuts`.

    What lies outside the cuts saturates; a single cut has the range of all samples around it. Step and
    offset are short decimals. The axes differ by a part of a hundredth of a step or less, so that one of
    them may have its edges clear of all samples. There is none where float64 is too coarse.
    """
    low, high = float(cuts[0]), float(cuts[-1])
    alone = low == high or input_bits == 1
    if alone:
        low, high = float(distinct[0]), float(distinct[-1])
    # 2**bits words have 2**bits - 1 inner edges; the cuts take the first and the last of them.
    exact = (high - low) / max(1, 2**input_bits - 2)
    if not SMALLEST_STEP < exact < math.inf:
        return
    unit = 10.0 ** (math.floor(math.log10(exact)) - 2)
    step = _rounded(math.ceil(exact / unit) * unit)
    if alone:
        # The words span all samples, and one edge lies on the only cut, or the middle one.
        cut = float(cuts[cuts.size // 2])
        low = cut - (min(max(math.ceil((cut - low) / step), 1), 2**input_bits - 1) - 1) * step
    for shift in UNIT_SHARES:
        start = (math.floor((low - step) / unit) + shift) * unit
        axis = Axis(offset=_rounded(start), step=step, input_bits=input_bits)
        if axis.offset + step > axis.offset:
            yield axis


def _common_divisor(gaps: Values, tolerance: float) -> float:
    """Return the largest number of which all `gaps` are multiples, up to `tolerance` (Euclid)."""
    common = float(gaps[0])
    for gap in gaps[1:].tolist():
        larger, smaller = max(common, gap), min(common, gap)
        while smaller > tolerance:
            larger, smaller = smaller, larger - round(larger / smaller) * smaller
            smaller = abs(smaller)
        common = larger
    return common


def _rounded(value: float) -> float:
    """Return `value` to 12 significant digits: the double that a person would have written."""
    return float(f"{value:.12g}")

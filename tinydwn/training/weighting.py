"""How far addresses away from the one that was read count in a gradient."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray


class Weighting(Enum):
    """How a Hamming distance `d` weighs in the extended finite differences of tables with `n` inputs.

    `EXPONENTIAL`: `alpha * beta**d`, `alpha = 0.5 * 0.75**(n-1)`, `beta = 1/3`, as in the released code of Bacellar
    et al., ICML 2024. `INVERSE`: `1 / (d+1)`, as in their paper. `FINITE`: 1 for the address itself and 0 for all
    others, the plain finite difference that both extend.
    """

    EXPONENTIAL = "exponential"
    INVERSE = "inverse"
    FINITE = "finite"


def distance_weights(inputs: int, weighting: Weighting) -> NDArray[np.float64]:
    """Return the weights of the distances 0 to `inputs - 1`, (inputs,) float64.

    >>> distance_weights(3, Weighting.INVERSE).round(3).tolist()
    [1.0, 0.5, 0.333]
    """
    distance = np.arange(inputs, dtype=np.float64)
    if weighting is Weighting.INVERSE:
        return np.asarray(1.0 / (distance + 1.0))
    if weighting is Weighting.FINITE:
        return np.asarray((distance == 0).astype(np.float64))
    return np.asarray(0.5 * 0.75 ** (inputs - 1) * (1 / 3) ** distance)

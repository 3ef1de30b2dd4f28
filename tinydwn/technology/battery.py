"""What a printed battery delivers: the budget that printed classifiers are measured by."""

from __future__ import annotations

import math

BATTERY_UW = 30_000.0
"""What a printed battery delivers at most: Molex, 30 mW."""
BATTERY_SOURCE = "Mubarik et al., MICRO 2020; Armeniakos et al., DATE 2022"


def batteries(power_uw: float) -> int:
    """Return how many printed batteries feed so much power, one for none.

    >>> batteries(124_200.0), batteries(0.0)
    (5, 1)
    """
    return max(1, math.ceil(power_uw / BATTERY_UW))

"""A number that knows its unit and how it was come by, and what of a classifier is counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Cut = Literal["core", "chip"]
CUTS: tuple[Cut, Cut] = ("core", "chip")
"""The core reads thermometer bits, the chip words of features: its encoder counts, too."""


class Provenance(Enum):
    """How a number came about."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    DERIVED = "derived"
    PUBLISHED = "published"


class Direction(Enum):
    """Which way a number improves."""

    LOWER_IS_BETTER = "lower"
    HIGHER_IS_BETTER = "higher"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a report.

    `source` names the rule or program behind the value: "two-input gates after mapping, inverters free".

    >>> Metric("area_um2", 35.04, "um2", Provenance.DERIVED, "sum of sky130_fd_sc_hd cell areas").value
    35.04
    """

    name: str
    value: float
    unit: str
    provenance: Provenance
    source: str
    direction: Direction = Direction.LOWER_IS_BETTER

"""What a user can choose of the search."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

from tinydwn.errors import ConfigError

EFFORTS = {"fast": 8.0, "normal": 48.0, "high": 480.0}
"""Seconds of one processor core that the search of an effort takes, more or less; see `circuits_for`."""


@dataclass(frozen=True, slots=True)
class RefineOptions:
    """Options of `refine`.

    `effort` sets how many circuits are judged, by their size and the number of samples, unless `circuits` says it.
    `most_nand2` is the most that a circuit may cost, in areas of the library's smallest NAND2. `balanced` lets each
    class count as much as any other. `points` is the most circuits within `most_nand2` that the front
    keeps, `points_above` the most of those that cost more, up to the largest start: minimized, the first of them may
    fit. `workers` is how many processor cores the search takes at most, by default those that this process may use; it
    changes no result. `timeout_s` is for each run of an external program.
    """

    effort: str = "normal"
    circuits: int | None = None
    most_nand2: float = 64.0
    balanced: bool = False
    points: int = 32
    points_above: int = 4
    seed: int = 0
    workers: int | None = None
    timeout_s: float = 60.0

    def __post_init__(self) -> None:
        if self.effort not in EFFORTS:
            raise ConfigError(f"unknown effort '{self.effort}'", hint=f"choose one of {', '.join(EFFORTS)}")
        if self.circuits is not None and self.circuits < 1:
            raise ConfigError(f"a search of {self.circuits} circuits", hint="choose at least 1")
        if not 0 < self.most_nand2 < 1e6:
            raise ConfigError(f"circuits of at most {self.most_nand2:g} NAND2", hint="choose a number above 0")
        if self.workers is not None and self.workers < 1:
            raise ConfigError(f"a search on {self.workers} processor cores", hint="choose at least 1")
        if self.points < 2:
            raise ConfigError(f"a front of {self.points} points", hint="choose at least 2")
        if self.points_above < 0:
            raise ConfigError(f"a front of {self.points_above} points above its limit", hint="choose 0 or more")
        if self.seed < 0:
            raise ConfigError(f"the seed is {self.seed}", hint="choose 0 or more")
        if not 0 < self.timeout_s < math.inf:
            raise ConfigError(f"programs have {self.timeout_s:g} s", hint="choose a number above 0")

    def threads(self) -> int:
        """Return how many threads search at a time."""
        return self.workers or len(os.sched_getaffinity(0))

    def circuits_for(self, *, samples: int, gates: float) -> int:
        """Return how many circuits the search judges, where the largest have so many gates."""
        if self.circuits is not None:
            return self.circuits
        seconds = 1.6e-6 + samples * 3.3e-11 + gates * (4.5e-9 + samples * 2e-13)
        return max(1000, round(EFFORTS[self.effort] / seconds))

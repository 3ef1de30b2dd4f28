"""What a mapped circuit is to be: small, quick, or small among those that are quick enough."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tinydwn.errors import ConfigError
from tinydwn.technology.library import Library

OBJECTIVES = ("area", "delay")


@dataclass(frozen=True, slots=True)
class Objective:
    """`goal` is "area" or "delay"; with `limit_ps`, the smallest circuit of at most that delay is looked for.

    Delay is the longest way by the cells' representative delays (see `technology.timing`); cells are counted in a
    library without them.

    >>> Objective("delay").rank(area_um2=8.0, delay=120.0, cells=3)
    (0.0, 120.0, 8.0, 3.0)
    >>> Objective("area", limit_ps=100.0).rank(area_um2=8.0, delay=120.0, cells=3)
    (20.0, 8.0, 3.0, 120.0)
    """

    goal: str = "area"
    limit_ps: float | None = None

    def __post_init__(self) -> None:
        if self.goal not in OBJECTIVES:
            raise ConfigError(f"no objective '{self.goal}'", hint=f"choose one of: {', '.join(OBJECTIVES)}")
        if self.limit_ps is not None and not 0 < self.limit_ps < math.inf:
            raise ConfigError(f"a delay of at most {self.limit_ps:g} ps", hint="choose a number above 0")
        if self.limit_ps is not None and self.goal == "delay":
            raise ConfigError("the least delay is looked for, and a limit is given", hint="leave one of the two out")

    @property
    def is_area(self) -> bool:
        """Whether delay does not matter."""
        return self.goal == "area" and self.limit_ps is None

    def require_delays(self, library: Library) -> None:
        """Raise `ConfigError` where a limit is set and the library tells no delays."""
        if self.limit_ps is not None and not library.has_delays:
            raise ConfigError(
                f"library '{library.name}' tells no delays, so a limit cannot be kept", hint='take objective "delay"'
            )

    def rank(self, *, area_um2: float, delay: float, cells: int) -> tuple[float, float, float, float]:
        """Return what is least for the best circuit; first comes how far it is above the limit."""
        above = max(0.0, delay - self.limit_ps) if self.limit_ps is not None else 0.0
        size = area_um2, float(cells)
        return (above, delay, *size) if self.goal == "delay" else (above, *size, delay)

    def require_kept(self, delay: float, *, name: str, library: Library) -> None:
        """Raise `ConfigError` where the best circuit found for the netlist `name` is above the limit."""
        if self.limit_ps is not None and delay > self.limit_ps:
            raise ConfigError(
                f"no circuit of at most {self.limit_ps:g} ps was found for the {name} in {library.name}",
                hint=f"the quickest one takes {delay:.0f} ps",
            )

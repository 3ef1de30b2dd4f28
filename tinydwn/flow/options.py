"""What a user may decide about placing and routing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinydwn.errors import ConfigError

PLANS = ("openroad", "librelane", "orfs")
SIDES = ("left", "right", "top", "bottom")


@dataclass(frozen=True, slots=True)
class FlowOptions:
    """How to lay out: how full the core is, how fast the clock, how small the core may be.

    At `utilization` 0.35 random logic routes clean; tiny circuits bear more. The core is as small as the
    cells, the pins and two power straps allow, which stand closer together there than usual; no smaller than
    `least_core_edge_um` where it is given. With `pins_side`, words come in there and results go out opposite.
    """

    utilization: float = 0.35
    clock_period_ns: float = 10.0
    least_core_edge_um: float | None = None
    antenna_rounds: int = 5
    pins_side: str = ""
    threads: int = 2
    container: bool = False
    pdk_root: Path | None = None

    def __post_init__(self) -> None:
        if not 0.01 <= self.utilization <= 0.95:
            raise ConfigError(f"utilization {self.utilization} is not from 0.01 to 0.95", hint="try 0.35")
        if not 0.001 <= self.clock_period_ns <= 1e9:
            raise ConfigError(f"a clock period of {self.clock_period_ns} ns makes no sense", hint="try 10")
        if self.least_core_edge_um is not None and not 5 <= self.least_core_edge_um <= 10_000:
            raise ConfigError(
                f"a least core edge of {self.least_core_edge_um} um is not from 5 to 10000", hint="leave it out"
            )
        if self.pins_side not in ("", *SIDES):
            raise ConfigError(f"'{self.pins_side}' is no side of a die", hint=f"choose one of {', '.join(SIDES)}")
        if self.threads < 1 or self.antenna_rounds < 0:
            raise ConfigError("threads and antenna rounds cannot be negative, nor threads 0", hint="leave them out")

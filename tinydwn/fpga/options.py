"""What a user may decide about a run on an FPGA."""

from __future__ import annotations

from dataclasses import dataclass

from tinydwn.errors import ConfigError


@dataclass(frozen=True, slots=True)
class FpgaOptions:
    """How to synthesize, place and route.

    `part` and `board` by name, empty for the usual part and for pins wherever they fit. `target_mhz` is what has to be
    reached; None strives for what the part may reach, and no result is a fault. `seed` is that of the placement.
    """

    part: str = ""
    board: str = ""
    target_mhz: float | None = None
    stages: int = 1
    seed: int = 1

    def __post_init__(self) -> None:
        if self.target_mhz is not None and not 0.01 <= self.target_mhz <= 10_000:
            raise ConfigError(f"a clock of {self.target_mhz:g} MHz makes no sense", hint="leave it out, or try 50")
        if not 1 <= self.stages <= 1000:
            raise ConfigError(f"{self.stages} stages make no sense", hint="choose from 1 to a few")
        if self.seed < 0:
            raise ConfigError("a seed cannot be negative", hint="leave it out")
        if self.part and self.board:
            raise ConfigError("a board has its own part", hint="give --part or --board, not both")

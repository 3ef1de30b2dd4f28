"""The parts that a design is placed on, and the boards that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tinydwn.errors import ConfigError

Family = Literal["ice40", "ecp5", "gowin", "xilinx"]
PLANS: tuple[Family, ...] = ("ice40", "ecp5", "gowin", "xilinx")


@dataclass(frozen=True, slots=True)
class Part:
    """A part: what it has, in which package, and the words that tell nextpnr.

    `luts` are tables of `lut_inputs` inputs. `free_pins` are those that inputs and outputs may take where nextpnr does
    not choose by itself, the clock's first; empty where it does. `target_mhz` is what placement strives for where
    nothing else is asked.
    """

    name: str
    family: Family
    title: str
    words: tuple[str, ...]
    luts: int
    registers: int
    pins: int
    target_mhz: float
    lut_inputs: int = 4
    free_pins: tuple[str, ...] = ()


def _numbers(*spans: tuple[int, int]) -> tuple[str, ...]:
    return tuple(str(pin) for first, last in spans for pin in range(first, last + 1))


_GOWIN = ("--device", "GW1NR-LV9QN88PC6/I5", "--vopt", "family=GW1N-9C")
_GOWIN_PINS = ("52", *_numbers((25, 42), (47, 51), (17, 20), (68, 77), (79, 86), (13, 16)), "10", "11", "3")
PARTS = (
    Part("up5k", "ice40", "iCE40 UP5K, SG48", ("--up5k", "--package", "sg48"), 5280, 5280, 39, 100.0),
    Part("hx1k", "ice40", "iCE40 HX1K, TQ144", ("--hx1k", "--package", "tq144"), 1280, 1280, 95, 300.0),
    Part("25f", "ecp5", "ECP5 LFE5U-25F, CABGA381", ("--25k", "--package", "CABGA381"), 24288, 24288, 197, 500.0),
    Part("85f", "ecp5", "ECP5 LFE5U-85F, CABGA756", ("--85k", "--package", "CABGA756"), 83640, 83640, 365, 500.0),
    Part("gw1nr-9", "gowin", "GW1NR-9C, QN88P", _GOWIN, 8640, 6480, len(_GOWIN_PINS), 250.0, free_pins=_GOWIN_PINS),
    Part("xc7", "xilinx", "7 series, mapped only", (), 0, 0, 0, 0.0, lut_inputs=6),
)
"""The first of a family is the one that is taken unless another is named."""


@dataclass(frozen=True, slots=True)
class Board:
    """A board: its part, the pin of its clock, and the pins of its connectors in the order they are given out."""

    name: str
    part: str
    words: tuple[str, ...]
    clock: str
    pins: tuple[str, ...]
    source: str


_ICEBREAKER = "4 2 47 45 3 48 46 44 43 38 34 31 42 36 32 28 27 25 21 19 26 23 20 18"
_ICESTICK = "78 79 80 81 87 88 90 91 112 113 114 115 116 117 118 119 62 61 60 56 48 47 45 44"
_ULX3S = (
    "B11 C11 A10 A11 A9 B10 B9 C10 A7 A8 C8 B8 C6 C7 A6 B6 A4 A5 A2 B1 C4 B4 F4 E3 G3 F3 H4 G5 U18 U17 N17 P16 N16 M17 "
    "L16 L17 H18 H17 F17 G18 D18 E17 C18 D17"
)
_TANG_NANO = "25 26 27 28 29 30 33 34 40 35 41 42 51 53 54 55 56 57 68 69 31 32 49 48 70 71 72 73 74 75 76 77"
BOARDS = (
    Board("icebreaker", "up5k", PARTS[0].words, "35", tuple(_ICEBREAKER.split()), "PMOD 1A, 1B, 2"),
    Board("icestick", "hx1k", PARTS[1].words, "21", tuple(_ICESTICK.split()), "PMOD, J1, J3"),
    Board("ulx3s", "85f", ("--85k", "--package", "CABGA381"), "G2", tuple(_ULX3S.split()), "J1, J2: GP and GN"),
    Board("tangnano9k", "gw1nr-9", _GOWIN, "52", tuple(_TANG_NANO.split()), "the two rows of pins"),
)


def part_of(family: str, name: str = "") -> Part:
    """Return the part of a name, or the usual one of a family; `ConfigError` where the family has none of that name.

    >>> part_of("ice40").title, part_of("ecp5", "85f").luts
    ('iCE40 UP5K, SG48', 83640)
    """
    if family not in PLANS:
        raise ConfigError(f"no FPGA family '{family}'", hint=f"choose one of {', '.join(PLANS)}")
    own = [part for part in PARTS if part.family == family]
    found = next((part for part in own if part.name == name or not name), None)
    if found is None:
        raise ConfigError(
            f"plan '{family}' knows no part '{name}'", hint=f"choose one of {', '.join(part.name for part in own)}"
        )
    return found


def board_of(family: str, name: str) -> Board:
    """Return the board of a name; `ConfigError` where there is none with a part of that family.

    >>> board_of("ice40", "icestick").clock
    '21'
    """
    own = {part.name for part in PARTS if part.family == family}
    boards = {board.name: board for board in BOARDS if board.part in own}
    if name not in boards:
        raise ConfigError(
            f"plan '{family}' knows no board '{name}'",
            hint=f"choose one of {', '.join(boards)}" if boards else "leave --board out",
        )
    return boards[name]

"""What OpenSTA reports, read: paths stage by stage, and power cell by cell."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from tinydwn.errors import ProgramError

_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
_ROW = re.compile(rf"\s*((?:{_NUMBER}\s+)+)[\^v]\s+(\S+)\s+\((\S+)\)\s*")
_ARRIVAL = re.compile(rf"\s*({_NUMBER})\s+data arrival time\s*")
_POWER = re.compile(r"\s*((?:\S+\s+){4})(\S+)\s*")
_POWER_HEAD = re.compile(r"\s*Internal\s+Switching\s+Leakage\s+Total\s*")
_START, _PORTS = "Startpoint: ", ("in", "out")


@dataclass(frozen=True, slots=True)
class Stage:
    """One cell on a path: the slope at its input and the load at its output as they were computed, and its delay."""

    instance: str
    cell: str
    slew_ns: float
    load_ff: float
    delay_ns: float


@dataclass(frozen=True, slots=True)
class Path:
    """A path from an input to an output: `delay_ns` is when the output is there."""

    start: str
    end: str
    delay_ns: float
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class CellPower:
    """The power of one cell in W."""

    internal_w: float
    switching_w: float
    leakage_w: float

    @property
    def total_w(self) -> float:
        """All of it."""
        return math.fsum((self.internal_w, self.switching_w, self.leakage_w))


def read_paths(text: str) -> tuple[Path, ...]:
    """Return the paths of `report_checks -fields {slew capacitance input_pin}`, in ns and fF, in order.

    Raises `ProgramError` for a path that is not understood.
    """
    return tuple(_path(part) for part in text.split(_START)[1:])


def read_power(text: str) -> dict[str, CellPower]:
    """Return the table of `report_power -instances`, by instance; `ProgramError` where a number is none.

    >>> read_power(" Internal Switching Leakage Total\\n Power Power Power Power\\n-----\\n 1e-9 2e-9 3e-12 3e-9 g1\\n")
    {'g1': CellPower(internal_w=1e-09, switching_w=2e-09, leakage_w=3e-12)}
    """
    found: dict[str, CellPower] = {}
    within = False
    for line in text.splitlines():
        if _POWER_HEAD.fullmatch(line):
            within = True
        elif within and (match := _POWER.fullmatch(line)) and not line.strip().startswith("Power"):
            internal, switching, leakage, _ = (_finite(word, line) for word in match[1].split())
            found[match[2]] = CellPower(internal, switching, leakage)
    return found


def _path(part: str) -> Path:
    start = part.split(maxsplit=1)[0]
    rows: list[tuple[list[float], str, str]] = []
    for line in part.splitlines():
        if match := _ARRIVAL.fullmatch(line):
            if rows and rows[-1][2] in _PORTS:
                return Path(start, rows[-1][1], float(match[1]), _stages(rows))
            break
        if match := _ROW.fullmatch(line):
            rows.append(([float(word) for word in match[1].split()], match[2], match[3]))
    raise ProgramError(f"OpenSTA's path from '{start}' is not understood", hint="set TINYDWN_STA to another version")


def _stages(rows: list[tuple[list[float], str, str]]) -> tuple[Stage, ...]:
    """Return the cells between ports: a row for the input pin (slew, delay, time), one for the output (cap first)."""
    inner = [row for row in rows if row[2] not in _PORTS]
    stages = []
    for (into, pin, cell), (out, drives, same) in zip(inner[::2], inner[1::2], strict=True):
        instance = pin.rpartition("/")[0]
        if len(into) != 3 or len(out) != 4 or cell != same or instance != drives.rpartition("/")[0]:
            raise ProgramError(f"OpenSTA's path through '{pin}' is not understood", hint="set TINYDWN_STA anew")
        stages.append(Stage(instance, cell, slew_ns=into[0], load_ff=out[0], delay_ns=out[2]))
    return tuple(stages)


def _finite(word: str, line: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ProgramError(
            f"OpenSTA reports a power that is no number: '{line.strip()}'", hint="check the Liberty file"
        )
    return value

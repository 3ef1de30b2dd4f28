"""What a tool complained about, found in what it said, with advice for the complaints that are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]
_TOOL = re.compile(r"\[(ERROR|CRITICAL|WARNING) ([A-Z]{2,5}-\d{4})\] *(.*)")
_OWN = re.compile(r"tinydwn: complaint: (.+)")
_ERROR = re.compile(r"Error: (?:([^\s,:]+\.tcl)[,:] ?(\d+) ?)?(.*)")
# LibreLane logs in columns, wrapped to the width of a terminal: time, level, text, place in its source.
_LOGGED = re.compile(r"\[\d\d:\d\d:\d\d\] (ERROR|CRITICAL|WARNING) +(.*?)(?: +(\w+\.py:\d+))? *")
_WRAPPED = re.compile(r" {20}(\S.*?) *")
_CODED = re.compile(r"\[([A-Z]{2,5}-\d{4})\] (.*)")
_COLUMN = 20
_TRACEBACK = "Traceback (most recent call last):"
_DEATH = re.compile(r"(?i)(Segmentation fault|Aborted|Signal \d+ received|bad_alloc|out of memory|Killed)\b.*")

ADVICE = {
    "PPL-0024": "more pins than the die's edge has room for: give a larger --least-core-edge, or lay out 'serial'",
    "DPL-0036": "cells found no legal place: lower --utilization",
    "DPL-0033": "cells stand where they may not: lower --utilization",
    "DPL-0038": "the cells are larger than the core: lower --utilization",
    "GPL-0301": "the cells are larger than the core: lower --utilization",
    "GPL-0302": "the wished density is below the uniform one, which is taken instead",
    "GPL-0304": "placement did not settle: try another --utilization",
    "GPL-0305": "placement did not settle: try another --utilization",
    "GPL-0306": "placement did not settle: try another --utilization",
    "GPL-0307": "placement did not settle: try another --utilization",
    "PDN-0108": "the power straps stand too close: give a larger --least-core-edge",
    "PDN-0185": "the core is smaller than the power straps' pitch: give a larger --least-core-edge",
    "PDN-0179": "a power rail could not be connected: give a larger --least-core-edge",
    "PDN-0233": "the power grid is not whole: give a larger --least-core-edge",
    "IFP-0065": "the core is lower than a row of cells: give a larger --least-core-edge",
    "GRT-0116": "more wires than tracks: lower --utilization",
    "GRT-0118": "more wires than tracks: lower --utilization",
    "GRT-0232": "more wires than tracks: lower --utilization",
    "DRT-0073": "a pin cannot be reached by a wire: lower --utilization, or keep its cell out with dont_use",
    "RSZ-0060": "the repair of timing used up its buffers: give a longer --clock-period",
    "RSZ-0062": "paths stay late: give a longer --clock-period",
    "ORD-2013": "a cell of the netlist is in no LEF: check that the PDK fits the library",
    "STA-0164": "a Liberty file cannot be read as it is: check that the PDK is whole",
}
"""What to try, by the code of the complaint."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint: how bad, its code (`""` where it has none), its words, how often, and what to try."""

    level: Level
    code: str
    text: str
    times: int = 1
    advice: str = ""

    def __str__(self) -> str:
        """Return it as one line."""
        said = f"{self.code}: {self.text}" if self.code else self.text
        often = f" ({self.times} times)" if self.times > 1 else ""
        return f"{said}{often}; {self.advice}" if self.advice else f"{said}{often}"


def read_complaints(text: str) -> tuple[Complaint, ...]:
    """Return all complaints of a log, errors first, each of a code once with how often it came.

    An error of a script that only repeats the code of an error before it is left out.

    >>> for one in read_complaints("[WARNING DRT-0349] a\\n[WARNING DRT-0349] b\\n[ERROR DPL-0036] Failed.\\n"):
    ...     print(one)
    DPL-0036: Failed.; cells found no legal place: lower --utilization
    DRT-0349: a (2 times)
    """
    found: dict[tuple[Level, str], Complaint] = {}
    for line in _unwrapped(text):
        one = _complaint(line)
        if one is None or (one.code in {code for _, code in found} and not _TOOL.search(line)):
            continue
        key = (one.level, one.code or one.text)
        first = found.get(key, one)
        found[key] = Complaint(first.level, first.code, first.text, first.times + (key in found), first.advice)
    return tuple(sorted(found.values(), key=lambda one: one.level))


def errors_of(text: str) -> tuple[Complaint, ...]:
    """Return the errors of a log only."""
    return tuple(one for one in read_complaints(text) if one.level == "error")


def _unwrapped(text: str) -> list[str]:
    """Return the lines of a log, those that were wrapped to columns joined again, tracebacks as their last line."""
    lines: list[str] = []
    logged, traced = False, False
    width, piece = 0, ""
    for line in text.splitlines():
        if logged and (more := _WRAPPED.fullmatch(line)):
            # A word longer than the column stands alone in it, cut where the column ends.
            inside = len(piece) == width and " " not in piece
            lines[-1], piece = f"{lines[-1]}{'' if inside else ' '}{more[1]}", more[1]
            continue
        match = _LOGGED.fullmatch(line)
        logged = match is not None
        if match:
            piece = match[2]
            width = (match.start(3) - 1 if match[3] else len(line)) - _COLUMN
        if traced and line[:1].strip():
            traced, line = False, f"{_TRACEBACK} {line}"
        traced = traced or line == _TRACEBACK
        lines.append(f"[00:00:00] {match[1]} {match[2]}" if match else line)
    return lines


def _complaint(line: str) -> Complaint | None:
    if match := _TOOL.search(line):
        level = _level(match[1])
        return Complaint(level, match[2], match[3].strip(), advice=ADVICE.get(match[2], ""))
    if match := _OWN.fullmatch(line):
        return Complaint("error", "", match[1])
    if match := _ERROR.fullmatch(line):
        code = match[3].strip()
        if re.fullmatch(r"[A-Z]{2,5}-\d{4}", code):  # the code of a complaint that was told in full before
            return Complaint("error", code, "", advice=ADVICE.get(code, ""))
        if re.fullmatch(r"tinydwn: \d+ complaints", code):
            return None
        place = f" ({match[1]}, line {match[2]})" if match[1] else ""
        return Complaint("error", "", f"{code}{place}")
    if match := _LOGGED.fullmatch(line):
        coded = _CODED.match(match[2])
        code, text = (coded[1], coded[2]) if coded else ("", match[2])
        return Complaint(_level(match[1]), code, text, advice=ADVICE.get(code, ""))
    if line.startswith(f"{_TRACEBACK} "):
        return Complaint("error", "", line.removeprefix(f"{_TRACEBACK} "))
    if match := _DEATH.match(line):
        return Complaint("error", "", match[0].strip())
    return None


def _level(word: str) -> Level:
    return "warning" if word == "WARNING" else "error"

"""The design rule violations that OpenROAD's detailed router reports, empty where there are none."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from tinydwn.errors import FlowError

_TYPE = re.compile(r"\s*violation type: (.+?)\s*")
_SOURCES = re.compile(r"\s*srcs: ?(.*?)\s*")
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_BOX = re.compile(rf"\s*bbox = \({_NUMBER}, {_NUMBER}\) - \({_NUMBER}, {_NUMBER}\) on Layer (\S+)\s*")


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation: its kind, what causes it, its layer, and left, bottom, right and top of its box in um."""

    kind: str
    sources: tuple[str, ...]
    layer: str
    box_um: tuple[float, float, float, float]


def read_drc(text: str, *, where: str) -> tuple[Violation, ...]:
    """Return the violations of a report; `FlowError` for one that is cut off or not understood.

    >>> read_drc("violation type: Short\\n\\tsrcs: net:a net:b\\n\\tbbox = (1, 2) - (3, 4.5) on Layer met1\\n",
    ...     where="drc.rpt")[0].sources
    ('net:a', 'net:b')
    """
    found: list[Violation] = []
    kind, sources = "", ()
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _TYPE.fullmatch(line):
            if kind:
                raise _not_understood(where, number)
            kind, sources = match[1], ()
        elif kind and (match := _SOURCES.fullmatch(line)):
            sources = tuple(match[1].split())
        elif kind and (match := _BOX.fullmatch(line)):
            left, bottom, right, top = (float(match[k]) for k in range(1, 5))
            found.append(Violation(kind, sources, match[5], (left, bottom, right, top)))
            kind = ""
        elif line.strip() and not (kind and ":" in line):  # the router adds notes of its own about congestion
            raise _not_understood(where, number)
    if kind:
        raise FlowError(f"{where} ends within a violation", hint="the run that wrote it was cut off: run it again")
    return tuple(found)


def counted(violations: tuple[Violation, ...]) -> str:
    """Return how many violations there are of each kind and layer, most first, as one line.

    >>> counted((Violation("Short", (), "met1", (0, 0, 1, 1)),) * 2)
    '2 Short on met1'
    """
    counts = Counter((one.kind, one.layer) for one in violations)
    return ", ".join(
        f"{count} {kind} on {layer}"
        for (kind, layer), count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )


def _not_understood(where: str, line: int) -> FlowError:
    return FlowError(f"{where}, line {line} is not part of a violation", hint="check which program wrote the report")

"""What nextpnr reports of a design (`--report`): the highest clock, the longest ways, and what of the part is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinydwn.errors import FlowError
from tinydwn.tools.json_object import parse_json

_OPEN = "<async>"
_FMAX = re.compile(r"Max frequency for clock +'([^']+)': ([\d.]+) MHz")
_WAY = re.compile(r"Max delay <async> +-> <async> *: ([\d.]+) ns")


@dataclass(frozen=True, slots=True)
class Used:
    """How many of one kind of resource are used, of how many."""

    used: int
    available: int


@dataclass(frozen=True, slots=True)
class RouteReport:
    """The figures of nextpnr.

    `fmax_mhz` is the highest frequency of each clock by its net, of those that have a way from register to register.
    `path_ns` is the longest way from a pin to a pin that crosses no register, None without one.
    """

    fmax_mhz: Mapping[str, float]
    path_ns: float | None
    used: Mapping[str, Used]

    def with_log(self, log: str) -> RouteReport:
        """Return the report with the times that it lacks, taken from what nextpnr said: the last of each counts.

        >>> silent = RouteReport({}, None, {})
        >>> silent.with_log("Info: Max frequency for clock 'clk': 271.96 MHz (PASS at 250.00 MHz)").fmax_mhz
        {'clk': 271.96}
        """
        fmax = self.fmax_mhz or {net: float(mhz) for net, mhz in _FMAX.findall(log)}
        ways = [float(ns) for ns in _WAY.findall(log)]
        way = self.path_ns if self.path_ns is not None or not ways else ways[-1]
        return RouteReport(fmax, way, self.used)


def read_route_report(text: str, *, where: str = "report.json") -> RouteReport:
    """Return what a report of nextpnr says; `FlowError` for a text that is none.

    >>> text = '{"fmax": {"clk": {"achieved": 81.9, "constraint": 48.0}}, "critical_paths": [], "utilization": {}}'
    >>> read_route_report(text).fmax_mhz
    {'clk': 81.9}
    """
    try:
        content = parse_json(text)
        fmax = {str(net): float(one["achieved"]) for net, one in content["fmax"].items()}
        ways = [_length(one) for one in content["critical_paths"] if one["from"] == one["to"] == _OPEN]
        used = {
            str(kind): Used(int(one["used"]), int(one["available"])) for kind, one in content["utilization"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FlowError(f"{where} is no report of nextpnr: {error}", hint="run the flow again") from error
    return RouteReport(fmax, max(ways, default=None), used)


def _length(path: Mapping[str, Any]) -> float:
    return round(sum(float(step["delay"]) for step in path["path"]), 6)

"""The figures of a run on an FPGA, from the synthesized netlist and from the report of place and route."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from tinydwn.errors import FlowError
from tinydwn.fpga.part import Part
from tinydwn.fpga.route_report import RouteReport
from tinydwn.fpga.source import Source
from tinydwn.metrics import Direction, Metric, Provenance
from tinydwn.tools.json_object import parse_json

_LUT = re.compile(r"(?:SB_)?LUT\d|INV")
_REGISTER = re.compile(r"SB_DFF\w*|TRELLIS_FF|DFF\w*|FD[RSCP]E")
_WIDE = re.compile(r"PFUMX|L6MUX21|MUX2_LUT\d|MUXF\d")
_CELLS = {"ice40": ("ICESTORM_LC",), "ecp5": ("TRELLIS_COMB",), "gowin": ("LUT4",)}
_HIGHER = Direction.HIGHER_IS_BETTER


def cells_of(text: str, *, top: str, where: str = "netlist.json") -> Counter[str]:
    """Return how many cells of each kind module `top` has, in JSON as Yosys writes it; `FlowError` for another text.

    >>> cells_of('{"modules": {"m": {"cells": {"a": {"type": "LUT4"}, "b": {"type": "LUT4"}}}}}', top="m")
    Counter({'LUT4': 2})
    """
    try:
        cells = parse_json(text)["modules"][top]["cells"]
        return Counter(str(cell["type"]) for cell in cells.values())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FlowError(f"{where} is no netlist of '{top}': {error}", hint="run the flow again") from error


def mapped_figures(cells: Mapping[str, int], part: Part) -> tuple[Metric, ...]:
    """Return tables, registers and the multiplexers that join tables, as synthesis left them."""
    source = f"cells after synthesis for {part.title}"
    counts = (("luts", _LUT), ("registers", _REGISTER), ("wide_muxes", _WIDE))
    return tuple(
        Metric(
            f"lut{part.lut_inputs}" if name == "luts" else name, _count(cells, kind), "", Provenance.MEASURED, source
        )
        for name, kind in counts
        if name != "wide_muxes" or _count(cells, kind)
    )


def _count(cells: Mapping[str, int], kind: re.Pattern[str]) -> int:
    return sum(count for name, count in cells.items() if kind.fullmatch(name))


def routed_figures(report: RouteReport, part: Part, source: Source) -> tuple[Metric, ...]:
    """Return what place and route adds: cells used and their share, highest clock, latency and throughput.

    Latency is that of the class after the last word, by the highest clock; without registers it is the longest way.
    """
    figures: list[Metric] = []
    for kind in _CELLS[part.family]:
        used = report.used.get(kind)
        if used is not None and used.available:
            told = f"{kind} of {part.title}"
            figures.append(Metric("logic_cells", used.used, "", Provenance.MEASURED, told))
            share = 100 * used.used / used.available
            figures.append(Metric("utilization", share, "%", Provenance.MEASURED, f"of {used.available} {told}"))
    return (*figures, *_timing(report, source))


def _timing(report: RouteReport, source: Source) -> tuple[Metric, ...]:
    if not source.style:
        if report.path_ns is None:
            return ()
        return (Metric("latency", report.path_ns, "ns", Provenance.ESTIMATED, "longest way from pin to pin, nextpnr"),)
    if not report.fmax_mhz:
        return ()
    fmax = min(report.fmax_mhz.values())
    latency = 1000 * source.cycles / fmax
    return (
        Metric("fmax", fmax, "MHz", Provenance.ESTIMATED, "static timing of nextpnr, register to register", _HIGHER),
        Metric("latency", latency, "ns", Provenance.DERIVED, f"{_cycles(source.cycles)} after the last word, at fmax"),
        Metric(
            "throughput", fmax / source.loads, "M/s", Provenance.DERIVED,
            f"answers, one in {_cycles(source.loads)}, at fmax", _HIGHER,
        ),
    )  # fmt: skip


def _cycles(count: int) -> str:
    return "1 cycle" if count == 1 else f"{count} cycles"

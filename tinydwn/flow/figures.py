"""Which figures a layout has, and under which keys each tool writes them."""

from __future__ import annotations

from dataclasses import dataclass

from tinydwn.flow.metrics_file import MetricsFile
from tinydwn.metrics import Direction, Metric, Provenance

COUNTS = {
    "drc_violations": "design rule violations of the router",
    "magic_drc_violations": "design rule violations that Magic found",
    "klayout_drc_violations": "design rule violations that KLayout found",
    "lvs_errors": "differences between layout and netlist",
    "antenna_violations": "nets with antennas",
    "slew_violations": "pins with slopes beyond the library's limit",
    "capacitance_violations": "pins with loads beyond the library's limit",
    "fanout_violations": "pins that drive more inputs than the library's limit",
}
"""Figures that must be 0, each with its name in a sentence."""

MUST_TELL = {
    "openroad": ("drc_violations",),
    "librelane": ("drc_violations", "magic_drc_violations", "lvs_errors"),
    "orfs": ("drc_violations",),
}
"""Which of them a plan has to tell: one that it leaves out is no 0."""

_HIGHER = Direction.HIGHER_IS_BETTER


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure: its name, unit, rule, and the keys that may hold it, the first that does counts."""

    name: str
    unit: str
    source: str
    keys: tuple[str, ...]
    provenance: Provenance = Provenance.MEASURED
    direction: Direction = Direction.LOWER_IS_BETTER


_FIGURES = (
    _Figure(
        "core_area", "um2", "rows of the core",
        ("tinydwn__core__area", "design__core__area", "finish__design__core__area"),
    ),
    _Figure("wirelength", "um", "detailed routing", ("route__wirelength", "detailedroute__route__wirelength")),
    _Figure("vias", "", "detailed routing", ("route__vias", "detailedroute__route__vias")),
    _Figure(
        "drc_violations", "", "detailed routing",
        ("tinydwn__drc", "route__drc_errors", "detailedroute__route__drc_errors"),
    ),
    _Figure("magic_drc_violations", "", "Magic, on the finished layout", ("magic__drc_error__count",)),
    _Figure("klayout_drc_violations", "", "KLayout, on the finished layout", ("klayout__drc_error__count",)),
    _Figure("lvs_errors", "", "layout against netlist", ("design__lvs_error__count",)),
    _Figure(
        "antenna_violations", "", "nets after the last repair",
        ("tinydwn__antenna__nets", "antenna__violating__nets", "detailedroute__antenna__violating__nets"),
    ),
    _Figure(
        "slew_violations", "", "slopes at pins, by the Liberty file",
        ("timing__drv__max_slew", "design__max_slew_violation__count", "finish__timing__drv__max_slew"),
    ),
    _Figure(
        "capacitance_violations", "", "loads of pins, by the Liberty file",
        ("timing__drv__max_cap", "design__max_cap_violation__count", "finish__timing__drv__max_cap"),
    ),
    _Figure(
        "fanout_violations", "", "inputs on pins, by the Liberty file",
        ("timing__drv__max_fanout", "design__max_fanout_violation__count", "finish__timing__drv__max_fanout"),
    ),
    _Figure(
        "setup_slack", "ns", "worst path", ("timing__setup__ws", "finish__timing__setup__ws"),
        Provenance.ESTIMATED, _HIGHER,
    ),
    _Figure(
        "hold_slack", "ns", "worst path", ("timing__hold__ws", "finish__timing__hold__ws"),
        Provenance.ESTIMATED, _HIGHER,
    ),
    _Figure(
        "supply_drop", "V", "largest drop of the supply, at the tool's own power",
        (
            "design_powergrid__drop__worst__net:VDD__corner:default", "ir__drop__worst",
            "finish__design_powergrid__drop__worst__net:VDD__corner:default",
        ),
        Provenance.ESTIMATED,
    ),
    _Figure(
        "ground_rise", "V", "largest rise of the ground, at the tool's own power",
        (
            "design_powergrid__drop__worst__net:VSS__corner:default",
            "finish__design_powergrid__drop__worst__net:VSS__corner:default",
        ),
        Provenance.ESTIMATED,
    ),
    _Figure(
        "power", "W", "no activity given: the tool's own default", ("power__total", "finish__power__total"),
        Provenance.ESTIMATED,
    ),
)  # fmt: skip


def figures_of(
    read: MetricsFile, *, netlist_area_um2: float, routed_area_um2: float | None, registers: bool
) -> tuple[Metric, ...]:
    """Return the figures that a run gave, in the order of the road; what it did not give is left out.

    Both areas are of cells without taps and fill; what tools call the area of cells may count them. Without
    `registers` there is no hold to be met.

    >>> from tinydwn.flow.metrics_file import read_metrics
    >>> read = read_metrics('{"design__core__area": 200, "timing__hold__ws": 4.2}', where="metrics.json")
    >>> for metric in figures_of(read, netlist_area_um2=80.0, routed_area_um2=90.0, registers=False):
    ...     print(metric.name, metric.value)
    netlist_area 80.0
    routed_area 90.0
    core_area 200.0
    utilization 45.0
    """
    found = [_area("netlist_area", netlist_area_um2, "cells before placement", Provenance.DERIVED)]
    if routed_area_um2 is not None:
        said = "cells of the routed netlist, without taps and fill"
        found.append(_area("routed_area", routed_area_um2, said, Provenance.MEASURED))
    for figure in _FIGURES:
        value = next((number for key in figure.keys if (number := read.number(key)) is not None), None)
        if value is not None and (registers or figure.name != "hold_slack"):
            found.append(Metric(figure.name, value, figure.unit, figure.provenance, figure.source, figure.direction))
    return (*found, *_utilization(found))


def _area(name: str, area_um2: float, source: str, provenance: Provenance) -> Metric:
    return Metric(name, float(f"{area_um2:.6g}"), "um2", provenance, source, Direction.LOWER_IS_BETTER)


def _utilization(found: list[Metric]) -> tuple[Metric, ...]:
    values = {metric.name: metric.value for metric in found}
    if not values.get("core_area") or "routed_area" not in values:
        return ()
    share = 100 * values["routed_area"] / values["core_area"]
    return (Metric("utilization", share, "%", Provenance.DERIVED, "routed area of core area", _HIGHER),)

"""What supply, battery and yield mean for a circuit, above all for a printed or flexible one."""

from __future__ import annotations

from tinydwn.report.facts import SupplyFacts
from tinydwn.report.run_report import RunReport
from tinydwn.report.sections import Table
from tinydwn.report.wording import area_text, count_text, plural, power_text
from tinydwn.technology.battery import BATTERY_SOURCE, BATTERY_UW, batteries

LARGE_NAND2_UM2 = 100.0
"""Cells so large are printed or made on foil: a NAND2 has 0.8 um2 at 45 nm, 3.8 at 130 nm, 247,860 in EGFET."""
GOOD_SHARE = 0.9
NAND2_TRANSISTORS = {"egfet": 2, "cnt-tft": 6}
"""Transistors of a NAND2: two with a resistor in EGFET, a pull-down and its pseudo-CMOS driver in CNT."""


def supplies_table(report: RunReport) -> Table | None:
    """Return supply and static power of each library, None for a report that has none of them."""
    if not report.supplies:
        return None
    rows = tuple(_row(one) for one in report.supplies)
    columns = ("library", "supply", "core", "chip", "flip-flops", "registered chip", "its area")
    note = (
        "Static power is the sum of the leakage that the libraries give for their cells; what switching adds is left "
        "out. The registered chip has a flip-flop for each input bit that is read and each output bit."
    )
    return Table("Supply and static power", columns, rows, note=note)


def printed_remarks(report: RunReport) -> tuple[str, ...]:
    """Return what battery and yield ask of the chip, a sentence or three for each printed or flexible library."""
    large = {one.name for one in report.libraries if one.nand2_area_um2 >= LARGE_NAND2_UM2}
    return tuple(_remark(report, one) for one in report.supplies if one.library in large)


def tolerated_share(parts: int) -> float:
    """Return the largest share of cells, or of transistors, that may fail if `GOOD_SHARE` of the circuits are to work.

    They fail independently, and a circuit works if all of them do: `p ** parts`.

    >>> round(1 / tolerated_share(45))
    428
    """
    return 1.0 - float(GOOD_SHARE ** (1.0 / parts))


def transistors(library: str, nand2_equivalent: float) -> int | None:
    """Return about how many transistors a circuit has, by its area in NAND2; None where a NAND2's are not known.

    >>> transistors("egfet", 45.2), transistors("nangate45", 45.2)
    (90, None)
    """
    each = NAND2_TRANSISTORS.get(library)
    return None if each is None else max(1, round(each * nand2_equivalent))


def _remark(report: RunReport, supply: SupplyFacts) -> str:
    cells = report.chip.cells[supply.library]
    size = f"{supply.library}: the chip takes {area_text(report.chip.area_um2[supply.library])}"
    if not cells:
        return f"{size}: it has no cells."
    said = f"{size} and {plural(cells, 'cell')}" + (f" at {supply.supply_v:g} V." if supply.supply_v else ".")
    if supply.chip_static_power_uw is not None:
        said += (
            f" Its static power, {power_text(supply.chip_static_power_uw)}, is nearly all of its power in such a "
            f"technology and {_share(supply.chip_static_power_uw)} of what a printed battery delivers, at most "
            f"{power_text(BATTERY_UW)} ({BATTERY_SOURCE}): {_fed(supply)}."
        )
    share = f"no more than one cell in {_one_in(cells)} may fail{_of(report, supply)}"
    return f"{said} For nine in ten such chips to work, {share}."


def _fed(supply: SupplyFacts) -> str:
    """Say what a printed battery can feed: the chip between its registers, the chip alone, or neither."""
    registered = None if supply.registered is None else supply.registered.static_power_uw
    if (supply.chip_static_power_uw or 0.0) > BATTERY_UW:
        return f"it takes {batteries(supply.chip_static_power_uw or 0.0)} of them"
    if registered is None:
        return "one can feed it"
    if registered > BATTERY_UW:
        return f"one can feed it, but not with its registers, {power_text(registered)}"
    return f"one can feed it, with its registers too, {power_text(registered)}"


def _of(report: RunReport, supply: SupplyFacts) -> str:
    """Say the same of its transistors, where they are known."""
    count = transistors(supply.library, report.chip.nand2_equivalent[supply.library])
    if count is None:
        return ""
    each = NAND2_TRANSISTORS[supply.library]
    return f", or one of its about {count_text(count)} transistors ({each} in a NAND2, by area) in {_one_in(count)}"


def _one_in(parts: int) -> str:
    return count_text(max(1, round(1 / tolerated_share(parts))))


def _share(static_power_uw: float) -> str:
    share = static_power_uw / BATTERY_UW
    return f"{100 * share:.1f} %" if share < 1 else f"{share:.1f} times"


def _row(supply: SupplyFacts) -> tuple[str, ...]:
    registered = supply.registered
    return (
        supply.library,
        "not given" if supply.supply_v is None else f"{supply.supply_v:g} V",
        power_text(supply.core_static_power_uw),
        power_text(supply.chip_static_power_uw),
        "none" if registered is None else f"{count_text(registered.registers)} {registered.register}",
        "" if registered is None else power_text(registered.static_power_uw),
        "" if registered is None else area_text(registered.area_um2),
    )

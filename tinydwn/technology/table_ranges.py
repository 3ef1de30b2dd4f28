"""Between which slopes and loads the delay tables of a library were measured: beyond them, timing is extrapolated."""

from __future__ import annotations

from dataclasses import dataclass

from tinydwn.technology.liberty import Group
from tinydwn.technology.timing import LOADS, table_axes
from tinydwn.technology.units import capacitance_unit_f, unit

_SLACK = 1e-3
_DELAYS = {"cell_rise", "cell_fall"}


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the greatest point of an axis."""

    least: float
    greatest: float

    def holds(self, value: float) -> bool:
        """Say whether a value lies within, a printed digit aside."""
        return self.least * (1 - _SLACK) <= value <= self.greatest * (1 + _SLACK)

    def within(self, other: Range) -> Range:
        """Return what both ranges hold."""
        return Range(max(self.least, other.least), min(self.greatest, other.greatest))


@dataclass(frozen=True, slots=True)
class CellRanges:
    """Input slopes in ns and output loads in fF that all delay tables of a cell hold; `middle_slew_ns` is one of them.

    A range is None where no table depends on it.
    """

    slew_ns: Range | None
    load_ff: Range | None
    middle_slew_ns: float | None


def table_ranges(tree: Group) -> dict[str, CellRanges]:
    """Return the ranges of every cell of a Liberty tree that has delay tables, by name.

    >>> from tinydwn.technology.liberty import read_liberty
    >>> text = '''library (l) { lu_table_template (t) { variable_1 : input_net_transition; index_1 ("1, 2, 5"); }
    ... cell (INV) { pin (Y) { timing () { cell_rise (t) { values ("1, 2, 3"); } } } } }'''
    >>> table_ranges(read_liberty(text))["INV"].slew_ns
    Range(least=1.0, greatest=5.0)
    """
    templates = {template.name: template for template in tree.all("lu_table_template")}
    nanoseconds, femtofarads = unit(tree, "time_unit", 1e-9) * 1e9, capacitance_unit_f(tree) * 1e15
    found = {}
    for cell in tree.all("cell"):
        axes = [axis for table in _delay_tables(cell) for axis in table_axes(table, templates.get(table.name))]
        slews = [points for kind, points in axes if kind not in LOADS]
        if axes:
            found[cell.name] = CellRanges(
                slew_ns=_common(slews, nanoseconds),
                load_ff=_common([points for kind, points in axes if kind in LOADS], femtofarads),
                middle_slew_ns=round(slews[0][len(slews[0]) // 2] * nanoseconds, 9) if slews else None,
            )
    return found


def _delay_tables(cell: Group) -> list[Group]:
    return [
        table
        for pin in cell.all("pin")
        for timing in pin.all("timing")
        for table in timing.groups
        if table.kind in _DELAYS
    ]


def _common(axes: list[tuple[float, ...]], factor: float) -> Range | None:
    """Return the range that all axes hold, None of none."""
    common: Range | None = None
    for points in axes:
        one = Range(min(points) * factor, max(points) * factor)
        common = one if common is None else common.within(one)
    return common

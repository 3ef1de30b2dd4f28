"""One delay per input pin, read from Liberty tables at one representative point.

The point is a load of four smallest inverters and the middle slope of the table; the value is the slower of
rise and fall, and of all conditions. Nothing is extrapolated: a load outside of the table takes its edge. This
ranks cells for mapping; it is no timing sign-off.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from tinydwn.errors import LibraryError
from tinydwn.technology.liberty import Group

LOADS = {"total_output_net_capacitance", "related_out_total_output_net_capacitance"}
_COMBINATIONAL = {"", "combinational", "combinational_rise", "combinational_fall"}
INVERTERS_DRIVEN = 4


def pin_delays(output: Group, inputs: Sequence[str], templates: Mapping[str, Group], load: float) -> tuple[float, ...]:
    """Return a delay in the library's time unit for each input, `()` unless all of them have a positive one.

    `load` is in the library's capacitance unit.
    """
    worst = dict.fromkeys(inputs, 0.0)
    for timing in output.all("timing"):
        if timing.text("timing_type") not in _COMBINATIONAL:
            continue
        delays = [
            table_value(table, templates, load) for table in timing.groups if table.kind in {"cell_rise", "cell_fall"}
        ]
        for name in timing.text("related_pin").split():
            if name in worst:
                worst[name] = max([worst[name], *delays])
    return tuple(worst.values()) if worst and min(worst.values()) > 0 else ()


def table_value(table: Group, templates: Mapping[str, Group], load: float) -> float:
    """Return a table's value at `load` and at the middle slope, between its points linearly, at its edges flat."""
    template = templates.get(table.name)
    values = table.numbers("values")
    axes = table_axes(table, template)
    sizes = [len(points) for _, points in axes]
    if not values or len(values) != _product(sizes):
        raise LibraryError(
            f"the table in line {table.line} has {len(values)} values for a grid of {sizes}",
            hint="check the Liberty file",
        )
    for kind, points in reversed(axes):
        at = load if kind in LOADS else points[len(points) // 2]
        values = _along_last(values, points, at)
    return values[0]


def table_axes(table: Group, template: Group | None) -> list[tuple[str, tuple[float, ...]]]:
    """Return (variable, points) of each axis, outermost first; none for a scalar."""
    axes = []
    for k in (1, 2, 3):
        variable = template.text(f"variable_{k}") if template else ""
        points = table.numbers(f"index_{k}") or (template.numbers(f"index_{k}") if template else ())
        if variable and points:
            axes.append((variable, points))
    return axes


def _along_last(values: Sequence[float], points: Sequence[float], at: float) -> tuple[float, ...]:
    """Take the last axis out of a table by interpolation."""
    width = len(points)
    rows = [values[k : k + width] for k in range(0, len(values), width)]
    upper = min(max(bisect_right(points, at), 1), width - 1)
    if width == 1 or at <= points[0]:
        return tuple(row[0] for row in rows)
    if at >= points[-1]:
        return tuple(row[-1] for row in rows)
    share = (at - points[upper - 1]) / (points[upper] - points[upper - 1])
    return tuple(row[upper - 1] + share * (row[upper] - row[upper - 1]) for row in rows)


def _product(sizes: Sequence[int]) -> int:
    product = 1
    for size in sizes:
        product *= size
    return product

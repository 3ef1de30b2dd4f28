"""From a Liberty tree to a `Library`: which cells are used, and what is kept of them.

Used for mapping is a cell that

- has exactly one output, with a `function` that depends on every input, no bus, and 1 to 6 inputs;
- has no state (ff, latch, statetable, clock gate) and no three-state output;
- is not marked `dont_use`, and not as level shifter, isolation cell, macro or always-on;
- does not serve a special purpose by its name: clock tree (`clk...`), delay (`dly...`, `delay...`), power
  management (`lpflow...`), test points (`probe...`), spare parts (`macro...`), at the name's beginning or after `_`.

Cells whose outputs are all constant are tie cells, `dont_use` or not: that mark keeps optimizers from them,
and tying a net is their only purpose. Flip-flops that take their data from one pin are kept as registers.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tinydwn.errors import LibraryError
from tinydwn.netlist.truth_table import support
from tinydwn.technology.function import function_table, read_pins
from tinydwn.technology.liberty import Group, named_pins, split_arguments
from tinydwn.technology.library import Cell, Library, Register
from tinydwn.technology.timing import INVERTERS_DRIVEN, pin_delays
from tinydwn.technology.units import capacitance_unit_f, unit

MAX_CELL_INPUTS = 6
_SPECIAL_NAME = re.compile(r"(?:^|_)(?:clk|dly|delay|lpflow|probe|macro)", re.IGNORECASE)
_SPECIAL_MARKS = ("is_level_shifter", "is_isolation_cell", "is_macro_cell", "always_on", "retention_cell")
_STATE = {"ff", "latch", "ff_bank", "latch_bank", "statetable"}


def library_from_liberty(tree: Group, *, name: str = "", source: str = "") -> Library:
    """Return the library that a Liberty tree describes; `name` replaces the one it gives itself.

    Areas are taken as um2, the unit of all known libraries (Liberty names none). Raises `LibraryError` where
    figures or functions cannot be read, or where nothing usable is left.

    >>> from tinydwn.technology.liberty import read_liberty
    >>> text = '''library (tiny) {
    ... cell (INV) { area : 1; pin (A) { direction : input; } pin (Y) { direction : output; function : "!A"; } }
    ... cell (ND2) { area : 2; pin (A, B) { direction : input; } pin (Y) { direction : output; function : "!(A B)"; } }
    ... }'''
    >>> library_from_liberty(read_liberty(text)).nand2_area_um2
    2.0
    """
    cells = [cell for group in tree.all("cell") if _is_used(group) for cell in _combinational(group)]
    if not cells:
        raise LibraryError(
            f"library '{name or tree.name}' has no cell that may be used for mapping",
            hint="a usable cell has one output with a function, no state, and is not marked dont_use",
        )
    return Library(
        name=name or tree.name,
        cells=_with_figures(tree, cells),
        ties=tuple(tie for group in tree.all("cell") for tie in _ties(tree, group)),
        registers=tuple(register for group in tree.all("cell") for register in _registers(tree, group)),
        source=source,
        supply_v=tree.number("nom_voltage"),
    )


def _is_used(group: Group) -> bool:
    marked = group.is_true("dont_use") or any(group.is_true(mark) for mark in _SPECIAL_MARKS)
    special = (
        marked or _SPECIAL_NAME.search(group.name) is not None or "clock_gating_integrated_cell" in group.attributes
    )
    return not special and not any(inner.kind in _STATE or inner.kind in {"bus", "bundle"} for inner in group.groups)


def _area(group: Group) -> float:
    area = group.number("area")
    if area is None or area < 0:
        found = "no area" if area is None else "a negative area"
        raise LibraryError(f"cell '{group.name}' in line {group.line} has {found}", hint="check the Liberty file")
    return area


def _combinational(group: Group) -> list[Cell]:
    """Return the cell of a group, or nothing where it is not of the kind that mapping uses."""
    inputs = tuple(name for name, pin in named_pins(group) if pin.text("direction") == "input")
    outputs = [
        (name, pin) for name, pin in named_pins(group) if pin.text("direction") in {"output", "inout", "internal"}
    ]
    if len(outputs) != 1 or not 1 <= len(inputs) <= MAX_CELL_INPUTS:
        return []
    output, pin = outputs[0]
    if pin.text("direction") != "output" or "function" not in pin.attributes or "three_state" in pin.attributes:
        return []
    table = _table(group, pin.text("function"), inputs)
    if len(support(table, len(inputs))) != len(inputs):
        return []
    return [Cell(group.name, _area(group), inputs, output, table)]


def _table(group: Group, function: str, inputs: tuple[str, ...]) -> int:
    try:
        return function_table(function, inputs)
    except LibraryError as error:
        raise LibraryError(f"cell '{group.name}' in line {group.line}: {error.message}", hint=error.hint) from error


def _with_figures(tree: Group, cells: list[Cell]) -> tuple[Cell, ...]:
    """Add capacitance, delay and leakage to bare cells."""
    groups = {group.name: group for group in tree.all("cell")}
    farad, second = capacitance_unit_f(tree), unit(tree, "time_unit", 1e-9)
    inverters = [cell for cell in cells if cell.is_inverter]
    smallest = min(inverters, key=lambda cell: (cell.area_um2, cell.name), default=None)
    loads = _capacitances(groups[smallest.name], smallest.inputs) if smallest else ()
    templates = {template.name: template for template in tree.all("lu_table_template")}
    found = []
    for cell in cells:
        group = groups[cell.name]
        pin = next(pin for name, pin in named_pins(group) if name == cell.output)
        delays = pin_delays(pin, cell.inputs, templates, INVERTERS_DRIVEN * loads[0]) if loads else ()
        found.append(
            replace(
                cell,
                input_capacitance_ff=tuple(_kept(value * farad * 1e15) for value in _capacitances(group, cell.inputs)),
                delay_ps=tuple(_kept(value * second * 1e12) for value in delays),
                leakage_nw=_leakage(tree, group),
            )
        )
    return tuple(found)


def _capacitances(group: Group, inputs: tuple[str, ...]) -> tuple[float, ...]:
    values = {name: pin.number("capacitance") for name, pin in named_pins(group)}
    found = tuple(value for name in inputs if (value := values[name]) is not None)
    return found if len(found) == len(inputs) else ()


def _leakage(tree: Group, group: Group) -> float | None:
    """Return the leakage in nW: the cell's own figure, else the mean over its states, else None."""
    watt = unit(tree, "leakage_power_unit", 1e-9)
    own = group.number("cell_leakage_power")
    if own is None:
        states = [value for state in group.all("leakage_power") if (value := state.number("value")) is not None]
        own = sum(states) / len(states) if states else None
    return None if own is None else _kept(own * watt * 1e9)


def _ties(tree: Group, group: Group) -> list[Cell]:
    """Return one cell per constant output of a tie cell."""
    if any(pin.text("direction") != "output" for pin in group.all("pin")):
        return []
    pins = list(named_pins(group))
    functions = {name: pin.text("function").strip().strip("()") for name, pin in pins}
    if not pins:
        return []
    if not set(functions.values()) <= {"0", "1"} or _SPECIAL_NAME.search(group.name):
        return []
    area, leakage = _area(group), _leakage(tree, group)
    return [Cell(group.name, area, (), name, int(functions[name]), leakage_nw=leakage) for name, _ in pins]


def _registers(tree: Group, group: Group) -> list[Register]:
    """Return the flip-flop of a group, or nothing where it is none or takes more than data, clock, clear, preset."""
    state = next(group.all("ff"), None)
    pins = dict(named_pins(group))
    if state is None or group.is_true("dont_use") or any("three_state" in pin.attributes for pin in pins.values()):
        return []
    clock, rising = _edge(state.text("clocked_on"))
    data, forced = state.text("next_state").strip().strip("()"), (state.text("clear"), state.text("preset"))
    inputs = {name for name, pin in pins.items() if pin.text("direction") == "input"}
    if inputs != {data, clock, *read_pins(forced[0]), *read_pins(forced[1])}:
        return []
    names = [word.strip() for word in split_arguments(state.arguments)]
    outputs = {pin.text("function").strip().strip("()"): name for name, pin in pins.items() if name not in inputs}
    if not names or names[0] not in outputs:
        return []
    inverted = outputs.get(names[1], "") if len(names) > 1 else ""
    return [
        Register(
            group.name, _area(group), data, clock, rising, outputs[names[0]], inverted, *forced, _leakage(tree, group)
        )
    ]


def _edge(clocked_on: str) -> tuple[str, bool]:
    """Return the clock pin and whether its rising edge counts."""
    text = clocked_on.replace("(", "").replace(")", "").strip()
    falling = text.startswith("!") or text.endswith("'")
    return text.strip("!'").strip(), not falling


def _kept(value: float) -> float:
    """Round to six significant digits: estimates, and equal on every machine."""
    return float(f"{value:.6g}")

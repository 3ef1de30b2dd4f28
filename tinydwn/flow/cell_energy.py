"""What a Liberty file says of the energy that cells take inside, by pin, and what follows from what their pins do.

The rules are those of OpenROAD: inputs are independent of each other; a transition takes the mean of the energies of
rising and falling; what a cell takes when an output switches is shared among its inputs by how often each of them
makes the output switch.

Two of its rules are not the Liberty format's, and hold in the reading "openroad" alone: an input's energy without a
condition is taken beside those with one, where it stands for the states that no condition names; and a register's
inverted output is taken for independent of the other.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tinydwn.errors import LibraryError
from tinydwn.flow.densities import Density, Nets, through
from tinydwn.flow.routed_cells import Connected
from tinydwn.technology.behavior import Behavior, behaviors
from tinydwn.technology.function import function_table, read_pins
from tinydwn.technology.liberty import Group, named_pins
from tinydwn.technology.timing import LOADS, table_axes
from tinydwn.technology.units import capacitance_unit_f, unit

_EDGES = ("rise_power", "fall_power")
_POWER = "power"
_HALF = 0.5
Reading = Literal["liberty", "openroad"]


@dataclass(frozen=True, slots=True)
class Slew:
    """How long a pin takes to rise and to fall, in ns."""

    rise_ns: float
    fall_ns: float


@dataclass(frozen=True, slots=True)
class Table:
    """Energies in J over slopes in ns and loads in F; an axis without points is one that nothing depends on."""

    slews_ns: tuple[float, ...]
    loads_f: tuple[float, ...]
    energies_j: tuple[float, ...]

    def at(self, slew_ns: float, load_f: float) -> float:
        """Return the energy at a slope and a load, between points linearly, beyond them that of the last point.

        >>> Table((0.0, 1.0), (), (2.0, 4.0)).at(0.25, 7.0)
        2.5
        """
        width = max(len(self.loads_f), 1)
        left, right, share = _between(self.slews_ns, slew_ns)
        rows = [self.energies_j[k * width : (k + 1) * width] for k in (left, right)]
        low, high, part = _between(self.loads_f, load_f)
        at_left, at_right = (row[low] + part * (row[high] - row[low]) for row in rows)
        return at_left + share * (at_right - at_left)


def _between(points: Sequence[float], at: float) -> tuple[int, int, float]:
    """Return the places of the points on both sides, and how far `at` is from the first to the second."""
    if len(points) < 2 or at <= points[0]:
        return 0, 0, 0.0
    if at >= points[-1]:
        return len(points) - 1, len(points) - 1, 0.0
    upper = bisect_right(points, at)
    return upper - 1, upper, (at - points[upper - 1]) / (points[upper] - points[upper - 1])


@dataclass(frozen=True, slots=True)
class Energy:
    """What a transition of `pin` takes; of an output, if `related` makes it switch; where `when` holds, "" for always.

    `tables` are of the pin's rising and falling; `inverted` says that an output falls as `related` rises.
    """

    pin: str
    related: str
    when: str
    tables: tuple[Table, ...]
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class EnergyModel:
    """The energies of cells by their names, and the voltage that they were measured at."""

    voltage_v: float
    cells: Mapping[str, tuple[Energy, ...]]


def energy_model(tree: Group, used: Collection[str], *, reading: Reading = "liberty") -> EnergyModel:
    """Return the energies that a Liberty tree tells of the cells `used`, as far as it has them.

    Raises `LibraryError` where it tells no voltage or a table is odd.

    >>> from tinydwn.technology.liberty import read_liberty
    >>> text = '''library (l) { nom_voltage : 1; capacitive_load_unit (1, pf); cell (INV) { pin (Y) {
    ... internal_power () { related_pin : "A"; rise_power (scalar) { values ("3"); } } } } }'''
    >>> energy_model(read_liberty(text), ["INV"]).cells["INV"][0].tables[0].energies_j
    (3e-12,)
    """
    voltage = tree.number("nom_voltage")
    if not voltage:
        raise LibraryError(f"library '{tree.name}' tells no voltage", hint="give a Liberty file with nom_voltage")
    told = {cell.name: _energies(tree, cell) for cell in tree.all("cell") if cell.name in used}
    if reading == "liberty":
        known = behaviors(tree)
        told = {name: tuple(_meant(one, energies, known[name]) for one in energies) for name, energies in told.items()}
    return EnergyModel(voltage, told)


def _meant(energy: Energy, others: tuple[Energy, ...], cell: Behavior) -> Energy:
    """Return an energy under a condition that says when it is taken, of inputs and one output of a register."""
    if energy.related:
        return energy
    rivals = [one.when for one in others if (one.pin, one.related) == (energy.pin, "") and one.when]
    when = energy.when or (f"!({'|'.join(f'({one})' for one in rivals)})" if rivals else "")
    for inverted, plain in _pairs(cell):
        when = re.sub(rf"(?<![\w.\[])\"?{re.escape(inverted)}\"?(?![\w.\[])", f"(!{plain})", when)
    return replace(energy, when=when)


def _pairs(cell: Behavior) -> list[tuple[str, str]]:
    """Return the outputs that are the inverse of another, with that one."""
    places = {function: pin for pin, function in cell.outputs}
    if cell.state is None or not set(cell.state) <= set(places):
        return []
    return [(places[cell.state[1]], places[cell.state[0]])]


def _energies(tree: Group, cell: Group) -> tuple[Energy, ...]:
    templates = {one.name: one for one in (*tree.all("power_lut_template"), *tree.all("lu_table_template"))}
    found = []
    for name, pin in named_pins(cell):
        senses = {one.text("related_pin"): one.text("timing_sense") for one in reversed(list(pin.all("timing")))}
        for group in pin.all("internal_power"):
            tables = tuple(
                _table(tree, table, templates.get(table.name))
                for kind in (*_EDGES, _POWER)
                for table in group.all(kind)
            )
            for related in group.text("related_pin").split() or [""]:
                negative = senses.get(related) == "negative_unate"
                found.append(Energy(name, related, group.text("when"), tables, negative))
    return tuple(found)


def _table(tree: Group, table: Group, template: Group | None) -> Table:
    axes = table_axes(table, template)
    values, sizes = table.numbers("values"), [len(points) for _, points in axes]
    if len(values) != math.prod(sizes):
        raise LibraryError(
            f"the table in line {table.line} has {len(values)} values for a grid of {sizes}",
            hint="check the Liberty file",
        )
    loads = [points for kind, points in axes if kind in LOADS]
    slews = [points for kind, points in axes if kind not in LOADS]
    if len(loads) > 1 or len(slews) > 1:
        raise LibraryError(f"the table in line {table.line} depends on more than a slope and a load", hint="leave it")
    if len(axes) == 2 and axes[0][0] in LOADS:
        width = sizes[1]
        values = tuple(value for k in range(width) for value in values[k::width])
    farad, nanoseconds = capacitance_unit_f(tree), unit(tree, "time_unit", 1e-9) * 1e9
    # Energy counts in the units of capacitance and of squared voltage (Liberty reference manual, internal_power).
    joule = farad * unit(tree, "voltage_unit", 1.0) ** 2
    return Table(
        tuple(point * nanoseconds for points in slews for point in points),
        tuple(point * farad for points in loads for point in points),
        tuple(value * joule for value in values),
    )


def internal_energy_j(
    one: Connected, cell: Behavior, energies: tuple[Energy, ...], nets: Nets, slews: Mapping[str, Slew], load_f: float
) -> float:
    """Return what an instance takes inside in a clock period, in J.

    `nets` tell what its pins do, `slews` how slowly its input pins do it, by pin; `load_f` is on each output.
    """
    outputs = dict(cell.outputs)
    weights = [_weight(one, energy, outputs, nets) for energy in energies]
    sums: dict[str, float] = {}
    for energy, weight in zip(energies, weights, strict=True):
        sums[energy.pin] = sums.get(energy.pin, 0.0) + weight
    parts = []
    for energy, weight in zip(energies, weights, strict=True):
        often = nets.of(one, energy.pin).transitions * weight
        if often > 0 and energy.pin in outputs:
            parts.append(often / sums[energy.pin] * _mean(energy, slews.get(energy.related), load_f))
        elif often > 0:
            parts.append(often * _mean(energy, slews.get(energy.pin), 0.0))
    return math.fsum(parts)


def _mean(energy: Energy, slew: Slew | None, load_f: float) -> float:
    """Return the mean of rising and falling; an input without a slope is an ideal one."""
    rise_ns, fall_ns = (slew.rise_ns, slew.fall_ns) if slew else (0.0, 0.0)
    slopes = (fall_ns, rise_ns) if energy.inverted else (rise_ns, fall_ns)
    found = [table.at(slope, load_f) for table, slope in zip(energy.tables, slopes, strict=False)]
    return math.fsum(found) / len(found) if found else 0.0


def _weight(one: Connected, energy: Energy, outputs: Mapping[str, str], nets: Nets) -> float:
    """Return how often an input makes an output switch, or the share of an input's transitions that take an energy."""
    if energy.pin in outputs:
        if not energy.related:
            return 0.0
        often = nets.of(one, energy.related).transitions
        if energy.related in read_pins(outputs[energy.pin]):
            return often * _passed(one, outputs[energy.pin], energy.related, nets)
        return often * (nets.through(one, energy.when).duty if energy.when else _HALF)
    if not energy.when:
        return 1.0
    told = next((pin for pin in read_pins(energy.when) if pin in outputs), "")
    if told and energy.pin in read_pins(outputs[told]):
        return _passed(one, outputs[told], energy.pin, nets)
    return nets.through(one, energy.when).duty


def _passed(one: Connected, function: str, pin: str, nets: Nets) -> float:
    """Return the share of transitions of a pin that make a function of it switch."""
    pins = read_pins(function)
    alone = [Density(float(name == pin), nets.of(one, name).duty) for name in pins]
    return through(function_table(function, pins), alone).transitions

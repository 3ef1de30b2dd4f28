"""The power of a routed circuit, cell by cell: slopes and loads by OpenSTA, energies by the Liberty file, activity.

Debian's OpenSTA 2.0.17 spreads activity by rules that a XOR breaks, heeds none that is given for a pin, and counts
the internal energy of many gates one and a half times. Its slopes, loads and leakage are sound and are what is taken
of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tinydwn.flow.cell_energy import EnergyModel, Slew, internal_energy_j
from tinydwn.flow.densities import Nets
from tinydwn.flow.routed_cells import Connected, plain_name
from tinydwn.flow.routed_timing import Corner
from tinydwn.flow.sta_report import CellPower
from tinydwn.technology.behavior import Behavior

_TWICE = 2.0


def routed_power(
    corner: Corner,
    parts: Sequence[Connected],
    cells: Mapping[str, Behavior],
    model: EnergyModel,
    nets: Nets,
    *,
    period_ns: float,
) -> dict[str, CellPower]:
    """Return the power of each of `parts` that the `corner` has a figure for, in W.

    `cells` and `model` are of the corner's Liberty file, `nets` tell how often what switches in a period of
    `period_ns`. What an output switches is told by its cell's power in the corner, once in a period, or twice where it
    is of the clock's tree.
    """
    told = {plain_name(name): power for name, power in corner.once.items()}
    resting = {plain_name(name): power for name, power in corner.at_rest.items()}
    slews: dict[str, dict[str, Slew]] = {}
    for name, slew in corner.slews.items():
        instance, _, pin = name.rpartition("/")
        slews.setdefault(instance, {})[pin] = slew
    found = {}
    for one in parts:
        name = plain_name(one.instance)
        if name not in told or one.cell not in cells:
            continue
        cell, once = cells[one.cell], told[name]
        rates = [nets.of(one, pin).transitions for pin, _ in cell.outputs]
        counted = _TWICE if resting[name].switching_w > _TWICE / 4 * once.switching_w else 1.0
        energy_j = once.switching_w * period_ns * 1e-9 / counted
        load_f = 2 * energy_j / model.voltage_v**2 / max(len(rates), 1)
        inner_j = internal_energy_j(one, cell, model.cells.get(one.cell, ()), nets, slews.get(name, {}), load_f)
        rate = math.fsum(rates) / len(rates) if rates else 0.0
        per_second = 1e9 / period_ns
        found[name] = CellPower(inner_j * per_second, rate * energy_j * per_second, once.leakage_w)
    return found

"""How large core and die must be, before any tool has run.

The same rule as `flows/openroad/sizing.tcl`, for the tools that want their floorplan given in numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.pin_sides import room_in_pins
from tinydwn.flow.platform import Platform, Straps, platform_of

_ROOM_FOR_PINS = 0.75
_SHARE_OF_STRAPS = 1.4
_WIDTHS_IN_PITCH = 4  # a strap of each net, and a gap as wide beside each
_GRID_UM = 0.01
SizedBy = Literal["cells", "grid", "pins"]


@dataclass(frozen=True, slots=True)
class Floorplan:
    """A core in whole sites and an even number of rows, the margin around it, and what decided its size."""

    width_um: float
    height_um: float
    left_um: float
    bottom_um: float
    sized_by: SizedBy

    @property
    def core_um(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the core."""
        right, top = self.left_um + self.width_um, self.bottom_um + self.height_um
        return (_rounded(self.left_um), _rounded(self.bottom_um), _rounded(right), _rounded(top))

    @property
    def die_um(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of the die."""
        return (0.0, 0.0, _rounded(2 * self.left_um + self.width_um), _rounded(2 * self.bottom_um + self.height_um))

    @property
    def die_area_um2(self) -> float:
        """The area of the die."""
        return self.die_um[2] * self.die_um[3]


def floorplan(
    platform: Platform, *, area_um2: float, pins: int, utilization: float, least_core_edge_um: float
) -> Floorplan:
    """Return the floorplan for cells of `area_um2` and `pins` signal pins.

    The longest of three edges decides: of the cells at the wished utilization, of the power grid, and of the pins,
    which take two tracks each and three quarters of the places.

    >>> from tinydwn.flow.platform import platform_of
    >>> plan = floorplan(platform_of("sky130_fd_sc_hd"), area_um2=35.0, pins=7, utilization=0.35, least_core_edge_um=60)
    >>> plan.sized_by, plan.core_um
    ('grid', (4.14, 5.44, 64.4, 70.72))
    """
    tracks = 1 / platform.horizontal_track_um + 1 / platform.vertical_track_um
    edges: dict[SizedBy, float] = {
        "cells": math.sqrt(area_um2 / utilization),
        "grid": least_core_edge_um,
        "pins": pins / (_ROOM_FOR_PINS * tracks),
    }
    sized_by = max(edges, key=lambda name: edges[name])
    site, row = platform.site_width_um, platform.row_height_um
    return Floorplan(
        width_um=_round_up(max(edges[sized_by], 4 * site), site),
        height_um=_round_up(max(edges[sized_by], 2 * row), 2 * row),
        left_um=_round_up(platform.core_margin_um, site),
        bottom_um=_round_up(platform.core_margin_um, row),
        sized_by=sized_by,
    )


def floorplan_of(circuit: FlowCircuit, options: FlowOptions) -> Floorplan:
    """Return the floorplan of a circuit, by its cell area before placement."""
    return _floorplan_of(circuit, options, least_core_edge_um(platform_of(circuit.library), options))


def regular_floorplan_of(circuit: FlowCircuit, options: FlowOptions) -> Floorplan:
    """Return the floorplan that it would have if its power straps were no closer than usual."""
    regular = platform_of(circuit.library).regular_core_edge_um
    return _floorplan_of(circuit, options, max(regular, options.least_core_edge_um or 0.0))


def _floorplan_of(circuit: FlowCircuit, options: FlowOptions, edge_um: float) -> Floorplan:
    return floorplan(
        platform_of(circuit.library),
        area_um2=circuit.area_um2,
        pins=room_in_pins(circuit, options.pins_side, platform_of(circuit.library)),
        utilization=options.utilization,
        least_core_edge_um=edge_um,
    )


def least_core_edge_um(platform: Platform, options: FlowOptions) -> float:
    """Return the edge that no core is smaller than: the least that the power straps need, or a larger one if wished.

    The gap between the straps of both nets is then as wide as a strap, which is at least what the technologies ask
    for.
    """
    widest = max(platform.vertical_straps.width_um, platform.horizontal_straps.width_um)
    return max(options.least_core_edge_um or 0.0, _rounded(_SHARE_OF_STRAPS * _WIDTHS_IN_PITCH * widest))


def strap_pitch_um(extent_um: float, straps: Straps) -> float:
    """Return the distance between straps of one net: the usual one, or less where the core is too small for it."""
    pitch = straps.pitch_um if extent_um >= 1.25 * straps.pitch_um else extent_um / _SHARE_OF_STRAPS
    return _rounded(2 * math.floor(pitch / (2 * _GRID_UM) + 1e-6) * _GRID_UM)


def _round_up(length: float, step: float) -> float:
    return _rounded(math.ceil(length / step - 1e-6) * step)


def _rounded(length: float) -> float:
    return round(length, 4)

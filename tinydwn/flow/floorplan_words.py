"""What is said of a floorplan before a tool has run: how large, what decides, and what usual straps would cost."""

from __future__ import annotations

from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.options import FlowOptions
from tinydwn.flow.platform import platform_of
from tinydwn.flow.sizing import Floorplan, floorplan_of, regular_floorplan_of

REASONS = {"cells": "its cells", "grid": "two power straps in each direction", "pins": "its pins"}
"""What may decide the size of a core, in words."""


def told_of(circuit: FlowCircuit, options: FlowOptions) -> tuple[str, ...]:
    """Return lines about the die of a circuit; the second only where usual straps would make it larger."""
    plan, regular = floorplan_of(circuit, options), regular_floorplan_of(circuit, options)
    filled = f"{_filled_pct(circuit, plan):.3g} % full"
    if plan.sized_by != "cells":
        filled += f" where {100 * options.utilization:.3g} % was asked for"
    lines = [
        f"die {_size(plan.die_um)} µm, {plan.die_area_um2:,.0f} µm²; "
        f"core {_size(plan.core_um)} µm, sized by {REASONS[plan.sized_by]}, {filled}"
    ]
    if regular.die_um != plan.die_um:
        edge = platform_of(circuit.library).regular_core_edge_um
        lines.append(
            f"with a regular power grid (--least-core-edge {edge:g}): die {_size(regular.die_um)} µm, "
            f"{regular.die_area_um2:,.0f} µm²"
        )
    return tuple(lines)


def document_of(circuit: FlowCircuit, options: FlowOptions) -> dict[str, object]:
    """Return the same as values that JSON can hold."""
    plan, regular = floorplan_of(circuit, options), regular_floorplan_of(circuit, options)
    return {
        "die_um": list(plan.die_um),
        "core_um": list(plan.core_um),
        "sized_by": plan.sized_by,
        "filled_pct": round(_filled_pct(circuit, plan), 3),
        "regular_die_um": list(regular.die_um),
    }


def _filled_pct(circuit: FlowCircuit, plan: Floorplan) -> float:
    return 100 * circuit.area_um2 / (plan.width_um * plan.height_um)


def _size(box: tuple[float, float, float, float]) -> str:
    left, bottom, right, top = box
    return f"{right - left:.4g} x {top - bottom:.4g}"

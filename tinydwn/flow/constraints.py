"""The timing constraints of a circuit as SDC, the same for every tool, and which period its slack asks for."""

from __future__ import annotations

import math

from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.platform import platform_of

CONSTRAINTS = "scripts/constraint.sdc"
OUTSIDE = 0.2
"""The share of the clock period that passes outside, before inputs and after outputs."""


def to_constraints(circuit: FlowCircuit, *, period_ns: float) -> str:
    """Return the SDC: a clock on its port, or one without a port where there are no registers.

    A fifth of the period passes outside before inputs, and a fifth after outputs. Inputs are left out of hold: when
    they change is decided outside, and their registers see the clock only after its tree. Loads are in the unit of
    the platform's Liberty file.
    """
    platform = platform_of(circuit.library)
    port = f" [get_ports {{{circuit.clock}}}]" if circuit.clock else ""
    outside, inputs = f"{OUTSIDE * period_ns:g}", "[all_inputs -no_clocks]"
    lines = [f"create_clock -name core_clock -period {period_ns:g}{port}"]
    if circuit.inputs:
        lines += [
            f"set_input_delay {outside} -clock core_clock {inputs}",
            f"set_driving_cell -lib_cell {platform.driving_cell} {inputs}",
            f"set_false_path -hold -from {inputs}",
        ]
    lines += [
        f"set_output_delay {outside} -clock core_clock [all_outputs]",
        f"set_load {platform.output_load:g} [all_outputs]",
    ]
    return "\n".join([*lines, ""])


def sufficient_period_ns(*, period_ns: float, setup_slack_ns: float, registers: bool) -> float:
    """Return a clock period at which no path is late, from the worst slack at `period_ns`, rounded up.

    A path between registers gains all that is added to the period, one from or to a port all but the share that
    passes outside, and one from port to port, which only a circuit without `registers` has, all but twice that share.

    >>> sufficient_period_ns(period_ns=10, setup_slack_ns=-2.98, registers=False)
    15.0
    >>> sufficient_period_ns(period_ns=1, setup_slack_ns=-2.016, registers=True)
    3.52
    """
    share = 1 - OUTSIDE * (1 if registers else 2)
    needed = period_ns - min(setup_slack_ns, 0.0) / share
    step = 10.0 ** (math.floor(math.log10(needed)) - 2)
    return float(f"{math.ceil(round(needed / step, 6)) * step:.6g}")

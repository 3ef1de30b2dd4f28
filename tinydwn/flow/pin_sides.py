"""Pins on a side of choice: the bits of each feature word beside each other and in order, what comes out opposite."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from tinydwn.flow.circuit import FlowCircuit
from tinydwn.flow.platform import Platform

OPPOSITE = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
"""The sides of a die, each with the one across from it."""

_PORT = re.compile(r"^\s*(input|output)\s+(?:wire\s+)?(?:\[(\d+):(\d+)\]\s*)?(\w+);", re.MULTILINE)
_TRACKS_OF_A_PIN = 2


@dataclass(frozen=True, slots=True)
class PinGroup:
    """Pins that stay together on a side, from the first on: upwards, or to the right."""

    side: str
    pins: tuple[str, ...]


def pin_groups(circuit: FlowCircuit, side: str) -> tuple[PinGroup, ...]:
    """Return a group for each port: words that come in on `side`, lowest bit first, outputs and clock opposite.

    Without a side there are none, and the placer decides.

    >>> text = "module m(a, clk, y);\\n  input [1:0] a;\\n  input clk;\\n  output y;\\nendmodule\\n"
    >>> circuit = FlowCircuit("chip", "m", "nangate45", text, 0, 1, 1.0, 4, 2, "clk", "")
    >>> for group in pin_groups(circuit, "left"):
    ...     print(group.side, *group.pins)
    left a[0] a[1]
    right clk
    right y
    """
    if not side:
        return ()
    return tuple(
        PinGroup(side if kind == "input" and name != circuit.clock else OPPOSITE[side], _bits(name, high, low))
        for kind, high, low, name in _PORT.findall(circuit.verilog)
    )


def room_in_pins(circuit: FlowCircuit, side: str, platform: Platform) -> int:
    """Return how many pins around a whole die need its edge as long as the pins of the fuller side need theirs.

    Around the die one pin takes two tracks, and on a side it does too. Without a side it is the circuit's pins.
    """
    if not side:
        return circuit.pins
    lengths = dict.fromkeys(OPPOSITE, 0)
    for group in pin_groups(circuit, side):
        lengths[group.side] += len(group.pins)
    horizontal, vertical = platform.horizontal_track_um, platform.vertical_track_um
    track = horizontal if side in {"left", "right"} else vertical
    needed = _TRACKS_OF_A_PIN * max(lengths.values()) * track * (1 / horizontal + 1 / vertical)
    return max(circuit.pins, math.ceil(needed))


def _bits(name: str, high: str, low: str) -> tuple[str, ...]:
    if not high:
        return (name,)
    first, last = sorted((int(low), int(high)))
    return tuple(f"{name}[{bit}]" for bit in range(first, last + 1))

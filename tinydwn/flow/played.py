"""The test vectors of a bundle played on its routed netlist, and how often every pin of it switches meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tinydwn.errors import ProgramError
from tinydwn.export.bundle import Bundle, text_of
from tinydwn.export.bundle_files import TESTBENCH_FILE, VECTORS_FILE, file_of_testbench
from tinydwn.flow.activity import Pin, Toggles, read_toggles, simulate_waves
from tinydwn.flow.routed_cells import connected
from tinydwn.technology.behavior import Behavior

_TESTBENCHES = {
    "chip": f"chip/{file_of_testbench()}",
    "core": f"core/{file_of_testbench()}",
    "registered": f"chip/{file_of_testbench('parallel')}",
    "serial": f"chip/{file_of_testbench('serial')}",
}
_LAST = re.compile(r"^(PASS|FAIL): .+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Played:
    """What the testbench said, and what every pin did in `periods`: clock periods, or changes of the vector.

    `said` begins with PASS or FAIL, or tells why nothing was played.
    """

    said: str
    periods: int = 0
    toggles: Mapping[Pin, Toggles] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether a vector was answered wrongly."""
        return self.said.startswith("FAIL")

    @property
    def source(self) -> str:
        """Where the activity of the pins comes from, in words; empty where there is none."""
        if not self.periods:
            return ""
        return f"transitions of {self.periods} clock periods of test vectors in Icarus Verilog, without glitches"


def vectors_of(bundle: Bundle, circuit: str) -> dict[str, str]:
    """Return testbench and vectors of a circuit of a bundle, none where the bundle has none."""
    place = _TESTBENCHES[circuit]
    vectors = f"{place.partition('/')[0]}/{VECTORS_FILE}"
    if not {place, vectors} <= set(bundle.files):
        return {}
    return {TESTBENCH_FILE: text_of(bundle.files, place), VECTORS_FILE: text_of(bundle.files, vectors)}


def play(
    vectors: Mapping[str, str],
    verilog: str,
    models: str,
    cells: Mapping[str, Behavior],
    *,
    clock: str = "",
    timeout_s: float = 300.0,
) -> Played:
    """Play `vectors`, of `vectors_of`, on a routed netlist with the `models` of its cells.

    What the output pins of its instances do is counted, and what the inputs of the circuit do that they read, bit by
    bit. A `clock` port counts the periods. A program that is missing or fails is told in `said`.
    """
    if not vectors:
        return Played("not played: the bundle has no vectors of this circuit")
    parts = [one for one in connected(verilog) if one.cell in cells]
    pins: list[Pin] = [(one.instance, pin) for one in parts for pin, _ in cells[one.cell].outputs]
    driven = {one.nets.get(pin, "") for one in parts for pin, _ in cells[one.cell].outputs}
    read = {net for one in parts for net in one.nets.values()}
    pins += [("", net) for net in sorted({*read, *([clock] if clock else [])} - driven)]
    files = {**vectors, "routed.v": verilog, "cells.v": models}
    try:
        said, waves = simulate_waves(files, timeout_s=timeout_s)
    except ProgramError as error:
        return Played(f"not played: {error.message}")
    last = _LAST.search(said)
    if last is None:
        return Played("not played: the testbench ended without a verdict")
    toggles = read_toggles(waves, pins)
    ticks = toggles.pop(("", clock), None)
    periods = ticks.transitions // 2 if ticks else len(vectors[VECTORS_FILE].split()) - 1
    return Played(last[0], max(periods, 0), toggles if periods > 0 else {})

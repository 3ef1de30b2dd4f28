"""A small circuit for FPGAs."""

from __future__ import annotations

import pytest

from tinydwn.export.ports import Ports
from tinydwn.export.testbench import to_vectors
from tinydwn.netlist import Netlist, NetlistBuilder, simulate
from tinydwn.netlist.simulate import every_pattern


@pytest.fixture(scope="session")
def chip() -> Netlist:
    """Return a chip that compares two words of three bits."""
    builder = NetlistBuilder("chip")
    a, b = ([builder.input(f"{word}[{k}]") for k in range(3)] for word in ("left", "right"))
    greater = 0
    for one, other in zip(a, b, strict=True):
        greater = builder.mux(builder.xor(one, other), greater, one)
    builder.output("class[0]", greater)
    return builder.build()


@pytest.fixture(scope="session")
def vectors(chip: Netlist) -> str:
    """Return all vectors of the chip."""
    inputs = every_pattern(6)
    return to_vectors(chip, Ports.of(chip), inputs, simulate(chip, inputs))

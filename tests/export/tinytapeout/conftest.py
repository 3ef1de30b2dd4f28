"""Chips to put behind pins, and what they answer, computed the slow way."""

from __future__ import annotations

import importlib.util
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import skip_or_fail
from tinydwn.encoder import Encoder, FixedPoint
from tinydwn.export.bundle import Bundle
from tinydwn.export.chip_interface import ChipInterface, interface_text
from tinydwn.export.tinytapeout import Origin
from tinydwn.lowering import OutputForm
from tinydwn.netlist import Netlist, NetlistBuilder, to_blif

ORIGIN = Origin("made_up", "network", None, "random words")
_BIT = re.compile(r"(.+)\[([0-9]+)\]")


def drawn_chip(widths: Sequence[int], outputs: int, seed: int) -> Netlist:
    """Return a chip of random gates over words of these widths, named `f0`, `f1`, ..."""
    rng, builder = random.Random(seed), NetlistBuilder("chip")
    nets = [builder.input(f"f{feature}[{bit}]") for feature, width in enumerate(widths) for bit in range(width)]
    for _ in range(2 * len(nets) + outputs):
        fanin = tuple(rng.sample(nets, min(3, len(nets))))
        nets.append(builder.node(rng.getrandbits(1 << len(fanin)), fanin))
    for k in range(outputs):
        builder.output(f"class[{k}]", nets[-1 - k])
    return builder.build()


def answers_of(netlist: Netlist, bits: Mapping[str, int]) -> list[int]:
    """Return a netlist's outputs, node by node from the truth tables."""
    value = [0, 1, *(bits[name] for name in netlist.inputs)]
    for node in netlist.nodes:
        value.append(node.table >> sum(value[net] << k for k, net in enumerate(node.fanin)) & 1)
    return [value[net] for _, net in netlist.outputs]


def interface_of(netlist: Netlist, *, word_bits: int = 1) -> ChipInterface:
    """Return the interface of a chip over words of `word_bits` bits, or of as many as it reads.

    Up to four outputs are the class in binary, more of them one per class.
    """
    widths: dict[str, int] = {}
    for name in netlist.inputs:
        match = _BIT.fullmatch(name)
        assert match is not None
        widths[match[1]] = max(widths.get(match[1], word_bits), int(match[2]) + 1)
    widths = widths or {"unread": word_bits}
    count = len(widths)
    grid = FixedPoint(np.zeros(count), np.full(count, 0.5), np.array(list(widths.values())))
    encoder = Encoder(tuple(widths), grid, np.array([0]), np.array([0]))
    outputs = len(netlist.outputs)
    form: OutputForm = "index" if outputs <= 4 else "onehot"
    classes = tuple(f"kind {k}" for k in range(1 << outputs if form == "index" else outputs))
    return ChipInterface.of(encoder, netlist, classes, form)


def bundle_of(netlist: Netlist, *, samples: int = 6) -> Bundle:
    """Return what a project is made from: the chip, and vectors with words of random bits."""
    rng, lines = random.Random(1), []
    width = len(netlist.inputs) + len(netlist.outputs)
    for _ in range(samples):
        bits = {name: rng.getrandbits(1) for name in netlist.inputs}
        row = [*bits.values(), *answers_of(netlist, bits)] if bits else [0, *answers_of(netlist, bits)]
        lines.append(f"{sum(bit << k for k, bit in enumerate(row)):0{-(-width // 4)}x}\n")
    files = {
        "chip/netlist.blif": to_blif(netlist),
        "chip/vectors.hex": "".join(lines),
        "interface.json": interface_text(interface_of(netlist)),
    }
    return Bundle({name: text.encode() for name, text in files.items()})


@pytest.fixture(scope="session")
def cocotb(icarus: Path) -> Callable[[Path], subprocess.CompletedProcess[str]]:
    """Return a function that runs the cocotb test of a project's folder."""
    make = shutil.which("make")
    if make is None:
        skip_or_fail("make", "make is not installed")
    if importlib.util.find_spec("cocotb") is None:
        skip_or_fail("cocotb", "cocotb is not installed")

    def run(project: Path) -> subprocess.CompletedProcess[str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "PYTHONWARNINGS": ""}
        command = [str(make), "-C", str(project / "test")]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)

    return run

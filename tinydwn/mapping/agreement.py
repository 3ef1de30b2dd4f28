"""A comparison: the embedded facts and the vendor's Liberty file, by mapped area."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from tinydwn.mapping.mapper import map_to_cells
from tinydwn.netlist.builder import NetlistBuilder
from tinydwn.netlist.graph import Netlist
from tinydwn.netlist.truth_table import full
from tinydwn.technology.facts import load_library


@dataclass(frozen=True, slots=True)
class AreaPair:
    """The area of one netlist by the facts and by the Liberty file."""

    netlist: str
    facts_um2: float
    liberty_um2: float


@dataclass(frozen=True, slots=True)
class FactsAgreement:
    """Areas of the same netlists by the facts of a library and by its Liberty file."""

    library: str
    pairs: tuple[AreaPair, ...]

    @property
    def differences(self) -> int:
        """How many netlists have two areas; equal means equal to the last bit."""
        return sum(pair.facts_um2 != pair.liberty_um2 for pair in self.pairs)


def facts_agree(
    name: str, liberty: Path, *, netlists: int = 20, seed: int = 0, effort: str = "fast", timeout_s: float = 300.0
) -> FactsAgreement:
    """Map random netlists with the facts called `name` and with a Liberty file; return both areas of each.

    `timeout_s` holds for each mapping. Raises as `load_library` and `map_to_cells`.
    """
    facts, vendor = load_library(name), load_library(liberty)
    pairs = []
    for number in range(netlists):
        netlist = random_netlist(seed + number)
        areas = [map_to_cells(netlist, one, effort=effort, timeout_s=timeout_s).area_um2 for one in (facts, vendor)]
        pairs.append(AreaPair(netlist.name, areas[0], areas[1]))
    return FactsAgreement(name, tuple(pairs))


def random_netlist(seed: int) -> Netlist:
    """Return a netlist that depends on `seed` alone: 3 to 12 inputs, 3 to 30 tables of 2 to 5 inputs, few outputs.

    >>> random_netlist(3) == random_netlist(3)
    True
    """
    draw = random.Random(seed)  # noqa: S311
    builder = NetlistBuilder(f"random_{seed}")
    nets = [builder.input(f"x{k}") for k in range(draw.randint(3, 12))]
    for _ in range(draw.randint(3, 30)):
        width = draw.randint(2, min(5, len(nets)))
        nets.append(builder.node(draw.randint(0, full(width)), draw.sample(nets, width)))
    for k, net in enumerate(nets[-draw.randint(1, 4) :]):
        builder.output(f"y{k}", net)
    return builder.build()

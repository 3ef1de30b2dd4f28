"""What a circuit takes, counted in every way that a comparison needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinydwn.netlist import Assumption, Netlist

RULES, LIBRARIES = ("gates2", "nand2"), ("nangate45", "sky130_fd_sc_hd")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Counts of one function after exact minimization: input bits read, gates by two rules, NAND2 equivalents by cells.

    The rules are those of `count_gates`; `nangate45` and `sky130` are areas of mapped cells over that of the smallest
    NAND2 of the library.
    """

    bits: int
    gates2: int
    nand2: int
    nangate45: float
    sky130: float


def sizes_of(netlist: Netlist, assuming: Assumption, *, effort: str = "normal", timeout_s: float = 300.0) -> Sizes:
    """Minimize a netlist with its function kept on all inputs that can occur, map it, prove cells and gates, and count.

    Raises `VerificationError` where a proof fails or runs out of time.
    """
    from tinydwn.mapping import map_minimized
    from tinydwn.minimize import minimize
    from tinydwn.netlist.analysis import read_inputs
    from tinydwn.technology import load_library
    from tinydwn.verify import prove_equivalent

    smaller = minimize(netlist, effort, assuming=assuming, timeout_s=timeout_s)
    areas = []
    for name in (*RULES, *LIBRARIES):
        mapped = map_minimized(smaller, load_library(name), effort=effort, timeout_s=timeout_s)
        prove_equivalent(netlist, mapped.functions(), assuming=assuming, timeout_s=timeout_s).require()
        areas.append(mapped.area_um2 if name in RULES else mapped.nand2_equivalent)
    gates2, nand2, *equivalents = areas
    return Sizes(len(read_inputs(smaller.netlist)), round(gates2), round(nand2), *equivalents)

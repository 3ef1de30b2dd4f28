"""Gate counts by a named rule, for comparison with published figures."""

from __future__ import annotations

from tinydwn.errors import ConfigError
from tinydwn.mapping.luts import LUT_RULES, map_to_luts
from tinydwn.mapping.mapper import map_to_cells
from tinydwn.netlist.graph import Netlist
from tinydwn.technology.facts import COUNTING_RULES, load_library


def count_gates(netlist: Netlist, rule: str, *, effort: str = "normal", timeout_s: float = 300.0) -> int:
    """Return how many gates a netlist takes by a rule.

    `"gates2"`: two-input AND, OR, NAND, NOR, XOR and XNOR, inverters free. `"nand2"`: two-input NAND and inverters,
    one each. `"lut4"` and `"lut6"`: lookup tables of up to four and six inputs, as FPGAs have them, whatever the
    effort. Constants and connections count nothing. An upper bound: the smallest circuit that mapping finds.

    >>> from tinydwn.netlist import Node
    >>> gate = Netlist("and", ("a", "b"), (Node(0b1000, (2, 3)),), (("y", 4),))
    >>> count_gates(gate, "gates2"), count_gates(gate, "nand2")
    (1, 2)
    """
    if rule in LUT_RULES:
        return map_to_luts(netlist, LUT_RULES[rule], timeout_s=timeout_s).luts
    if rule not in COUNTING_RULES:
        raise ConfigError(
            f"no counting rule '{rule}'", hint=f"choose one of: {', '.join((*COUNTING_RULES, *LUT_RULES))}"
        )
    return round(map_to_cells(netlist, load_library(rule), effort=effort, timeout_s=timeout_s).area_um2)

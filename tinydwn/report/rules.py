"""How each kind of number in a report is counted, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tinydwn.metrics import Direction, Provenance
from tinydwn.report.facts import Rule

_LOWER, _HIGHER = Direction.LOWER_IS_BETTER, Direction.HIGHER_IS_BETTER

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "accuracy": Rule(
            "1",
            Provenance.MEASURED,
            "fraction of samples that the classifier gets right; the netlists are proven to be that classifier",
            _HIGHER,
        ),
        "gates2": Rule(
            "gates",
            Provenance.MEASURED,
            "two-input gates after mapping to AND, OR, NAND, NOR, XOR and XNOR with free inverters",
            _LOWER,
        ),
        "nand2": Rule(
            "gates", Provenance.MEASURED, "NAND2 gates after mapping to NAND2 only; an inverter is one NAND2", _LOWER
        ),
        "depth": Rule(
            "nodes",
            Provenance.MEASURED,
            "nodes of the minimized netlist on the longest way from an input to an output",
            _LOWER,
        ),
        "area_um2": Rule(
            "um2", Provenance.DERIVED, "sum of the areas of the mapped cells, before placement and routing", _LOWER
        ),
        "nand2_equivalent": Rule(
            "NAND2", Provenance.DERIVED, "cell area divided by the area of the library's smallest NAND2", _LOWER
        ),
        "cells": Rule("cells", Provenance.MEASURED, "cells after mapping, tie cells and buffers included", _LOWER),
        "cell_depth": Rule(
            "cells",
            Provenance.MEASURED,
            "cells on the longest way, tie cells left out",
            _LOWER,
        ),
        "static_power_uw": Rule(
            "uW",
            Provenance.DERIVED,
            "sum of the leakage of the cells, as their library gives it; what switching adds is left out",
            _LOWER,
        ),
        "steps": Rule(
            "gates",
            Provenance.MEASURED,
            "two-input AND gates with free inverters, each node's table taken apart on its own; an XOR counts three",
            _LOWER,
        ),
        "parts": Rule(
            "um2", Provenance.DERIVED, "area of one part, minimized and mapped alone to the main library", _LOWER
        ),
    }
)

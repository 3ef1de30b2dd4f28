"""From a classifier to boolean functions: comparators, tables, popcount, argmax."""

from tinydwn.lowering.chip_ports import read_ports
from tinydwn.lowering.lower import Core, lower, lower_core
from tinydwn.lowering.parts import OutputForm, Parts, parts
from tinydwn.lowering.stimulus import chip_stimulus, core_stimulus

__all__ = [
    "Core",
    "OutputForm",
    "Parts",
    "chip_stimulus",
    "core_stimulus",
    "lower",
    "lower_core",
    "parts",
    "read_ports",
]

"""Circuits in the forms that processors run: C text, and functions compiled in this process."""

from tinydwn.targets.c_text import to_c
from tinydwn.targets.compile import (
    CompiledClassifier,
    CompiledNetlist,
    compile_circuit,
    compile_classifier,
    compile_netlist,
)

__all__ = ["CompiledClassifier", "CompiledNetlist", "compile_circuit", "compile_classifier", "compile_netlist", "to_c"]

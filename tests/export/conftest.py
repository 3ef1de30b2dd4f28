"""Small circuits to write down."""

from __future__ import annotations

import pytest

from tinydwn.mapping.mapped import Instance, MappedNetlist
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.technology import Library, load_library
from tinydwn.technology.library import Cell


@pytest.fixture
def chip() -> Netlist:
    """Return a circuit with a word, a keyword, a constant output and an output that is an input."""
    builder = NetlistBuilder("chip")
    word = [builder.input(f"petal width[{k}]") for k in range(2)]
    reg = builder.input("reg")
    builder.output("class[0]", builder.xor(*word, reg))
    builder.output("class[1]", builder.node(0b11101000, (*word, reg)))
    builder.output("mux", builder.mux(reg, *word))
    builder.output("one", 1)
    builder.output("same", reg)
    return builder.build()


@pytest.fixture
def tied() -> MappedNetlist:
    """Return a mapped netlist with a two-sided tie cell, shared outputs and a plain connection."""
    rule = load_library("nand2")
    high, low = Cell("TIE", 1.0, (), "HI", 1), Cell("TIE", 1.0, (), "LO", 0)
    library = Library("tied", rule.cells, ties=(high, low))
    nand = Instance(rule.cell("NAND2"), (2, 3))
    invert = Instance(rule.cell("INV"), (4,))
    outputs = (("y", 5), ("also y", 5), ("a again", 2), ("hi", 6), ("lo", 7), ("inner", 4))
    return MappedNetlist("tied", library, ("a", "b"), (nand, invert, Instance(high, ()), Instance(low, ())), outputs)

from __future__ import annotations

import numpy as np

from tinydwn.mapping import count_gates
from tinydwn.netlist import NetlistBuilder, simulate
from tinydwn.refine import Examples
from tinydwn.refine.shrink import shrink
from tinydwn.technology import load_library


def parity_of(inputs):
    builder = NetlistBuilder("parity")
    first, *others = [builder.input(f"x{k}") for k in range(inputs)]
    for other in others:
        first = builder.xor(first, other)
    builder.output("y", first)
    return builder.build()


def examples_of(netlist, targets, bits):
    inputs = len(netlist.inputs)
    return Examples(
        netlist.inputs, ("y",), bits, targets, targets[:, 0].astype(int), np.arange(inputs), np.zeros(inputs)
    )


def test_what_the_examples_do_not_ask_for_goes_and_sizes_tell_the_truth():
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2, (200, 6)).astype(bool)
    bits[:, 3:] = False
    netlist = parity_of(6)
    examples = examples_of(netlist, simulate(netlist, bits), bits)
    library = load_library("gates2")
    found = shrink(netlist, examples, library)
    assert found[-1].accuracy == 1.0
    assert found[-1].cost == 2
    for one in found:
        functions = one.mapped.functions()
        assert one.accuracy == examples.accuracy(functions)
        assert count_gates(functions, "gates2", effort="fast") <= one.cost


def test_shrinking_ends_where_it_is_asked_to():
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 2, (300, 8)).astype(bool)
    netlist = parity_of(8)
    examples = examples_of(netlist, simulate(netlist, bits), bits)
    found = shrink(netlist, examples, load_library("gates2"), least=6.5)
    assert len(found) == 2
    assert (found[-1].cost, found[-1].accuracy) == (7, 1.0)

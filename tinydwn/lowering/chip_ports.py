"""Which bits of which feature words are inputs of a chip: those that it reads, or all there are."""

from __future__ import annotations

from tinydwn.encoder.encoder import Encoder
from tinydwn.lowering.comparators import word_bit_names
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.analysis import read_inputs
from tinydwn.netlist.graph import FALSE
from tinydwn.netlist.input_list import with_inputs


def read_ports(chip: Netlist, encoder: Encoder, *, all_features: bool = False) -> Netlist:
    """Return a chip whose inputs are the bits that its outputs depend on by structure, in the order that they had.

    With `all_features` they are all bits of the words of all features, in the encoder's order, read or not. Inputs
    change nothing in what a chip computes, so this is for after minimization, which may leave bits unread.
    `NetlistError` where the chip reads an input that is no bit of a word of `encoder`, with `all_features`.

    >>> import numpy as np
    >>> from tinydwn.encoder import Encoder, FixedPoint
    >>> encoder = Encoder(("x",), FixedPoint(np.zeros(1), np.ones(1), np.array([3])), np.array([0]), np.array([3]))
    >>> chip = Netlist("chip", ("x[0]", "x[1]", "x[2]"), (), (("class[0]", 4),))
    >>> small = read_ports(chip, encoder)
    >>> small.inputs, read_ports(small, encoder, all_features=True) == chip
    (('x[2]',), True)
    """
    return with_inputs(chip, all_word_bits(encoder) if all_features else read_inputs(chip))


def with_ports_of(other: Netlist, chip: Netlist) -> Netlist:
    """Return another netlist of the same function with the inputs of `chip`, whatever it reads by structure.

    What `chip` does not read cannot matter to a netlist that computes the same: it is 0 in what is returned. That both
    compute the same is not looked at here.

    >>> from tinydwn.netlist import Node
    >>> small = Netlist("chip", ("x[1]",), (), (("y", 2),))
    >>> large = Netlist("chip", ("x[0]", "x[1]"), (Node(0b1010, (3, 2)),), (("y", 4),))
    >>> with_ports_of(large, small) == small
    True
    """
    builder = NetlistBuilder(other.name)
    inputs = {name: builder.input(name) for name in chip.inputs}
    nets = builder.insert(other, [inputs.get(name, FALSE) for name in other.inputs])
    for name, net in zip(other.output_names, nets, strict=True):
        builder.output(name, net)
    return builder.build()


def all_word_bits(encoder: Encoder) -> tuple[str, ...]:
    """Return the names of all bits of the words of all features, feature by feature, LSB first."""
    return tuple(name for feature in range(len(encoder.feature_names)) for name in word_bit_names(encoder, feature))

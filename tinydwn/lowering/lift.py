"""From a netlist back to a classifier: the way in for circuits from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tinydwn.encoder.encoder import Encoder
from tinydwn.encoder.given import zero_one_encoder
from tinydwn.errors import ModelError, NetlistError
from tinydwn.model.classifier import Classifier, LutLayer, Reduction
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.analysis import read_inputs
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, Node

MOST_CODED_OUTPUTS = 12  # so many that classes get names by themselves
_IDENTITY = 0b10


def lift(
    netlist: Netlist, *, reduction: Reduction = Reduction.CODED, class_names: Sequence[str] | None = None
) -> Classifier:
    """Return a classifier that means the same as a netlist; `lower_core` of it computes the same functions.

    Each input becomes a feature that is 0 or 1. The outputs are the class: in binary, LSB first, with
    `Reduction.CODED`, or one per class with `Reduction.LEARNABLE`, the lowest that is 1. Nodes become lookup tables,
    layer by layer; what a later layer reads is passed on by tables of one input.

    Without class names, those of one output are 0 and 1, others are numbered.

    `ModelError` for a netlist without inputs or outputs, and where the outputs do not suit the reduction or the class
    names. Codes of more than 12 outputs need class names.

    >>> from tinydwn.netlist import NetlistBuilder
    >>> builder = NetlistBuilder("both")
    >>> builder.output("y", builder.and_(builder.input("a"), builder.input("b")))
    >>> lift(builder.build(), class_names=("no", "yes")).luts
    1
    """
    if not netlist.inputs:
        raise ModelError(f"netlist '{netlist.name}' has no inputs", hint="a classifier needs a feature to read")
    names = tuple(class_names) if class_names is not None else _class_names(netlist, reduction)
    return Classifier(zero_one_encoder(netlist.inputs), _layers(netlist), reduction, names)


def lift_core(netlist: Netlist, encoder: Encoder, *, reduction: Reduction, class_names: Sequence[str]) -> Classifier:
    """Return a classifier that means the same as a core over thermometer bits of an encoder.

    Its encoder keeps the bits that are read, and the names of all features; where none is read, the first bit. Outputs
    and reduction as in `lift`. `NetlistError` for an input that is no bit of the encoder.
    """
    read = set(read_inputs(netlist))
    place = {name: bit for bit, name in enumerate(encoder.bit_names)}
    unknown = [name for name in read if name not in place]
    if unknown:
        raise NetlistError(f"the netlist's input {unknown[0]!r} is no thermometer bit of the encoder")
    bits = np.array(sorted(place[name] for name in read) or [0], dtype=np.int64)
    kept = Encoder(encoder.feature_names, encoder.fixed_point, encoder.feature[bits], encoder.constant[bits])
    names = encoder.bit_names
    return Classifier(kept, _layers(netlist, [names[bit] for bit in bits]), reduction, tuple(class_names))


def _layers(netlist: Netlist, order: Sequence[str] | None = None) -> tuple[LutLayer, ...]:
    """Return layers of tables that compute the outputs from the inputs, by default all of them, in this order."""
    if not netlist.outputs:
        raise ModelError(f"netlist '{netlist.name}' has no outputs", hint="a classifier needs one to tell the class")
    netlist = _folded(netlist, netlist.inputs if order is None else order)
    layers: list[LutLayer] = []
    held = list(range(FIRST_INPUT, netlist.first_node))
    for wanted in _wanted_by_level(netlist):
        layers.append(_layer(netlist, wanted, held))
        held = wanted
    return tuple(layers)


def _folded(netlist: Netlist, order: Sequence[str]) -> Netlist:
    """Return the netlist with inputs in this order and no node that reads a constant; what nothing reads may miss."""
    builder = NetlistBuilder(netlist.name)
    inputs = {name: builder.input(name) for name in order}
    nets = [inputs.get(name, FALSE) for name in netlist.inputs]
    for name, net in zip(netlist.output_names, builder.insert(netlist, nets), strict=True):
        builder.output(name, net)
    return builder.build()


def _class_names(netlist: Netlist, reduction: Reduction) -> tuple[str, ...]:
    outputs = len(netlist.outputs)
    if reduction is Reduction.POPCOUNT:
        raise ModelError("the outputs of a netlist are no votes", hint="choose the coded or the learnable reduction")
    if reduction is Reduction.CODED and outputs > MOST_CODED_OUTPUTS:
        raise ModelError(
            f"netlist '{netlist.name}' has {outputs} outputs, which code 2**{outputs} classes",
            hint="give class names, or the learnable reduction if the outputs are one per class",
        )
    return numbered_classes(1 << outputs if reduction is Reduction.CODED else max(2, outputs), outputs=outputs)


def numbered_classes(classes: int, *, outputs: int) -> tuple[str, ...]:
    """Return names of classes that have none: a single output says them itself.

    >>> numbered_classes(2, outputs=1), numbered_classes(3, outputs=2)
    (('0', '1'), ('class 0', 'class 1', 'class 2'))
    """
    return tuple(str(k) if outputs == 1 else f"class {k}" for k in range(classes))


def _wanted_by_level(netlist: Netlist) -> list[list[int]]:
    """Return for each layer the nets that it must give, the last one exactly the outputs."""
    level = [0] * netlist.first_node
    for node in netlist.nodes:
        level.append(1 + max((level[net] for net in node.fanin), default=0))
    depth = max([1, *(level[net] for net in netlist.output_nets)])
    wanted = [list(netlist.output_nets)]
    for layer in range(depth - 1, 0, -1):
        read: set[int] = set()
        for net in wanted[0]:
            read.update(netlist.node(net).fanin if level[net] > layer else (net,))
        wanted.insert(0, sorted(net for net in read if net >= FIRST_INPUT))
    return wanted


def _layer(netlist: Netlist, wanted: Sequence[int], held: Sequence[int]) -> LutLayer:
    """Return the tables that give the nets `wanted` from the nets `held`, all with as many inputs as the widest."""
    place = {net: k for k, net in enumerate(held)}
    nodes = [_pass_on(net) if net in place or net < FIRST_INPUT else netlist.node(net) for net in wanted]
    inputs = max([1, *(len(node.fanin) for node in nodes)])
    addresses = range(1 << inputs)
    tables = [[bool(node.table >> (k & (1 << len(node.fanin)) - 1) & 1) for k in addresses] for node in nodes]
    mapping = [[place[net] for net in node.fanin] + [0] * (inputs - len(node.fanin)) for node in nodes]
    return LutLayer(tables, mapping)


def _pass_on(net: int) -> Node:
    """Return a node that gives a net as it is; a constant reads nothing."""
    return Node(net, ()) if net < FIRST_INPUT else Node(_IDENTITY, (net,))

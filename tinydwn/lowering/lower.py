"""From a classifier to boolean functions, on both cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinydwn.encoder.encoder import Encoder
from tinydwn.lowering.chip_ports import read_ports
from tinydwn.lowering.parts import (
    OutputForm,
    add_reduction,
    behind_encoder,
    output_names,
    without_unread_inputs,
)
from tinydwn.lowering.tables import add_layers
from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder


@dataclass(frozen=True, slots=True)
class Core:
    """A classifier from thermometer bits to the class, and which patterns of the bits can occur."""

    netlist: Netlist
    assumption: Assumption


def lower_core(classifier: Classifier, *, output: OutputForm = "index") -> Core:
    """Return the core: the thermometer bits that are read, named by the encoder and in its order, to the class.

    `output` is "index" for the class in binary, outputs "class[0]", "class[1]", ... LSB first, or "onehot" for one
    output per class, "class_is[0]", ...; where a feature has taken such a name, `_` is put after "class" or
    "class_is". Where classes are patterns of outputs, "index" gives these outputs by their own names. The assumption
    has one chain per feature of which two bits or more are read.
    """
    names = output_names(classifier.encoder, classifier.class_names, output)
    builder = NetlistBuilder("core")
    inputs = [builder.input(name) for name in classifier.encoder.bit_names]
    last = add_layers(builder, classifier.layers, inputs)
    for name, net in zip(names, add_reduction(builder, classifier, last, output), strict=True):
        builder.output(name, net)
    netlist = without_unread_inputs(builder.build())
    return Core(netlist, thermometer_order(classifier.encoder, netlist.inputs))


def lower(classifier: Classifier, *, output: OutputForm = "index", all_features: bool = False) -> Netlist:
    """Return the whole chip: the bits of feature words that are read, "feature name[bit]" LSB first, to the class.

    With `all_features` every bit of the word of every feature is an input, read or not. Outputs as in `lower_core`.
    Every input pattern can occur, so no assumption is needed.
    """
    core = lower_core(classifier, output=output).netlist
    chip = behind_encoder(classifier.encoder, core)
    return read_ports(chip, classifier.encoder, all_features=all_features)


def thermometer_order(encoder: Encoder, inputs: Sequence[str]) -> Assumption:
    """Return what is known of thermometer bits: those of one feature among `inputs`, ascending, are a chain."""
    read = set(inputs)
    chains: dict[int, list[str]] = {}
    for feature, name in zip(encoder.feature.tolist(), encoder.bit_names, strict=True):
        if name in read:
            chains.setdefault(feature, []).append(name)
    return Assumption(tuple(tuple(chain) for chain in chains.values() if len(chain) > 1))

"""The three parts of a chip, each a netlist of its own: encoder, tables, reduction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tinydwn.data.pattern_names import outputs_of
from tinydwn.encoder.encoder import Encoder
from tinydwn.errors import ConfigError
from tinydwn.lowering.argmax import (
    add_first_index,
    add_first_onehot,
    add_greater,
    add_index,
    add_onehot,
    add_tournament,
)
from tinydwn.lowering.code import add_code_index, add_code_onehot
from tinydwn.lowering.comparators import add_comparators, word_bit_names
from tinydwn.lowering.names import distinct_from, indexed_names
from tinydwn.lowering.popcount import add_more_than_half, add_popcount
from tinydwn.lowering.tables import add_layers
from tinydwn.model.classifier import Classifier, Reduction
from tinydwn.netlist import Netlist, NetlistBuilder
from tinydwn.netlist.analysis import read_inputs
from tinydwn.netlist.graph import FALSE
from tinydwn.netlist.input_list import with_inputs

OutputForm = Literal["index", "onehot"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The chip in three pieces; they meet by position.

    Output `k` of `encoder` is input `k` of `tables`, output `k` of `tables` (bit `k` of the last layer) is input
    `k` of `reduction`. Words and thermometer bits that nothing reads are left out.
    """

    encoder: Netlist
    tables: Netlist
    reduction: Netlist


def parts(classifier: Classifier, *, output: OutputForm = "index") -> Parts:
    """Return the parts of a classifier, each lowered alone; `output` as in `lower`."""
    tables = tables_part(classifier)
    place = {name: bit for bit, name in enumerate(classifier.encoder.bit_names)}
    return Parts(
        encoder=encoder_part(classifier.encoder, [place[name] for name in tables.inputs]),
        tables=tables,
        reduction=reduction_part(classifier, output=output),
    )


def encoder_part(encoder: Encoder, bits: Sequence[int]) -> Netlist:
    """Return the comparators of the thermometer `bits` (ascending numbers), with the bits of words that they read."""
    builder = NetlistBuilder("encoder")
    chosen: dict[int, list[int]] = {}
    for bit in bits:
        chosen.setdefault(int(encoder.feature[bit]), []).append(int(encoder.constant[bit]))
    word_names = {feature: word_bit_names(encoder, feature) for feature in chosen}
    words = {feature: [builder.input(name) for name in names] for feature, names in word_names.items()}
    nets = [net for feature in chosen for net in add_comparators(builder, words[feature], chosen[feature])]
    all_names = encoder.bit_names
    taken = {name for names in word_names.values() for name in names}
    for name, net in zip(distinct_from([all_names[bit] for bit in bits], taken), nets, strict=True):
        builder.output(name, net)
    return without_unread_inputs(builder.build())


def behind_encoder(encoder: Encoder, core: Netlist, *, words: Sequence[str] | None = None) -> Netlist:
    """Return the chip of a core that reads bits of the encoder: the comparators of these bits before it.

    Its inputs are `words`, by default the bits of words that the comparators read. A bit of a word that is not among
    `words` is taken for one that the class does not depend on: it is 0 for the comparators.
    """
    place = {name: bit for bit, name in enumerate(encoder.bit_names)}
    order = sorted(core.inputs, key=place.__getitem__)
    comparators = encoder_part(encoder, [place[name] for name in order])
    builder = NetlistBuilder("chip")
    inputs = {name: builder.input(name) for name in (comparators.inputs if words is None else words)}
    found = builder.insert(comparators, [inputs.get(name, FALSE) for name in comparators.inputs])
    bits = dict(zip(order, found, strict=True))
    for name, net in zip(core.output_names, builder.insert(core, [bits[name] for name in core.inputs]), strict=True):
        builder.output(name, net)
    return builder.build()


def tables_part(classifier: Classifier) -> Netlist:
    """Return all lookup tables, from the thermometer bits that they read to the bits of the last layer."""
    builder = NetlistBuilder("tables")
    names = classifier.encoder.bit_names
    nets = add_layers(builder, classifier.layers, [builder.input(name) for name in names])
    for name, net in zip(indexed_names("lut", len(nets), set(names)), nets, strict=True):
        builder.output(name, net)
    return without_unread_inputs(builder.build())


def reduction_part(classifier: Classifier, *, output: OutputForm) -> Netlist:
    """Return what turns the bits of the last layer into the class."""
    names = output_names(classifier.encoder, classifier.class_names, output)
    builder = NetlistBuilder("reduction")
    inputs = indexed_names("lut", classifier.layers[-1].nodes, set(names))
    nets = add_reduction(builder, classifier, [builder.input(name) for name in inputs], output)
    for name, net in zip(names, nets, strict=True):
        builder.output(name, net)
    return builder.build()


def add_reduction(
    builder: NetlistBuilder, classifier: Classifier, bits: Sequence[int], output: OutputForm
) -> tuple[int, ...]:
    """Add what turns the bits of the last layer into the class and return the nets of the class."""
    classes = classifier.classes
    if classifier.reduction is Reduction.CODED:
        return (add_code_index if output == "index" else add_code_onehot)(builder, bits, classes)
    if classes == 2:
        second = _second_of_two(builder, classifier.reduction, bits)
        return (second,) if output == "index" else (builder.invert(second), second)
    if classifier.reduction is Reduction.LEARNABLE:
        return add_first_index(builder, bits) if output == "index" else add_first_onehot(builder, bits)
    group = len(bits) // classes
    sums = [add_popcount(builder, bits[start : start + group]) for start in range(0, len(bits), group)]
    match = add_tournament(builder, sums)
    return (add_index if output == "index" else add_onehot)(builder, match, classes)


def output_names(encoder: Encoder, class_names: Sequence[str], output: OutputForm) -> tuple[str, ...]:
    """Return the names of the outputs, apart from every name of the encoder; `ConfigError` for an unknown form.

    Where classes are all patterns of outputs (see `tinydwn.data.pattern_names`), their numbers in binary are these
    outputs, the first being the lowest bit, and are named by them.
    """
    taken = set(encoder.bit_names)
    taken.update(name for feature in range(len(encoder.feature_names)) for name in word_bit_names(encoder, feature))
    if output == "index":
        own = outputs_of(class_names)
        return distinct_from(own, taken) if own else indexed_names("class", (len(class_names) - 1).bit_length(), taken)
    if output == "onehot":
        return indexed_names("class_is", len(class_names), taken)
    raise ConfigError(f"unknown output form '{output}'", hint="choose one of index, onehot")


def without_unread_inputs(netlist: Netlist) -> Netlist:
    """Return the netlist without the inputs that no output depends on by structure."""
    return with_inputs(netlist, read_inputs(netlist))


def _second_of_two(builder: NetlistBuilder, reduction: Reduction, bits: Sequence[int]) -> int:
    """Return a net that is true where the second of two classes wins."""
    if reduction is Reduction.LEARNABLE:
        return bits[0]
    half = len(bits) // 2
    first, second = bits[:half], bits[half:]
    if half % 2:
        return add_greater(builder, add_popcount(builder, second), add_popcount(builder, first))
    # sum1 > sum0 is sum1 + (half - sum0) > half: one count, of the ones of class 1 and the zeros of class 0.
    # It saves a half adder per column where groups are even, and costs more than it saves where they are odd.
    return add_more_than_half(builder, [*map(builder.invert, first), *second])

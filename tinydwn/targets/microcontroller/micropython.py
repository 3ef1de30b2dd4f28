"""A classifier as one file of Python for MicroPython: whole numbers, bits and bytes alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.model.classifier import Classifier, Reduction
from tinydwn.netlist import Netlist
from tinydwn.netlist.graph import FIRST_INPUT
from tinydwn.targets.microcontroller.inputs import IntegerInputs, core_bits
from tinydwn.targets.microcontroller.library import Scales
from tinydwn.targets.microcontroller.network import bits_read
from tinydwn.targets.steps import Kind, Steps, steps_of

MOST_STEPS = 400
"""A circuit of more operations becomes loops over tables, which take less memory."""
_TEXT = {
    Kind.NOT: "1 ^ {0}",
    Kind.AND: "{0} & {1}",
    Kind.OR: "{0} | {1}",
    Kind.XOR: "{0} ^ {1}",
    Kind.AND_NOT: "{0} & (1 ^ {1})",
    Kind.OR_NOT: "{0} | (1 ^ {1})",
    Kind.CHOICE: "{2} if {0} else {1}",
}
_CODES = {"uint8_t": "B", "uint16_t": "H", "int16_t": "h", "int32_t": "i"}
_LOOPS = """\
    bits = bytearray(len(_CONSTANTS))
    at = 0
    for place, count in enumerate(_COUNTS):
        value = x[place]
        for _ in range(count):
            bits[at] = value >= _CONSTANTS[at]
            at += 1
    for nodes, inputs, wires, tables, size in _LAYERS:
        out = bytearray(nodes)
        at = 0
        for node in range(nodes):
            address = 0
            for _ in range(inputs):
                address = address + address + bits[wires[at]]
                at += 1
            out[node] = tables[node * size + (address >> 3)] >> (address & 7) & 1
        bits = out
"""


@dataclass(frozen=True, slots=True, eq=False)
class PythonModule:
    """The text of a module with `classify`, its form, and what it reads."""

    text: str
    form: str
    inputs: IntegerInputs


def python_module(
    classifier: Classifier, core: Netlist, *, scales: Scales = None, onehot: bool = False
) -> PythonModule:
    """Return a classifier as Python that MicroPython runs; equal ones give equal text.

    A `core` of at most `MOST_STEPS` operations becomes these ("gates"), another classifier loops over its tables
    ("tables"). `scales` and `onehot` as in `c_library`; raises as `IntegerInputs.of`.
    """
    steps = steps_of(core)
    if len(steps.steps) <= MOST_STEPS:
        bits = core_bits(classifier.encoder, core)
        inputs = IntegerInputs.of(classifier.encoder, list(bits.values()), scales)
        body = _gates(steps, [bits.get(name) for name in core.inputs], inputs, onehot=onehot)
        form, data = "gates", []
    else:
        inputs = IntegerInputs.of(classifier.encoder, bits_read(classifier), scales)
        body, form, data = _LOOPS + _ending(classifier), "tables", _data(classifier, inputs)
    lines = [
        f'"""Classifier of {classifier.classes} classes, in the form of {form}; digest {classifier.digest[:16]}."""',
        "",
        *(["from array import array", ""] if data else []),
        "# What each input is: the name of a feature, its column, and how its value becomes a whole number.",
        "INPUTS = (",
        *(f"    {_input(inputs, k)}," for k in range(len(inputs.features))),
        ")",
        f"CLASSES = ({''.join(f'{name!a}, ' for name in classifier.class_names).rstrip()})",
        *data,
        "",
        "",
        "def classify(x):",
        '    """Return the number of the class of one sample, a sequence of whole numbers."""',
        body,
    ]
    return PythonModule("\n".join(lines), form, inputs)


def _input(inputs: IntegerInputs, k: int) -> str:
    feature, factor = inputs.features[k], inputs.scale[k]
    name = ascii(inputs.names[k])
    if factor is not None:
        return f'({name}, {feature}, "value * {factor}")'
    grid = inputs.encoder.fixed_point
    offset, step, most = float(grid.offset[feature]), float(grid.step[feature]), int(grid.largest_word[feature])
    return f'({name}, {feature}, "clamp(floor((value - {offset!r}) / {step!r}), 0, {most})")'


def _gates(steps: Steps, asked: list[int | None], inputs: IntegerInputs, *, onehot: bool) -> str:
    read = {source for step in steps.steps for source in step.sources} | set(steps.outputs)
    lines = []
    for place, bit in enumerate(asked):
        if FIRST_INPUT + place in read:
            test = "0" if bit is None else f"x[{inputs.place[bit]}] >= {inputs.constant[bit]}"
            lines.append(f"    v{FIRST_INPUT + place} = {test}")
    for value, step in enumerate(steps.steps, steps.first):
        lines.append(f"    v{value} = {_TEXT[step.kind].format(*(f'v{source}' for source in step.sources))}")
    terms = []
    for k, value in enumerate(steps.outputs):
        weight = k if onehot else 1 << k
        if value and weight:
            terms.append(f"{weight} * {'1' if value < FIRST_INPUT else f'v{value}'}")
    return "\n".join([*lines, f"    return {' + '.join(terms) or '0'}", ""])


def _data(classifier: Classifier, inputs: IntegerInputs) -> list[str]:
    bits = bits_read(classifier)
    place = {bit: k for k, bit in enumerate(bits)}
    counts = np.bincount([inputs.place[bit] for bit in bits], minlength=len(inputs.features))
    lines = [
        f"_CONSTANTS = {_array(_CODES[inputs.c_type], (inputs.constant[bit] for bit in bits))}",
        f"_COUNTS = {_array('H', counts.tolist())}",
        "# Tables, inputs of each, the bits that these read, the highest first, the tables' bits, bytes of each.",
        "_LAYERS = (",
    ]
    for k, layer in enumerate(classifier.layers):
        mapping = layer.mapping if k else np.vectorize(place.__getitem__)(layer.mapping)
        tables = np.packbits(layer.tables, axis=1, bitorder="little")
        wires = _array("H", mapping[:, ::-1].ravel().tolist())
        lines.append(f"    ({layer.nodes}, {layer.inputs_per_lut}, {wires}, {tables.tobytes()!r}, {tables.shape[1]}),")
    return [*lines, ")"]


def _array(code: str, values: Iterable[int]) -> str:
    found: NDArray[np.generic] = np.array(list(values), dtype=np.dtype(code).newbyteorder("<"))
    return f'array("{code}", {found.tobytes()!r})'


def _ending(classifier: Classifier) -> str:
    if classifier.reduction is Reduction.POPCOUNT:
        each = classifier.layers[-1].nodes // classifier.classes
        lines = [
            f"votes = [sum(bits[k : k + {each}]) for k in range(0, len(bits), {each})]",
            "return votes.index(max(votes))",
        ]
    elif classifier.reduction is Reduction.CODED:
        lines = [
            "code = sum(bit << k for k, bit in enumerate(bits))",
            f"return code if code < {classifier.classes} else code - {1 << (classifier.layers[-1].nodes - 1)}",
        ]
    elif classifier.classes == 2:
        lines = ["return bits[0]"]
    else:
        lines = ["for k, bit in enumerate(bits):", "    if bit:", "        return k", "return 0"]
    return "".join(f"    {line}\n" for line in lines)

"""What a form is expected to take on an 8-bit processor: bytes of flash, and cycles for one sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinydwn.model.classifier import Classifier
from tinydwn.netlist import Netlist
from tinydwn.targets.microcontroller.inputs import IntegerInputs, core_bits
from tinydwn.targets.microcontroller.network import Decisions, bits_read
from tinydwn.targets.steps import steps_of

# Fitted to what simavr counts of avr-gcc -Os.
_BYTES_PER_STEP, _CYCLES_PER_STEP = 8.0, 5.5
_BYTES_PER_COMPARISON, _CYCLES_PER_COMPARISON = 8.0, 6.0
_BYTES_PER_QUESTION, _CYCLES_PER_QUESTION = 7.5, 5.0
_BYTES_PER_TABLE, _CYCLES_PER_TABLE = 4.0, 4.0
_CYCLES_PER_READ, _CYCLES_PER_LOOK_UP, _CYCLES_PER_BIT = 17.5, 34.0, 16.0
_CODE_BYTES, _BYTE = 450, 8


@dataclass(frozen=True, slots=True)
class Estimate:
    """Bytes of flash, and cycles for one sample."""

    flash_bytes: float
    cycles: float


def gates_estimate(core: Netlist, inputs: IntegerInputs) -> Estimate:
    """Return what operations on bits take: all of them are done."""
    steps, bits, wide = len(steps_of(core).steps), len(core_bits(inputs.encoder, core)), width_of(inputs)
    return Estimate(
        _BYTES_PER_STEP * steps + _BYTES_PER_COMPARISON * wide * bits,
        _CYCLES_PER_STEP * steps + _CYCLES_PER_COMPARISON * wide * bits,
    )


def branches_estimate(layers: Sequence[Sequence[Decisions]], inputs: IntegerInputs) -> Estimate:
    """Return what branches take: on the mean some of the questions are asked."""
    flash = cycles = 0.0
    for k, layer in enumerate(layers):
        wide = width_of(inputs) if k == 0 else 1.0
        for one in layer:
            flash += _BYTES_PER_TABLE + _BYTES_PER_QUESTION * wide * len(one.diagram.questions)
            cycles += _CYCLES_PER_TABLE + _CYCLES_PER_QUESTION * wide * one.diagram.mean_questions
    return Estimate(flash, cycles)


def tables_estimate(classifier: Classifier, inputs: IntegerInputs) -> Estimate:
    """Return what loops over tables take: all comparisons are made, and every table is looked up."""
    bits = len(bits_read(classifier))
    flash, cycles, read = _CODE_BYTES + bits * (2.0 if width_of(inputs) > 1 else 1.0), _CYCLES_PER_BIT * bits, bits
    for layer in classifier.layers:
        wires = 1 if read <= 1 << _BYTE else 2
        n = layer.inputs_per_lut
        flash += layer.nodes * (wires * n + max(1, (1 << n) // _BYTE))
        cycles += layer.nodes * (_CYCLES_PER_LOOK_UP + _CYCLES_PER_READ * n)
        read = layer.nodes
    return Estimate(flash, cycles)


def width_of(inputs: IntegerInputs) -> float:
    """Return by how much a comparison takes longer than one of bytes."""
    return {"uint8_t": 1.0, "int32_t": 2.6}.get(inputs.c_type, 1.6)

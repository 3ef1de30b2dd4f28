"""Starting points of the search, and the way between netlists of cells and circuits that can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tinydwn.errors import NetlistError
from tinydwn.mapping.mapped import Instance, MappedNetlist
from tinydwn.mapping.mapper import map_to_cells
from tinydwn.netlist.graph import Netlist
from tinydwn.refine.circuit import FIRST_INPUT, Circuit, empty_circuit
from tinydwn.refine.examples import Examples
from tinydwn.refine.gates import GateSet

EMPTY = "an empty circuit"


@dataclass(frozen=True, slots=True)
class Start:
    """A circuit to start from, over some of the examples' inputs and with their outputs; `name` tells of it."""

    name: str
    netlist: Netlist
    kind: Literal["network", "tree", "structure"] = "network"


def mapped_start(start: Start, examples: Examples, gates: GateSet, *, timeout_s: float) -> MappedNetlist:
    """Return a start in cells of the gate set; `NetlistError` where its outputs are not those of the examples."""
    if start.netlist.output_names != examples.outputs:
        raise NetlistError(
            f"{start.name} has outputs {', '.join(start.netlist.output_names)}, "
            f"the examples have {', '.join(examples.outputs)}",
            hint="start from circuits of one output form",
        )
    examples.places(start.netlist.inputs)
    return map_to_cells(start.netlist, gates.as_library, effort="fast", timeout_s=timeout_s)


def circuit_of(mapped: MappedNetlist, examples: Examples, gates: GateSet, *, room: int) -> Circuit:
    """Return a circuit of cells of the gate set, over all inputs of the examples."""
    number = {cell.name: k for k, cell in enumerate(gates.cells)}
    kept = [instance for instance in mapped.instances if not instance.cell.is_constant]
    nets = [0, 1, *(FIRST_INPUT + place for place in examples.places(mapped.inputs))]
    base = FIRST_INPUT + len(examples.inputs)
    placed = 0
    for instance in mapped.instances:
        nets.append(instance.cell.table if instance.cell.is_constant else base + placed)
        placed += not instance.cell.is_constant
    circuit = empty_circuit(room, len(examples.outputs))
    circuit.size[0] = len(kept)
    for k, instance in enumerate(kept):
        circuit.gate[k] = number[instance.cell.name]
        circuit.fanin[k, : len(instance.fanin)] = [nets[net] for net in instance.fanin]
    circuit.ends[:] = [nets[net] for _, net in mapped.outputs]
    return circuit


def mapped_of(circuit: Circuit, examples: Examples, gates: GateSet, *, name: str) -> MappedNetlist:
    """Return a circuit as cells of the library over the inputs that it reads."""
    base, n = FIRST_INPUT + len(examples.inputs), int(circuit.size[0])
    fanins = [circuit.fanin[k, : gates.arity[circuit.gate[k]]] for k in range(n)]
    read = np.unique(np.concatenate([*fanins, circuit.ends]))
    used = [int(net) for net in read if FIRST_INPUT <= net < base]
    nets = {0: 0, 1: 1, **{net: FIRST_INPUT + k for k, net in enumerate(used)}}
    nets |= {base + k: FIRST_INPUT + len(used) + k for k in range(n)}
    instances = tuple(
        Instance(gates.cells[circuit.gate[k]], tuple(nets[int(net)] for net in fanin)) for k, fanin in enumerate(fanins)
    )
    return MappedNetlist(
        name,
        gates.library,
        tuple(examples.inputs[net - FIRST_INPUT] for net in used),
        instances,
        tuple((output, nets[int(net)]) for output, net in zip(examples.outputs, circuit.ends, strict=True)),
        script="refine",
    )

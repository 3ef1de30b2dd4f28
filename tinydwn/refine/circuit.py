"""A circuit that can be changed in place, for the compiled loops, and its measures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled
from tinydwn.refine.gates import PINS

Places = NDArray[np.int64]
FIRST_INPUT = 2


class Circuit(NamedTuple):
    """Gates in order, as arrays with room for more; nets are numbered as in `Netlist`.

    `gate`, (room,), is a place in the gate set; `fanin`, (room, 4), the net on each pin; `ends`, (outputs,), the nets
    of the outputs; `size`, (1,), the number of gates. `origin`, (room,), is the place of the same gate in the circuit
    that this one was copied from, -1 for a new one.
    """

    gate: NDArray[np.int64]
    fanin: NDArray[np.int64]
    ends: NDArray[np.int64]
    size: NDArray[np.int64]
    origin: NDArray[np.int64]


class Problem(NamedTuple):
    """What the loops read and never change.

    `signals`, (inputs + 2, words), hold the constants and the inputs; `targets`, (outputs, words), the right answers;
    `masks`, (groups, words), which samples a group has, and `gains`, (groups,), what it adds that one of them is right.
    An input's neighbors are `first` to `last` - 1, (inputs,), places of inputs of the same feature;
    `input_cost`, (inputs,), is what reading it costs. `likely` are inputs that are drawn more often. `shape`, `pins`,
    `inverted`, `arity` and `area`, (gates,), are those of the gate set. A circuit costs at most `limit`; an archive has
    a place for every `step` of costs up to `fine`, and beyond for every `coarse`, which is no shorter.
    """

    signals: NDArray[np.uint64]
    targets: NDArray[np.uint64]
    masks: NDArray[np.uint64]
    gains: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    input_cost: NDArray[np.float64]
    likely: NDArray[np.int64]
    shape: NDArray[np.int64]
    pins: NDArray[np.int64]
    inverted: NDArray[np.int64]
    arity: NDArray[np.int64]
    area: NDArray[np.float64]
    limit: float
    step: float
    fine: float
    coarse: float

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return len(self.input_cost)


class Room(NamedTuple):
    """Scratch of the loops.

    `rows`, (inputs + 2 + 2 room + 1, words), hold the value of every net of a parent, constants and inputs first, then
    those of the gates of a child, last which samples it answers wrong. `same`, (room,), is for each gate of the child
    the gate of the parent with its value, -1 where there is none; `seen`, (inputs + 2,), is all 0 between calls.
    """

    rows: NDArray[np.uint64]
    same: Places
    seen: Places


def empty_room(room: int, problem: Problem) -> Room:
    """Return scratch for circuits of so many gates."""
    gates = np.zeros((2 * room + 1, problem.signals.shape[1]), np.uint64)
    rows = np.concatenate([problem.signals, gates])
    return Room(rows, np.zeros(room, np.int64), np.zeros(len(problem.signals), np.int64))


def empty_circuit(room: int, outputs: int) -> Circuit:
    """Return a circuit without gates whose outputs are 0."""
    return Circuit(
        gate=np.zeros(room, np.int64),
        fanin=np.zeros((room, PINS), np.int64),
        ends=np.zeros(outputs, np.int64),
        size=np.zeros(1, np.int64),
        origin=np.full(room, -1, np.int64),
    )


@compiled
def copy_into(source: Circuit, target: Circuit) -> None:
    """Make `target` the same circuit as `source`, each gate with its place there as origin."""
    n = source.size[0]
    target.size[0] = n
    target.ends[:] = source.ends
    for k in range(n):
        target.gate[k] = source.gate[k]
        target.origin[k] = k
        for pin in range(PINS):
            target.fanin[k, pin] = source.fanin[k, pin]


@compiled
def drop_unread(circuit: Circuit, arity: Places, inputs: int, place: Places) -> None:
    """Take out gates that no output reads; `place`, (room,), is scratch."""
    first = FIRST_INPUT + inputs
    _mark_read(circuit, arity, first, place)
    kept = 0
    for k in range(circuit.size[0]):
        if place[k] < 0:
            continue
        place[k] = kept
        circuit.gate[kept] = circuit.gate[k]
        circuit.origin[kept] = circuit.origin[k]
        for pin in range(PINS):
            net = circuit.fanin[k, pin] if pin < arity[circuit.gate[k]] else 0
            circuit.fanin[kept, pin] = first + place[net - first] if net >= first else net
        kept += 1
    circuit.size[0] = kept
    for end in range(len(circuit.ends)):
        net = circuit.ends[end]
        circuit.ends[end] = first + place[net - first] if net >= first else net


@compiled
def _mark_read(circuit: Circuit, arity: Places, first: int, place: Places) -> None:
    """Write 0 to the places of gates that an output reads, -1 to the others."""
    n = circuit.size[0]
    place[:n] = -1
    for net in circuit.ends:
        if net >= first:
            place[net - first] = 0
    for k in range(n - 1, -1, -1):
        if place[k] == 0:
            for pin in range(arity[circuit.gate[k]]):
                net = circuit.fanin[k, pin]
                if net >= first:
                    place[net - first] = 0


@compiled
def cost_of(circuit: Circuit, problem: Problem, seen: Places) -> float:
    """Return the area of the gates and the cost of each input that is read, once; `seen`, (inputs + 2,), is all 0."""
    fanin, gate, ends, costs = circuit.fanin, circuit.gate, circuit.ends, problem.input_cost
    total = 0.0
    for k in range(circuit.size[0]):
        total += problem.area[gate[k]]
        for pin in range(problem.arity[gate[k]]):
            total += _first_read(fanin[k, pin], costs, seen)
    for net in ends:
        total += _first_read(net, costs, seen)
    for k in range(circuit.size[0]):
        for pin in range(problem.arity[gate[k]]):
            if fanin[k, pin] < len(seen):
                seen[fanin[k, pin]] = 0
    for net in ends:
        if net < len(seen):
            seen[net] = 0
    return total


@compiled
def _first_read(net: int, costs: NDArray[np.float64], seen: Places) -> float:
    """Return the cost of an input that was not read before, 0 for anything else."""
    if net < FIRST_INPUT or net >= len(seen) or seen[net]:
        return 0.0
    seen[net] = 1
    return costs[net - FIRST_INPUT]  # type: ignore[no-any-return]

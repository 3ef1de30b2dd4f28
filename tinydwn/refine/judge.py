"""How right a circuit is on the samples: whole circuits, and changed ones by what the change reaches."""

from __future__ import annotations

from tinydwn.compiled import compiled
from tinydwn.refine.circuit import FIRST_INPUT, Circuit, Places, Problem, Room
from tinydwn.refine.words import Words, combine, ones

BLOCK = 128
"""Words that are looked at together: 8,192 samples, so that rows stay in the cache."""


@compiled
def simulate(circuit: Circuit, problem: Problem, values: Words) -> None:
    """Write the value of every gate to `values`, (room, words)."""
    words = problem.signals.shape[1]
    for k in range(circuit.size[0]):
        gate = circuit.gate[k]
        a = _whole(circuit, problem, values, k, 0)
        b = _whole(circuit, problem, values, k, 1)
        c = _whole(circuit, problem, values, k, 2)
        d = _whole(circuit, problem, values, k, 3)
        combine(problem.shape[gate], problem.inverted[gate], a, b, c, d, values[k, :words])


@compiled
def _whole(circuit: Circuit, problem: Problem, values: Words, k: int, slot: int) -> Words:
    pin = problem.pins[circuit.gate[k], slot]
    net = circuit.fanin[k, pin] if pin >= 0 else 0
    inputs = len(problem.input_cost)
    return problem.signals[net] if net < FIRST_INPUT + inputs else values[net - FIRST_INPUT - inputs]  # type: ignore[no-any-return]


@compiled
def judge(child: Circuit, parent: Circuit, problem: Problem, room: Room, most: int) -> int:
    """Return what the wrong answers of `child` cost, or some number above `most` once they cost more than that.

    `room.values` are those of `parent`, which `child` was copied from. Only gates that the change reaches are computed,
    and none behind a gate whose value stayed.
    """
    words = problem.signals.shape[1]
    same = room.same
    lost = 0
    for start in range(0, words, BLOCK):
        stop = min(start + BLOCK, words)
        for k in range(child.size[0]):
            same[k] = _unchanged(child, parent, problem, same, k)
            if same[k] < 0:
                _compute(child, problem, room, k, start, stop)
                origin = child.origin[k]
                if origin >= 0 and _equal(room.changed[k], room.values[origin], start, stop):
                    same[k] = origin
        lost += _lost(child, problem, room, start, stop)
        if lost > most:
            return lost
    return lost


@compiled
def _unchanged(child: Circuit, parent: Circuit, problem: Problem, same: Places, k: int) -> int:
    """Return the place in the parent of a gate that is there with the same sources, else -1."""
    origin = child.origin[k]
    if origin < 0 or child.gate[k] != parent.gate[origin]:
        return -1
    first = FIRST_INPUT + len(problem.input_cost)
    for pin in range(problem.arity[child.gate[k]]):
        net = child.fanin[k, pin]
        if net >= first:
            place = same[net - first]
            if place < 0:
                return -1
            net = first + place
        if net != parent.fanin[origin, pin]:
            return -1
    return origin  # type: ignore[no-any-return]


@compiled
def _row(net: int, problem: Problem, room: Room, start: int, stop: int) -> Words:
    first = FIRST_INPUT + len(problem.input_cost)
    if net < first:
        return problem.signals[net, start:stop]
    place = room.same[net - first]
    return room.values[place, start:stop] if place >= 0 else room.changed[net - first, start:stop]


@compiled
def _compute(child: Circuit, problem: Problem, room: Room, k: int, start: int, stop: int) -> None:
    gate = child.gate[k]
    pins = problem.pins[gate]
    a = _row(child.fanin[k, pins[0]] if pins[0] >= 0 else 0, problem, room, start, stop)
    b = _row(child.fanin[k, pins[1]] if pins[1] >= 0 else 0, problem, room, start, stop)
    c = _row(child.fanin[k, pins[2]] if pins[2] >= 0 else 0, problem, room, start, stop)
    d = _row(child.fanin[k, pins[3]] if pins[3] >= 0 else 0, problem, room, start, stop)
    combine(problem.shape[gate], problem.inverted[gate], a, b, c, d, room.changed[k, start:stop])


@compiled
def _equal(one: Words, two: Words, start: int, stop: int) -> bool:
    for w in range(start, stop):  # noqa: SIM110 - a loop that compiles
        if one[w] != two[w]:
            return False
    return True


@compiled
def _lost(child: Circuit, problem: Problem, room: Room, start: int, stop: int) -> int:
    """Return what the samples of some words cost that are answered wrong; one wrong output makes a wrong answer."""
    wrong = problem.targets[0, start:stop] ^ _row(child.ends[0], problem, room, start, stop)
    for end in range(1, len(child.ends)):
        wrong |= problem.targets[end, start:stop] ^ _row(child.ends[end], problem, room, start, stop)
    lost = 0
    for group in range(len(problem.gains)):
        count = 0
        for w in range(stop - start):
            count += ones(wrong[w] & problem.masks[group, start + w])
        lost += problem.gains[group] * count
    return lost

"""How right a circuit is on the samples: whole circuits, and changed ones by what the change reaches."""

from __future__ import annotations

from tinydwn.compiled import compiled
from tinydwn.netlist.simulate import Words
from tinydwn.netlist.words import ones
from tinydwn.refine.circuit import FIRST_INPUT, Circuit, Places, Problem, Room
from tinydwn.refine.words import combine

BLOCK = 128
"""Words that are looked at together: 8,192 samples, so that rows stay in the cache."""


@compiled
def simulate(circuit: Circuit, problem: Problem, rows: Words) -> None:
    """Write the value of every gate to the row of its net."""
    fanin, words, first = circuit.fanin, rows.shape[1], FIRST_INPUT + len(problem.input_cost)
    for k in range(circuit.size[0]):
        gate = circuit.gate[k]
        a = _source(fanin, problem.pins, gate, k, 0)
        b = _source(fanin, problem.pins, gate, k, 1)
        c = _source(fanin, problem.pins, gate, k, 2)
        d = _source(fanin, problem.pins, gate, k, 3)
        combine(rows, first + k, problem.shape[gate], problem.inverted[gate], a, b, c, d, 0, words)


@compiled
def judge(child: Circuit, parent: Circuit, problem: Problem, room: Room, most: int) -> int:
    """Return what the wrong answers of `child` cost, or some number above `most` once they cost more than that.

    `room.rows` hold the values of `parent`, which `child` was copied from. Only gates that the change reaches are
    computed, and none behind a gate whose value stayed.
    """
    rows, same, pins = room.rows, room.same, problem.pins
    kinds, fanin, origin = child.gate, child.fanin, child.origin
    first, words = FIRST_INPUT + len(problem.input_cost), rows.shape[1]
    own = first + len(same)
    lost = 0
    for start in range(0, words, BLOCK):
        stop = min(start + BLOCK, words)
        for k in range(child.size[0]):
            same[k] = _unchanged(kinds, fanin, origin, parent.gate, parent.fanin, problem.arity, same, first, k)
            if same[k] < 0:
                gate = kinds[k]
                a = _row(_source(fanin, pins, gate, k, 0), same, first)
                b = _row(_source(fanin, pins, gate, k, 1), same, first)
                c = _row(_source(fanin, pins, gate, k, 2), same, first)
                d = _row(_source(fanin, pins, gate, k, 3), same, first)
                combine(rows, own + k, problem.shape[gate], problem.inverted[gate], a, b, c, d, start, stop)
                if origin[k] >= 0 and _equal(rows, own + k, first + origin[k], start, stop):
                    same[k] = origin[k]
        lost += _lost(rows, child.ends, problem.targets, problem.masks, problem.gains, same, first, start, stop)
        if lost > most:
            return lost
    return lost


@compiled
def _source(fanin: Places, pins: Places, gate: int, k: int, slot: int) -> int:
    """Return the net that a slot of gate `k` reads; constant 0 where it reads none."""
    pin = pins[gate, slot]
    return fanin[k, pin] if pin >= 0 else 0


@compiled
def _row(net: int, same: Places, first: int) -> int:
    """Return the row with the value of a net of the child: one of its own, where the parent has no gate like it."""
    if net < first:
        return net
    place = same[net - first]
    return first + place if place >= 0 else net + len(same)


@compiled
def _unchanged(
    kinds: Places,
    fanin: Places,
    origin: Places,
    parent_kinds: Places,
    parent_fanin: Places,
    arity: Places,
    same: Places,
    first: int,
    k: int,
) -> int:
    """Return the place in the parent of a gate that is there with the same sources, else -1."""
    place = origin[k]
    if place < 0 or kinds[k] != parent_kinds[place]:
        return -1
    for pin in range(arity[kinds[k]]):
        if _row(fanin[k, pin], same, first) != parent_fanin[place, pin]:
            return -1
    return place  # type: ignore[no-any-return]


@compiled
def _equal(rows: Words, one: int, two: int, start: int, stop: int) -> bool:
    for w in range(start, stop):  # noqa: SIM110 - a loop that compiles
        if rows[one, w] != rows[two, w]:
            return False
    return True


@compiled
def _lost(
    rows: Words,
    ends: Places,
    targets: Words,
    masks: Words,
    gains: Places,
    same: Places,
    first: int,
    start: int,
    stop: int,
) -> int:
    """Return what the samples of some words cost that are answered wrong; one wrong output makes a wrong answer."""
    wrong = len(rows) - 1
    rows[wrong, start:stop] = 0
    for end in range(len(ends)):
        row = _row(ends[end], same, first)
        for w in range(start, stop):
            rows[wrong, w] |= targets[end, w] ^ rows[row, w]
    lost = 0
    for group in range(len(gains)):
        count = 0
        for w in range(start, stop):
            count += ones(rows[wrong, w] & masks[group, w])
        lost += gains[group] * count
    return lost

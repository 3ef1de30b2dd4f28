"""The best circuit for every cost, and the search that fills it (MAP-Elites; Mouret and Clune 2015, arXiv 1504.04909).

A circuit is drawn, changed, and takes the place of its cost where it is as right as the one there or more; that equals
replace one another lets the search drift. Expensive places feed the cheap ones and the other way round.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled
from tinydwn.netlist.simulate import Words
from tinydwn.netlist.words import draw
from tinydwn.refine.circuit import (
    Circuit,
    Problem,
    Room,
    copy_into,
    cost_of,
    drop_unread,
    empty_circuit,
    empty_room,
)
from tinydwn.refine.gates import PINS
from tinydwn.refine.judge import judge, simulate
from tinydwn.refine.moves import change

NOBODY = np.iinfo(np.int64).max
CHILDREN = 16


class Archive(NamedTuple):
    """A circuit per place, (places, ...) as in `Circuit`; `lost`, (places,), is what its wrong answers cost.

    An empty place has lost `NOBODY`. `cost` is in the unit of the problem, `start` the number of the starting point
    that a circuit descends from.
    """

    gate: NDArray[np.int16]
    fanin: NDArray[np.int32]
    ends: NDArray[np.int32]
    size: NDArray[np.int64]
    lost: NDArray[np.int64]
    cost: NDArray[np.float64]
    start: NDArray[np.int64]


def empty_archive(places: int, room: int, outputs: int) -> Archive:
    """Return an archive of empty places."""
    return Archive(
        gate=np.zeros((places, room), np.int16),
        fanin=np.zeros((places, room, PINS), np.int32),
        ends=np.zeros((places, outputs), np.int32),
        size=np.zeros(places, np.int64),
        lost=np.full(places, NOBODY, np.int64),
        cost=np.zeros(places, np.float64),
        start=np.zeros(places, np.int64),
    )


@compiled
def place_of(cost: float, problem: Problem) -> int:
    """Return the place of a cost."""
    if cost <= problem.fine:
        return int(cost / problem.step + 1e-9)
    return int(problem.fine / problem.step + 1e-9) + int((cost - problem.fine) / problem.coarse + 1e-9)


@compiled
def offer(archive: Archive, circuit: Circuit, lost: int, cost: float, start: int, problem: Problem) -> bool:
    """Put a circuit in the place of its cost where it is as right as the one there; say whether it was."""
    place = place_of(cost, problem)
    if place >= len(archive.lost) or lost > archive.lost[place]:
        return False
    if lost == archive.lost[place] and cost > archive.cost[place] + 1e-9:
        return False
    n = circuit.size[0]
    archive.size[place], archive.lost[place] = n, lost
    archive.cost[place], archive.start[place] = cost, start
    for end in range(len(circuit.ends)):
        archive.ends[place, end] = circuit.ends[end]
    for k in range(n):
        archive.gate[place, k] = circuit.gate[k]
        for pin in range(PINS):
            archive.fanin[place, k, pin] = circuit.fanin[k, pin]
    return True


@compiled
def take(archive: Archive, place: int, circuit: Circuit) -> None:
    """Copy the circuit of a place."""
    n = archive.size[place]
    circuit.size[0] = n
    for end in range(len(circuit.ends)):
        circuit.ends[end] = archive.ends[place, end]
    for k in range(n):
        circuit.gate[k] = archive.gate[place, k]
        for pin in range(PINS):
            circuit.fanin[k, pin] = archive.fanin[place, k, pin]


@compiled
def _choose(archive: Archive, state: Words, places: int) -> int:
    """Draw one of the first places that is taken; three times in four, go on to the best one that is as cheap."""
    place = draw(state, places)
    while archive.lost[place] == NOBODY:
        place = draw(state, places)
    if draw(state, 4) > 0:
        for cheaper in range(place, -1, -1):
            if archive.lost[cheaper] <= archive.lost[place]:
                place = cheaper
    return place


@compiled
def _explore(
    archive: Archive, problem: Problem, state: Words, parent: Circuit, child: Circuit, room: Room, rounds: int
) -> int:
    """Draw a circuit and change it in a few ways, `rounds` times; return how many were judged."""
    judged = 0
    places = min(place_of(problem.limit, problem) + 1, len(archive.lost))
    for _ in range(rounds):
        place = _choose(archive, state, places)
        start = archive.start[place]
        take(archive, place, parent)
        simulate(parent, problem, room.rows)
        for _ in range(CHILDREN):
            copy_into(parent, child)
            change(child, problem, state)
            drop_unread(child, problem.arity, len(problem.input_cost), room.same)
            cost = cost_of(child, problem, room.seen)
            into = place_of(cost, problem)
            if into >= places or cost > problem.limit + 1e-9:
                continue
            most = archive.lost[into]
            judged += 1
            lost = judge(child, parent, problem, room, most)
            if lost <= most and offer(archive, child, lost, cost, start, problem) and into == place:
                break
    return judged


class Explorer:
    """An archive with the room that searching it takes; a seed decides all that it draws, `state` what comes next."""

    def __init__(self, problem: Problem, *, places: int, room: int, seed: int) -> None:
        outputs = problem.targets.shape[0]
        self.problem, self.archive = problem, empty_archive(places, room, outputs)
        self.state = np.array([np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] | np.uint64(1)])
        self._parent, self._child = empty_circuit(room, outputs), empty_circuit(room, outputs)
        self._room = empty_room(room, problem)

    def start_from(self, circuit: Circuit, number: int) -> None:
        """Offer a starting point."""
        circuit.origin[:] = -1
        cost = cost_of(circuit, self.problem, self._room.seen)
        lost = judge(circuit, circuit, self.problem, self._room, NOBODY)
        offer(self.archive, circuit, lost, cost, number, self.problem)

    def explore(self, rounds: int, *, limit: float) -> int:
        """Search circuits that cost up to `limit`, for `rounds` of up to sixteen; return how many were judged."""
        problem = self.problem._replace(limit=limit)
        return int(_explore(self.archive, problem, self.state, self._parent, self._child, self._room, rounds))

    def learn_from(self, other: Archive) -> None:
        """Take over whatever another archive has better, which may have fewer or more places of the same costs."""
        shared = min(len(other.lost), len(self.archive.lost))
        better = np.flatnonzero(other.lost[:shared] < self.archive.lost[:shared])
        for name in Archive._fields:
            getattr(self.archive, name)[better] = getattr(other, name)[better]

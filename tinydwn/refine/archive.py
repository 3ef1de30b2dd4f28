"""The best circuit for every cost (MAP-Elites; Mouret and Clune 2015, arXiv 1504.04909)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled
from tinydwn.netlist.simulate import Words
from tinydwn.netlist.words import draw
from tinydwn.refine.circuit import Circuit, Places, Problem
from tinydwn.refine.gates import PINS
from tinydwn.refine.linked import write
from tinydwn.refine.memory import COST

NOBODY = np.iinfo(np.int64).max
_GROWTH = 1 / 128
"""Beyond those of equal width, places get wider by this share from one to the next."""


class Archive(NamedTuple):
    """A circuit per place; `lost`, (places,), is what its wrong answers cost, `NOBODY` where there is none.

    The gates of place `p` are those from `offset[p]` on in `gate`, (…,), and `fanin`, (…, 4), `size[p]` of them: the
    costs of a place bound how many there can be. `ends`, (places, outputs), are as in `Circuit`. `cost` is in ticks,
    `start` the number of the starting point that a circuit descends from.
    """

    gate: NDArray[np.int16]
    fanin: NDArray[np.int32]
    offset: Places
    floors: Places
    ends: NDArray[np.int32]
    size: Places
    lost: Places
    cost: Places
    start: Places


def floors_for(limit: int, *, step: int, fine: int) -> Places:
    """Return the least costs of places up to `limit`, (places,): equal steps up to `fine`, then ever wider ones.

    >>> floors_for(1000, step=10, fine=30).tolist()[:6]
    [0, 10, 20, 30, 40, 50]
    >>> len(floors_for(10**6, step=10, fine=30))
    978
    """
    floors = list(range(0, min(limit, fine) + 1, step))
    while (following := floors[-1] + max(step, math.ceil(floors[-1] * _GROWTH))) <= limit:
        floors.append(following)
    return np.array(floors, dtype=np.int64)


def empty_archive(problem: Problem, room: int) -> Archive:
    """Return an archive of empty places."""
    places, outputs = len(problem.floors), len(problem.targets)
    highest = np.append(problem.floors[1:], max(problem.limit, int(problem.floors[-1])) + 1)
    offset = np.concatenate([[0], np.cumsum(np.minimum(highest // max(int(problem.area.min()), 1) + 1, room))])
    return Archive(
        gate=np.zeros(offset[-1], np.int16),
        fanin=np.zeros((offset[-1], PINS), np.int32),
        offset=offset.astype(np.int64),
        floors=problem.floors,
        ends=np.zeros((places, outputs), np.int32),
        size=np.zeros(places, np.int64),
        lost=np.full(places, NOBODY),
        cost=np.zeros(places, np.int64),
        start=np.zeros(places, np.int64),
    )


@compiled
def place_of(cost: int, floors: Places) -> int:
    """Return the place of a cost: the last that begins at no more."""
    low, high = 0, len(floors)
    while high - low > 1:
        middle = (low + high) // 2
        if floors[middle] <= cost:
            low = middle
        else:
            high = middle
    return low


@compiled
def welcomes(archive: Archive, place: int, lost: int, cost: int) -> bool:
    """Say whether a circuit is as right as the one in its place, and no more costly where it is just as right."""
    return lost < archive.lost[place] or (  # type: ignore[no-any-return]
        lost == archive.lost[place] and cost <= archive.cost[place]
    )


@compiled
def circuit_at(archive: Archive, place: int) -> Circuit:
    """Return the circuit of a place; what is written to it is written to the archive."""
    start, stop = archive.offset[place], archive.offset[place + 1]
    return Circuit(
        archive.gate[start:stop], archive.fanin[start:stop], archive.ends[place], archive.size[place : place + 1]
    )


@compiled
def store(archive: Archive, place: int, c: Places, lost: int, start: int) -> None:
    """Put a circuit in a place."""
    write(c, circuit_at(archive, place))
    archive.lost[place], archive.cost[place], archive.start[place] = lost, c[COST], start


@compiled
def choose(archive: Archive, state: Words, places: int) -> int:
    """Draw one of the first places that is taken; three times in four, go on to the best one that is as cheap."""
    place = draw(state, places)
    while archive.lost[place] == NOBODY:
        place = draw(state, places)
    if draw(state, 4) > 0:
        for cheaper in range(place, -1, -1):
            if archive.lost[cheaper] <= archive.lost[place]:
                place = cheaper
    return place


def learn(archive: Archive, other: Archive) -> None:
    """Take over whatever another archive of the same places has better."""
    for place in np.flatnonzero(other.lost < archive.lost):
        start = archive.offset[place]
        stop = start + other.size[place]
        archive.gate[start:stop], archive.fanin[start:stop] = other.gate[start:stop], other.fanin[start:stop]
        for name in ("ends", "size", "lost", "cost", "start"):
            getattr(archive, name)[place] = getattr(other, name)[place]

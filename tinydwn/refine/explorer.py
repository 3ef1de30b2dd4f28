"""An island of the search: an archive that is filled by changing what is in it.

A circuit is drawn, changed, and takes the place of its cost where it is as right as the one there or more; that equals
replace one another lets the search drift. Expensive places feed the cheap ones and the other way round.
"""

from __future__ import annotations

import numpy as np

from tinydwn.compiled import compiled
from tinydwn.netlist.simulate import Words
from tinydwn.refine.archive import Archive, choose, circuit_at, empty_archive, place_of, store, welcomes
from tinydwn.refine.circuit import Circuit, Places, Problem
from tinydwn.refine.judge import judge, keep, simulate
from tinydwn.refine.linked import begin, load, undo
from tinydwn.refine.memory import COST, SIZE, laid_out
from tinydwn.refine.moves import change
from tinydwn.refine.reduce import reduce

CHILDREN = 16
"""Changes that are tried on a circuit that was drawn, and one more for every eight gates."""


@compiled
def _explore(archive: Archive, state: Words, c: Places, w: Words, limit: int, tries: int) -> int:
    """Draw circuits and change them in a few ways, so often in all; return how many changed ones were judged."""
    judged, tried = 0, 0
    places = place_of(limit, archive.floors) + 1
    while tried < tries:
        place = choose(archive, state, places)
        load(c, circuit_at(archive, place))
        lost, start = archive.lost[place], archive.start[place]
        simulate(c, w)
        changed = False
        for _ in range(CHILDREN + c[SIZE] // 8):
            tried += 1
            change(c, state)
            cost = c[COST]
            into = place_of(cost, archive.floors)
            if cost > limit:
                undo(c)
                continue
            judged += 1
            found = judge(c, w, lost, archive.lost[into])
            if not welcomes(archive, into, found, cost):
                undo(c)
            elif into == place:
                keep(c, w)
                lost, changed = found, True
                archive.lost[place], archive.cost[place] = found, cost
            else:
                store(archive, into, c, found, start)
                undo(c)
        if changed:
            begin(c)
            store(archive, place, c, lost, start)
    return judged


class Explorer:
    """An archive with the room that searching it takes; a seed decides all that it draws, `state` what comes next."""

    def __init__(self, problem: Problem, *, room: int, seed: int) -> None:
        self.problem, self.archive = problem, empty_archive(problem, room)
        self.state = np.array([np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] | np.uint64(1)])
        self._c, self._w = laid_out(problem, room)

    def start_from(self, circuit: Circuit, number: int) -> None:
        """Offer a starting point; `number` is what it is known by."""
        lost = self._load(circuit)
        cost = int(self._c[COST])
        place = place_of(cost, self.archive.floors)
        if cost <= self.problem.limit and welcomes(self.archive, place, lost, cost):
            store(self.archive, place, self._c, lost, number)

    def reduce_from(self, circuit: Circuit, number: int, *, tries: int, least: int = -1) -> int:
        """Offer what a starting point is while it shrinks, to nothing or to a cost of at most `least` ticks.

        Return how many circuits were judged, about `tries`.
        """
        lost = self._load(circuit)
        return int(reduce(self.archive, self.state, self._c, self._w, lost, number, tries, least))

    def explore(self, tries: int, *, limit: int) -> int:
        """Try so many changed circuits that cost up to `limit` ticks; return how many of them were judged."""
        return int(_explore(self.archive, self.state, self._c, self._w, limit, tries))

    def _load(self, circuit: Circuit) -> int:
        load(self._c, circuit)
        return int(simulate(self._c, self._w))

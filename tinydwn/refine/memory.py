"""The two arrays that the compiled loops of the search work on, and where everything is in them.

One holds whole numbers: counters, then where tables begin, then the tables, those of the problem among them. The other
holds 64-bit words, each bit a sample. Two arrays are what a compiled function takes at no cost worth naming; a named
tuple of forty is not.
"""

from __future__ import annotations

from itertools import count

import numpy as np
from numpy.typing import NDArray

from tinydwn.netlist.simulate import Words
from tinydwn.refine.circuit import FIRST_INPUT, Places, Problem
from tinydwn.refine.gates import PINS

BLOCK = 128
"""Words that are looked at together: 8,192 samples."""
SPARE = 8192
"""Blocks for changed values, beside one for every gate there is room for."""
NOTHING: int = np.int64(-1)  # type: ignore[assignment] # of a type, where a bare -1 would be one of its own to numba
ZERO: int = np.int64(0)  # type: ignore[assignment]

_next = count().__next__
SIZE, NUMBERED, FREE = _next(), _next(), _next()
"""Gates there are, numbers given out so far, and numbers that are free again."""
TURN, COST, LOGGED, TOUCHED, UNREAD, ENDS = (_next() for _ in range(6))
"""Turns taken and the cost in ticks; in this turn, steps logged, gates touched, gates unread at some time, and
whether an output reads another net."""
STAMP, USED, KEPT, SEGMENTS = (_next() for _ in range(4))
"""Stamps given out; of what was judged last, blocks used, whether all of them are still there, segments written."""
ROOM, FIRST, NETS, INPUTS, OUTPUTS, EDGES, KINDS, GROUPS, LIKELY_ONES, ADDING_ONES, WORDS = (_next() for _ in range(11))
"""Gates there is room for, the net of the first gate, and how many there are of the others; words of a row."""
BLOCKS, WRONG, WRONG_NOW, TARGETS, MASKS = (_next() for _ in range(5))
"""Where things begin among the words. Rows of nets are first, constants and inputs before gates; then blocks with
values that a change made different; which samples are answered wrong, by the circuit and by the changed one; right
answers, a row for each output; which samples each group has."""

KIND, LATER, EARLIER, LABEL, LIVE, PLACE, SPOT = (_next() for _ in range(7))
"""Tables of gates. Place in the gate set, `NOTHING` for a number without gate; the next and the previous in an order in
which each reads earlier ones, a ring through `ROOM`; a label that ascends along it; the gates in no order; where in
there each one is; scratch."""
TOUCHED_GATES, SEEN, BORN, FREE_NUMBERS, HEAP, QUEUED = (_next() for _ in range(6))
"""Tables of gates. Those with another kind or source in this turn; the turn in which each was touched last, and was
born; free numbers; those that wait to be computed, earliest first; the stamp at which each was put there."""
HEAD, READERS, MARK, SLOT = (_next() for _ in range(4))
"""Tables of nets. The first edge that reads it; how many do; the stamp at which its value was last found changed; the
block with that value."""
SOURCE, AFTER, BEFORE = (_next() for _ in range(3))
"""Tables of edges: pin `p` of gate `k` is edge 4k + p, output `e` edge 4 `ROOM` + e. The net that it reads, `NOTHING`
for none; the next and the previous edge that reads the same net."""
LOG, UNREAD_GATES, SEGMENT = (_next() for _ in range(3))
"""Stacks: steps of three numbers; gates; segments of three numbers, the net, block and first word of changed values."""
INPUT_COST, NEAR_FROM, NEAR_TO, LIKELY, GAINS = (_next() for _ in range(5))
SHAPE, INVERTED, ARITY, AREA, ADDING, SLOTS = (_next() for _ in range(6))
"""Tables of the problem, as in `Problem`; `SLOTS` holds four pins for every kind of gate."""
_HEADER = _next()


def laid_out(problem: Problem, room: int) -> tuple[Places, Words]:
    """Return both arrays for a circuit of up to `room` gates, without any, whose outputs read nothing yet."""
    inputs, (outputs, words), groups = problem.inputs, problem.targets.shape, len(problem.gains)
    first = FIRST_INPUT + inputs
    nets, edges = first + room, PINS * room + outputs
    steps = 6 * edges + 8 * room + 64  # five moves that each redirect every edge, and the death of every gate
    sizes = dict.fromkeys((KIND, LABEL, LIVE, PLACE, SPOT, TOUCHED_GATES, SEEN, BORN, FREE_NUMBERS, HEAP, QUEUED), room)
    sizes |= dict.fromkeys((LATER, EARLIER), room + 1)
    sizes |= dict.fromkeys((HEAD, READERS, MARK, SLOT), nets)
    sizes |= dict.fromkeys((SOURCE, AFTER, BEFORE), edges)
    sizes |= {LOG: 3 * steps, UNREAD_GATES: steps, SEGMENT: 3 * (room + SPARE)}
    given = _tables(problem)
    sizes |= {name: len(values) for name, values in given.items()}
    c = np.zeros(_HEADER + sum(sizes.values()), np.int64)
    start = _HEADER
    for name, size in sorted(sizes.items()):
        c[name] = start
        c[start : start + size] = given.get(name, NOTHING if name in (KIND, HEAD, SOURCE, AFTER, BEFORE) else 0)
        start += size
    c[c[LATER] + room] = c[c[EARLIER] + room] = room
    c[[ROOM, FIRST, NETS, INPUTS, OUTPUTS, EDGES, WORDS]] = room, first, nets, inputs, outputs, edges, words
    c[[KINDS, GROUPS, LIKELY_ONES, ADDING_ONES]] = [len(given[name]) for name in (ARITY, GAINS, LIKELY, ADDING)]
    c[BLOCKS] = nets * words
    c[WRONG] = c[BLOCKS] + (room + SPARE) * BLOCK
    c[WRONG_NOW] = c[WRONG] + words
    c[TARGETS] = c[WRONG_NOW] + words
    c[MASKS] = c[TARGETS] + outputs * words
    c[TURN] = 1
    w = np.zeros(c[MASKS] + groups * words, np.uint64)
    w[: problem.signals.size] = problem.signals.reshape(-1)
    w[c[TARGETS] : c[MASKS]] = problem.targets.reshape(-1)
    w[c[MASKS] :] = problem.masks.reshape(-1)
    return c, w


def _tables(problem: Problem) -> dict[int, NDArray[np.int64]]:
    """Return the tables of a problem."""
    return {
        INPUT_COST: problem.input_cost,
        NEAR_FROM: problem.first,
        NEAR_TO: problem.last,
        LIKELY: problem.likely,
        GAINS: problem.gains,
        SHAPE: problem.shape,
        INVERTED: problem.inverted,
        ARITY: problem.arity,
        AREA: problem.area,
        ADDING: problem.adding,
        SLOTS: problem.pins.reshape(-1),
    }

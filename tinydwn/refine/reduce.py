"""Greedy reduction of a large start: gates give way to constants, to other nets, and to one gate of two other nets.

A substitution is taken where what it loses is worth the area that it saves, at a price that rises from pass to pass:
so a start shrinks to nothing, and what it is on the way are starts of every size. What the samples answer wrong is not
all that counts: a part of every bit that a substituted gate gets wrong is added, answers being close to others there.
"""

from __future__ import annotations

import numpy as np

from tinydwn.compiled import compiled
from tinydwn.netlist.simulate import Words
from tinydwn.netlist.words import draw, ones
from tinydwn.refine.archive import Archive, place_of, store, welcomes
from tinydwn.refine.circuit import FIRST_INPUT, Places
from tinydwn.refine.gates import PINS
from tinydwn.refine.judge import judge, keep
from tinydwn.refine.linked import bear, begin, drop_unread, read, redirect, undo
from tinydwn.refine.memory import (
    ARITY,
    BLOCKS,
    COST,
    FIRST,
    GAINS,
    GROUPS,
    INPUTS,
    INVERTED,
    KIND,
    KINDS,
    LABEL,
    LIKELY,
    LIKELY_ONES,
    LIVE,
    MASKS,
    NOTHING,
    ROOM,
    SHAPE,
    SIZE,
    SLOTS,
    WORDS,
    ZERO,
)
from tinydwn.refine.moves import near
from tinydwn.refine.words import combine

_WORDS = 8
"""Words that nets are compared on before they are put in another's place: 512 samples."""
_DRAWN, _POOL, _SINGLES = (96, 8, 3)
_CHEAPEST = 1 / 2048
"""The first price, as a share of what the whole start loses by being dropped, for its area."""
_RISE, _PASSES = 1.5, 19
"""The price rises by so much from pass to pass: in so many passes to where nothing is left, or in fewer by more."""
_JUDGED = 4.0
"""Substitutions that a pass judges for each gate of the start, about, the start being ever smaller."""
_PART = 1 / 128
"""Of each wrong bit of a substituted gate, what is added to the loss in answers."""


@compiled
def reduce(archive: Archive, state: Words, c: Places, w: Words, lost: int, start: int, tries: int, least: int) -> int:
    """Shrink a circuit that is loaded and simulated, which loses `lost`, and offer what it is on the way.

    About so many substitutions are judged, at most; return how many were. The fewer they may be, the faster the price
    rises, so that the circuit comes to its end: to nothing, or to a cost of at most `least` ticks.
    """
    whole = ZERO
    for group in range(c[GROUPS]):
        for at in range(c[WORDS]):
            whole += c[c[GAINS] + group] * ones(w[c[MASKS] + group * c[WORDS] + at])
    price = _CHEAPEST * whole / max(c[COST], 1)
    order = np.zeros(c[ROOM], np.int64)
    pool, apart = np.empty(_POOL, np.int64), np.empty(_POOL, np.int64)
    judged, passes = 0, 0
    rise = _RISE ** max(1.0, _PASSES * _JUDGED * c[SIZE] / max(tries, 1))
    while c[SIZE] > 0 and c[COST] > least and judged < tries and passes < 64:
        passes += 1
        size = c[SIZE]
        order[:size] = c[c[LIVE] : c[LIVE] + size]
        for at in range(size):
            other = at + draw(state, size - at)
            k = order[other]
            order[other] = order[at]
            if c[c[KIND] + k] < 0 or judged >= tries or c[COST] <= least:
                continue
            _gather(c, state, w, k, pool, apart)
            tried, now = _substitute(c, w, k, pool, lost, price, whole)
            judged += tried
            if now < 0:
                continue
            lost = now
            place = place_of(c[COST], archive.floors)
            if welcomes(archive, place, lost, c[COST]):
                store(archive, place, c, lost, start)
        price *= rise
    return judged


@compiled
def _gather(c: Places, state: Words, w: Words, k: int, pool: Places, apart: Places) -> None:
    """Write earlier nets that are most like gate `k`, or its complement, and on how many samples they are not."""
    first, inputs = c[FIRST], c[INPUTS]
    most = 64 * min(_WORDS, c[WORDS])
    pool[:] = NOTHING
    apart[:] = most + 1
    for at in range(_DRAWN):
        net = at
        if at >= 2:
            chance = draw(state, 3)
            other = near(c, state, k) if chance == 0 else c[c[LIVE] + draw(state, c[SIZE])]
            net = first + other
            if chance == 2 or c[c[LABEL] + other] >= c[c[LABEL] + k]:
                net = FIRST_INPUT + draw(state, inputs)
                if draw(state, 2) == 0:
                    net = FIRST_INPUT + c[c[LIKELY] + draw(state, c[LIKELY_ONES])]
        distance = _distance(w, c[WORDS], first + k, net)
        _rank(pool, apart, net, min(distance, most - distance))


@compiled
def _rank(pool: Places, apart: Places, net: int, distance: int) -> None:
    """Put a net where its distance belongs, unless it is there."""
    at = len(pool) - 1
    if distance >= apart[at]:
        return
    for other in pool:
        if other == net:
            return
    while at > 0 and apart[at - 1] > distance:
        pool[at], apart[at] = pool[at - 1], apart[at - 1]
        at -= 1
    pool[at], apart[at] = net, distance


@compiled
def _distance(memory: Words, words: int, one: int, two: int) -> int:
    """Return on how many of the first samples two nets differ."""
    compared = min(_WORDS, words)
    left, right = memory[one * words : one * words + compared], memory[two * words : two * words + compared]
    count = 0
    for at in range(compared):
        count += ones(left[at] ^ right[at])
    return count


@compiled
def _substitute(c: Places, w: Words, k: int, pool: Places, lost: int, price: float, whole: int) -> tuple[int, int]:
    """Put the first thing in the place of gate `k` that is worth it; return how many were judged, what is lost now.

    The latter is -1 where nothing was.
    """
    words, first = c[WORDS], c[FIRST]
    samples = 64 * min(_WORDS, words)
    part, judged = _PART * whole / samples, 0
    for at in range(_SINGLES + 1):
        cost, distance = c[COST], 0
        begin(c)
        if at < _SINGLES and pool[at] >= 0:
            distance = _distance(w, words, first + k, pool[at])
            if 2 * distance <= samples:
                redirect(c, first + k, pool[at])
            else:
                distance = samples - distance
                _put(c, k, _inverter(c), pool[at], pool[at])
        elif at == _SINGLES:
            kind, one, two, distance = _pair(c, w, k, pool)
            _put(c, k, kind, one, two)
        drop_unread(c)
        saved = cost - c[COST]
        if saved > 0:
            judged += 1
            most = lost + int(price * saved - part * distance)
            now = judge(c, w, lost, most)
            if now <= most:
                keep(c, w)
                return judged, now
        undo(c)
    return judged, -1


@compiled
def _inverter(c: Places) -> int:
    """Return a gate of one pin, -1 where there is none."""
    for kind in range(c[KINDS]):
        if c[c[ARITY] + kind] == 1:
            return kind
    return -1


@compiled
def _put(c: Places, k: int, kind: int, one: int, two: int) -> None:
    """Put a new gate of one or two pins in the place of gate `k`, where there is such a kind and room for it."""
    if kind < 0 or c[SIZE] >= c[ROOM]:
        return
    first = c[FIRST]
    new = bear(c, kind, k)
    read(c, PINS * new, one)
    if c[c[ARITY] + kind] == 2:
        read(c, PINS * new + 1, two)
    redirect(c, first + k, first + new)


@compiled
def _pair(c: Places, w: Words, k: int, pool: Places) -> tuple[int, int, int, int]:
    """Return the gate of two nets of the pool that is most like gate `k`, and on how many samples it is not."""
    words = c[WORDS]
    compared = min(_WORDS, words)
    scratch = c[BLOCKS]
    target = (c[FIRST] + k) * words
    best, gate, left, right = 64 * compared + 1, -1, 0, 0
    for kind in range(c[KINDS]):
        if c[c[ARITY] + kind] != 2:
            continue
        slots = c[SLOTS] + PINS * kind
        p, q, r, s = c[slots], c[slots + 1], c[slots + 2], c[slots + 3]
        for i in range(len(pool)):
            for j in range(i):
                if pool[i] < 0 or pool[j] < 0:
                    continue
                one, two = pool[i] * words, pool[j] * words
                a, b = _slot(p, one, two), _slot(q, one, two)
                d, e = _slot(r, one, two), _slot(s, one, two)
                combine(w, scratch, c[c[SHAPE] + kind], c[c[INVERTED] + kind], a, b, d, e, compared)
                count = 0
                for at in range(compared):
                    count += ones(w[scratch + at] ^ w[target + at])
                if count < best:
                    best, gate, left, right = count, kind, pool[i], pool[j]
    return gate, left, right, best


@compiled
def _slot(pin: int, one: int, two: int) -> int:
    """Return the place of what a slot reads."""
    if pin < 0:
        return 0
    return one if pin == 0 else two

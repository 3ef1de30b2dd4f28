"""How right a circuit is on the samples: whole circuits, and changed ones by what the change reaches."""

from __future__ import annotations

from tinydwn.compiled import compiled
from tinydwn.netlist.simulate import Words
from tinydwn.netlist.words import ones
from tinydwn.refine.circuit import Places
from tinydwn.refine.gates import PINS
from tinydwn.refine.memory import (
    AFTER,
    BLOCK,
    BLOCKS,
    BORN,
    ENDS,
    FIRST,
    GAINS,
    GROUPS,
    HEAD,
    HEAP,
    INVERTED,
    KEPT,
    KIND,
    LABEL,
    LATER,
    MARK,
    MASKS,
    OUTPUTS,
    QUEUED,
    ROOM,
    SEGMENT,
    SEGMENTS,
    SHAPE,
    SLOT,
    SLOTS,
    SOURCE,
    SPARE,
    STAMP,
    TARGETS,
    TOUCHED,
    TOUCHED_GATES,
    TURN,
    USED,
    WORDS,
    WRONG,
    WRONG_NOW,
    ZERO,
)
from tinydwn.refine.words import combine

FIRST_WORDS = 32
"""Words of the first batch: what loses by far too much on 2,048 samples is not tried on others."""
_SURE = 9.0
"""The square of how many standard deviations a change must be too bad by to be given up."""


@compiled
def simulate(c: Places, w: Words) -> int:
    """Write the value of every gate to the row of its net; return what the wrong answers cost."""
    words, room, first, start = c[WORDS], c[ROOM], c[FIRST], ZERO
    c[STAMP] += 1
    k = c[c[LATER] + room]
    while k != room:
        _compute(c, w, k, (first + k) * words, start, words)
        k = c[c[LATER] + k]
    _answer(c, w, c[WRONG], start, words)
    lost = 0
    for group in range(c[GROUPS]):
        lost += c[c[GAINS] + group] * _count(w, c[WRONG], c[MASKS] + group * words, words)
    return lost


@compiled
def judge(c: Places, w: Words, lost: int, most: int) -> int:
    """Return what the wrong answers cost since the turn began, or some number above `most` where it is above that.

    The words are those of the circuit as it was then, whose wrong answers cost `lost`. Only gates that the change
    reaches are computed, and none behind a gate whose value stayed. A change that is too bad on the first samples, by
    more than three standard deviations of what they say of all, is given up.
    """
    words = c[WORDS]
    c[USED], c[KEPT], c[SEGMENTS] = 0, 1, 0
    more, moved, start = ZERO, ZERO, ZERO
    while start < words:
        stop = _stop(start, words)
        c[STAMP] += 1
        then, now = c[WRONG] + start, c[WRONG_NOW] + start
        if _spread(c, w, start, stop):
            _answer(c, w, now, start, stop)
            for group in range(c[GROUPS]):
                mask, gain = c[MASKS] + group * words + start, c[c[GAINS] + group]
                fixed, broken = _compare(w, then, now, mask, stop - start)
                more += gain * (broken - fixed)
                moved += gain * (broken + fixed)
        else:
            _copy(w, then, now, stop - start)
        if _hopeless(more, moved, most - lost, stop / words, c[c[GAINS] + c[GROUPS] - 1]):
            return most + 1
        start = stop
    return lost + more


@compiled
def keep(c: Places, w: Words) -> None:
    """Let the words be those of the circuit that was judged last."""
    if c[KEPT] == 0:
        simulate(c, w)
        return
    words = c[WORDS]
    for segment in range(c[SEGMENTS]):
        at = c[SEGMENT] + 3 * segment
        net, slot, start = c[at], c[at + 1], c[at + 2]
        _copy(w, c[BLOCKS] + slot * BLOCK, net * words + start, _stop(start, words) - start)
    _copy(w, c[WRONG_NOW], c[WRONG], words)


@compiled
def _stop(start: int, words: int) -> int:
    """Return where the block of words ends that begins at `start`."""
    return min(start + (FIRST_WORDS if start == 0 else BLOCK), words)


@compiled
def _hopeless(more: int, moved: int, allowed: int, share: float, gain: int) -> bool:
    """Say whether a loss on a share of the samples leaves no hope that the loss on all is as small as allowed.

    `gain` is the largest of a group; groups that are powers of two add up to less than twice as much.
    """
    too_much = more - allowed * share
    if share >= 1.0 or too_much <= 0.0:
        return False
    return too_much * too_much > _SURE * moved * 2.0 * gain * (1.0 - share)


@compiled
def _spread(c: Places, w: Words, start: int, stop: int) -> bool:
    """Compute what the change reaches on some words; say whether it may reach an output."""
    words, first, room = c[WORDS], c[FIRST], c[ROOM]
    reached, waiting = c[ENDS] == 1, ZERO
    if c[KEPT] == 0 or c[USED] > SPARE:
        c[USED], c[KEPT] = 0, 0
    for at in range(c[TOUCHED]):
        k = c[c[TOUCHED_GATES] + at]
        if c[c[KIND] + k] >= 0:
            waiting = _push(c, waiting, k)
    while waiting > 0:
        k = c[c[HEAP]]
        waiting = _pop(c, waiting)
        out, before = c[BLOCKS] + c[USED] * BLOCK, (first + k) * words + start
        _compute(c, w, k, out, start, stop)
        if c[c[BORN] + k] != c[TURN] and _equal(w, out, before, stop - start):
            continue
        _note(c, first + k, start)
        edge = c[c[HEAD] + first + k]
        while edge >= 0:
            if edge < PINS * room:
                waiting = _push(c, waiting, edge // PINS)
            else:
                reached = True
            edge = c[c[AFTER] + edge]
    return reached  # type: ignore[no-any-return]


@compiled
def _note(c: Places, net: int, start: int) -> None:
    """Note that the value of a net, in the block that is next, changed from word `start` on."""
    c[c[MARK] + net], c[c[SLOT] + net] = c[STAMP], c[USED]
    if c[KEPT] == 1:
        at = c[SEGMENT] + 3 * c[SEGMENTS]
        c[at], c[at + 1], c[at + 2] = net, c[USED], start
        c[SEGMENTS] += 1
    c[USED] += 1


@compiled
def _compute(c: Places, w: Words, k: int, out: int, start: int, stop: int) -> None:
    """Write the value of a gate from place `out` on."""
    kind = c[c[KIND] + k]
    slots, pins = c[SLOTS] + PINS * kind, c[SOURCE] + PINS * k
    p, q, r, s = c[slots], c[slots + 1], c[slots + 2], c[slots + 3]
    one = _address(c, c[pins + p] if p >= 0 else 0, start)
    two = _address(c, c[pins + q] if q >= 0 else 0, start)
    three = _address(c, c[pins + r] if r >= 0 else 0, start)
    four = _address(c, c[pins + s] if s >= 0 else 0, start)
    combine(w, out, c[c[SHAPE] + kind], c[c[INVERTED] + kind], one, two, three, four, stop - start)


@compiled
def _address(c: Places, net: int, start: int) -> int:
    """Return where the value of a net is, from word `start` on."""
    if c[c[MARK] + net] == c[STAMP]:
        return c[BLOCKS] + c[c[SLOT] + net] * BLOCK  # type: ignore[no-any-return]
    return net * c[WORDS] + start  # type: ignore[no-any-return]


@compiled
def _answer(c: Places, w: Words, out: int, start: int, stop: int) -> None:
    """Write which samples are answered wrong from place `out` on; one wrong output makes a wrong answer."""
    wrong = w[out : out + stop - start]
    wrong[:] = 0
    for end in range(c[OUTPUTS]):
        place, right = _address(c, c[c[SOURCE] + PINS * c[ROOM] + end], start), c[TARGETS] + end * c[WORDS] + start
        value, target = w[place : place + stop - start], w[right : right + stop - start]
        for k in range(stop - start):
            wrong[k] |= target[k] ^ value[k]


@compiled
def _count(w: Words, place: int, mask: int, words: int) -> int:
    values, chosen = w[place : place + words], w[mask : mask + words]
    total = 0
    for k in range(words):
        total += ones(values[k] & chosen[k])
    return total


@compiled
def _compare(w: Words, then: int, now: int, mask: int, words: int) -> tuple[int, int]:
    """Return how many samples of a group were answered wrong and are no longer, and how many are now."""
    before, after, chosen = w[then : then + words], w[now : now + words], w[mask : mask + words]
    fixed, broken = 0, 0
    for k in range(words):
        moved = (before[k] ^ after[k]) & chosen[k]
        fixed += ones(moved & before[k])
        broken += ones(moved & after[k])
    return fixed, broken


@compiled
def _copy(w: Words, source: int, target: int, words: int) -> None:
    given, taken = w[source : source + words], w[target : target + words]
    for k in range(words):
        taken[k] = given[k]


@compiled
def _equal(w: Words, one: int, two: int, words: int) -> bool:
    left, right = w[one : one + words], w[two : two + words]
    for k in range(words):  # noqa: SIM110 - a loop that compiles
        if left[k] != right[k]:
            return False
    return True


@compiled
def _push(c: Places, waiting: int, k: int) -> int:
    """Put a gate among those that wait, earliest first, unless it is there; return how many wait."""
    if c[c[QUEUED] + k] == c[STAMP]:
        return waiting
    c[c[QUEUED] + k] = c[STAMP]
    heap, labels, at = c[HEAP], c[LABEL], waiting
    while at > 0 and c[labels + c[heap + (at - 1) // 2]] > c[labels + k]:
        c[heap + at] = c[heap + (at - 1) // 2]
        at = (at - 1) // 2
    c[heap + at] = k
    return waiting + 1


@compiled
def _pop(c: Places, waiting: int) -> int:
    """Take the earliest gate from those that wait; return how many are left."""
    heap, labels, last = c[HEAP], c[LABEL], waiting - 1
    moving, at = c[heap + last], 0
    while 2 * at + 1 < last:
        child = 2 * at + 1
        if child + 1 < last and c[labels + c[heap + child + 1]] < c[labels + c[heap + child]]:
            child += 1
        if c[labels + c[heap + child]] >= c[labels + moving]:
            break
        c[heap + at] = c[heap + child]
        at = child
    c[heap + at] = moving
    return last

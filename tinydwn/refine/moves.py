"""Moves: small random changes of a circuit, those that shrink it and those that grow or rewire it."""

from __future__ import annotations

import numpy as np

from tinydwn.compiled import compiled
from tinydwn.netlist.simulate import Words
from tinydwn.netlist.words import draw
from tinydwn.refine.circuit import FIRST_INPUT, Places
from tinydwn.refine.gates import PINS
from tinydwn.refine.linked import bear, begin, drop_unread, read, redirect, set_kind
from tinydwn.refine.memory import (
    ADDING,
    ADDING_ONES,
    AFTER,
    ARITY,
    FIRST,
    HEAD,
    INPUTS,
    KIND,
    KINDS,
    LABEL,
    LIKELY,
    LIKELY_ONES,
    LIVE,
    NEAR_FROM,
    NEAR_TO,
    NOTHING,
    OUTPUTS,
    READERS,
    ROOM,
    SIZE,
    SOURCE,
)

MOST_MOVES = 5
WINDOW = 48
"""In a circuit of more gates, what is changed together, and what a gate reads anew, is mostly near by."""
_TRIES = 4
_LAST: int = np.int64(np.iinfo(np.int64).max)  # type: ignore[assignment]


@compiled
def change(c: Places, state: Words) -> None:
    """Begin a turn and make one to five random moves, each further one half as likely."""
    begin(c)
    moves = 1
    while moves < MOST_MOVES and draw(state, 2) == 0:
        moves += 1
    focus = NOTHING
    for _ in range(moves):
        focus = _move(c, state, focus)
    drop_unread(c)


@compiled
def near(c: Places, state: Words, k: int) -> int:
    """Return a gate that a few random steps along wires lead to from gate `k`; at times `k` itself."""
    first, room = c[FIRST], c[ROOM]
    for _ in range(1 + draw(state, 4)):
        net = first + k
        if draw(state, 2) == 0:
            net = c[c[SOURCE] + (PINS * k + draw(state, c[c[ARITY] + c[c[KIND] + k]]))]
            if net >= first:
                k = net - first
                continue
        if net < 0 or c[c[READERS] + net] == 0:
            continue
        edge = c[c[HEAD] + net]
        for _ in range(draw(state, min(c[c[READERS] + net], 8))):
            edge = c[c[AFTER] + edge]
        if edge < PINS * room:
            k = edge // PINS
    return k


@compiled
def _move(c: Places, state: Words, focus: int) -> int:
    """Make one move, near gate `focus` where the circuit is large; return a gate that it was about, or -1."""
    chance = draw(state, 100)
    if c[SIZE] == 0 or chance < 12:
        return _insert(c, state, focus)
    k = _gate(c, state, focus)
    if chance < 50:
        _rewire(c, state, k)
    elif chance < 65:
        _change_gate(c, state, k)
    elif chance < 80:
        net = c[c[SOURCE] + (PINS * k + draw(state, c[c[ARITY] + c[c[KIND] + k]]))]
        redirect(c, c[FIRST] + k, net)
    elif chance < 88:
        _replace_by_input(c, state, k)
    elif chance < 94:
        _swap_wires(c, state, k, _gate(c, state, k))
    elif chance < 97:
        _merge(c, state, k)
    elif chance < 98:
        return _insert_adder(c, state, k)
    else:
        _move_end(c, state)
    return k


@compiled
def _gate(c: Places, state: Words, focus: int) -> int:
    """Draw a gate: any in a small circuit, mostly one near `focus` in a large one."""
    size = c[SIZE]
    if focus >= 0 and size > WINDOW and (c[c[KIND] + focus] >= 0) and (draw(state, 4) > 0):
        return near(c, state, focus)
    return c[c[LIVE] + draw(state, size)]  # type: ignore[no-any-return]


@compiled
def _input(c: Places, state: Words) -> int:
    """Draw the net of an input, every other time one of those that tell most."""
    if draw(state, 2) == 0:
        return FIRST_INPUT + c[c[LIKELY] + draw(state, c[LIKELY_ONES])]  # type: ignore[no-any-return]
    return FIRST_INPUT + draw(state, c[INPUTS])


@compiled
def _any_net(c: Places, state: Words, label: int, focus: int) -> int:
    """Draw the net of a gate whose label is below a given one, one time in four, else an input."""
    if c[SIZE] > 0 and draw(state, 4) == 0:
        for _ in range(_TRIES):
            k = _gate(c, state, focus)
            if c[c[LABEL] + k] < label:
                return c[FIRST] + k  # type: ignore[no-any-return]
    return _input(c, state)


@compiled
def _other_net(c: Places, state: Words, label: int, focus: int, now: int) -> int:
    """Draw a net in place of another one: of an input, mostly one with a threshold near by."""
    inputs = c[INPUTS]
    if FIRST_INPUT <= now < FIRST_INPUT + inputs and draw(state, 3) > 0:
        first, last = c[c[NEAR_FROM] + now - FIRST_INPUT], c[c[NEAR_TO] + now - FIRST_INPUT]
        if last - first > 1:
            far = 1
            while far < inputs and draw(state, 2) == 0:
                far *= 2
            step = 1 + draw(state, far)
            place = now - FIRST_INPUT + (step if draw(state, 2) == 0 else -step)
            return FIRST_INPUT + min(max(place, first), last - 1)  # type: ignore[no-any-return]
    return _any_net(c, state, label, focus)


@compiled
def _insert(c: Places, state: Words, focus: int) -> int:
    """Put a new gate on a wire; its other pins read anything before it."""
    room, size = c[ROOM], c[SIZE]
    if size >= room:
        return focus
    kind = draw(state, c[KINDS])
    if size == 0 or draw(state, size + 1) == 0:
        edge, reader, label = PINS * room + draw(state, c[OUTPUTS]), room, _LAST
    else:
        reader = _gate(c, state, focus)
        edge, label = PINS * reader + draw(state, c[c[ARITY] + c[c[KIND] + reader]]), c[c[LABEL] + reader]
    return _on_wire(c, state, kind, edge, reader, label)


@compiled
def _on_wire(c: Places, state: Words, kind: int, edge: int, reader: int, label: int) -> int:
    """Put a new gate of a kind on an edge, before its reader in the order."""
    source = c[c[SOURCE] + edge]
    focus = reader if reader < c[ROOM] else NOTHING
    kept = draw(state, c[c[ARITY] + kind])
    k = bear(c, kind, reader)
    for pin in range(c[c[ARITY] + kind]):
        net = source
        if pin != kept:
            net = _any_net(c, state, min(label, c[c[LABEL] + k]), focus)
        read(c, PINS * k + pin, net)
    read(c, edge, c[FIRST] + k)
    return k


@compiled
def _insert_adder(c: Places, state: Words, reader: int) -> int:
    """Put a parity or a majority on a wire; every other time, another gate of the same sources on one near by."""
    if c[ADDING_ONES] == 0 or c[SIZE] + 2 > c[ROOM]:
        return reader
    kind = c[c[ADDING] + draw(state, c[ADDING_ONES])]
    edge = PINS * reader + draw(state, c[c[ARITY] + c[c[KIND] + reader]])
    k = _on_wire(c, state, kind, edge, reader, c[c[LABEL] + reader])
    other, also = draw(state, c[KINDS]), near(c, state, k)
    if draw(state, 2) == 0 or c[c[ARITY] + other] != c[c[ARITY] + kind] or c[c[LABEL] + also] <= c[c[LABEL] + k]:
        return k
    partner = bear(c, other, also)
    for pin in range(c[c[ARITY] + kind]):
        read(c, PINS * partner + pin, c[c[SOURCE] + PINS * k + pin])
    edge = PINS * also + draw(state, c[c[ARITY] + c[c[KIND] + also]])
    read(c, edge, c[FIRST] + partner)
    return k


@compiled
def _rewire(c: Places, state: Words, k: int) -> None:
    """Let one pin read something else."""
    edge = PINS * k + draw(state, c[c[ARITY] + c[c[KIND] + k]])
    read(c, edge, _other_net(c, state, c[c[LABEL] + k], k, c[c[SOURCE] + edge]))


@compiled
def _change_gate(c: Places, state: Words, k: int) -> None:
    """Put another cell in a gate's place, on the same wires as far as it has pins."""
    before, kind = c[c[ARITY] + c[c[KIND] + k]], draw(state, c[KINDS])
    after = c[c[ARITY] + kind]
    if after < before and draw(state, 2) == 0:
        one, two = PINS * k, PINS * k + draw(state, before)
        net, other = c[c[SOURCE] + one], c[c[SOURCE] + two]
        read(c, one, other)
        read(c, two, net)
    set_kind(c, k, kind)
    for pin in range(before, after):
        read(c, PINS * k + pin, _any_net(c, state, c[c[LABEL] + k], k))


@compiled
def _replace_by_input(c: Places, state: Words, k: int) -> None:
    """Put an input, now and then a constant, in a gate's place."""
    net = draw(state, 2) if draw(state, 8) == 0 else _input(c, state)
    redirect(c, c[FIRST] + k, net)


@compiled
def _merge(c: Places, state: Words, k: int) -> None:
    """Put an earlier gate in a gate's place."""
    first = c[FIRST]
    for _ in range(_TRIES):
        other = _gate(c, state, k)
        if c[c[LABEL] + other] < c[c[LABEL] + k]:
            redirect(c, first + k, first + other)
            break


@compiled
def _swap_wires(c: Places, state: Words, k: int, other: int) -> None:
    """Exchange what two pins read, where neither then reads a later gate."""
    edge = PINS * k + draw(state, c[c[ARITY] + c[c[KIND] + k]])
    slot = PINS * other + draw(state, c[c[ARITY] + c[c[KIND] + other]])
    one, two = c[c[SOURCE] + edge], c[c[SOURCE] + slot]
    if _label_of(c, one) < c[c[LABEL] + other] and _label_of(c, two) < c[c[LABEL] + k]:
        read(c, edge, two)
        read(c, slot, one)


@compiled
def _label_of(c: Places, net: int) -> int:
    first = c[FIRST]
    return c[c[LABEL] + net - first] if net >= first else 0


@compiled
def _move_end(c: Places, state: Words) -> None:
    """Let an output read another net."""
    edge = PINS * c[ROOM] + draw(state, c[OUTPUTS])
    now = c[c[SOURCE] + edge]
    first = c[FIRST]
    focus = now - first if now >= first else NOTHING
    read(c, edge, _other_net(c, state, _LAST, focus, now))

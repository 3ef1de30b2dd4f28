"""A circuit that is changed in place, and back again where the change is no good.

Gates keep their numbers while others come and go. Each net knows the pins that read it, the cost is kept up to date,
and every step is written down. What a change takes grows with what it touches, not with the circuit.
"""

from __future__ import annotations

from tinydwn.compiled import compiled
from tinydwn.refine.circuit import FIRST_INPUT, Circuit, Places
from tinydwn.refine.gates import PINS
from tinydwn.refine.memory import (
    AFTER,
    AREA,
    ARITY,
    BEFORE,
    BORN,
    COST,
    EARLIER,
    EDGES,
    ENDS,
    FIRST,
    FREE,
    FREE_NUMBERS,
    HEAD,
    INPUT_COST,
    KIND,
    LABEL,
    LATER,
    LIVE,
    LOG,
    LOGGED,
    NOTHING,
    NUMBERED,
    PLACE,
    READERS,
    ROOM,
    SEEN,
    SIZE,
    SOURCE,
    SPOT,
    TOUCHED,
    TOUCHED_GATES,
    TURN,
    UNREAD,
    UNREAD_GATES,
    ZERO,
)

_READ, _KIND, _BORN, _DEAD = range(4)
_APART = 1 << 32
"""Between the labels of gates that are loaded; so many halvings are possible before all are labelled anew."""


@compiled
def begin(c: Places) -> None:
    """Begin a turn: what was done before stays."""
    c[LOGGED] = c[TOUCHED] = c[UNREAD] = c[ENDS] = 0
    c[TURN] += 1


@compiled
def read(c: Places, edge: int, net: int) -> None:
    """Let an edge read another net, or none."""
    old = c[c[SOURCE] + edge]
    if old == net:
        return
    _log(c, _READ, edge, old)
    room = c[ROOM]
    if old >= 0:
        _unlink(c, edge)
        if c[c[READERS] + old] == 0 and old >= c[FIRST]:
            c[c[UNREAD_GATES] + c[UNREAD]] = old - c[FIRST]
            c[UNREAD] += 1
    if net >= 0:
        _link(c, edge, net)
    if edge < PINS * room:
        _touch(c, edge // PINS)
    else:
        c[ENDS] = 1


@compiled
def redirect(c: Places, net: int, other: int) -> None:
    """Let everything that reads a net read another one instead."""
    edge = c[c[HEAD] + net]
    while edge >= 0 and net != other:
        following = c[c[AFTER] + edge]
        read(c, edge, other)
        edge = following


@compiled
def set_kind(c: Places, k: int, kind: int) -> None:
    """Make gate `k` another cell; pins that this one does not have read nothing, new ones are to be set."""
    old = c[c[KIND] + k]
    _log(c, _KIND, k, old)
    c[COST] += c[c[AREA] + kind] - c[c[AREA] + old]
    c[c[KIND] + k] = kind
    for pin in range(c[c[ARITY] + kind], c[c[ARITY] + old]):
        read(c, PINS * k + pin, NOTHING)
    _touch(c, k)


@compiled
def bear(c: Places, kind: int, following: int) -> int:
    """Return the number of a new gate just before another one in the order, or last before `room`; it reads nothing.

    There must be room for it.
    """
    if c[FREE] > 0:
        c[FREE] -= 1
        k = c[c[FREE_NUMBERS] + c[FREE]]
    else:
        k = c[NUMBERED]
        c[NUMBERED] += 1
    previous, room = c[c[EARLIER] + following], c[ROOM]
    low = c[c[LABEL] + previous] if previous != room else 0
    if following != room and c[c[LABEL] + following] - low < 2:
        _label_anew(c)
        low = c[c[LABEL] + previous] if previous != room else 0
    c[c[LABEL] + k] = low + _APART if following == room else (low + c[c[LABEL] + following]) // 2
    c[c[EARLIER] + k], c[c[LATER] + k] = previous, following
    c[c[LATER] + previous] = c[c[EARLIER] + following] = k
    c[c[KIND] + k] = kind
    c[c[LIVE] + c[SIZE]], c[c[PLACE] + k] = k, c[SIZE]
    c[SIZE] += 1
    c[COST] += c[c[AREA] + kind]
    c[c[BORN] + k] = c[TURN]
    _log(c, _BORN, k, 0)
    c[c[UNREAD_GATES] + c[UNREAD]] = k
    c[UNREAD] += 1
    _touch(c, k)
    return k  # type: ignore[no-any-return]


@compiled
def drop_unread(c: Places) -> None:
    """Take out gates that nothing reads any more."""
    first = c[FIRST]
    while c[UNREAD] > 0:
        c[UNREAD] -= 1
        k = c[c[UNREAD_GATES] + c[UNREAD]]
        if c[c[KIND] + k] < 0 or c[c[READERS] + first + k] > 0:
            continue
        for pin in range(PINS):
            read(c, PINS * k + pin, NOTHING)
        _log(c, _DEAD, k, c[c[KIND] + k])
        _take_out(c, k)


@compiled
def undo(c: Places) -> None:
    """Go back to how the circuit was when the turn began."""
    while c[LOGGED] > 0:
        c[LOGGED] -= 1
        at = c[LOG] + 3 * c[LOGGED]
        step, k, old = c[at], c[at + 1], c[at + 2]
        if step == _READ:
            if c[c[SOURCE] + k] >= 0:
                _unlink(c, k)
            if old >= 0:
                _link(c, k, old)
        elif step == _KIND:
            c[COST] += c[c[AREA] + old] - c[c[AREA] + c[c[KIND] + k]]
            c[c[KIND] + k] = old
        elif step == _BORN:
            _take_out(c, k)
        else:
            _put_back(c, k, old)


@compiled
def load(c: Places, circuit: Circuit) -> None:
    """Become another circuit, without its gates that no output reads."""
    _clear(c)
    n, room = circuit.size[0], c[ROOM]
    c[COST] = 0
    for k in range(n):
        kind = ZERO + circuit.gate[k]
        bear(c, kind, room)
        for pin in range(c[c[ARITY] + kind]):
            _link(c, PINS * k + pin, ZERO + circuit.fanin[k, pin])
    for end in range(len(circuit.ends)):
        _link(c, PINS * room + end, ZERO + circuit.ends[end])
    drop_unread(c)
    begin(c)


@compiled
def write(c: Places, circuit: Circuit) -> None:
    """Write the gates in their order, with nets numbered anew, to arrays with room for them."""
    room, first = c[ROOM], c[FIRST]
    n, k = 0, c[c[LATER] + room]
    while k != room:
        c[c[SPOT] + k] = n
        kind = c[c[KIND] + k]
        circuit.gate[n] = kind
        for pin in range(PINS):
            net = c[c[SOURCE] + PINS * k + pin] if pin < c[c[ARITY] + kind] else 0
            circuit.fanin[n, pin] = first + c[c[SPOT] + net - first] if net >= first else net
        n += 1
        k = c[c[LATER] + k]
    circuit.size[0] = n
    for end in range(len(circuit.ends)):
        net = c[c[SOURCE] + PINS * room + end]
        circuit.ends[end] = first + c[c[SPOT] + net - first] if net >= first else net


@compiled
def _log(c: Places, step: int, k: int, old: int) -> None:
    at = c[LOG] + 3 * c[LOGGED]
    c[at], c[at + 1], c[at + 2] = step, k, old
    c[LOGGED] += 1


@compiled
def _touch(c: Places, k: int) -> None:
    if c[c[SEEN] + k] != c[TURN]:
        c[c[SEEN] + k] = c[TURN]
        c[c[TOUCHED_GATES] + c[TOUCHED]] = k
        c[TOUCHED] += 1


@compiled
def _link(c: Places, edge: int, net: int) -> None:
    head = c[c[HEAD] + net]
    c[c[SOURCE] + edge], c[c[AFTER] + edge], c[c[BEFORE] + edge] = net, head, NOTHING
    if head >= 0:
        c[c[BEFORE] + head] = edge
    c[c[HEAD] + net] = edge
    c[c[READERS] + net] += 1
    if c[c[READERS] + net] == 1 and FIRST_INPUT <= net < c[FIRST]:
        c[COST] += c[c[INPUT_COST] + net - FIRST_INPUT]


@compiled
def _unlink(c: Places, edge: int) -> None:
    net, after, before = c[c[SOURCE] + edge], c[c[AFTER] + edge], c[c[BEFORE] + edge]
    if before >= 0:
        c[c[AFTER] + before] = after
    else:
        c[c[HEAD] + net] = after
    if after >= 0:
        c[c[BEFORE] + after] = before
    c[c[SOURCE] + edge] = NOTHING
    c[c[READERS] + net] -= 1
    if c[c[READERS] + net] == 0 and FIRST_INPUT <= net < c[FIRST]:
        c[COST] -= c[c[INPUT_COST] + net - FIRST_INPUT]


@compiled
def _take_out(c: Places, k: int) -> None:
    """Remove a gate that reads nothing and is read by nothing; it keeps its neighbors in mind."""
    c[COST] -= c[c[AREA] + c[c[KIND] + k]]
    c[c[KIND] + k] = NOTHING
    c[c[LATER] + c[c[EARLIER] + k]], c[c[EARLIER] + c[c[LATER] + k]] = c[c[LATER] + k], c[c[EARLIER] + k]
    c[SIZE] -= 1
    last, place = c[c[LIVE] + c[SIZE]], c[c[PLACE] + k]
    c[c[LIVE] + place], c[c[PLACE] + last] = last, place
    c[c[PLACE] + k] = place
    c[c[FREE_NUMBERS] + c[FREE]] = k
    c[FREE] += 1


@compiled
def _put_back(c: Places, k: int, kind: int) -> None:
    """Bring back the gate that was taken out last, to where it was."""
    c[FREE] -= 1
    c[c[KIND] + k] = kind
    c[COST] += c[c[AREA] + kind]
    c[c[LATER] + c[c[EARLIER] + k]] = c[c[EARLIER] + c[c[LATER] + k]] = k
    place = c[c[PLACE] + k]
    other = c[c[LIVE] + place]
    c[c[LIVE] + c[SIZE]], c[c[PLACE] + other] = other, c[SIZE]
    c[c[LIVE] + place], c[c[PLACE] + k] = k, place
    c[SIZE] += 1


@compiled
def _label_anew(c: Places) -> None:
    """Give the gates labels that are far apart, in their order."""
    room, label = c[ROOM], 0
    k = c[c[LATER] + room]
    while k != room:
        label += _APART
        c[c[LABEL] + k] = label
        k = c[c[LATER] + k]


@compiled
def _clear(c: Places) -> None:
    """Take out every gate; numbers are given out from 0 again."""
    room = c[ROOM]
    for at in range(c[SIZE]):
        k = c[c[LIVE] + at]
        c[c[KIND] + k] = NOTHING
        for edge in range(PINS * k, PINS * k + PINS):
            _forget(c, edge)
    for edge in range(PINS * room, c[EDGES]):
        _forget(c, edge)
    c[c[LATER] + room] = c[c[EARLIER] + room] = room
    c[SIZE] = c[NUMBERED] = c[FREE] = 0
    begin(c)


@compiled
def _forget(c: Places, edge: int) -> None:
    net = c[c[SOURCE] + edge]
    if net >= 0:
        c[c[HEAD] + net], c[c[READERS] + net], c[c[SOURCE] + edge] = NOTHING, 0, NOTHING

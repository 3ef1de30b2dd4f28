"""Moves: small random changes of a circuit, those that shrink it and those that grow or rewire it."""

from __future__ import annotations

from tinydwn.compiled import compiled
from tinydwn.netlist.simulate import Words
from tinydwn.netlist.words import draw
from tinydwn.refine.circuit import FIRST_INPUT, Circuit, Problem
from tinydwn.refine.gates import PINS

MOST_MOVES = 5


@compiled
def change(circuit: Circuit, problem: Problem, state: Words) -> None:
    """Make one to five random moves, each further one half as likely."""
    moves = 1
    while moves < MOST_MOVES and draw(state, 2) == 0:
        moves += 1
    for _ in range(moves):
        _move(circuit, problem, state)


@compiled
def _move(circuit: Circuit, problem: Problem, state: Words) -> None:
    chance = draw(state, 100)
    if circuit.size[0] == 0 or chance < 12:
        _insert(circuit, problem, state)
    elif chance < 50:
        _rewire(circuit, problem, state)
    elif chance < 65:
        _change_gate(circuit, problem, state)
    elif chance < 80:
        _bypass(circuit, problem, state)
    elif chance < 88:
        _replace_by_input(circuit, problem, state)
    elif chance < 94:
        _swap_wires(circuit, problem, state)
    elif chance < 97:
        _merge(circuit, problem, state)
    else:
        _move_end(circuit, problem, state)


@compiled
def _any_net(problem: Problem, state: Words, gates: int) -> int:
    """Draw an earlier gate's net one time in four, else an input."""
    inputs = len(problem.input_cost)
    if gates > 0 and draw(state, 4) == 0:
        return FIRST_INPUT + inputs + draw(state, gates)
    if draw(state, 2) == 0:
        return FIRST_INPUT + problem.likely[draw(state, len(problem.likely))]  # type: ignore[no-any-return]
    return FIRST_INPUT + draw(state, inputs)


@compiled
def _other_net(problem: Problem, state: Words, gates: int, now: int) -> int:
    """Draw a net in place of another one: of an input, mostly one with a threshold near by."""
    inputs = len(problem.input_cost)
    if FIRST_INPUT <= now < FIRST_INPUT + inputs and draw(state, 3) > 0:
        first, last = problem.first[now - FIRST_INPUT], problem.last[now - FIRST_INPUT]
        if last - first > 1:
            far = 1
            while draw(state, 2) == 0:
                far *= 2
            step = 1 + draw(state, far)
            place = now - FIRST_INPUT + (step if draw(state, 2) == 0 else -step)
            return FIRST_INPUT + min(max(place, first), last - 1)  # type: ignore[no-any-return]
    return _any_net(problem, state, gates)


@compiled
def _insert(circuit: Circuit, problem: Problem, state: Words) -> None:
    """Put a new gate on a wire; its other pins read anything before it."""
    n, inputs = circuit.size[0], len(problem.input_cost)
    if n >= len(circuit.gate):
        return
    base = FIRST_INPUT + inputs
    gate = draw(state, len(problem.arity))
    at = draw(state, n + 1)
    pin = draw(state, problem.arity[circuit.gate[at]]) if at < n else draw(state, len(circuit.ends))
    source = circuit.fanin[at, pin] if at < n else circuit.ends[pin]
    for k in range(n, at, -1):
        circuit.gate[k] = circuit.gate[k - 1]
        circuit.origin[k] = circuit.origin[k - 1]
        for slot in range(PINS):
            net = circuit.fanin[k - 1, slot]
            circuit.fanin[k, slot] = net + 1 if net >= base + at else net
    for end in range(len(circuit.ends)):
        if circuit.ends[end] >= base + at:
            circuit.ends[end] += 1
    circuit.size[0] = n + 1
    circuit.gate[at] = gate
    circuit.origin[at] = -1
    kept = draw(state, problem.arity[gate])
    for slot in range(PINS):
        net = 0
        if slot == kept:
            net = source
        elif slot < problem.arity[gate]:
            net = _any_net(problem, state, at)
        circuit.fanin[at, slot] = net
    if at < n:
        circuit.fanin[at + 1, pin] = base + at
    else:
        circuit.ends[pin] = base + at


@compiled
def _rewire(circuit: Circuit, problem: Problem, state: Words) -> None:
    """Let one pin read something else."""
    k = draw(state, circuit.size[0])
    pin = draw(state, problem.arity[circuit.gate[k]])
    circuit.fanin[k, pin] = _other_net(problem, state, k, circuit.fanin[k, pin])


@compiled
def _change_gate(circuit: Circuit, problem: Problem, state: Words) -> None:
    """Put another cell in a gate's place, on the same wires as far as it has pins."""
    k = draw(state, circuit.size[0])
    before, after = circuit.gate[k], draw(state, len(problem.arity))
    for pin in range(problem.arity[before], problem.arity[after]):
        circuit.fanin[k, pin] = _any_net(problem, state, k)
    if problem.arity[after] < problem.arity[before] and draw(state, 2) == 0:
        pin = draw(state, problem.arity[before])
        circuit.fanin[k, 0], circuit.fanin[k, pin] = circuit.fanin[k, pin], circuit.fanin[k, 0]
    circuit.gate[k] = after


@compiled
def _redirect(circuit: Circuit, problem: Problem, k: int, net: int) -> None:
    """Let everything that reads gate `k` read `net`, which is smaller, instead."""
    own = FIRST_INPUT + len(problem.input_cost) + k
    for later in range(k + 1, circuit.size[0]):
        for pin in range(PINS):
            if circuit.fanin[later, pin] == own:
                circuit.fanin[later, pin] = net
    for end in range(len(circuit.ends)):
        if circuit.ends[end] == own:
            circuit.ends[end] = net


@compiled
def _bypass(circuit: Circuit, problem: Problem, state: Words) -> None:
    """Put one of its own sources in a gate's place."""
    k = draw(state, circuit.size[0])
    _redirect(circuit, problem, k, circuit.fanin[k, draw(state, problem.arity[circuit.gate[k]])])


@compiled
def _replace_by_input(circuit: Circuit, problem: Problem, state: Words) -> None:
    """Put an input, now and then a constant, in a gate's place."""
    k = draw(state, circuit.size[0])
    net = draw(state, 2) if draw(state, 8) == 0 else _any_net(problem, state, 0)
    _redirect(circuit, problem, k, net)


@compiled
def _merge(circuit: Circuit, problem: Problem, state: Words) -> None:
    """Put an earlier gate in a gate's place."""
    k = draw(state, circuit.size[0])
    if k > 0:
        _redirect(circuit, problem, k, FIRST_INPUT + len(problem.input_cost) + draw(state, k))


@compiled
def _swap_wires(circuit: Circuit, problem: Problem, state: Words) -> None:
    """Exchange what two pins read, where neither then reads a later gate."""
    first = FIRST_INPUT + len(problem.input_cost)
    k, other = draw(state, circuit.size[0]), draw(state, circuit.size[0])
    pin, slot = draw(state, problem.arity[circuit.gate[k]]), draw(state, problem.arity[circuit.gate[other]])
    one, two = circuit.fanin[k, pin], circuit.fanin[other, slot]
    if one < first + other and two < first + k:
        circuit.fanin[k, pin], circuit.fanin[other, slot] = two, one


@compiled
def _move_end(circuit: Circuit, problem: Problem, state: Words) -> None:
    """Let an output read another net."""
    end = draw(state, len(circuit.ends))
    circuit.ends[end] = _other_net(problem, state, circuit.size[0], circuit.ends[end])

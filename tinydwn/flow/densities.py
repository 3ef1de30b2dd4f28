"""How often the nets of a circuit switch where nothing is known but its inputs: densities spread through its cells.

The density of a net is its transitions in a clock period, its duty the share of the time for which it is 1. Inputs of
a cell are taken to be independent and to switch one at a time: an output switches with an input whenever the others
let it through (F. N. Najm, "Transition density: a new measure of activity in digital circuits", IEEE TCAD 12(2), 1993,
theorem 1). A register's output switches as often as its input, and at most once in a period.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter

from tinydwn.errors import NetlistError
from tinydwn.flow.activity import Pin, Toggles
from tinydwn.flow.routed_cells import Connected
from tinydwn.netlist.truth_table import cofactor
from tinydwn.technology.behavior import Behavior
from tinydwn.technology.function import function_table, read_pins

_MOST_ROUNDS = 100
_STEADY = 1e-6


@dataclass(frozen=True, slots=True)
class Density:
    """Transitions in a clock period, and the share of the time for which a net is 1."""

    transitions: float
    duty: float


ASSUMED = Density(0.1, 0.5)
"""What is assumed of every input but the clock; OpenSTA and OpenROAD assume the same."""

GUESS = f"every input switching {ASSUMED.transitions:g} times in a clock period, and 1 for {ASSUMED.duty:.0%} of it"
_CLOCK = Density(2.0, 0.5)
_CONSTANTS = {"1'b0": Density(0.0, 0.0), "1'b1": Density(0.0, 1.0)}


def through(table: int, inputs: Sequence[Density]) -> Density:
    """Return what the output of a cell does whose function of its inputs is a truth table, input `k` being bit `k`.

    >>> a, b = Density(0.1, 0.5), Density(0.3, 0.25)
    >>> through(0b1000, (a, b))  # AND: what a does passes for a quarter of the time, what b does for half of it
    Density(transitions=0.175, duty=0.125)
    >>> through(0b0110, (a, b)).transitions  # XOR: all of it passes
    0.4
    """
    duties = [one.duty for one in inputs]
    passed = [
        one.transitions * _share(where, duties[:k] + duties[k + 1 :])
        for k, (one, where) in enumerate(zip(inputs, _sensitive(table, len(inputs)), strict=True))
        if one.transitions
    ]
    return Density(math.fsum(passed), _share(table, duties))


@lru_cache(maxsize=4096)
def _sensitive(table: int, n: int) -> tuple[int, ...]:
    """Return for each input the function of the others that says whether it matters."""
    return tuple(cofactor(table, k, 0, n) ^ cofactor(table, k, 1, n) for k in range(n))


def _share(table: int, duties: Sequence[float]) -> float:
    """Return the share of the time for which a function of independent inputs is 1."""
    shares = [float(table >> address & 1) for address in range(1 << len(duties))]
    for duty in duties:
        shares = [low + duty * (high - low) for low, high in zip(shares[::2], shares[1::2], strict=True)]
    return shares[0]


class Nets:
    """What every net of a circuit does; a pin that is connected to nothing is told by itself."""

    def __init__(self, known: Mapping[str, Density], others: Density) -> None:
        self._known = dict(known)
        self._others = others

    def of(self, one: Connected, pin: str) -> Density:
        """Return what a pin of an instance does."""
        return self._known.get(net_of(one, pin), self._others)

    def through(self, one: Connected, function: str) -> Density:
        """Return what a Liberty expression over pins of an instance does."""
        pins = read_pins(function)
        return through(function_table(function, pins), [self.of(one, pin) for pin in pins])


def net_of(one: Connected, pin: str) -> str:
    """Return the net on a pin, or a name of its own for one that is connected to nothing."""
    return one.nets.get(pin, f"{one.instance}/{pin}")


def counted_densities(toggles: Mapping[Pin, Toggles], periods: int, parts: Sequence[Connected], clock: str) -> Nets:
    """Return what nets did in a simulation of some clock periods; those that were not watched did nothing.

    >>> from tinydwn.flow.routed_cells import connected
    >>> parts = connected("module m (a, y);\\n INV g (.A(a), .Y(y));\\nendmodule")
    >>> nets = counted_densities({("", "a"): Toggles(3, 0.25), ("g", "Y"): Toggles(3, 0.75)}, 6, parts, "")
    >>> nets.of(parts[0], "A"), nets.of(parts[0], "Y")
    (Density(transitions=0.5, duty=0.25), Density(transitions=0.5, duty=0.75))
    """
    nets = _nets_of(toggles, parts)
    found = {nets[pin]: Density(one.transitions / periods, one.high) for pin, one in toggles.items()}
    return Nets({**_CONSTANTS, **found, **({clock: _CLOCK} if clock else {})}, Density(0.0, 0.0))


def unwatched(toggles: Collection[Pin], parts: Sequence[Connected], cells: Mapping[str, Behavior]) -> tuple[str, ...]:
    """Return the instances of `parts` with an output whose net no pin of `toggles` tells: nothing was counted there.

    >>> from tinydwn.flow.routed_cells import connected
    >>> parts = connected("module m (a, y);\\n INV g (.A(a), .Y(n));\\n INV h (.A(n), .Y(y));\\nendmodule")
    >>> unwatched([("g", "Y")], parts, {"INV": Behavior("INV", ("A",), (("Y", "!A"),))})
    ('h',)
    """
    seen = set(_nets_of(toggles, parts).values())
    told = [(one, cells[one.cell]) for one in parts if one.cell in cells]
    return tuple(one.instance for one, cell in told if not seen.issuperset(net_of(one, pin) for pin, _ in cell.outputs))


def _nets_of(pins: Collection[Pin], parts: Sequence[Connected]) -> dict[Pin, str]:
    """Return the net that each pin of an instance or of the circuit is on."""
    names = {(one.instance, pin): net for one in parts for pin, net in one.nets.items()}
    return {pin: names.get(pin, pin[1] if not pin[0] else "/".join(pin)) for pin in pins}


def assumed_densities(
    parts: Sequence[Connected], cells: Mapping[str, Behavior], *, clock: str = "", inputs: Density = ASSUMED
) -> Nets:
    """Return what nets do if every input but the `clock` does what `inputs` says.

    `cells` tell the cells of `parts`; outputs that they do not tell do as inputs. Registers begin as inputs do and are
    followed until they are steady. Raises `NetlistError` for cells in a loop.

    >>> from tinydwn.flow.routed_cells import connected
    >>> parts = connected("module m (a, b, y);\\n ND2 g (.A(a), .B(b), .Y(y));\\nendmodule")
    >>> assumed_densities(parts, {"ND2": Behavior("ND2", ("A", "B"), (("Y", "!(A B)"),))}).of(parts[0], "Y")
    Density(transitions=0.1, duty=0.75)
    """
    told = [(one, cells[one.cell]) for one in parts if one.cell in cells]
    nets = _Settling({**_CONSTANTS, **({clock: _CLOCK} if clock else {})}, inputs)
    registers = [(one, cell) for one, cell in told if cell.state]
    logic = _ordered([(one, cell) for one, cell in told if not cell.state])
    for one, cell in registers:
        nets.hold(one, cell, inputs)
    for _ in range(_MOST_ROUNDS):
        for one, cell in logic:
            nets.settle(one, cell)
        if max((nets.step(one, cell) for one, cell in registers), default=0.0) <= _STEADY:
            break
    return nets


class _Settling(Nets):
    """What nets do as far as it is known by now."""

    def settle(self, one: Connected, cell: Behavior) -> None:
        for pin, function in cell.outputs:
            self._known[net_of(one, pin)] = self.through(one, function) if function else self._others

    def hold(self, one: Connected, cell: Behavior, state: Density) -> None:
        """Let the outputs of a register tell its state."""
        names = cell.state or ("", "")
        states = {names[0]: state, names[1]: Density(state.transitions, 1 - state.duty)}
        for pin, function in cell.outputs:
            pins = read_pins(function)
            told = [states.get(name) or self.of(one, name) for name in pins]
            self._known[net_of(one, pin)] = through(function_table(function, pins), told) if pins else self._others

    def step(self, one: Connected, cell: Behavior) -> float:
        """Let a register take what its input does and return by how much its outputs changed."""
        next_state = dict(cell.deciding).get("next_state", "")
        if not next_state:
            return 0.0
        before = [self.of(one, pin) for pin, _ in cell.outputs]
        told = self.through(one, next_state)
        self.hold(one, cell, Density(min(told.transitions, 1.0), told.duty))
        after = [self.of(one, pin) for pin, _ in cell.outputs]
        return max(
            max(abs(new.transitions - old.transitions), abs(new.duty - old.duty))
            for new, old in zip(after, before, strict=True)
        )


def _ordered(parts: list[tuple[Connected, Behavior]]) -> list[tuple[Connected, Behavior]]:
    """Return cells without state so that each comes after those that drive it."""
    drivers = {net_of(one, pin): k for k, (one, cell) in enumerate(parts) for pin, _ in cell.outputs}
    graph = {
        k: {drivers[net] for pin in cell.inputs if (net := net_of(one, pin)) in drivers}
        for k, (one, cell) in enumerate(parts)
    }
    try:
        return [parts[k] for k in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        name = parts[error.args[1][0]][0].instance
        raise NetlistError(f"cell '{name}' is in a loop", hint="give a netlist whose loops pass registers") from error

"""From ABC's gates to instances: connections resolved, doubles shared, what nobody reads left out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import permutations

from tinydwn.errors import ProgramError
from tinydwn.mapping.compounds import Compound
from tinydwn.mapping.genlib import BUFFER, FALSE_GATE, TRUE_GATE, Gate
from tinydwn.mapping.mapped import Instance
from tinydwn.netlist.graph import FALSE, TRUE
from tinydwn.netlist.truth_table import permute, shrink, swap_inputs
from tinydwn.technology.library import Cell, rank

_Steps = tuple[tuple[Cell, tuple[int, ...]], ...]
_FIXED = {FALSE_GATE: FALSE, TRUE_GATE: TRUE}


def assemble(
    gates: Sequence[Gate],
    cells: Sequence[Cell],
    compounds: Sequence[Compound],
    nets: dict[str, int],
    wanted: Sequence[str],
    first: int,
) -> tuple[tuple[Instance, ...], tuple[int, ...]]:
    """Return instances and the nets of the `wanted` names.

    `cells[k]` is what ABC calls `gk`, `compounds[k]` what it calls `ck`; `nets` gives the nets of the inputs by
    name, `first` the net of the first instance. Buffers become connections, compounds the cells they are made of,
    an inverter behind an inverter leads back, equal cells on equal nets are one.
    """
    by_name = _parts(cells, compounds)
    drivers = {gate.output: gate for gate in gates}
    place = dict(nets)
    rows = _Rows(first, cells)
    for name in _in_order(drivers, place, wanted):
        gate = drivers[name]
        fanin = tuple(place[source] for source in gate.fanin)
        if gate.name in _FIXED:
            place[name] = _FIXED[gate.name]
        elif gate.name == BUFFER:
            place[name] = fanin[0]
        else:
            place[name] = rows.add_all(_checked(by_name, gate), fanin)
    return _read_only(rows.instances, [place[name] for name in wanted], first)


class _Rows:
    """Instances as they grow, none twice."""

    def __init__(self, first: int, cells: Sequence[Cell]) -> None:
        self.instances: list[Instance] = []
        self._cells = sorted(cells, key=rank)
        self._first = first
        self._known: dict[tuple[str, tuple[int, ...]], int] = {}
        self._inverted: dict[int, int] = {}

    def add_all(self, steps: _Steps, fanin: tuple[int, ...]) -> int:
        """Return the net of the last step of a small circuit over `fanin`."""
        nets = list(fanin)
        for cell, places in steps:
            nets.append(self.add(cell, tuple(nets[place] for place in places)))
        return nets[-1]

    def add(self, cell: Cell, fanin: tuple[int, ...]) -> int:
        """Return the net of an instance, or of one that does the same; constants and repeated nets are folded."""
        if min(fanin) <= TRUE or len(set(fanin)) < len(fanin):
            folded = self._folded(cell, fanin)
            if isinstance(folded, int):
                return folded
            cell, fanin = folded
        if cell.is_inverter and fanin[0] in self._inverted:
            return self._inverted[fanin[0]]
        if _is_symmetric(cell.table, len(fanin)):
            fanin = tuple(sorted(fanin))
        key = cell.name, fanin
        if key not in self._known:
            self._known[key] = self._first + len(self.instances)
            self.instances.append(Instance(cell, fanin))
            if cell.is_inverter:
                self._inverted[self._known[key]] = fanin[0]
        return self._known[key]

    def _folded(self, cell: Cell, fanin: tuple[int, ...]) -> int | tuple[Cell, tuple[int, ...]]:
        """Return a net, or a cell that reads each net once, for one that reads constants or a net twice."""
        table, nets = _reduced(cell.table, fanin)
        if not nets:
            return TRUE if table else FALSE
        if len(nets) == 1 and table == 0b10:
            return nets[0]
        for other in self._cells:
            if len(other.inputs) == len(nets):
                for order in permutations(range(len(nets))):
                    if permute(table, order, len(nets)) == other.table:
                        return other, tuple(nets[k] for k in order)
        if min(fanin) <= TRUE:
            raise ProgramError(f"ABC wrote a mapped circuit with a constant on a cell '{cell.name}'")
        return cell, fanin


@cache
def _is_symmetric(table: int, n: int) -> bool:
    """Say whether the order of inputs does not matter."""
    return all(swap_inputs(table, k, k + 1, n) == table for k in range(n - 1))


def _reduced(table: int, fanin: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """Return a table over the distinct nets, constants left out, that it depends on."""
    nets = tuple(dict.fromkeys(net for net in fanin if net > TRUE))
    reduced = 0
    for address in range(1 << len(nets)):
        values = {FALSE: 0, TRUE: 1, **{net: address >> k & 1 for k, net in enumerate(nets)}}
        at = sum(values[net] << k for k, net in enumerate(fanin))
        reduced |= (table >> at & 1) << address
    reduced, kept = shrink(reduced, len(nets))
    return reduced, tuple(nets[k] for k in kept)


def _parts(cells: Sequence[Cell], compounds: Sequence[Compound]) -> dict[str, tuple[int, _Steps]]:
    """Return the number of inputs and the steps of everything that ABC was offered, by its name."""
    single = {f"g{k}": (len(cell.inputs), ((cell, tuple(range(len(cell.inputs)))),)) for k, cell in enumerate(cells)}
    return {**single, **{f"c{k}": (len(one.cell.inputs), one.steps) for k, one in enumerate(compounds)}}


def _checked(parts: dict[str, tuple[int, _Steps]], gate: Gate) -> _Steps:
    inputs, steps = parts.get(gate.name, (0, ()))
    if not steps:
        raise ProgramError(f"ABC wrote a mapped circuit with an unknown gate '{gate.name}'")
    if inputs != len(gate.fanin):
        raise ProgramError(f"ABC wrote a mapped circuit with {len(gate.fanin)} nets on the gate '{gate.name}'")
    return steps


def _in_order(drivers: dict[str, Gate], given: dict[str, int], wanted: Sequence[str]) -> list[str]:
    """Return the names of all driven nets that `wanted` depends on, each behind what it reads."""
    order: list[str] = []
    done = set(given)
    stack = list(reversed(wanted))
    open_: set[str] = set()
    while stack:
        name = stack[-1]
        if name in done:
            stack.pop()
            continue
        if name not in drivers:
            raise ProgramError(f"ABC wrote a mapped circuit that does not drive '{name}'")
        missing = [source for source in drivers[name].fanin if source not in done]
        if not missing:
            stack.pop()
            open_.discard(name)
            done.add(name)
            order.append(name)
        elif name in open_:
            raise ProgramError(f"ABC wrote a mapped circuit with a cycle at '{name}'")
        else:
            open_.add(name)
            stack.extend(reversed(missing))
    return order


def _read_only(
    instances: Sequence[Instance], outputs: Sequence[int], first: int
) -> tuple[tuple[Instance, ...], tuple[int, ...]]:
    """Leave out instances that no output depends on, and number the rest anew."""
    needed = {net for net in outputs if net >= first}
    for net in range(first + len(instances) - 1, first - 1, -1):
        if net in needed:
            needed.update(source for source in instances[net - first].fanin if source >= first)
    place = {net: first + k for k, net in enumerate(sorted(needed))}
    kept = [instances[net - first] for net in sorted(needed)]
    renumbered = tuple(Instance(item.cell, tuple(place.get(net, net) for net in item.fanin)) for item in kept)
    return renumbered, tuple(place.get(net, net) for net in outputs)

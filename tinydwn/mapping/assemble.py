"""From ABC's gates to instances: connections resolved, doubles shared, what nobody reads left out."""

from __future__ import annotations

from collections.abc import Sequence

from tinydwn.errors import ProgramError
from tinydwn.mapping.genlib import BUFFER, FALSE_GATE, TRUE_GATE, Gate
from tinydwn.mapping.mapped import Instance
from tinydwn.netlist.graph import FALSE, TRUE
from tinydwn.technology.library import Cell

_FIXED = {FALSE_GATE: FALSE, TRUE_GATE: TRUE}


def assemble(
    gates: Sequence[Gate], cells: Sequence[Cell], nets: dict[str, int], wanted: Sequence[str], first: int
) -> tuple[tuple[Instance, ...], tuple[int, ...]]:
    """Return instances and the nets of the `wanted` names.

    `cells[k]` is what ABC calls `gk`, `nets` gives the nets of the inputs by name, `first` the net of the
    first instance. Buffers become connections, an inverter behind an inverter leads back, equal gates are one.
    """
    drivers = {gate.output: gate for gate in gates}
    by_name = {f"g{k}": cell for k, cell in enumerate(cells)}
    instances: list[Instance] = []
    known: dict[Instance, int] = {}
    inverted: dict[int, int] = {}
    place = dict(nets)
    for name in _in_order(drivers, place, wanted):
        gate = drivers[name]
        fanin = tuple(place[source] for source in gate.fanin)
        if gate.name in _FIXED:
            place[name] = _FIXED[gate.name]
        elif gate.name == BUFFER or by_name[gate.name].is_buffer:
            place[name] = fanin[0]
        elif by_name[gate.name].is_inverter and fanin[0] in inverted:
            place[name] = inverted[fanin[0]]
        else:
            instance = Instance(by_name[gate.name], fanin)
            if instance not in known:
                known[instance] = first + len(instances)
                instances.append(instance)
            place[name] = known[instance]
            if instance.cell.is_inverter:
                inverted[place[name]] = fanin[0]
    return _read_only(instances, [place[name] for name in wanted], first)


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

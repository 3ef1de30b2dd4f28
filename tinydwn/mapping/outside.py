"""What lies between mapped instances and the outputs: tie cells and buffers."""

from __future__ import annotations

from collections.abc import Sequence

from tinydwn.mapping.mapped import Instance
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE
from tinydwn.technology.library import Cell, Library


class Outside:
    """Instances that grow by tie cells and buffers; `first` is the net of the first one."""

    def __init__(self, library: Library, first: int, instances: Sequence[Instance]) -> None:
        self._library = library
        self._first = first
        self.instances = list(instances)

    def tied(self, nets: Sequence[int]) -> tuple[int, ...]:
        """Put one tie cell in the place of each constant that occurs, where the library has one."""
        ties = {}
        for value in (FALSE, TRUE):
            cell = self._library.tie(value)
            if cell is not None and value in nets:
                ties[value] = self._add(cell, ())
        return tuple(ties.get(net, net) for net in nets)

    def buffered(self, nets: Sequence[int]) -> tuple[int, ...]:
        """Put a buffer between an output and the input or the earlier output that it equals."""
        seen: set[int] = set()
        found = []
        for net in nets:
            alias = net >= FIRST_INPUT and (net < self._first or net in seen)
            seen.add(net)
            found.append(self._buffer(net) if alias else net)
        return tuple(found)

    def _buffer(self, net: int) -> int:
        if self._library.buffer is not None:
            return self._add(self._library.buffer, (net,))
        inverter = self._library.inverter
        return self._add(inverter, (self._add(inverter, (net,)),))

    def _add(self, cell: Cell, fanin: tuple[int, ...]) -> int:
        self.instances.append(Instance(cell, fanin))
        return self._first + len(self.instances) - 1

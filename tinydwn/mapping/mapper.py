"""From a netlist to library cells, by ABC."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tinydwn.errors import ConfigError, ProgramError, ProgramMissing
from tinydwn.mapping.assemble import assemble
from tinydwn.mapping.genlib import read_gates, to_genlib
from tinydwn.mapping.mapped import Attempt, Instance, MappedNetlist
from tinydwn.mapping.portfolio import MappingScript, scripts_for
from tinydwn.netlist.blif import to_blif
from tinydwn.netlist.builder import NetlistBuilder
from tinydwn.netlist.graph import FALSE, FIRST_INPUT, TRUE, Netlist
from tinydwn.technology.library import Cell, Library, cheapest_cells
from tinydwn.tools.abc import run_abc

CONNECTIONS = ("wire", "buffer")


def map_to_cells(
    netlist: Netlist,
    library: Library,
    *,
    effort: str = "normal",
    connections: str = "wire",
    timeout_s: float = 300.0,
) -> MappedNetlist:
    """Return the smallest circuit of library cells that the scripts of an effort find for a netlist.

    Inputs and outputs keep names and order. Constants come from tie cells where the library has them, else from
    the constant nets, without area. An output that equals an input or another output is a plain connection
    (`connections="wire"`) or gets a buffer, two inverters in a library without one (`"buffer"`).

    `timeout_s` holds for all scripts together; a script that fails is recorded in `attempts`. Raises
    `ProgramError` where all fail, `ConfigError` for an unknown option.

    >>> from tinydwn.netlist import Node
    >>> from tinydwn.technology import load_library
    >>> majority = Netlist("majority", ("a", "b", "c"), (Node(0b11101000, (2, 3, 4)),), (("y", 5),))
    >>> mapped = map_to_cells(majority, load_library("sky130_fd_sc_hd"))
    >>> mapped.cell_counts, mapped.area_um2
    ({'sky130_fd_sc_hd__maj3_1': 1}, 10.0096)
    """
    if connections not in CONNECTIONS:
        raise ConfigError(f"no kind of connection '{connections}'", hint=f"choose one of: {', '.join(CONNECTIONS)}")
    scripts = scripts_for(effort)
    folded = _folded(netlist)
    best = _Found("none", (), folded.output_nets)
    attempts: tuple[Attempt, ...] = ()
    if folded.nodes:
        best, attempts = _best(_Task(folded, library), scripts, timeout_s)
    circuit = _Outside(library, netlist, best.instances)
    nets = circuit.tied(best.nets)
    if connections == "buffer":
        nets = circuit.buffered(nets)
    outputs = tuple(zip(netlist.output_names, nets, strict=True))
    return MappedNetlist(
        netlist.name, library, netlist.inputs, tuple(circuit.instances), outputs, best.script, attempts
    )


def _folded(netlist: Netlist) -> Netlist:
    """Return the same function with constants, buffers and equal nodes folded away."""
    builder = NetlistBuilder(netlist.name)
    inputs = [builder.input(name) for name in netlist.inputs]
    for name, net in zip(netlist.output_names, builder.insert(netlist, inputs), strict=True):
        builder.output(name, net)
    return builder.build()


@dataclass(frozen=True, slots=True)
class _Found:
    """What one script found: instances, and the nets of the outputs."""

    script: str
    instances: tuple[Instance, ...]
    nets: tuple[int, ...]

    @property
    def area_um2(self) -> float:
        return math.fsum(instance.cell.area_um2 for instance in self.instances)


class _Task:
    """A folded netlist and a library, as ABC gets them: each output net once, neutral names."""

    def __init__(self, netlist: Netlist, library: Library) -> None:
        self._netlist = netlist
        self._cells = cheapest_cells(library)
        driven = sorted({net for net in netlist.output_nets if net >= netlist.first_node})
        self._names = {net: f"o{k}" for k, net in enumerate(driven)}
        inputs = tuple(f"i{k}" for k in range(len(netlist.inputs)))
        outputs = tuple((name, net) for net, name in self._names.items())
        self._nets = {name: FIRST_INPUT + k for k, name in enumerate(inputs)}
        self._files = {
            "netlist.blif": to_blif(Netlist("netlist", inputs, netlist.nodes, outputs)),
            "cells.genlib": to_genlib(self._cells, library),
        }

    def run(self, script: MappingScript, timeout_s: float) -> _Found:
        """Run one script; `ProgramError` where it does not end in a mapped circuit."""
        commands = (
            f"read_genlib cells.genlib; read_blif netlist.blif; strash; {script.commands}; write_blif mapped.blif"
        )
        done = run_abc(commands, files=self._files, results=["mapped.blif"], timeout_s=timeout_s)
        wanted = list(self._names.values())
        gates = read_gates(done.files["mapped.blif"])
        instances, nets = assemble(gates, self._cells, self._nets, wanted, self._netlist.first_node)
        place = dict(zip(self._names, nets, strict=True))
        return _Found(script.name, instances, tuple(place.get(net, net) for net in self._netlist.output_nets))


def _best(task: _Task, scripts: Sequence[MappingScript], timeout_s: float) -> tuple[_Found, tuple[Attempt, ...]]:
    """Run all scripts and return the smallest result, the first of equals, with what all came to."""
    end = time.monotonic() + timeout_s
    found: list[_Found] = []
    attempts: list[Attempt] = []
    for script in scripts:
        try:
            result = task.run(script, max(end - time.monotonic(), 0.1))
        except ProgramMissing:
            raise
        except ProgramError as error:
            attempts.append(Attempt(script.name, None, error.message))
        else:
            found.append(result)
            attempts.append(Attempt(script.name, result.area_um2))
    if not found:
        reasons = "\n".join(f"    {attempt.script}: {attempt.reason}" for attempt in attempts)
        raise ProgramError("no mapping script came to a result", hint=f"allow more time; the scripts said:\n{reasons}")
    return min(found, key=lambda result: result.area_um2), tuple(attempts)


class _Outside:
    """What lies between mapped instances and the outputs: tie cells and buffers."""

    def __init__(self, library: Library, netlist: Netlist, instances: Sequence[Instance]) -> None:
        self._library = library
        self._first = netlist.first_node
        self.instances = list(instances)

    def tied(self, nets: Sequence[int]) -> tuple[int, ...]:
        """Put a tie cell in the place of each constant, where the library has one."""
        ties = {}
        for value in (FALSE, TRUE):
            cell = self._library.tie(value)
            if cell is not None and value in nets:
                ties[value] = self._add(cell, ())
        return tuple(ties.get(net, net) for net in nets)

    def buffered(self, nets: Sequence[int]) -> tuple[int, ...]:
        """Put a buffer between an output and the input or earlier output that it equals."""
        seen: set[int] = set()
        found = []
        for net in nets:
            alias = FIRST_INPUT <= net < self._first or net in seen
            seen.add(net)
            found.append(self._buffer(net) if alias and net >= FIRST_INPUT else net)
        return tuple(found)

    def _buffer(self, net: int) -> int:
        if self._library.buffer is not None:
            return self._add(self._library.buffer, (net,))
        inverter = self._library.inverter
        return self._add(inverter, (self._add(inverter, (net,)),))

    def _add(self, cell: Cell, fanin: tuple[int, ...]) -> int:
        self.instances.append(Instance(cell, fanin))
        return self._first + len(self.instances) - 1

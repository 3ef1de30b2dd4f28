"""Running the scripts of a portfolio on one netlist, and keeping the smallest sound result."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tinydwn.errors import ProgramError, ProgramMissing, ProgramTimeout
from tinydwn.mapping.assemble import assemble
from tinydwn.mapping.compounds import compounds
from tinydwn.mapping.genlib import read_gates, to_genlib
from tinydwn.mapping.mapped import Attempt, Instance
from tinydwn.mapping.patterns import differing_output
from tinydwn.mapping.portfolio import Cover, MappingScript
from tinydwn.netlist.blif import to_blif
from tinydwn.netlist.graph import FIRST_INPUT, Netlist, Node
from tinydwn.technology.library import Library, cheapest_cells
from tinydwn.tools.abc import run_abc

_READ = "read_genlib cells.genlib; read_blif netlist.blif; strash"


@dataclass(frozen=True, slots=True)
class Found:
    """What one script found: instances, and the nets of the outputs."""

    script: str
    instances: tuple[Instance, ...]
    nets: tuple[int, ...]

    @property
    def area_um2(self) -> float:
        """The sum of the areas of all instances."""
        return math.fsum(instance.cell.area_um2 for instance in self.instances)


class Task:
    """A folded netlist and a library, as ABC gets them: each driven output once, neutral names."""

    def __init__(self, netlist: Netlist, library: Library) -> None:
        self._netlist = netlist
        self._cells = tuple(cell for cell in cheapest_cells(library) if not cell.is_buffer)
        self._compounds = compounds(self._cells)
        driven = sorted({net for net in netlist.output_nets if net >= netlist.first_node})
        self._names = {net: f"o{k}" for k, net in enumerate(driven)}
        inputs = tuple(f"i{k}" for k in range(len(netlist.inputs)))
        outputs = tuple((name, net) for net, name in self._names.items())
        self._nets = {name: FIRST_INPUT + k for k, name in enumerate(inputs)}
        self._files = {
            "netlist.blif": to_blif(Netlist("netlist", inputs, netlist.nodes, outputs)),
            "cells.genlib": to_genlib(self._cells, self._compounds),
        }

    def run(self, script: MappingScript, covers: Sequence[Cover], *, timeout_s: float) -> list[Found]:
        """Prepare once and cover in each way, in one run of ABC; `ProgramError` where one of them fails."""
        commands = [_READ, script.commands or "strash", "write_blif prepared.blif"]
        for k, cover in enumerate(covers):
            commands += ["read_blif prepared.blif; strash", cover.commands, f"write_blif mapped{k}.blif"]
        results = [f"mapped{k}.blif" for k in range(len(covers))]
        done = run_abc("; ".join(commands), files=self._files, results=results, timeout_s=timeout_s)
        pairs = zip(covers, results, strict=True)
        return [self._found(f"{script.name}+{cover.name}", done.files[file]) for cover, file in pairs]

    def _found(self, name: str, text: str) -> Found:
        wanted = list(self._names.values())
        instances, nets = assemble(
            read_gates(text), self._cells, self._compounds, self._nets, wanted, self._netlist.first_node
        )
        place = dict(zip(self._names, nets, strict=True))
        found = Found(name, instances, tuple(place.get(net, net) for net in self._netlist.output_nets))
        self._check(found)
        return found

    def _check(self, found: Found) -> None:
        """Raise `ProgramError` where the cells are seen to compute something else."""
        nodes = tuple(Node(instance.cell.table, instance.fanin) for instance in found.instances)
        outputs = tuple(zip(self._netlist.output_names, found.nets, strict=True))
        wrong = differing_output(self._netlist, replace(self._netlist, nodes=nodes, outputs=outputs))
        if wrong:
            raise ProgramError(f"ABC wrote a mapped circuit that computes another output {wrong!r}")


def smallest(task: Task, scripts: Sequence[MappingScript], *, timeout_s: float) -> tuple[Found, tuple[Attempt, ...]]:
    """Run all scripts; return the smallest result, with what all came to.

    Of equal areas the one with fewer cells counts, then the first. Raises `ProgramError` where none comes to a result and `ProgramMissing` without ABC.
    """
    end = time.monotonic() + timeout_s
    found: list[Found] = []
    attempts: list[Attempt] = []
    for script in scripts:
        _run(task, script, script.covers, end, found, attempts)
    if not found:
        reasons = "\n".join(f"    {attempt.script}: {attempt.reason}" for attempt in attempts)
        raise ProgramError("no mapping script came to a result", hint=f"allow more time; the scripts said:\n{reasons}")
    return min(found, key=lambda result: (result.area_um2, len(result.instances))), tuple(attempts)


def _run(
    task: Task,
    script: MappingScript,
    covers: Sequence[Cover],
    end: float,
    found: list[Found],
    attempts: list[Attempt],
) -> None:
    """Run one script and note what came of it; where one of several covers fails, each is run alone."""
    try:
        results = task.run(script, covers, timeout_s=max(end - time.monotonic(), 0.1))
    except ProgramMissing:
        raise
    except ProgramError as error:
        if len(covers) > 1 and not isinstance(error, ProgramTimeout):
            for cover in covers:
                _run(task, script, (cover,), end, found, attempts)
            return
        attempts += [Attempt(f"{script.name}+{cover.name}", None, error.message) for cover in covers]
    else:
        found += results
        attempts += [Attempt(result.script, result.area_um2) for result in results]

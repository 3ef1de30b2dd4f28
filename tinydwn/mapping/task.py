"""One netlist and one library, as ABC gets them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tinydwn.errors import ProgramError
from tinydwn.mapping.assemble import assemble
from tinydwn.mapping.compounds import compounds
from tinydwn.mapping.genlib import delay_unit, read_gates, to_gate_blif, to_genlib
from tinydwn.mapping.mapped import Instance, longest_way
from tinydwn.mapping.objective import Objective
from tinydwn.mapping.patterns import differing_output
from tinydwn.mapping.portfolio import Cover, MappingScript
from tinydwn.minimize.exact_cones import rewrite_cones
from tinydwn.netlist.blif import to_blif
from tinydwn.netlist.graph import Netlist, Node
from tinydwn.technology.library import Library, cheapest_cells
from tinydwn.tools.abc import run_abc


@lru_cache(maxsize=8)
def _exact(netlist: Netlist) -> Netlist:
    """Return a netlist with its small cones rewritten; kept, since several libraries ask for the same one."""
    return rewrite_cones(netlist, xor_gates=1)[0]


@dataclass(frozen=True, slots=True)
class Found:
    """What one script found: instances, the nets that the netlist's driven nets became, the longest way to them."""

    script: str
    instances: tuple[Instance, ...]
    nets: tuple[int, ...]
    delay: float

    @property
    def area_um2(self) -> float:
        """The sum of the areas of all instances."""
        return math.fsum(instance.cell.area_um2 for instance in self.instances)


class Task:
    """A folded netlist, a library and an objective: each driven output once, neutral names, one cell per function."""

    def __init__(self, netlist: Netlist, library: Library, objective: Objective | None = None) -> None:
        self._netlist, self._objective, self._has_delays = netlist, objective or Objective(), library.has_delays
        self._driven = sorted({net for net in netlist.output_nets if net >= netlist.first_node})
        self._cells = tuple(cell for cell in cheapest_cells(library) if not cell.is_buffer)
        self._compounds = compounds(self._cells)
        self._neutral = Netlist(
            "netlist",
            tuple(f"i{k}" for k in range(len(netlist.inputs))),
            netlist.nodes,
            tuple((f"o{k}", net) for k, net in enumerate(self._driven)),
        )
        self._genlib = to_genlib(self._cells, self._compounds)
        self._limit = (self._objective.limit_ps or 0.0) / delay_unit(self._cells, self._compounds)

    def rank(self, found: Found) -> tuple[float, float, float, float]:
        """Return what is least for the best result."""
        return self._objective.rank(area_um2=found.area_um2, delay=found.delay, cells=len(found.instances))

    def output_nets(self, found: Found) -> tuple[int, ...]:
        """Return the nets of the netlist's outputs in what was found; constants and inputs keep theirs."""
        place = dict(zip(self._driven, found.nets, strict=True))
        return tuple(place.get(net, net) for net in self._netlist.output_nets)

    def run(
        self, script: MappingScript, covers: Sequence[Cover], *, start: Found | None, timeout_s: float
    ) -> list[Found]:
        """Prepare an AIG once and cover it in each way, in one run of ABC; with `start`, begin from its cells.

        `ProgramError` where one of the covers fails.
        """
        names = self._neutral.inputs, self._neutral.output_names
        files = {"cells.genlib": self._genlib}
        if start is None:
            files["netlist.blif"] = to_blif(_exact(self._neutral) if script.exact_cones else self._neutral)
            commands = ["read_genlib cells.genlib; read_blif netlist.blif; strash", script.commands]
            commands.append("write_blif prepared.blif")
            begin = "read_blif prepared.blif; strash"
        else:
            files["cells.blif"] = to_gate_blif(start.instances, start.nets, self._cells, *names)
            commands, begin = ["read_genlib cells.genlib"], "read_blif cells.blif"
        for k, cover in enumerate(covers):
            commands += [begin, cover.commands.replace("{limit}", f"{self._limit:.5g}"), f"write_blif mapped{k}.blif"]
        results = [f"mapped{k}.blif" for k in range(len(covers))]
        done = run_abc("; ".join(commands), files=files, results=results, timeout_s=timeout_s)
        found = []
        for cover, file in zip(covers, results, strict=True):
            name = f"{start.script}+{cover.name}" if start else f"{script.name}+{cover.name}"
            found.append(self._found(name, done.files[file]))
        return found

    def _found(self, name: str, text: str) -> Found:
        nets = {source: 2 + k for k, source in enumerate(self._neutral.inputs)}
        wanted, first = self._neutral.output_names, self._neutral.first_node
        instances, driven = assemble(read_gates(text), self._cells, self._compounds, nets, wanted, first)
        self._check(instances, driven)
        steps = [one.cell.delay_ps if self._has_delays else (1.0,) * len(one.fanin) for one in instances]
        return Found(name, instances, driven, longest_way(instances, first, driven, steps))

    def _check(self, instances: Sequence[Instance], driven: Sequence[int]) -> None:
        """Raise `ProgramError` where the cells are seen to compute something else."""
        nodes = tuple(Node(instance.cell.table, instance.fanin) for instance in instances)
        outputs = tuple(zip(self._neutral.output_names, driven, strict=True))
        wrong = differing_output(self._neutral, replace(self._neutral, nodes=nodes, outputs=outputs))
        if wrong:
            raise ProgramError("ABC wrote a mapped circuit that computes something else")

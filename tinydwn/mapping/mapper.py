"""From a netlist to library cells, by ABC."""

from __future__ import annotations

from tinydwn.errors import ConfigError
from tinydwn.mapping.mapped import Attempt, Instance, MappedNetlist
from tinydwn.mapping.objective import Objective
from tinydwn.mapping.outside import Outside
from tinydwn.mapping.portfolio import stages_for
from tinydwn.mapping.search import best_of
from tinydwn.mapping.task import Task
from tinydwn.minimize.size import size
from tinydwn.netlist.builder import NetlistBuilder
from tinydwn.netlist.graph import Netlist
from tinydwn.technology.library import Library

CONNECTIONS = ("wire", "buffer")


def map_to_cells(
    netlist: Netlist,
    library: Library,
    *,
    effort: str = "normal",
    connections: str = "wire",
    objective: Objective | None = None,
    timeout_s: float = 300.0,
) -> MappedNetlist:
    """Return the smallest circuit of library cells that the scripts of an effort find for a netlist.

    With another `objective` it is the quickest one, or the smallest one within a limit of delay.

    Inputs and outputs keep names and order. Constants come from tie cells where the library has them, else from
    the constant nets, without area. An output that equals an input or another output is a plain connection
    (`connections="wire"`) or gets a buffer, two inverters in a library without one (`"buffer"`).

    `timeout_s` holds for all scripts together; a script that fails is recorded in `attempts`. Each result is
    compared with the netlist on up to 512 patterns. Raises `ProgramError` where no script comes to a result,
    `ConfigError` for an unknown option and where no circuit within the limit was found.

    >>> from tinydwn.netlist import Node
    >>> from tinydwn.technology import load_library
    >>> majority = Netlist("majority", ("a", "b", "c"), (Node(0b11101000, (2, 3, 4)),), (("y", 5),))
    >>> mapped = map_to_cells(majority, load_library("sky130_fd_sc_hd"), effort="fast")
    >>> mapped.cell_counts, mapped.area_um2
    ({'sky130_fd_sc_hd__maj3_1': 1}, 10.0096)
    """
    if connections not in CONNECTIONS:
        raise ConfigError(f"no kind of connection '{connections}'", hint=f"choose one of: {', '.join(CONNECTIONS)}")
    folded = _folded(netlist)
    wanted = objective or Objective()
    wanted.require_delays(library)
    stages = stages_for(effort, gates=size(folded).gates, objective=wanted)
    nets, script = folded.output_nets, "none"
    instances: tuple[Instance, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    if folded.nodes:
        task = Task(folded, library, wanted)
        best, attempts = best_of(task, stages, timeout_s=timeout_s)
        nets, instances, script = task.output_nets(best), best.instances, best.script
    circuit = Outside(library, netlist.first_node, instances)
    nets = circuit.tied(nets)
    if connections == "buffer":
        nets = circuit.buffered(nets)
    outputs = tuple(zip(netlist.output_names, nets, strict=True))
    found = MappedNetlist(netlist.name, library, netlist.inputs, tuple(circuit.instances), outputs, script, attempts)
    wanted.require_kept(found.delay_ps or 0.0, name=netlist.name, library=library)
    return found


def _folded(netlist: Netlist) -> Netlist:
    """Return the same function with constants, buffers and equal nodes folded away."""
    builder = NetlistBuilder(netlist.name)
    inputs = [builder.input(name) for name in netlist.inputs]
    for name, net in zip(netlist.output_names, builder.insert(netlist, inputs), strict=True):
        builder.output(name, net)
    return builder.build()

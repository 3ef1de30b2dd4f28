"""A netlist whose nodes are functions of cells, cell by cell."""

from __future__ import annotations

from functools import cache
from itertools import permutations

from tinydwn.mapping.mapped import Instance, MappedNetlist
from tinydwn.mapping.outside import Outside
from tinydwn.netlist.graph import Netlist
from tinydwn.netlist.truth_table import permute
from tinydwn.technology.library import Cell, Library, cheapest_cells

_MOST_INPUTS = 4


def map_directly(netlist: Netlist, library: Library) -> MappedNetlist | None:
    """Return the circuit in which each node is the cheapest cell with its function, None where one has no cell.

    Constants come from tie cells where the library has them.

    >>> from tinydwn.netlist import Node
    >>> from tinydwn.technology import load_library
    >>> nand = Netlist("nand", ("a", "b"), (Node(0b0111, (2, 3)),), (("y", 4),))
    >>> map_directly(nand, load_library("nangate45")).cell_counts
    {'NAND2_X1': 1}
    """
    cells = _cells(library)
    instances = []
    for node in netlist.nodes:
        found = cells.get((len(node.fanin), node.table))
        if found is None:
            return None
        cell, pins = found
        instances.append(Instance(cell, tuple(node.fanin[pin] for pin in pins)))
    circuit = Outside(library, netlist.first_node, tuple(instances))
    nets = circuit.tied(netlist.output_nets)
    outputs = tuple(zip(netlist.output_names, nets, strict=True))
    return MappedNetlist(netlist.name, library, netlist.inputs, tuple(circuit.instances), outputs, "as it is")


@cache
def _cells(library: Library) -> dict[tuple[int, int], tuple[Cell, tuple[int, ...]]]:
    """Return the cheapest cell for each function by inputs and table, and which of these inputs each pin reads."""
    found: dict[tuple[int, int], tuple[Cell, tuple[int, ...]]] = {}
    for cell in cheapest_cells(library):
        arity = len(cell.inputs)
        for order in permutations(range(arity)) if arity <= _MOST_INPUTS else ():
            table = permute(cell.table, order, arity)
            known = found.get((arity, table))
            if known is None or cell.area_um2 < known[0].area_um2:
                found[arity, table] = cell, tuple(order.index(pin) for pin in range(arity))
    return found

"""Circuits that are small enough to be drawn legibly."""

from __future__ import annotations

import re

from tinydwn.mapping import MappedNetlist
from tinydwn.metrics import Cut
from tinydwn.netlist import Netlist
from tinydwn.netlist.graph import FIRST_INPUT
from tinydwn.report.facts import Drawing, Gate

MAX_GATES = 60
MAX_INPUTS = 128


def draw_cells(mapped: MappedNetlist, *, cut: Cut) -> Drawing | None:
    """Return the drawing of a netlist's cells, None where it is too large to be legible."""
    gates = [(short_cell_name(instance.cell.name), instance.fanin) for instance in mapped.instances]
    return assemble(mapped.functions(), gates, cut=cut, gates_of=f"cells of {mapped.library.name}")


def short_cell_name(name: str) -> str:
    """Return a cell's name without the library's prefix and without its drive strength.

    >>> [short_cell_name(name) for name in ("sky130_fd_sc_hd__a21oi_1", "NAND2_X1", "sg13g2_nor2_1", "INVX1", "MUX2")]
    ['a21oi', 'NAND2', 'nor2', 'INV', 'MUX2']
    """
    name = name.rsplit("__", 1)[-1].removeprefix("sg13g2_")
    return re.sub(r"_[xX]?\d+$|(?<![Mm][Uu])(?<=[A-Za-z0-9])[xX]\d+$", "", name)


def assemble(netlist: Netlist, gates: list[tuple[str, tuple[int, ...]]], *, cut: Cut, gates_of: str) -> Drawing | None:
    """Return the drawing of gates that stand for the nodes of `netlist`: a label each, and the nets it reads.

    Inputs that nothing reads are left out; a constant that is read becomes a gate of its own.
    """
    read = {net for _, fanin in gates for net in fanin} | set(netlist.output_nets)
    inputs = [net for net in range(FIRST_INPUT, netlist.first_node) if net in read]
    constants = [net for net in range(FIRST_INPUT) if net in read]
    if len(gates) + len(constants) > MAX_GATES or len(inputs) > MAX_INPUTS:
        return None
    drawn_order = [*inputs, *constants, *range(netlist.first_node, netlist.nets)]
    place = {net: k for k, net in enumerate(drawn_order)}
    return Drawing(
        cut=cut,
        gates_of=gates_of,
        inputs=tuple(netlist.net_name(net) for net in inputs),
        gates=(
            *(Gate(str(net), (), net) for net in constants),
            *(
                Gate(label, tuple(place[net] for net in fanin), node.table)
                for (label, fanin), node in zip(gates, netlist.nodes, strict=True)
            ),
        ),
        outputs=tuple((name, place[net]) for name, net in netlist.outputs),
    )

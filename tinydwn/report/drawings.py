"""Circuits that are small enough to be drawn legibly."""

from __future__ import annotations

from tinydwn.netlist import Netlist, Node
from tinydwn.netlist.graph import FIRST_INPUT
from tinydwn.report.run_report import Cut, Drawing, Gate

MAX_GATES = 60
MAX_INPUTS = 48

_NAMES = {
    (1, 0b01): "inv",
    (1, 0b10): "buf",
    (2, 0b1000): "and",
    (2, 0b0111): "nand",
    (2, 0b1110): "or",
    (2, 0b0001): "nor",
    (2, 0b0110): "xor",
    (2, 0b1001): "xnor",
    (2, 0b0010): "a & ~b",
    (2, 0b0100): "~a & b",
    (2, 0b1011): "a | ~b",
    (2, 0b1101): "~a | b",
    (3, 0b10000000): "and3",
    (3, 0b11111110): "or3",
    (3, 0b11101000): "majority",
    (3, 0b10010110): "xor3",
    (3, 0b11001010): "mux",
}


def draw_nodes(netlist: Netlist, *, cut: Cut) -> Drawing | None:
    """Return the drawing of a netlist's nodes, None where it is too large to be legible.

    >>> draw_nodes(Netlist("n", ("a", "b"), (Node(0b1000, (2, 3)),), (("y", 4),)), cut="core").gates
    (Gate(label='and', reads=(0, 1)),)
    """
    gates = [(_label(node), node.fanin) for node in netlist.nodes]
    return assemble(netlist, gates, cut=cut, gates_of="two-level functions")


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
            *(Gate(str(net), ()) for net in constants),
            *(Gate(label, tuple(place[net] for net in fanin)) for label, fanin in gates),
        ),
        outputs=tuple((name, place[net]) for name, net in netlist.outputs),
    )


def _label(node: Node) -> str:
    return _NAMES.get((len(node.fanin), node.table), f"LUT{len(node.fanin)}")

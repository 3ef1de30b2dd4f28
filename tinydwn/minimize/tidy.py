"""Constants, unread inputs, equal nodes and dead nodes: what can be seen without looking far."""

from __future__ import annotations

from tinydwn.minimize.passes import Attempt, Pass
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder


def tidy(netlist: Netlist) -> Netlist:
    """Return the netlist with constants folded, unread inputs dropped, equal nodes shared, dead ones gone.

    >>> from tinydwn.netlist import Node
    >>> unread = Netlist("n", ("a", "b"), (Node(0b1010, (2, 3)),), (("y", 4),))
    >>> tidy(unread).nodes, tidy(unread).outputs
    ((), (('y', 2),))
    """
    builder = NetlistBuilder(netlist.name)
    inputs = [builder.input(name) for name in netlist.inputs]
    for name, net in zip(netlist.output_names, builder.insert(netlist, inputs), strict=True):
        builder.output(name, net)
    return builder.build()


def _attempt(netlist: Netlist, assuming: Assumption) -> Attempt:  # noqa: ARG001 - every pass is called alike
    return Attempt(tidy(netlist))


TIDY = Pass("tidy", _attempt)

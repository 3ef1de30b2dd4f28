"""Exact synthesis of small cones: gates of up to four nets give way to the smallest circuit of their function."""

from __future__ import annotations

from tinydwn.minimize.occurring import Occurring
from tinydwn.minimize.passes import Attempt, Pass
from tinydwn.minimize.rewrites import Rewrite, choose
from tinydwn.minimize.size import size
from tinydwn.minimize.xag import INPUTS, Xag, to_netlist, to_xag, without_unread
from tinydwn.netlist import Assumption, Netlist


def exact_cones(
    *,
    xor_gates: int = 3,
    most_cuts: int = 8,
    max_patterns: int = 1 << 12,
    max_gates: int = 20_000,
    rounds: int = 8,
) -> Pass:
    """Return a pass that rewrites cones as `rewrite_cones` does.

    A netlist of more than `max_gates` gates, by `Size`, is left as it is, and the note says so; so is one in which no
    gate is saved.
    """

    def attempt(netlist: Netlist, assuming: Assumption) -> Attempt:
        gates = size(netlist).gates
        if gates > max_gates:
            return Attempt(netlist, f"left out: {gates} gates, the limit is {max_gates}")
        found, rewritten = rewrite_cones(
            netlist,
            assuming,
            xor_gates=xor_gates,
            most_cuts=most_cuts,
            max_patterns=max_patterns,
            rounds=rounds,
        )
        saved = rewritten and (xor_gates != 3 or size(found).gates < gates)
        return Attempt(found if saved else netlist, f"cones rewritten: {rewritten}")

    return Pass("exact cones", attempt)


def rewrite_cones(
    netlist: Netlist,
    assuming: Assumption | None = None,
    *,
    xor_gates: int,
    most_cuts: int = 8,
    max_patterns: int = 1 << 12,
    rounds: int = 8,
) -> tuple[Netlist, int]:
    """Return a netlist of two-input nodes with cones of up to four nets made anew wherever that saves gates.

    An XOR counts `xor_gates`: 3 by `Size`, 1 by the rule "gates2". Up to `most_cuts` cones of each gate are looked at,
    in up to `rounds` rounds. What cannot occur on the nets of a cone does not matter, where the inputs behind them have
    at most `max_patterns` patterns. Comes with the number of cones that were rewritten.

    >>> from tinydwn.netlist import Node
    >>> nodes = Node(0b0010, (2, 3)), Node(0b0100, (2, 3)), Node(0b1110, (4, 5))
    >>> parity = Netlist("parity", ("a", "b"), nodes, (("y", 6),))
    >>> rewrite_cones(parity, xor_gates=1)[0].nodes
    (Node(table=6, fanin=(2, 3)),)
    """
    graph, rewritten = without_unread(to_xag(netlist, xor_gates=xor_gates)), 0
    for _ in range(rounds):
        occurring = Occurring(graph, netlist.inputs, assuming or Assumption.none(), max_patterns)
        chosen = choose(graph, occurring, xor_gates=xor_gates, most_cuts=most_cuts)
        smaller = _rebuilt(graph, chosen)
        if smaller.cost(xor_gates) >= graph.cost(xor_gates):
            break
        graph, rewritten = smaller, rewritten + len(chosen)
    return to_netlist(graph, netlist), rewritten


def _rebuilt(graph: Xag, chosen: dict[int, Rewrite]) -> Xag:
    """Return the graph with all rewrites, without gates that nothing reads."""
    built = Xag(graph.first - 1)
    literals = [2 * net for net in range(graph.first)]

    def of(literal: int) -> int:
        return literals[literal >> 1] ^ literal & 1

    for net, (left, right, is_xor) in enumerate(graph.gates, start=graph.first):
        rewrite = chosen.get(net)
        if rewrite is not None:
            rest = [0] * (INPUTS - len(rewrite.nets))
            literals.append(built.chain(rewrite.chain, [*(literals[one] for one in rewrite.nets), *rest]))
        else:
            literals.append(built.xor(of(left), of(right)) if is_xor else built.and_(of(left), of(right)))
    built.outputs = [of(literal) for literal in graph.outputs]
    return without_unread(built)

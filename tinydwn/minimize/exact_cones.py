"""Exact synthesis of small cones: gates of up to four nets give way to the smallest circuit of their function."""

from __future__ import annotations

from tinydwn.minimize.occurring import Occurring
from tinydwn.minimize.passes import Attempt, Pass
from tinydwn.minimize.rewrites import Rewrite, choose
from tinydwn.minimize.size import size
from tinydwn.minimize.xag import INPUTS, Xag, to_netlist, to_xag, without_unread
from tinydwn.netlist import Assumption, Netlist


def exact_cones(
    *, xor_gates: int = 3, most_cuts: int = 8, max_patterns: int = 1 << 12, max_gates: int = 20_000, rounds: int = 8
) -> Pass:
    """Return a pass that rewrites cones of up to four nets by their smallest circuits wherever that saves gates.

    An XOR counts `xor_gates`: 3 by `Size`, 1 by the rule "gates2". Up to `most_cuts` cones of each gate are looked at.
    What cannot occur on the nets of a cone does not matter, where the inputs behind them have at most `max_patterns`
    patterns. A netlist of more than `max_gates` gates is left as it is, and the note says so; so is one in which
    nothing is saved. The result has two inputs a node.
    """

    def attempt(netlist: Netlist, assuming: Assumption) -> Attempt:
        start = without_unread(to_xag(netlist, xor_gates=xor_gates))
        if len(start.gates) > max_gates:
            return Attempt(netlist, f"left out: {len(start.gates)} gates, the limit is {max_gates}")
        graph, rewritten = start, 0
        for _ in range(rounds):
            occurring = Occurring(graph, netlist.inputs, assuming, max_patterns)
            chosen = choose(graph, occurring, xor_gates=xor_gates, most_cuts=most_cuts)
            smaller = _rebuilt(graph, chosen)
            if smaller.cost(xor_gates) >= graph.cost(xor_gates):
                break
            graph, rewritten = smaller, rewritten + len(chosen)
        found = to_netlist(graph, netlist)
        saved = rewritten or size(found) < size(netlist)
        return Attempt(found if saved else netlist, f"cones rewritten: {rewritten}")

    return Pass(f"exact cones, an XOR as {xor_gates}", attempt)


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

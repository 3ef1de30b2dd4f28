"""Two-level minimization of single cones: listed over their inputs, covered by espresso, factored."""

from __future__ import annotations

from collections.abc import Sequence

from tinydwn.minimize.espresso import espresso_cover
from tinydwn.minimize.factor import build_factored
from tinydwn.minimize.passes import Attempt, Pass
from tinydwn.minimize.patterns import addresses, chain_places, pattern_count, possible_integers
from tinydwn.minimize.size import size
from tinydwn.minimize.tidy import tidy
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder
from tinydwn.netlist.analysis import fanout_counts
from tinydwn.netlist.graph import FIRST_INPUT
from tinydwn.netlist.simulate import evaluate

Nets = tuple[int, ...]


def two_level(*, max_inputs: int = 12, max_patterns: int = 1024, max_nodes: int = 1000) -> Pass:
    """Return a pass that writes cones anew as factored covers wherever that makes the netlist smaller.

    A cone reaches from an output, or from a net with several readers, back to the inputs. It is tried if it
    reads at most `max_inputs` inputs with at most `max_patterns` patterns that can occur; the others are
    don't-cares. A netlist of more than `max_nodes` nodes is left as it is, and the note says so.
    """

    def attempt(netlist: Netlist, assuming: Assumption) -> Attempt:
        if len(netlist.nodes) > max_nodes:
            return Attempt(netlist, f"left out: {len(netlist.nodes)} nodes, the limit is {max_nodes}")
        return _rewritten(tidy(netlist), assuming, max_inputs, max_patterns)

    return Pass("two-level (espresso)", attempt)


def cone_cover(netlist: Netlist, net: int, read: Sequence[int], assuming: Assumption) -> tuple[list[int], list[int]]:
    """Return the addresses over the input nets `read` where `net`, which reads no others, is 1, and where it is 0.

    Addresses that cannot occur are in neither.
    """
    groups = input_groups(netlist, read, assuming)
    values, one = possible_integers(groups)
    values |= {0: 0, 1: one}
    for inner in _cone(netlist, net):
        node = netlist.node(inner)
        values[inner] = evaluate(node.table, [values[source] for source in node.fanin], 0, one)
    bits = [values[k] for k in read]
    return sorted(addresses(bits, values[net])), sorted(addresses(bits, one & ~values[net]))


def supports(netlist: Netlist) -> list[Nets]:
    """Return for each net the input nets that it reads by structure, ascending."""
    masks = [0, 0, *(1 << k for k in range(len(netlist.inputs)))]
    for node in netlist.nodes:
        mask = 0
        for source in node.fanin:
            mask |= masks[source]
        masks.append(mask)
    return [tuple(k + FIRST_INPUT for k in range(mask.bit_length()) if mask >> k & 1) for mask in masks]


def _rewritten(netlist: Netlist, assuming: Assumption, max_inputs: int, max_patterns: int) -> Attempt:
    """Go over the cones once, from the outputs to the inputs."""
    rewritten = 0
    read_by, uses = supports(netlist), fanout_counts(netlist)
    net = netlist.nets - 1
    while net >= netlist.first_node:
        read = read_by[net]
        root = uses[net] > 1 or net in netlist.output_nets
        if root and len(read) <= max_inputs and pattern_count(input_groups(netlist, read, assuming)) <= max_patterns:
            smaller = _with_cover(netlist, net, read, assuming)
            if size(smaller) < size(netlist):
                netlist, net, rewritten = smaller, min(net, smaller.nets), rewritten + 1
                read_by, uses = supports(netlist), fanout_counts(netlist)
        net -= 1
    return Attempt(netlist, f"cones rewritten: {rewritten}")


def input_groups(netlist: Netlist, read: Sequence[int], assuming: Assumption) -> list[Nets]:
    """Return input nets in groups: those of one chain together, ascending, every other one alone."""
    names = [netlist.inputs[net - FIRST_INPUT] for net in read]
    return [tuple(read[place] for place in group) for group in chain_places(names, assuming)]


def _cone(netlist: Netlist, net: int) -> list[int]:
    """Return the nodes that a net depends on, itself included, ascending."""
    inside: set[int] = set()
    stack = [net]
    while stack:
        current = stack.pop()
        if current >= netlist.first_node and current not in inside:
            inside.add(current)
            stack += netlist.node(current).fanin
    return sorted(inside)


def _with_cover(netlist: Netlist, net: int, read: Sequence[int], assuming: Assumption) -> Netlist:
    """Return the netlist with the smaller of both phases of the cover in place of a net."""
    on, off = cone_cover(netlist, net, read, assuming)
    ones, zeros = espresso_cover(on, off, len(read)), espresso_cover(off, on, len(read))
    results = []
    for cubes, inverted in ((ones, False), (zeros, True)):
        builder = NetlistBuilder(netlist.name)
        nets = [0, 1, *(builder.input(name) for name in netlist.inputs)]
        cover = build_factored(builder, cubes, [nets[k] for k in read])
        for other, node in enumerate(netlist.nodes, start=netlist.first_node):
            if other == net:
                nets.append(builder.invert(cover) if inverted else cover)
            else:
                nets.append(builder.node(node.table, [nets[source] for source in node.fanin]))
        for name, output in netlist.outputs:
            builder.output(name, nets[output])
        results.append(builder.build())
    return min(results, key=size)

"""Resubstitution with all don't-cares, exact: for netlists whose possible input patterns can all be listed.

For each node the patterns are found on which it matters to some output; any small expression of other nets
that agrees there may stand in for the node and for what only the node reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinydwn.minimize.express import Expression, build_expression, evaluate_expression, express
from tinydwn.minimize.passes import Attempt, Pass
from tinydwn.minimize.patterns import chain_places, pattern_count, possible_words
from tinydwn.minimize.size import gate_count, size
from tinydwn.minimize.tidy import tidy
from tinydwn.netlist import Assumption, Netlist, NetlistBuilder
from tinydwn.netlist.analysis import fanout_counts, read_inputs
from tinydwn.netlist.simulate import Words, evaluate, net_words

_SAMPLED_WORDS = 32
_TRIES = 24


def resubstitute(*, max_patterns: int = 1 << 17, max_nodes: int = 400, gates: int = 2) -> Pass:
    """Return a pass that replaces nodes by expressions of at most `gates` gates wherever that saves gates.

    A netlist with more possible patterns on the inputs it reads than `max_patterns`, or with more nodes
    than `max_nodes`, is left as it is, and the note says so.
    """

    def attempt(netlist: Netlist, assuming: Assumption) -> Attempt:
        read = read_inputs(netlist)
        patterns = pattern_count(chain_places(read, assuming))
        if patterns > max_patterns:
            return Attempt(netlist, f"left out: {patterns:.3g} input patterns, the limit is {max_patterns}")
        if len(netlist.nodes) > max_nodes:
            return Attempt(netlist, f"left out: {len(netlist.nodes)} nodes, the limit is {max_nodes}")
        words = _spread(possible_words(read, assuming), read, netlist.inputs)
        return Attempt(_until_settled(tidy(netlist), words, gates))

    return Pass("resubstitution", attempt)


def _spread(words: Words, read: Sequence[str], inputs: Sequence[str]) -> Words:
    """Give the words of the inputs that are read to all inputs; the others stay 0."""
    spread = np.zeros((len(inputs), words.shape[1]), np.uint64)
    place = {name: k for k, name in enumerate(inputs)}
    spread[[place[name] for name in read]] = words
    return spread


@dataclass(frozen=True, slots=True)
class _State:
    """A netlist with the packed values of all its nets, (nets, words)."""

    netlist: Netlist
    values: Words

    @staticmethod
    def of(netlist: Netlist, words: Words) -> _State:
        return _State(netlist, np.array(net_words(netlist, words)))


def _until_settled(netlist: Netlist, words: Words, gates: int) -> Netlist:
    """Replace nodes from the outputs to the inputs, again and again, until a whole round changes nothing."""
    state = _State.of(netlist, words)
    while True:
        start = state
        net = netlist.nets - 1
        while net >= state.netlist.first_node:
            smaller = _without(state, net, gates)
            if smaller is not None:
                state = _State.of(smaller, words)
                net = min(net, smaller.nets)
            net -= 1
        netlist = state.netlist
        if state is start:
            return netlist


def _without(state: _State, net: int, gates: int) -> Netlist | None:
    """Return a smaller netlist in which `net` is replaced, or None where none was found."""
    netlist, values = state.netlist, state.values
    readers = _readers(netlist, net)
    care = _care(netlist, net, readers, values)
    on, off = values[net] & care, ~values[net] & care
    private = _private(netlist, net)
    saved = sum(gate_count(node.table, len(node.fanin)) for node in map(netlist.node, private))
    outside = [other for other in range(2, netlist.nets) if other not in readers and other not in private]
    anywhere = [other for other in range(2, netlist.nets) if other not in readers]
    for nets, allowed in ((outside, min(gates, saved - 1)), (anywhere, 0)):
        if allowed >= 0:
            found = _find(values[nets], on, off, allowed)
            if found is not None:
                smaller = _replaced(netlist, net, found, nets)
                if size(smaller) < size(netlist):
                    return smaller
    return None


def _readers(netlist: Netlist, net: int) -> set[int]:
    """Return the net and all that depends on it."""
    readers = {net}
    for other in range(net + 1, netlist.nets):
        if not readers.isdisjoint(netlist.node(other).fanin):
            readers.add(other)
    return readers


def _care(netlist: Netlist, net: int, readers: set[int], values: Words) -> Words:
    """Return the patterns on which some output changes with the net."""
    zero: Words = values[0]
    one: Words = values[1]
    flipped: dict[int, Words] = {net: ~values[net]}
    for other in sorted(readers - {net}):
        node = netlist.node(other)
        flipped[other] = evaluate(node.table, [flipped.get(k, values[k]) for k in node.fanin], zero, one)
    care = zero
    for output in set(netlist.output_nets) & readers:
        care = care | (flipped[output] ^ values[output])
    return care


def _private(netlist: Netlist, net: int) -> set[int]:
    """Return the net and the nodes that serve it alone."""
    uses = list(fanout_counts(netlist))
    private, stack = {net}, [net]
    while stack:
        for source in netlist.node(stack.pop()).fanin:
            uses[source] -= 1
            if uses[source] == 0 and source >= netlist.first_node:
                private.add(source)
                stack.append(source)
    return private


def _find(signals: Words, on: Words, off: Words, gates: int) -> Expression | None:
    """Search on a few words of the patterns first, and add those that refute what was found."""
    width = len(on)
    if width <= 2 * _SAMPLED_WORDS:
        return express(signals, on, off, gates=gates)
    columns = sorted({int(k) for k in np.linspace(0, width - 1, _SAMPLED_WORDS)})
    for _ in range(_TRIES):
        found = express(signals[:, columns], on[columns], off[columns], gates=gates)
        if found is None:
            return None
        value = evaluate_expression(found, signals)
        wrong = np.flatnonzero((on & ~value) | (off & value))
        if not len(wrong):
            return found
        columns = sorted({*columns, *(int(k) for k in wrong[:: max(1, len(wrong) // 4)])})
    return None


def _replaced(netlist: Netlist, net: int, expression: Expression, nets: Sequence[int]) -> Netlist:
    """Return the netlist with an expression over `nets`, none of which depends on `net`, in place of `net`.

    The nodes are put into a new order, since the expression may read nets that come after `net`.
    """
    builder = NetlistBuilder(netlist.name)
    place = {0: 0, 1: 1} | {k + 2: builder.input(name) for k, name in enumerate(netlist.inputs)}
    readers = _readers(netlist, net)
    for readers_now in (False, True):
        if readers_now:
            place[net] = build_expression(builder, expression, [place[other] for other in nets])
        for other in range(netlist.first_node, netlist.nets):
            if other != net and (other in readers) == readers_now:
                node = netlist.node(other)
                place[other] = builder.node(node.table, [place[source] for source in node.fanin])
    for name, output in netlist.outputs:
        builder.output(name, place[output])
    return builder.build()

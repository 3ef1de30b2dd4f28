"""Which cones of a graph to rewrite, and what that saves.

Only gates that serve the cone alone go, and gates that exist already cost nothing (Mishchenko, Chatterjee and Brayton,
"DAG-aware AIG rewriting", 2006).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from tinydwn.minimize.cuts import Cut, cuts_of
from tinydwn.minimize.occurring import Occurring
from tinydwn.minimize.optimal import Chain, fewest_gates, smallest_chains
from tinydwn.minimize.xag import INPUTS, Gate, Xag, and_form, xor_form

_FREE_ADDRESSES = 4
"""So many addresses that cannot occur are tried with either value; any further ones keep theirs."""
_WAYS = 12
"""So many ways to read each circuit of a function are tried, and one of other functions that a cone may have."""


def _tables(cut: Cut, occurring: Occurring, xor_gates: int) -> Iterator[int]:
    """Give the function of a cut, and those that it may have as well and that take no more gates."""
    nets, table = cut
    yield table
    seen = occurring.addresses(nets)
    free = [address for address in range(1 << len(nets)) if address not in seen][:_FREE_ADDRESSES]
    own = fewest_gates(table, xor_gates)
    masks = [_everywhere_at(address, len(nets)) for address in free]
    for number in range(1, 1 << len(masks)):
        other = table
        for k, mask in enumerate(masks):
            other ^= mask if number >> k & 1 else 0
        if fewest_gates(other, xor_gates) <= own:
            yield other


@cache
def _everywhere_at(address: int, n: int) -> int:
    """Return the function of four inputs that is 1 where the first `n` are `address`."""
    return sum(1 << (address | rest << n) for rest in range(1 << (INPUTS - n)))


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A net, the chain over `nets` in its place, what that saves, the gates that go, and those that it shares."""

    gain: int
    net: int
    nets: tuple[int, ...]
    chain: Chain
    freed: frozenset[int]
    shared: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Rewrites by net, and what they need to stay as it is."""

    rewrites: dict[int, Rewrite] = field(default_factory=dict)
    inner: set[int] = field(default_factory=set)
    read: set[int] = field(default_factory=set)
    shared: set[int] = field(default_factory=set)

    def take(self, one: Rewrite) -> None:
        """Add a rewrite unless it disturbs those taken before: what goes is neither read nor shared nor gone."""
        inner = one.freed - {one.net}
        if one.freed & self.inner or inner & self.rewrites.keys() or one.net in self.rewrites:
            return
        if inner & self.read or one.freed & self.shared:
            return
        if self.inner.intersection(one.nets) or one.shared & self.inner or one.shared & self.rewrites.keys():
            return
        self.rewrites[one.net] = one
        self.inner.update(inner)
        self.read.update(one.nets)
        self.shared.update(one.shared)


def choose(graph: Xag, occurring: Occurring, *, xor_gates: int, most_cuts: int) -> dict[int, Rewrite]:
    """Return rewrites that do not disturb one another, by net: the greatest savings first.

    An XOR counts `xor_gates` gates; up to `most_cuts` cones of each gate are looked at.
    """
    readers = _readers(graph)
    found = [
        best
        for net, cuts in enumerate(cuts_of(graph, most=most_cuts))
        if net >= graph.first and (best := _best(graph, net, cuts, occurring, readers, xor_gates)) is not None
    ]
    plan = _Plan()
    for one in sorted(found, key=lambda one: (-one.gain, one.net)):
        plan.take(one)
    return plan.rewrites


def _best(
    graph: Xag, net: int, cuts: Sequence[Cut], occurring: Occurring, readers: list[int], xor_gates: int
) -> Rewrite | None:
    """Return the rewrite of a net that saves most, None where nothing is saved."""
    best: Rewrite | None = None
    for cut in cuts[:-1]:
        nets = cut[0]
        freed = _freed(graph, net, nets, readers)
        worth = sum(xor_gates if graph.gate(one)[2] else 1 for one in freed)
        least = best.gain if best else 0
        if worth <= least:
            continue
        for table in _tables(cut, occurring, xor_gates):
            for chain in smallest_chains(table, most_ways=_WAYS if table == cut[1] else 1):
                added = _added(graph, chain, nets, freed, xor_gates, worth - least)
                if added is not None:
                    least = worth - added[0]
                    best = Rewrite(least, net, nets, chain, frozenset(freed), added[1])
    return best


def _freed(graph: Xag, net: int, nets: tuple[int, ...], readers: list[int]) -> set[int]:
    """Return the gates of a cone that nothing else reads, its root included."""
    freed, stack = {net}, [net]
    left: dict[int, int] = {}
    while stack:
        for literal in graph.gate(stack.pop())[:2]:
            source = literal >> 1
            if source >= graph.first and source not in nets:
                left[source] = left.get(source, readers[source]) - 1
                if left[source] == 0:
                    freed.add(source)
                    stack.append(source)
    return freed


def _added(
    graph: Xag, chain: Chain, nets: tuple[int, ...], freed: set[int], xor_gates: int, below: int
) -> tuple[int, frozenset[int]] | None:
    """Return the cost of a chain's gates that do not exist and those that do; None unless it is less than `below`.

    A gate among those that would go costs as much as a new one.
    """
    values = [*(2 * net for net in nets), *(0 for _ in range(INPUTS - len(nets)))]
    cost, new = 0, 2 * (graph.first + len(graph.gates))
    shared: set[int] = set()
    for left, right, is_xor in chain.gates:
        one, other = values[left >> 1] ^ left & 1, values[right >> 1] ^ right & 1
        form: int | Gate
        form, inverted = xor_form(one, other) if is_xor else (and_form(one, other), 0)
        if isinstance(form, tuple):
            known = graph.known.get(form)
            if known is None or known in freed:
                cost += xor_gates if is_xor else 1
                if cost >= below:
                    return None
            if known is None:
                form, new = new, new + 2
            else:
                form = 2 * known
                if known not in freed:
                    shared.add(known)
        values.append(form ^ inverted)
    return (cost, frozenset(shared)) if cost < below else None


def _readers(graph: Xag) -> list[int]:
    """Return how many gates and outputs read each net."""
    counts = [0] * (graph.first + len(graph.gates))
    for left, right, _ in graph.gates:
        counts[left >> 1] += 1
        counts[right >> 1] += 1
    for literal in graph.outputs:
        counts[literal >> 1] += 1
    return counts

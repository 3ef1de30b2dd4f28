"""The genotype of EGGP: an acyclic graph of two-input gates, and its mutations.

Atkinson, Plump and Stepney, "Evolving graphs by graph programming", EuroGP 2018: an edge may go to any node from which
its own node cannot be reached, whatever the place of the two, so that a mutation is refused only for a cycle.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled
from tinydwn.netlist import Netlist, Node
from tinydwn.netlist.graph import FIRST_INPUT
from tinydwn.netlist.simulate import Words
from tinydwn.netlist.words import draw

AND, OR, NAND, NOR = range(4)
FUNCTIONS = 4
TABLES = (0b1000, 0b1110, 0b0111, 0b0001)
"""Truth tables of the functions, in the order of their numbers."""
PINS = 2
Numbers = NDArray[np.int32]


class Genotype(NamedTuple):
    """Gates on signals: signal `k` below the number of inputs is an input, the others are gates, in any order.

    function: (gates,), a number as above. fanin: (gates, 2) signals. ends: (outputs,) the gates, as signals, that are
    given to the outside. order: (gates,) the gates so that each comes after those it reads; rank: (gates,) the place of
    each there. Gates that no output reads are part of it, and mutate like the others.
    """

    function: Numbers
    fanin: Numbers
    ends: Numbers
    order: Numbers
    rank: Numbers

    @property
    def genes(self) -> int:
        """How many things can mutate: the function of each gate, each of its edges, each output's edge."""
        return (1 + PINS) * len(self.function) + len(self.ends)


def random_genotype(*, inputs: int, gates: int, outputs: int, rng: np.random.Generator) -> Genotype:
    """Return gates of any function that each read inputs and earlier gates, and outputs of any."""
    fanin = rng.integers(0, inputs + np.arange(gates)[:, None], (gates, PINS))
    return Genotype(
        function=rng.integers(0, FUNCTIONS, gates).astype(np.int32),
        fanin=fanin.astype(np.int32),
        ends=rng.integers(inputs, inputs + gates, outputs).astype(np.int32),
        order=np.arange(gates, dtype=np.int32),
        rank=np.arange(gates, dtype=np.int32),
    )


def copied(genotype: Genotype) -> Genotype:
    """Return the same graph in arrays of its own."""
    return Genotype(*(part.copy() for part in genotype))


def netlist_of(genotype: Genotype, inputs: tuple[str, ...], outputs: tuple[str, ...], *, name: str) -> Netlist:
    """Return the gates that reach an output, one node of two inputs each, as the evolution left them.

    >>> pair = random_genotype(inputs=2, gates=1, outputs=1, rng=np.random.default_rng(0))
    >>> pair.function[0], pair.fanin[0], pair.ends[0] = NAND, (0, 1), 2
    >>> netlist_of(pair, ("a", "b"), ("y",), name="pair").nodes
    (Node(table=7, fanin=(2, 3)),)
    """
    needed, cone = np.zeros(len(genotype.function), dtype=np.bool_), np.zeros(len(genotype.function), dtype=np.int32)
    size = active_gates(genotype, len(inputs), needed, cone)
    net = {signal: FIRST_INPUT + signal for signal in range(len(inputs))}
    nodes = []
    for gate in cone[:size].tolist():
        nodes.append(Node(TABLES[genotype.function[gate]], tuple(net[at] for at in genotype.fanin[gate].tolist())))
        net[len(inputs) + gate] = FIRST_INPUT + len(inputs) + len(nodes) - 1
    ends = tuple((one, net[at]) for one, at in zip(outputs, genotype.ends.tolist(), strict=True))
    return Netlist(name, inputs, tuple(nodes), ends)


@compiled
def copy_to(source: Genotype, target: Genotype) -> None:
    """Overwrite a graph by another of the same size."""
    for k in range(len(source.function)):
        target.function[k] = source.function[k]
        target.fanin[k, 0] = source.fanin[k, 0]
        target.fanin[k, 1] = source.fanin[k, 1]
        target.order[k] = source.order[k]
        target.rank[k] = source.rank[k]
    for k in range(len(source.ends)):
        target.ends[k] = source.ends[k]


@compiled
def active_gates(genotype: Genotype, inputs: int, needed: NDArray[np.bool_], cone: Numbers) -> int:
    """Mark the gates that reach an output, write them to `cone` in an order of evaluation, return their number."""
    gates = len(genotype.function)
    highest = -1
    for k in range(gates):
        needed[k] = False
    for end in genotype.ends:
        if end >= inputs:
            needed[end - inputs] = True
            highest = max(highest, genotype.rank[end - inputs])
    size = 0
    for place in range(highest, -1, -1):
        gate = genotype.order[place]
        if needed[gate]:
            size += 1
            cone[gates - size] = gate
            for pin in range(PINS):
                read = genotype.fanin[gate, pin] - inputs
                if read >= 0:
                    needed[read] = True
    for k in range(size):
        cone[k] = cone[gates - size + k]
    return size


@compiled
def mutate(
    genotype: Genotype, inputs: int, needed: NDArray[np.bool_], mutations: int, state: Words, scratch: Numbers
) -> bool:
    """Mutate so many genes, any gene alike; say whether one of a `needed` gate or of an output was among them.

    A function becomes another one; an edge goes to any signal that keeps the graph acyclic, an output's to any gate.
    `scratch` is a place for (3, gates) numbers.
    """
    gates, outputs = len(genotype.function), len(genotype.ends)
    touched = False
    for _ in range(mutations):
        gene = draw(state, (1 + PINS) * gates + outputs)
        if gene < gates:
            genotype.function[gene] = (genotype.function[gene] + 1 + draw(state, FUNCTIONS - 1)) % FUNCTIONS
            touched |= needed[gene]
        elif gene < (1 + PINS) * gates:
            gate, pin = (gene - gates) // PINS, (gene - gates) % PINS
            _redirect(genotype, inputs, gate, pin, state, scratch)
            touched |= needed[gate]
        else:
            genotype.ends[gene - (1 + PINS) * gates] = inputs + draw(state, gates)
            touched = True
    return touched


@compiled
def _redirect(genotype: Genotype, inputs: int, gate: int, pin: int, state: Words, scratch: Numbers) -> None:
    """Let an edge go to a signal drawn evenly among those that do not depend on its gate."""
    while True:
        signal = draw(state, inputs + len(genotype.function))
        read = signal - inputs
        if read < 0 or genotype.rank[read] < genotype.rank[gate]:
            break
        if read != gate and not _depends(genotype, inputs, read, gate, scratch):
            _order_before(genotype, read, gate, scratch)
            break
    genotype.fanin[gate, pin] = signal


@compiled
def _depends(genotype: Genotype, inputs: int, reader: int, gate: int, scratch: Numbers) -> bool:
    """Say whether a gate reads another one, directly or not; mark what was walked through with row 0 of `scratch`.

    Only gates that come later in the order than the one looked for can read it, so that others are not entered.
    """
    seen, stack = scratch[0], scratch[1]
    for k in range(len(seen)):
        seen[k] = 0
    floor = genotype.rank[gate]
    seen[reader] = 1
    stack[0] = reader
    height = 1
    while height:
        height -= 1
        at = stack[height]
        for pin in range(PINS):
            read = genotype.fanin[at, pin] - inputs
            if read == gate:
                return True
            if read >= 0 and genotype.rank[read] > floor and not seen[read]:
                seen[read] = 1
                stack[height] = read
                height += 1
    return False


@compiled
def _order_before(genotype: Genotype, read: int, gate: int, scratch: Numbers) -> None:
    """Move the marked gates, all that `read` depends on from `gate` on, to before `gate` in the order."""
    seen, later = scratch[0], scratch[2]
    first, last = genotype.rank[gate], genotype.rank[read]
    place, waiting = first, 0
    for k in range(first, last + 1):
        at = genotype.order[k]
        if seen[at]:
            genotype.order[place] = at
            genotype.rank[at] = place
            place += 1
        else:
            later[waiting] = at
            waiting += 1
    for k in range(waiting):
        genotype.order[place + k] = later[k]
        genotype.rank[later[k]] = place + k

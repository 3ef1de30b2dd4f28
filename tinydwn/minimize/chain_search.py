"""A complete search for the smallest circuits of all functions of four inputs.

    python -m tinydwn.minimize.chain_search

writes `optimal_chains.json`, which `optimal.py` reads, within a few minutes.

A chain is a sequence of two-input gates over the inputs and earlier gates (Knuth, The Art of Computer Programming 4A,
7.1.2). Chains of 1, 2, ... gates are gone through until each class has one, so what is found for a class has the fewest
gates. Only these chains are left out, none of which is needed:

- chains with a value that is 1 where all inputs are 0: inverters are free, so each gate has a complement that is not,
  and gates of the other 5 kinds suffice;
- chains that begin otherwise than with an AND or an XOR of the first two inputs: others are equal but for the order of
  inputs and for inverters, which do not change the class;
- chains in which a gate does not read the one before it, though its pair of operands comes before that one's:
  exchanging the two gives a smaller sequence of pairs, and such exchanges end;
- chains with a constant, with the same value twice, or with a value that nothing reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled
from tinydwn.minimize.npn import INPUTS, classes, ways_of
from tinydwn.minimize.optimal import PLACE, SCHEMA, Step, as_chain
from tinydwn.netlist.truth_table import full, variable
from tinydwn.tools.files import write_atomically

MOST_GATES = 7
FORMS = 6
_NOTED = 512
"""So many chains of a class, a number of gates and of XORs are looked at for different ones."""
_AND, _LEFT, _RIGHT, _OR, _XOR = 8, 2, 4, 14, 6
_KINDS = np.array([_AND, _LEFT, _RIGHT, _OR, _XOR])
Counts = NDArray[np.int64]
Steps = NDArray[np.int8]


def find_chains(most_gates: int = MOST_GATES) -> dict[int, list[tuple[Step, ...]]]:
    """Return for each representative that `most_gates` gates suffice for its smallest chains.

    Those of the fewest gates come first, by the number of their XORs; then those of more gates and fewer XORs. Of each
    number of gates and XORs there are up to `FORMS`, which differ in more than the order of inputs and inverters.
    """
    known = classes()
    first = np.full((len(known.representatives), most_gates + 1), most_gates + 1)
    count = np.zeros_like(first)
    chains = np.zeros((*first.shape, _NOTED, most_gates, 3), dtype=np.int8)
    tables = np.zeros(INPUTS + most_gates, dtype=np.int64)
    tables[:INPUTS] = [variable(k, INPUTS) for k in range(INPUTS)]
    for gates in range(1, most_gates + 1):
        _search(gates, tables, known.numbers, first, count, chains)
    found: dict[int, list[tuple[Step, ...]]] = {}
    for number, representative in enumerate(known.representatives):
        if number in known.numbers[[0, int(tables[0])]]:
            found[representative] = [()]
        elif min(first[number]) <= most_gates:
            found[representative] = [
                chain
                for gates, xors in _front(first[number].tolist(), most_gates)
                for chain in _forms(representative, chains[number, xors, : count[number, xors], :gates])
            ]
    return found


def _front(first: Sequence[int], most_gates: int) -> list[tuple[int, int]]:
    """Return numbers of gates and XORs: all of the fewest gates, and those that more gates with fewer XORs have."""
    front: list[tuple[int, int]] = []
    for gates, xors in sorted((gates, xors) for xors, gates in enumerate(first) if gates <= most_gates):
        if not front or gates == front[0][0] or xors < min(less for _, less in front):
            front.append((gates, xors))
    return front


def _forms(representative: int, noted: Steps) -> list[tuple[Step, ...]]:
    """Return chains for a representative that are made of noted ones, none equal but for its symmetries."""
    seen: set[tuple[int, ...]] = set()
    forms: list[tuple[Step, ...]] = []
    symmetries = np.array([way.sources() for way in ways_of(representative, representative)])
    for steps in noted:
        chain = _for(representative, steps)
        values = np.array(as_chain(chain).values())
        images = (values[:, None, None] >> symmetries & 1) @ (1 << np.arange(1 << INPUTS))
        form = min(tuple(row) for row in np.sort(np.minimum(images, images ^ full(INPUTS)), axis=0).T.tolist())
        if form not in seen:
            seen.add(form)
            forms.append(chain)
        if len(forms) == FORMS:
            break
    return forms


def _for(representative: int, steps: Steps) -> tuple[Step, ...]:
    """Turn a chain for some function of a class into one for the representative."""
    values = [variable(k, INPUTS) for k in range(INPUTS)]
    chain = [(int(table), int(left), int(right)) for table, left, right in steps]
    for table, left, right in chain:
        values.append(_gate(table, values[left], values[right]))
    way = ways_of(values[-1], representative)[0]
    inverted = [bool(way.inverted_inputs >> k & 1) for k in range(INPUTS)] + [False] * len(chain)
    places = [*way.order, *range(INPUTS, INPUTS + len(chain))]
    turned = []
    for k, (table, left, right) in enumerate(chain):
        table = _flipped(table, left=inverted[left], right=inverted[right])
        if k == len(chain) - 1 and way.inverted:
            table ^= 15
        turned.append((table, places[left], places[right]))
    return tuple(turned)


def _flipped(table: int, *, left: bool, right: bool) -> int:
    """Return a table of two inputs that reads complements."""
    if left:
        table = (table & 0b0101) << 1 | (table & 0b1010) >> 1
    return (table & 0b0011) << 2 | (table & 0b1100) >> 2 if right else table


@compiled
def _gate(table: int, left: int, right: int) -> int:
    """Return the value of a gate of one of the five kinds."""
    if table == _AND:
        return left & right
    if table == _LEFT:
        return left & ~right
    if table == _RIGHT:
        return right & ~left
    if table == _OR:
        return left | right
    return left ^ right


@compiled
def _search(gates: int, tables: Counts, numbers: Counts, first: Counts, count: Counts, chains: Steps) -> None:
    """Go through all chains of exactly `gates` gates, depth first.

    `tables` begins with the inputs; `first[class, xors]` is the least number of gates of a chain with that many XORs
    and `chains[class, xors]` are the first such chains, `count[class, xors]` of them.
    """
    steps = np.zeros((gates, 3), dtype=np.int64)
    steps[0] = -1, 0, 1
    placed = np.zeros(gates, dtype=np.bool_)
    present = np.zeros(len(numbers), dtype=np.bool_)
    present[0] = True
    present[tables[:INPUTS]] = True
    readers = np.zeros(INPUTS + gates, dtype=np.int64)
    at = 0
    while at >= 0:
        here = INPUTS + at
        if placed[at]:
            placed[at] = present[tables[here]] = False
            _count(readers, steps[at], -1)
        if not _advance(steps[at], here):
            at -= 1
            continue
        table, left, right = _KINDS[steps[at, 0]], steps[at, 1], steps[at, 2]
        value = _gate(table, tables[left], tables[right])
        if not _fits(readers, left, right, here, gates - at):
            continue
        if at == gates - 1:
            _note(steps, numbers[value], first, count, chains)
            continue
        if present[value]:
            continue
        _count(readers, steps[at], 1)
        tables[here] = value
        placed[at] = present[value] = True
        at += 1
        if at == gates - 1:  # the last gate reads the one before it
            steps[at] = -1, 0, here
        else:  # a pair that is not before the last one, or the same with the next kind
            steps[at] = steps[at - 1]


@compiled
def _advance(step: Counts, here: int) -> bool:
    """Go to the next kind of gate, or the next pair of operands below `here`; the first gate stays on the first pair.

    Return whether there is one.
    """
    step[0] += 1
    if here == INPUTS and step[0] > 0:
        step[0] += 3  # of the five kinds, an AND and an XOR
    if step[0] >= len(_KINDS):
        if here == INPUTS:
            return False
        step[0] = 0
        step[1] += 1
        if step[1] == step[2]:
            step[1] = 0
            step[2] += 1
    return bool(step[2] < here)


@compiled
def _fits(readers: Counts, left: int, right: int, here: int, gates: int) -> bool:
    """Say whether so many gates, the one at `here` among them, can read all values but one that nothing reads yet."""
    unread = 1
    for place in range(INPUTS, here):
        if readers[place] == 0 and place != left and place != right:
            unread += 1
    return unread <= gates


@compiled
def _count(readers: Counts, step: Counts, change: int) -> None:
    readers[step[1]] += change
    readers[step[2]] += change


@compiled
def _note(steps: Counts, number: int, first: Counts, count: Counts, chains: Steps) -> None:
    """Keep a chain where none of its class with so many XORs is smaller."""
    xors = 0
    for k in range(len(steps)):
        xors += steps[k, 0] == len(_KINDS) - 1
    if len(steps) > first[number, xors] or count[number, xors] == chains.shape[2]:
        return
    first[number, xors] = len(steps)
    for k in range(len(steps)):
        chains[number, xors, count[number, xors], k] = _KINDS[steps[k, 0]], steps[k, 1], steps[k, 2]
    count[number, xors] += 1


def to_text(found: Mapping[int, Sequence[Sequence[Step]]]) -> str:
    """Return chains as JSON, a class a line; each gate is its table, in hex, and the places of its operands."""
    lines = []
    for representative, chains in sorted(found.items()):
        written = [" ".join(f"{table:x}{left:x}{right:x}" for table, left, right in chain) for chain in chains]
        lines.append(f'  "{representative:04x}": {json.dumps(written)}')
    return f'{{\n "schema": "{SCHEMA}",\n "chains": {{\n' + ",\n".join(lines) + "\n }\n}\n"


if __name__ == "__main__":
    write_atomically(PLACE, to_text(find_chains()).encode())

"""Evolution of circuits on packed samples: 1 + lambda with neutral drift, compiled."""

from __future__ import annotations

from math import exp, lgamma, log, log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinydwn.baselines.genotype import NAND, NOR, OR, PINS, Genotype, Numbers, active_gates, copied, copy_to, mutate
from tinydwn.compiled import compiled
from tinydwn.netlist.simulate import Words, pack
from tinydwn.netlist.words import draw, ones

BLOCK = 16
"""Words that are evaluated at a time: 1024 samples, after which a hopeless child is given up."""
WORD = 64
_ALL = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
_NONE = np.uint64(0)
_CHANCES = 1 << 40
NOBODY = 2.0
"""More than any circuit loses."""

# Places of what an evolution has come to.
FIT, VALIDATION = 0, 1
GENERATION, IMPROVED, GATE_SAMPLES = range(3)


class Cases(NamedTuple):
    """Samples as the compiled loop reads them, in blocks of words; what is padding counts for nothing.

    rows: the words of all inputs block by block, then room for one block of each gate's. targets: (outputs, words).
    masks: (groups, words) the samples of a group; weights: (groups,) what is lost by a wrong answer in it, so that
    all wrong makes 1. blocks, inputs, samples: how many.
    """

    rows: Words
    targets: Words
    masks: Words
    weights: NDArray[np.float64]
    blocks: int
    inputs: int
    samples: int


def cases_of(
    bits: NDArray[np.bool_], targets: NDArray[np.bool_], classes: NDArray[np.int64], *, gates: int, balanced: bool
) -> Cases:
    """Return samples, `bits` (samples, inputs), that should be answered by `targets`, (samples, outputs).

    With `balanced` each of the `classes`, (samples,), that occur counts as much as any other.
    """
    present = np.unique(classes)
    groups = classes[:, None] == present if balanced else np.ones((len(classes), 1), dtype=np.bool_)
    words = _in_blocks(bits)
    inputs, blocks = len(words), words.shape[1] // BLOCK
    by_block = words.reshape(inputs, blocks, BLOCK).swapaxes(0, 1).ravel()
    return Cases(
        rows=np.concatenate([by_block, np.zeros(gates * BLOCK, dtype=np.uint64)]),
        targets=_in_blocks(targets),
        masks=_in_blocks(groups),
        weights=1.0 / (groups.shape[1] * groups.sum(axis=0)),
        blocks=blocks,
        inputs=inputs,
        samples=len(bits),
    )


def _in_blocks(bits: NDArray[np.bool_]) -> Words:
    words = pack(bits)
    return np.pad(words, ((0, 0), (0, -words.shape[1] % BLOCK)))


class Kept(NamedTuple):
    """For every number of active gates the circuit that lost least on validation; of equal ones the last.

    Axis 0 of the parts of `circuits` is that number, from 0 to the budget. validation_lost: (gates + 1,), 2 where there
    is none.
    """

    circuits: Genotype
    validation_lost: NDArray[np.float64]

    def circuit(self, size: int) -> Genotype:
        """Return the circuit of so many active gates."""
        return Genotype(*(part[size].copy() for part in self.circuits))


def nobody_kept(*, gates: int, outputs: int) -> Kept:
    """Return room for circuits."""
    sizes = gates + 1
    shapes = ((sizes, gates), (sizes, gates, PINS), (sizes, outputs), (sizes, gates), (sizes, gates))
    return Kept(Genotype(*(np.zeros(shape, dtype=np.int32) for shape in shapes)), np.full(sizes, NOBODY))


class Population(NamedTuple):
    """An evolution on its way: one parent, room for children, and what it came to.

    needed: which gates of the parent are active. scores: what the parent loses on the fitting samples, and the least
    that any parent lost on the validation samples. counts: generations so far, when validation last improved, and gates
    evaluated (a gate on a sample).
    """

    parent: Genotype
    child: Genotype
    rival: Genotype
    needed: NDArray[np.bool_]
    marks: NDArray[np.bool_]
    cone: Numbers
    scratch: Numbers
    scores: NDArray[np.float64]
    counts: NDArray[np.int64]
    state: Words


def population_of(parent: Genotype, fit: Cases, *, rng: np.random.Generator) -> Population:
    """Return the evolution that begins with a circuit."""
    gates = len(parent.function)
    population = Population(
        parent=parent,
        child=copied(parent),
        rival=copied(parent),
        needed=np.zeros(gates, dtype=np.bool_),
        marks=np.zeros(gates, dtype=np.bool_),
        cone=np.zeros(gates, dtype=np.int32),
        scratch=np.zeros((3, gates), dtype=np.int32),
        scores=np.full(2, NOBODY),
        counts=np.zeros(3, dtype=np.int64),
        state=rng.integers(1, 2**63, 1).astype(np.uint64),
    )
    size = active_gates(parent, fit.inputs, population.needed, population.cone)
    population.scores[FIT] = lost(parent, fit, population.cone, size, NOBODY, population.counts)
    return population


def mutation_counts(genes: int, rate: float) -> NDArray[np.int64]:
    """Return the distribution of the number of mutations: binomial, as ascending shares of 2**40.

    >>> mutation_counts(2, 0.5) / 2**40
    array([0.25, 0.75, 1.  ])
    """
    ways = [lgamma(genes + 1) - lgamma(k + 1) - lgamma(genes - k + 1) for k in range(genes + 1)]
    chances = [exp(way + k * log(rate) + (genes - k) * log1p(-rate)) for k, way in enumerate(ways)]
    shares: NDArray[np.int64] = np.rint(np.cumsum(chances) * _CHANCES).astype(np.int64)
    shares = shares[: int(np.argmax(shares >= shares[-1])) + 1]
    shares[-1] = _CHANCES
    return shares


@compiled
def lost(genotype: Genotype, cases: Cases, cone: Numbers, size: int, most: float, counts: NDArray[np.int64]) -> float:
    """Return the share of wrong answers, weighed; for more than `most`, something above it.

    `cone` lists the `size` gates that are evaluated. Each on each sample looked at adds one to `counts`.
    """
    wrong = np.zeros(len(cases.weights), dtype=np.int64)
    rows, inputs = cases.rows, cases.inputs
    scratch = cases.blocks * inputs * BLOCK
    total = 0.0
    for block in range(cases.blocks):
        base = block * inputs * BLOCK
        for k in range(size):
            gate = cone[k]
            a, b = genotype.fanin[gate, 0], genotype.fanin[gate, 1]
            _gate(
                rows[scratch + gate * BLOCK :],
                rows[base + a * BLOCK if a < inputs else scratch + (a - inputs) * BLOCK :],
                rows[base + b * BLOCK if b < inputs else scratch + (b - inputs) * BLOCK :],
                genotype.function[gate],
            )
        counts[GATE_SAMPLES] += size * min(WORD * BLOCK, cases.samples - WORD * BLOCK * block)
        for w in range(BLOCK):
            place = block * BLOCK + w
            missed = _NONE
            for k in range(len(genotype.ends)):
                end = genotype.ends[k]
                at = base + end * BLOCK if end < inputs else scratch + (end - inputs) * BLOCK
                missed |= rows[at + w] ^ cases.targets[k, place]
            for group in range(len(wrong)):
                wrong[group] += ones(missed & cases.masks[group, place])
        total = 0.0
        for group in range(len(wrong)):
            total += wrong[group] * cases.weights[group]
        if total > most:
            return total
    return total


@compiled
def _gate(out: Words, a: Words, b: Words, function: int) -> None:
    """Evaluate one gate on one block."""
    before = _ALL if function in (OR, NOR) else _NONE
    after = _ALL if function in (OR, NAND) else _NONE
    for w in range(BLOCK):
        out[w] = (a[w] ^ before) & (b[w] ^ before) ^ after


@compiled
def evolve(
    population: Population,
    kept: Kept,
    fit: Cases,
    validation: Cases,
    shares: NDArray[np.int64],
    generations: int,
    children: int,
    stagnation: int,
) -> bool:
    """Evolve for so many generations; say whether validation has not improved for `stagnation` of them by then.

    The best of the children replaces the parent unless it is worse; of equal ones the last. Every new parent is tried
    on validation, for `kept`.
    """
    counts = population.counts
    for _ in range(generations):
        if counts[GENERATION] - counts[IMPROVED] >= stagnation:
            return True
        if _next_generation(population, fit, shares, children) or counts[GENERATION] == 0:
            _validate(population, kept, validation)
        counts[GENERATION] += 1
    return False


@compiled
def _next_generation(population: Population, fit: Cases, shares: NDArray[np.int64], children: int) -> bool:
    """Let the best child replace the parent; say whether its active gates are others."""
    parent, child, rival = population.parent, population.child, population.rival
    counts, scores = population.counts, population.scores
    own = scores[FIT]
    replaced = differs = False
    for _ in range(children):
        chance = draw(population.state, _CHANCES)
        mutations = 0
        while shares[mutations] <= chance:
            mutations += 1
        copy_to(parent, child)
        touched = mutate(child, fit.inputs, population.needed, mutations, population.state, population.scratch)
        loss = own
        if touched:
            size = active_gates(child, fit.inputs, population.marks, population.cone)
            loss = lost(child, fit, population.cone, size, scores[FIT], counts)
        if loss <= scores[FIT]:
            scores[FIT] = loss
            child, rival = rival, child
            replaced, differs = True, touched
    if replaced:
        copy_to(rival, parent)
    return differs


@compiled
def _validate(population: Population, kept: Kept, validation: Cases) -> None:
    """Keep the new parent where none of as many gates does better on validation."""
    parent, scores = population.parent, population.scores
    size = active_gates(parent, validation.inputs, population.needed, population.cone)
    most = max(scores[VALIDATION], kept.validation_lost[size])
    loss = lost(parent, validation, population.cone, size, most, population.counts)
    if loss < scores[VALIDATION]:
        scores[VALIDATION] = loss
        population.counts[IMPROVED] = population.counts[GENERATION]
    if loss <= kept.validation_lost[size]:
        kept.validation_lost[size] = loss
        _put(parent, kept.circuits, size)


@compiled
def _put(source: Genotype, circuits: Genotype, place: int) -> None:
    """Overwrite one of many circuits."""
    for k in range(len(source.function)):
        circuits.function[place, k] = source.function[k]
        circuits.fanin[place, k, 0] = source.fanin[k, 0]
        circuits.fanin[place, k, 1] = source.fanin[k, 1]
        circuits.order[place, k] = source.order[k]
        circuits.rank[place, k] = source.rank[k]
    for k in range(len(source.ends)):
        circuits.ends[place, k] = source.ends[k]

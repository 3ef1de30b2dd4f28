"""Rule sets: alternatives of conjunctions, each grown where it gains the most information.

Rules are grown one by one on the samples that earlier ones leave over, literal by literal by the gain of FOIL (Quinlan,
"Learning logical definitions from relations", 1990), until no sample of the other answer is covered. Then literals
without which that stays so are taken out again, and so are rules without which the others cover the same samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinydwn.compiled import compiled
from tinydwn.hypotheses.hypothesis import Hypothesis, hypothesis
from tinydwn.hypotheses.labelled import Labelled
from tinydwn.netlist import NetlistBuilder
from tinydwn.netlist.simulate import Words, pack
from tinydwn.netlist.words import ones

COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128)
_LONGEST = 48


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules for one of the two answers, where none of them holds the other one is given."""

    answer: bool

    def fit(self, samples: Labelled) -> tuple[Hypothesis, ...]:
        """Return rule sets of several sizes, fitted on samples, each a beginning of the next."""
        rules = grown_rules(samples, answer=self.answer, most=COUNTS[-1])
        sizes = [count for count in COUNTS if count < len(rules)] + [len(rules)] * bool(rules)
        found = []
        for count in sizes:
            written = str(count) if count < len(rules) else "all"
            name = f"{written} rules for {'true' if self.answer else 'false'}"
            reads = [place for rule in rules[:count] for place, _ in rule]
            found.append(hypothesis(name, samples.inputs, reads, RuleSet(tuple(rules[:count]), self.answer).add))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules of which one has to hold for `answer`: each, pairs of an input and the value that it must have."""

    rules: tuple[tuple[tuple[int, bool], ...], ...]
    answer: bool

    def add(self, builder: NetlistBuilder, nets: Sequence[int]) -> int:
        """Add the circuit, given the net of each input of the samples, and return the net of the answer."""
        terms = [
            builder.and_(*(nets[place] if value else builder.invert(nets[place]) for place, value in sorted(rule)))
            for rule in self.rules
        ]
        covered = builder.or_(*terms)
        return covered if self.answer else builder.invert(covered)


def grown_rules(samples: Labelled, *, answer: bool, most: int) -> list[tuple[tuple[int, bool], ...]]:
    """Return at most so many rules for an answer, the most general first as they were grown.

    >>> bits = np.random.default_rng(0).random((200, 6)) < 0.5
    >>> wanted = (bits[:, 0] & ~bits[:, 3]) | (bits[:, 1] & bits[:, 2] & bits[:, 3])
    >>> samples = Labelled(tuple("abcdef"), bits, wanted, np.ones(200))
    >>> [sorted(rule) for rule in grown_rules(samples, answer=True, most=9)]
    [[(0, True), (3, False)], [(1, True), (2, True), (3, True)]]
    """
    even = samples.evened()
    literals = pack(np.concatenate([even.bits, ~even.bits], axis=1))
    own = pack((even.wanted == answer)[:, None])[0]
    other = pack((even.wanted != answer)[:, None])[0]
    left = own.copy()
    rules: list[NDArray[np.int64]] = []
    while len(rules) < most and left.any():
        rule = _grow(literals, left, other, _LONGEST)
        covered = np.bitwise_and.reduce(literals[rule], axis=0)
        if not len(rule) and other.any():  # equal samples of both answers
            break
        left = left & ~covered
        rules.append(rule)
    inputs = even.bits.shape[1]
    return [tuple((int(k) % inputs, bool(k < inputs)) for k in rule) for rule in _needed(rules, literals, own)]


def _needed(rules: Sequence[NDArray[np.int64]], literals: Words, own: Words) -> list[NDArray[np.int64]]:
    """Return the rules without those that cover nothing that the others do not, the last ones judged first."""
    covered = [np.bitwise_and.reduce(literals[rule], axis=0) & own for rule in rules]
    kept = list(range(len(rules)))
    for k in reversed(range(len(rules))):
        others = [covered[other] for other in kept if other != k]
        if others and not (covered[k] & ~np.bitwise_or.reduce(others)).any():
            kept.remove(k)
    return [rules[k] for k in kept]


@compiled
def _grow(literals: Words, own: Words, other: Words, longest: int) -> NDArray[np.int64]:
    """Return the literals of a rule that covers some of `own` and none of `other`, as far as that can be had."""
    rule = np.empty(longest, np.int64)
    length = 0
    mine, theirs = own.copy(), other.copy()
    inside, outside = _count(mine), _count(theirs)
    while outside and length < longest:
        before = np.log2(inside / (inside + outside))
        best, found, best_inside, best_outside = -np.inf, -1, 0, 0
        for k in range(len(literals)):
            covered, wrong = _count_both(mine, literals[k]), _count_both(theirs, literals[k])
            if not covered or wrong == outside:
                continue
            gain = covered * (np.log2(covered / (covered + wrong)) - before)
            if gain > best + 1e-9:
                best, found, best_inside, best_outside = gain, k, covered, wrong
        if found < 0:
            break
        mine &= literals[found]
        theirs &= literals[found]
        inside, outside = best_inside, best_outside
        rule[length] = found
        length += 1
    return _without_needless(literals, other, rule[:length], outside)


@compiled
def _without_needless(literals: Words, other: Words, rule: NDArray[np.int64], outside: int) -> NDArray[np.int64]:
    """Return a rule without the literals that it can lose and still cover no more of the other answer."""
    kept = np.ones(len(rule), np.bool_)
    for k in range(len(rule)):
        theirs = other.copy()
        for other_k in range(len(rule)):
            if kept[other_k] and other_k != k:
                theirs &= literals[rule[other_k]]
        kept[k] = _count(theirs) > outside
    return rule[kept]


@compiled
def _count(words: Words) -> int:
    count = 0
    for w in range(len(words)):
        count += ones(words[w])
    return count


@compiled
def _count_both(left: Words, right: Words) -> int:
    count = 0
    for w in range(len(left)):
        count += ones(left[w] & right[w])
    return count

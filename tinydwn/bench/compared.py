"""One cut of a random classifier under comparison: what it should answer, and what was found on every arrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tinydwn.bench.naive import naive_classes
from tinydwn.bench.random_classifier import random_words
from tinydwn.errors import TinydwnError
from tinydwn.lowering import OutputForm, chip_stimulus, core_stimulus
from tinydwn.model import Classifier, classify_bits
from tinydwn.netlist import Assumption, Netlist, simulate
from tinydwn.verify.formal import prove_equivalent
from tinydwn.verify.patterns import Patterns
from tinydwn.verify.verdict import Outcome

_Made = TypeVar("_Made")

# Up to here trying every pattern costs less than starting ABC.
MAX_TRIED_PATTERNS = 1 << 13


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An arrow on which something changed its meaning, failed or stayed undecided."""

    seed: int
    cut: str
    arrow: str
    reason: str

    def __str__(self) -> str:
        return f"classifier {self.seed}, {self.cut}, {self.arrow}: {self.reason}"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A classifier with words, (samples, features) int64, and its classes by the reference and by the naive reading."""

    seed: int
    classifier: Classifier
    form: OutputForm
    words: NDArray[np.int64]
    classes: NDArray[np.int64]
    naive: NDArray[np.int64]

    @staticmethod
    def of(seed: int, classifier: Classifier, *, samples: int) -> Case:
        """Draw words; odd seeds ask for one output per class, even ones for the class in binary."""
        encoder = classifier.encoder
        words = random_words(np.random.default_rng(seed), encoder, samples)
        comparisons = list(zip(encoder.feature.tolist(), encoder.constant.tolist(), strict=True))
        bits = [[word[feature] > constant for feature, constant in comparisons] for word in words.tolist()]
        layers = [(layer.tables.tolist(), layer.mapping.tolist()) for layer in classifier.layers]
        naive = naive_classes(bits, layers, classifier.reduction.value, classifier.classes)
        classes = classify_bits(classifier, encoder.encode_words(words))
        return Case(seed, classifier, "onehot" if seed % 2 else "index", words, classes, np.array(naive))

    def outputs(self, count: int, *, naive: bool = False) -> NDArray[np.bool_]:
        """Return what a netlist with `count` outputs has to give, (samples, outputs) bool."""
        classes, places = self.naive if naive else self.classes, np.arange(count)
        return classes[:, None] == places if self.form == "onehot" else (classes[:, None] >> places & 1).astype(bool)


@dataclass(slots=True)
class Cut:
    """One cut of a case: `stimulus`, (samples, inputs) bool, and the `outputs` that the reference asks for."""

    case: Case
    name: str
    lowered: Netlist
    assumption: Assumption
    stimulus: NDArray[np.bool_]
    timeout_s: float
    simulated: Counter[str] = field(default_factory=Counter)
    proven: Counter[str] = field(default_factory=Counter)
    mismatches: list[Mismatch] = field(default_factory=list)

    @staticmethod
    def core(case: Case, lowered: Netlist, assumption: Assumption, timeout_s: float) -> Cut:
        """Return the core: thermometer bits in, class out."""
        encoder = case.classifier.encoder
        stimulus = core_stimulus(encoder, lowered.inputs, encoder.encode_words(case.words))
        return Cut(case, "core", lowered, assumption, stimulus, timeout_s)

    @staticmethod
    def chip(case: Case, lowered: Netlist, timeout_s: float) -> Cut:
        """Return the whole chip: words in, class out."""
        stimulus = chip_stimulus(case.classifier.encoder, lowered.inputs, case.words)
        return Cut(case, "chip", lowered, Assumption.none(), stimulus, timeout_s)

    def arrive(self, arrow: str, make: Callable[[], Netlist], before: Netlist | None) -> Netlist | None:
        """Take an arrow and compare what it leads to; None where it fails."""
        return self.attempt(arrow, lambda: self._compared(arrow, make(), before))

    def attempt(self, arrow: str, make: Callable[[], _Made]) -> _Made | None:
        """Return what `make` gives, None where it raises an error of ours, or what is written cannot be read."""
        try:
            return make()
        except TinydwnError as error:
            self.report(arrow, error.message)
        except (ValueError, KeyError, IndexError) as error:
            self.report(arrow, f"cannot be read: {error}")
        return None

    def answered(self, arrow: str, make: Callable[[], NDArray[np.generic]], wanted: NDArray[np.generic]) -> None:
        """Compare answers of samples, (samples, ...), with those wanted."""
        self.simulated[arrow] += 1
        found = self.attempt(arrow, make)
        if found is None:
            return
        wrong = np.count_nonzero((found != wanted).reshape(len(wanted), -1).any(axis=1))
        if wrong:
            self.report(arrow, f"differs from the reference on {wrong} of {len(wanted)} samples")

    def read(self, arrow: str, evaluate: Callable[[dict[str, int], int], Sequence[int]]) -> None:
        """Compare the answers of the naive reading of a text with those of the naive reading of the classifier.

        `evaluate` gets the inputs by name, bit `s` being sample `s`, and the integer of all samples.
        """
        samples = len(self.stimulus)
        given = {name: _packed(self.stimulus[:, k]) for k, name in enumerate(self.lowered.inputs)}
        wanted = self.case.outputs(len(self.lowered.outputs), naive=True)

        def answers() -> NDArray[np.bool_]:
            found = evaluate(given, (1 << samples) - 1)
            return np.array([[value >> s & 1 for value in found] for s in range(samples)], dtype=bool)

        self.answered(arrow, answers, wanted)

    def report(self, arrow: str, reason: str) -> None:
        """Note a mismatch."""
        self.mismatches.append(Mismatch(self.case.seed, self.name, arrow, reason))

    def prove(self, arrow: str, netlist: Netlist, before: Netlist, assuming: Assumption | None = None) -> None:
        """Prove a netlist equal to the stage before, unless it is the same one; anything but a proof is a mismatch."""
        if netlist == before:
            self.proven[arrow] += 1
            return
        assuming = self.assumption if assuming is None else assuming
        few = Patterns.of(before.inputs, assuming).count <= MAX_TRIED_PATTERNS
        verdict = prove_equivalent(
            before, netlist, assuming=assuming, method="exhaustive" if few else "abc", timeout_s=self.timeout_s
        )
        self.proven[arrow] += verdict.outcome is Outcome.EQUIVALENT
        if verdict.outcome is not Outcome.EQUIVALENT:
            self.report(arrow, str(verdict))

    def _compared(self, arrow: str, netlist: Netlist, before: Netlist | None) -> Netlist:
        """Compare with the reference on all samples, and prove equal to the stage before."""
        self.answered(arrow, lambda: simulate(netlist, self.stimulus), self.case.outputs(len(netlist.outputs)))
        if before is not None:
            self.prove(arrow, netlist, before)
        return netlist


def _packed(column: NDArray[np.bool_]) -> int:
    return int("".join("1" if bit else "0" for bit in column[::-1].tolist()), 2)

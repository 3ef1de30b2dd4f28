"""One classifier all the way from its tables to emitted Verilog and back, compared at every arrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tinydwn.bench.random_classifier import random_classifier, random_words
from tinydwn.errors import TinydwnError
from tinydwn.export.cell_models import cell_models
from tinydwn.export.ports import Ports
from tinydwn.export.structural import to_structural_verilog
from tinydwn.export.verilog import to_verilog
from tinydwn.lowering import OutputForm, chip_stimulus, core_stimulus, lower, lower_core
from tinydwn.mapping import MappedNetlist, map_to_cells
from tinydwn.minimize import recipe, run_recipe
from tinydwn.model import Classifier, classify_bits
from tinydwn.netlist import Assumption, Netlist, from_blif, simulate, to_blif
from tinydwn.technology import FACT_LIBRARIES, Library, load_library
from tinydwn.verify.formal import prove_equivalent
from tinydwn.verify.patterns import Patterns
from tinydwn.verify.read_back import read_verilog
from tinydwn.verify.verdict import Outcome

_Made = TypeVar("_Made")

ARROWS = ("lower", "minimize", "blif", "verilog", "map", "gate verilog")
SAMPLES = 400
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


@dataclass(frozen=True, slots=True)
class Trip:
    """What comparing one classifier came to.

    `simulated` and `proven` count, per arrow, comparisons on samples with the classifier's reference and proofs
    against the stage before.
    """

    seed: int
    simulated: Mapping[str, int]
    proven: Mapping[str, int]
    mismatches: tuple[Mismatch, ...]


def run_trip(seed: int, *, effort: str = "fast", samples: int = SAMPLES, timeout_s: float = 120.0) -> Trip:
    """Draw the classifier of `seed`, take both cuts down the road, and compare what every arrow leads to.

    Odd seeds ask for one output per class, even ones for the class in binary; the embedded libraries take turns.
    A stage that raises a `TinydwnError` is a mismatch of its arrow, and what builds on it is left out.
    """
    classifier = random_classifier(seed)
    form: OutputForm = "onehot" if seed % 2 else "index"
    cuts = [_core(classifier, seed, form, samples, timeout_s), _chip(classifier, seed, form, samples, timeout_s)]
    for cut in cuts:
        _travel(cut, effort)
    return Trip(
        seed,
        sum((cut.simulated for cut in cuts), Counter()),
        sum((cut.proven for cut in cuts), Counter()),
        tuple(mismatch for cut in cuts for mismatch in cut.mismatches),
    )


@dataclass(slots=True)
class _Cut:
    """One cut under comparison: the patterns of the samples and the classes that the reference gives them."""

    seed: int
    name: str
    lowered: Netlist
    assumption: Assumption
    stimulus: NDArray[np.bool_]
    outputs: NDArray[np.bool_]
    timeout_s: float
    simulated: Counter[str] = field(default_factory=Counter)
    proven: Counter[str] = field(default_factory=Counter)
    mismatches: list[Mismatch] = field(default_factory=list)

    def arrive(self, arrow: str, make: Callable[[], Netlist], before: Netlist | None) -> Netlist | None:
        """Take an arrow and compare what it leads to; None where it fails."""
        return self.attempt(arrow, lambda: self._compared(arrow, make(), before))

    def attempt(self, arrow: str, make: Callable[[], _Made]) -> _Made | None:
        """Return what `make` gives, None where it raises an error of ours."""
        try:
            return make()
        except TinydwnError as error:
            self._report(arrow, error.message)
            return None

    def _compared(self, arrow: str, netlist: Netlist, before: Netlist | None) -> Netlist:
        """Compare with the reference on all samples, and prove equal to the stage before."""
        self.simulated[arrow] += 1
        wrong = np.flatnonzero((simulate(netlist, self.stimulus) != self.outputs).any(axis=1))
        if len(wrong):
            self._report(arrow, f"differs from the reference on {len(wrong)} of {len(self.stimulus)} samples")
        if before is not None:
            self._prove(arrow, netlist, before)
        return netlist

    def _prove(self, arrow: str, netlist: Netlist, before: Netlist) -> None:
        few = Patterns.of(before.inputs, self.assumption).count <= MAX_TRIED_PATTERNS
        verdict = prove_equivalent(
            before,
            netlist,
            assuming=self.assumption,
            method="exhaustive" if few else "abc",
            timeout_s=self.timeout_s,
        )
        self.proven[arrow] += verdict.outcome is Outcome.EQUIVALENT
        if verdict.outcome is not Outcome.EQUIVALENT:
            self._report(arrow, str(verdict))

    def _report(self, arrow: str, reason: str) -> None:
        """Note a mismatch."""
        self.mismatches.append(Mismatch(self.seed, self.name, arrow, reason))


def _core(classifier: Classifier, seed: int, form: OutputForm, samples: int, timeout_s: float) -> _Cut:
    encoder = classifier.encoder
    bits = encoder.encode_words(random_words(np.random.default_rng(seed), encoder, samples))
    core = lower_core(classifier, output=form)
    stimulus = core_stimulus(encoder, core.netlist.inputs, bits)
    outputs = _as_outputs(classify_bits(classifier, bits), core.netlist, form)
    return _Cut(seed, "core", core.netlist, core.assumption, stimulus, outputs, timeout_s)


def _chip(classifier: Classifier, seed: int, form: OutputForm, samples: int, timeout_s: float) -> _Cut:
    encoder = classifier.encoder
    words = random_words(np.random.default_rng(seed), encoder, samples)
    chip = lower(classifier, output=form)
    stimulus = chip_stimulus(encoder, chip.inputs, words)
    outputs = _as_outputs(classify_bits(classifier, encoder.encode_words(words)), chip, form)
    return _Cut(seed, "chip", chip, Assumption.none(), stimulus, outputs, timeout_s)


def _as_outputs(classes: NDArray[np.int64], netlist: Netlist, form: OutputForm) -> NDArray[np.bool_]:
    """Return what a netlist has to give, (samples, outputs) bool, for the classes of the reference."""
    places = np.arange(len(netlist.outputs))
    return classes[:, None] == places if form == "onehot" else (classes[:, None] >> places & 1).astype(bool)


def _travel(cut: _Cut, effort: str) -> None:
    cut.arrive("lower", lambda: cut.lowered, None)
    smaller = cut.arrive("minimize", lambda: _minimized(cut, effort), cut.lowered)
    if smaller is None:
        return
    cut.arrive("blif", lambda: from_blif(to_blif(smaller)), smaller)
    cut.arrive("verilog", lambda: _through_verilog(smaller, cut.timeout_s), smaller)
    mapped = cut.attempt(
        "map", lambda: map_to_cells(smaller, _library(cut.seed), effort=effort, timeout_s=cut.timeout_s)
    )
    if mapped is None:
        return
    cut.arrive("map", mapped.functions, smaller)
    cut.arrive("gate verilog", lambda: _through_gates(mapped, cut.timeout_s), mapped.functions())


def _minimized(cut: _Cut, effort: str) -> Netlist:
    return run_recipe(cut.lowered, recipe(effort, timeout_s=cut.timeout_s), assuming=cut.assumption).netlist


def _through_verilog(netlist: Netlist, timeout_s: float) -> Netlist:
    return read_verilog(to_verilog(netlist), ports=Ports.of(netlist), like=netlist, timeout_s=timeout_s)


def _through_gates(mapped: MappedNetlist, timeout_s: float) -> Netlist:
    like = mapped.functions()
    text = to_structural_verilog(mapped) + cell_models(mapped)
    return read_verilog(text, ports=Ports.of(like), like=like, timeout_s=timeout_s)


def _library(seed: int) -> Library:
    """Return one of the embedded libraries, each in its turn."""
    return load_library(FACT_LIBRARIES[seed % len(FACT_LIBRARIES)])

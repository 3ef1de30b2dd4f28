"""Samples per second of trained networks as compiled circuits, next to other forms and other classifiers."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.bench.contenders import BY_C, BY_NUMBA, Contender, Contenders, from_bits, from_features
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.store import versions_here, versions_text
from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.data import Split
    from tinydwn.model import Classifier

SCHEMA = "tinydwn.simulate/2"
BITS, FEATURES = "packed bits", "features"
SAMPLES, REPETITIONS, SEED = 1 << 16, 9, 0
_COMMON = {"epochs": 10, "batch_size": 64, "validation_fraction": 0.0, "seed": SEED}
NETWORKS: dict[str, tuple[str, dict[str, Any]]] = {
    "phoneme, small": ("phoneme", {"layers": (50,), "inputs_per_lut": 4}),
    "phoneme, medium": ("phoneme", {"layers": (500,), "inputs_per_lut": 6, "bits_per_feature": 32}),
    "digits, small": ("digits", {"layers": (100,), "inputs_per_lut": 4}),
    "digits, medium": ("digits", {"layers": (1000,), "inputs_per_lut": 6}),
}
"""Data set and options of training, by name."""


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """One way to answer one question about one network: samples per second, and test accuracy."""

    network: str
    luts: int
    question: str
    contender: str
    samples_per_s: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Simulated:
    """All rows; print `to_text()`, keep `to_json()`.

    `absent` says by network of contenders that are not there why; `load` is the machine's load over a minute, at the
    end.
    """

    rows: tuple[SpeedRow, ...]
    absent: Mapping[str, Mapping[str, str]]
    samples: int
    repetitions: int
    load: float
    versions: Mapping[str, str]

    @property
    def base(self) -> str:
        """The contender that others are compared with: C, numba where C is not there for all, or else the first one."""
        there: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self.rows:
            there[row.network, row.question].add(row.contender)
        names = dict.fromkeys((BY_C, BY_NUMBA, *(row.contender for row in self.rows)))
        return next(name for name in names if all(name in contenders for contenders in there.values()))

    def faster(self, row: SpeedRow) -> float:
        """Return how many times as many samples per second as `row` the circuit compiled by `base` answers."""
        same = {one.contender: one for one in self.rows if (one.network, one.question) == (row.network, row.question)}
        return same[self.base].samples_per_s / row.samples_per_s

    @property
    def summary(self) -> dict[str, dict[str, float]]:
        """By question and contender, the geometric mean over networks of how many times faster `base` is."""
        found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for row in self.rows:
            found[row.question][row.contender].append(self.faster(row))
        return {
            question: {name: statistics.geometric_mean(ratios) for name, ratios in by.items()}
            for question, by in found.items()
        }

    def to_json(self) -> dict[str, object]:
        """Return everything as values that JSON can hold."""
        return {
            "schema": SCHEMA,
            "rows": [{**asdict(row), "faster": self.faster(row)} for row in self.rows],
            "summary": self.summary,
            "absent": {network: dict(missing) for network, missing in self.absent.items()},
            "samples": self.samples,
            "repetitions": self.repetitions,
            "load": self.load,
            "versions": dict(self.versions),
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Simulated:
        """Return what `to_json` gave."""
        rows = tuple(
            SpeedRow(**{name: value for name, value in row.items() if name != "faster"}) for row in content["rows"]
        )
        about = {name: content[name] for name in ("absent", "samples", "repetitions", "load", "versions")}
        return cls(rows, **about)

    def to_text(self) -> str:
        """Return the findings for a terminal."""
        return self.findings().to_text()

    def findings(self) -> Findings:
        """Return a table from packed bits and one from features, one line per network and contender."""
        head = ("network", "LUTs", "by", "million/s", f"{self.base} is faster", "test %")
        tables = tuple(
            TextTable(
                (f"from {question}: {head[0]}", *head[1:]),
                tuple(self._line(row) for row in self.rows if row.question == question),
            )
            for question in dict.fromkeys(row.question for row in self.rows)
        )
        return Findings("How many samples per second does a network answer on one thread?", tables, self._note())

    def _line(self, row: SpeedRow) -> tuple[str, ...]:
        return (
            row.network,
            f"{row.luts}",
            row.contender,
            f"{row.samples_per_s / 1e6:.3f}",
            f"{self.faster(row):.1f}",
            f"{100 * row.accuracy:.2f}",
        )

    def _note(self) -> tuple[str, ...]:
        means = [
            f"from {question} {', '.join(f'{name} {ratio:.1f}' for name, ratio in by.items() if name != self.base)}"
            for question, by in self.summary.items()
        ]
        return (
            f"Geometric means of how many times faster {self.base} is: {'; '.join(means)}.",
            f"{self.samples:,} samples at a time, medians of {self.repetitions} repetitions, contenders in turn; "
            "processor time on one thread; torch with the batch size that suits it best.",
            "C and numba: what compile_netlist and compile_classifier give; numpy: simulate; torch: the network, "
            "in evaluation mode.",
            "Packed bits: thermometer bits in, 64 samples to a word, bits of the class out; torch reads float32 and "
            "gives classes.",
            "Features: float64 in (float32 for trees), classes out; numpy and torch behind the encoder of the model. "
            "The tree is the smallest one as right as the network on the test part, or the most right one.",
            *self._absent_note(),
            f"Load of the machine {self.load:.1f}; {versions_text(self.versions)}",
        )

    def _absent_note(self) -> Iterator[str]:
        """Give a sentence for each contender and reason, with the networks where those are not all."""
        missing: dict[tuple[str, str], list[str]] = defaultdict(list)
        for network, reasons in self.absent.items():
            for contender, reason in reasons.items():
                missing[contender, reason].append(network)
        networks = {row.network for row in self.rows}
        for (contender, reason), without in missing.items():
            where = "" if networks <= set(without) else f" for {'; '.join(without)}"
            yield f"Not measured{where}: {contender} ({reason})."


def measure_simulate(
    *,
    networks: Sequence[str] | None = None,
    samples: int = SAMPLES,
    repetitions: int = REPETITIONS,
    on_network: Callable[[str, tuple[SpeedRow, ...]], None] | None = None,
) -> Simulated:
    """Train networks, by name all of `NETWORKS`, and time what answers samples drawn from their test parts.

    `ConfigError` for an unknown name, `VerificationError` where a form of a network answers otherwise than the model.
    """
    rows: list[SpeedRow] = []
    absent: dict[str, dict[str, str]] = {}
    for name in _known(networks):
        split, classifier = _trained(*NETWORKS[name])
        drawn = np.random.default_rng(SEED).integers(0, len(split.test_labels), samples)
        found = _measured(name, classifier, split, np.ascontiguousarray(split.test_features[drawn]), repetitions)
        for new, missing in found:
            rows += new
            absent[name] = {**absent.get(name, {}), **missing}
        if on_network is not None:
            on_network(name, tuple(row for row in rows if row.network == name))
    return Simulated(tuple(rows), absent, samples, repetitions, round(os.getloadavg()[0], 2), versions_here())


def _known(networks: Sequence[str] | None) -> tuple[str, ...]:
    chosen = tuple(networks or NETWORKS)
    for name in chosen:
        if name not in NETWORKS:
            raise ConfigError(f"unknown network {name!r}", hint=f"choose among {'; '.join(NETWORKS)}")
    return chosen


def _trained(dataset: str, options: Mapping[str, Any]) -> tuple[Split, Classifier]:
    from tinydwn.data import load_dataset
    from tinydwn.training import TrainingConfig, train

    split = load_dataset(dataset).split(test_fraction=0.2, seed=SEED)
    return split, train(split, TrainingConfig.from_dict({**_COMMON, **options})).classifier


def _measured(
    name: str, classifier: Classifier, split: Split, features: NDArray[np.float64], repetitions: int
) -> list[tuple[list[SpeedRow], Mapping[str, str]]]:
    from tinydwn.model import classify

    accuracy = float((classify(classifier, split.test_features) == split.test_labels).mean())
    questions: dict[str, Contenders] = {
        BITS: from_bits(classifier, features, accuracy),
        FEATURES: from_features(classifier, split, features, accuracy, seed=SEED),
    }
    found = []
    for question, contenders in questions.items():
        seconds = in_turn(contenders.present, repetitions=repetitions)
        accuracies = {one.name: one.accuracy for one in contenders.present}
        rows = [
            SpeedRow(name, classifier.luts, question, by, len(features) / taken, accuracies[by])
            for by, taken in seconds.items()
        ]
        found.append((rows, contenders.absent))
    return found


def in_turn(contenders: Sequence[Contender], *, repetitions: int) -> dict[str, float]:
    """Return the median seconds of processor time of each contender; of several with one name the quickest counts.

    They run one after the other, again and again, so that what else the machine does meets all of them.
    """
    taken: list[list[float]] = [[] for _ in contenders]
    gc.disable()
    try:
        for _ in range(repetitions):
            for times, contender in zip(taken, contenders, strict=True):
                start = time.process_time()
                contender.answer()
                times.append(time.process_time() - start)
    finally:
        gc.enable()
    best: dict[str, float] = {}
    for times, contender in zip(taken, contenders, strict=True):
        best[contender.name] = min(best.get(contender.name, float("inf")), statistics.median(times))
    return best

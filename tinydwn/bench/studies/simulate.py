"""Samples per second of trained networks as compiled circuits, next to other forms and other classifiers."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tinydwn.bench import ask
from tinydwn.bench.contenders import BY_C, BY_NUMBA, Contender, Contenders, from_bits, from_features
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.study import Measured, Study
from tinydwn.errors import ConfigError

if TYPE_CHECKING:
    from tinydwn.data import Split
    from tinydwn.model import Classifier

BITS, FEATURES = "packed bits", "features"
SEED = 0
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
class Timed:
    """What a task came to: its rows, and why contenders that were to be there are not, by name."""

    rows: tuple[SpeedRow, ...]
    absent: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which networks, how many samples at a time, how often each contender is timed."""

    networks: tuple[str, ...] | None = ask.option(
        None, "Only these networks, separated by semicolons.", shown="all", between=";"
    )
    samples: int = ask.option(1 << 16, "How many samples at a time.", least=1)
    repetitions: int = ask.option(9, "How often each is timed.", least=1)

    def __post_init__(self) -> None:
        ask.require_known(self.networks, NETWORKS, "unknown network {!r}", between="; ")
        if self.samples > 1 << 24:
            raise ConfigError(f"{self.samples:,} samples are too many", hint=f"choose at most {1 << 24:,}")


@dataclass(frozen=True, slots=True)
class Task:
    """One network."""

    network: str
    samples: int
    repetitions: int


def _tasks(asked: Asked) -> list[Task]:
    names = ask.require_known(asked.networks, NETWORKS, "unknown network {!r}", between="; ")
    return [Task(name, asked.samples, asked.repetitions) for name in names]


def timed(task: Task) -> Timed:
    """Train a network, and time what answers samples drawn from its test part.

    `VerificationError` where a form of it answers otherwise than the model.
    """
    split, classifier = _trained(*NETWORKS[task.network])
    drawn = np.random.default_rng(SEED).integers(0, len(split.test_labels), task.samples)
    features = np.ascontiguousarray(split.test_features[drawn])
    found = list(_measured(task.network, classifier, split, features, task.repetitions))
    absent = {name: why for _, missing in found for name, why in missing.items()}
    return Timed(tuple(row for rows, _ in found for row in rows), absent)


def base_of(rows: Sequence[SpeedRow]) -> str:
    """Return the contender that others are compared with: C, numba where C is not there for all, or the first one."""
    there: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        there[row.network, row.question].add(row.contender)
    names = dict.fromkeys((BY_C, BY_NUMBA, *(row.contender for row in rows)))
    return next(name for name in names if all(name in contenders for contenders in there.values()))


def faster(rows: Sequence[SpeedRow], row: SpeedRow) -> float:
    """Return how many times as many samples per second as `row` the circuit compiled by `base_of` answers."""
    same = {one.contender: one for one in rows if (one.network, one.question) == (row.network, row.question)}
    return same[base_of(rows)].samples_per_s / row.samples_per_s


def _summary(measured: Measured[SpeedRow]) -> Mapping[str, Mapping[str, float]]:
    """Return by question and contender the geometric mean over networks of how many times faster the base is."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in measured.rows:
        found[row.question][row.contender].append(faster(measured.rows, row))
    return {
        question: {name: statistics.geometric_mean(ratios) for name, ratios in by.items()}
        for question, by in found.items()
    }


def _more(_: Asked, done: Sequence[tuple[Task, Timed]]) -> Mapping[str, Any]:
    """Return who is absent and why, by network, and the machine's load over a minute, at the end."""
    return {"absent": {task.network: one.absent for task, one in done}, "load": round(os.getloadavg()[0], 2)}


def _findings(measured: Measured[SpeedRow]) -> Findings:
    rows, base = measured.rows, base_of(measured.rows)
    head = ("network", "LUTs", "by", "million/s", f"{base} is faster", "test %")

    def line(row: SpeedRow) -> tuple[str, ...]:
        speed, times = f"{row.samples_per_s / 1e6:.3f}", f"{faster(rows, row):.1f}"
        return (row.network, f"{row.luts}", row.contender, speed, times, f"{100 * row.accuracy:.2f}")

    tables = tuple(
        TextTable(
            (f"from {question}: {head[0]}", *head[1:]), tuple(line(row) for row in rows if row.question == question)
        )
        for question in dict.fromkeys(row.question for row in rows)
    )
    return Findings(STUDY.question, tables, tuple(_note(measured, base)))


def _note(measured: Measured[SpeedRow], base: str) -> Iterator[str]:
    about = measured.about
    means = [
        f"from {question} {', '.join(f'{name} {ratio:.1f}' for name, ratio in by.items() if name != base)}"
        for question, by in measured.summary.items()
    ]
    yield f"Geometric means of how many times faster {base} is: {'; '.join(means)}."
    yield (
        f"{about['samples']:,} samples at a time, medians of {about['repetitions']} repetitions, contenders in turn; "
        "processor time on one thread; torch with the batch size that suits it best."
    )
    yield (
        "C and numba: what compile_netlist and compile_classifier give; numpy: simulate; torch: the network, in "
        "evaluation mode."
    )
    yield (
        "Packed bits: thermometer bits in, 64 samples to a word, bits of the class out; torch reads float32 and gives "
        "classes."
    )
    yield (
        "Features: float64 in (float32 for trees), classes out; numpy and torch behind the encoder of the model. "
        "The tree is the smallest one as right as the network on the test part, or the most right one."
    )
    yield from _absent_note(measured)
    yield f"Load of the machine {about['load']:.1f}."


def _absent_note(measured: Measured[SpeedRow]) -> Iterator[str]:
    """Give a sentence for each contender and reason, with the networks where those are not all."""
    missing: dict[tuple[str, str], list[str]] = defaultdict(list)
    for network, reasons in measured.about["absent"].items():
        for contender, reason in reasons.items():
            missing[contender, reason].append(network)
    networks = {row.network for row in measured.rows}
    for (contender, reason), without in missing.items():
        where = "" if networks <= set(without) else f" for {'; '.join(without)}"
        yield f"Not measured{where}: {contender} ({reason})."


def _trained(dataset: str, options: Mapping[str, Any]) -> tuple[Split, Classifier]:
    from tinydwn.data import load_dataset
    from tinydwn.training import TrainingConfig, train

    split = load_dataset(dataset).split(test_fraction=0.2, seed=SEED)
    return split, train(split, TrainingConfig.from_dict({**_COMMON, **options})).classifier


def _measured(
    name: str, classifier: Classifier, split: Split, features: NDArray[np.float64], repetitions: int
) -> Iterator[tuple[list[SpeedRow], Mapping[str, str]]]:
    from tinydwn.model import classify

    accuracy = float((classify(classifier, split.test_features) == split.test_labels).mean())
    questions: dict[str, Contenders] = {
        BITS: from_bits(classifier, features, accuracy),
        FEATURES: from_features(classifier, split, features, accuracy, seed=SEED),
    }
    for question, contenders in questions.items():
        seconds = in_turn(contenders.present, repetitions=repetitions)
        accuracies = {one.name: one.accuracy for one in contenders.present}
        rows = [
            SpeedRow(name, classifier.luts, question, by, len(features) / taken, accuracies[by])
            for by, taken in seconds.items()
        ]
        yield rows, contenders.absent


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


STUDY = Study(
    name="simulate",
    question="How many samples per second does a network answer on one thread?",
    told="Train networks, and time them compiled by C, by numba, in numpy and in torch, next to trees and XGBoost.",
    minutes=4,
    asked=Asked,
    outcome=Timed,
    row=SpeedRow,
    tasks=_tasks,
    run=timed,
    on_arrival=lambda task, one: (
        f"{task.network}: up to {max(row.samples_per_s for row in one.rows) / 1e6:.1f} million samples per second"
    ),
    rows=lambda _, done: [row for _, one in done for row in one.rows],
    findings=_findings,
    summary=_summary,
    more=_more,
    timed=True,
    kept=False,
)

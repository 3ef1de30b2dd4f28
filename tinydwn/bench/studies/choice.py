"""The choice among circuits of a front: what each rule picks on public data, and how right the expectation was."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tinydwn.bench import ask
from tinydwn.bench.findings import Findings, TextTable
from tinydwn.bench.picks import PICKS, ChoiceRow, choice_row, picked
from tinydwn.bench.rows import Spread
from tinydwn.bench.study import Measured, Study, by
from tinydwn.bench.whole_fronts import Task, WholeFront, protocol, whole_front

DATASETS = (
    "breast_cancer",
    "australian",
    "blood-transfusion",
    "ionosphere",
    "wdbc",
    "diabetes",
    "spambase",
    "sylvine",
    "phoneme",
    "jasmine",
    "wine",
    "segment",
)
_MOST_BELOW_TRAINING, _MOST_RATIO, _MOST_BELOW_NETWORK, _MOST_MISSED = 0.005, 0.5, 0.02, 0.007
_HEADS = {
    "network": "network",
    "default": "default",
    "knee": "knee",
    "training": "best on training",
    "best": "best expected",
    "hindsight": "hindsight",
}
_UNKNOWN = "no choice is measured on data set {!r}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Data sets and seeds."""

    datasets: tuple[str, ...] | None = ask.datasets()
    seeds: tuple[int, ...] = ask.seeds()

    def __post_init__(self) -> None:
        ask.require_known(self.datasets, DATASETS, _UNKNOWN)
        ask.require_seeds(self.seeds)


def _tasks(asked: Asked) -> list[Task]:
    return [Task(name, seed) for name in ask.require_known(asked.datasets, DATASETS, _UNKNOWN) for seed in asked.seeds]


def _arrival(task: Task, front: WholeFront) -> str:
    chosen, whole = picked(front, "default"), picked(front, "network")
    return (
        f"{task.dataset}, seed {task.seed}: {100 * chosen.test:.1f} % in {chosen.chip.nand2_equivalent:.1f} NAND2 eq., "
        f"expected {100 * chosen.expected:.1f} %, the network {100 * whole.test:.1f} %"
    )


def _rows(_: Asked, done: Sequence[tuple[Task, WholeFront]]) -> Iterator[ChoiceRow]:
    for name, fronts in by(done, lambda task: task.dataset).items():
        yield choice_row(name, fronts)


def _summary(measured: Measured[ChoiceRow]) -> Mapping[str, float]:
    """Return means over data sets; accuracies and their differences are fractions.

    `below_training` is how much less accurate the default choice is than the most accurate on training samples,
    `ratio` the geometric mean of its area over that one's, `most_below_network` the largest mean of a data set by
    which it is less accurate than the network. `missed` is expected minus test accuracy, `missed_by_set` the mean
    of its size, data set by data set. `within` and `within_expected` as in the rows.
    """
    rows = measured.rows
    return {
        "below_training": statistics.mean(row.gain("training", "default") for row in rows),
        "below_hindsight": statistics.mean(row.gain("hindsight", "default") for row in rows),
        "ratio": statistics.geometric_mean(row.ratio for row in rows),
        "most_below_network": max(row.gain("network", "default") for row in rows),
        "missed": statistics.mean(row.expected_minus_test for row in rows),
        "missed_by_set": statistics.mean(abs(row.expected_minus_test) for row in rows),
        "within": statistics.mean(row.within for row in rows),
        "within_expected": statistics.mean(row.within_expected for row in rows),
    }


def _findings(measured: Measured[ChoiceRow]) -> Findings:
    rows = measured.rows
    tables = (
        _picked(rows, "test %", "accuracy", 100, 2),
        _picked(rows, "NAND2 eq.", "cost", 1, 1),
        _expected(measured),
    )
    return Findings(STUDY.question, tables, tuple(_note(measured)))


def _picked(rows: Sequence[ChoiceRow], head: str, value: str, unit: float, digits: int) -> TextTable:
    """Return a table of what every rule picks, and means over data sets."""

    def spread(row: ChoiceRow, name: str) -> Spread:
        one: Spread = getattr(row.picks[name], value)
        return Spread(unit * one.mean, None if one.std is None else unit * one.std)

    lines = [(row.dataset, *(spread(row, name).text(digits) for name in PICKS)) for row in rows]
    means = (statistics.mean(spread(row, name).mean for row in rows) for name in PICKS)
    return TextTable((head, *_HEADS.values()), (*lines, ("mean", *(f"{mean:.{digits}f}" for mean in means))))


def _expected(measured: Measured[ChoiceRow]) -> TextTable:
    rows, said = measured.rows, measured.summary

    def line(name: str, expected: float, test: float, missed: float, *shares: float) -> tuple[str, ...]:
        within, alone, seconds = shares
        texts = (f"{100 * expected:.2f}", f"{100 * test:.2f}", f"{100 * missed:+.2f}")
        return (name, *texts, f"{100 * within:.0f}", f"{100 * alone:.0f}", f"{seconds:.0f}")

    lines = [
        line(
            row.dataset,
            row.expected_mean,
            row.picks["default"].accuracy.mean,
            row.expected_minus_test,
            row.within,
            row.within_expected,
            row.seconds_mean,
        )
        for row in rows
    ]
    last = line(
        "mean",
        statistics.mean(row.expected_mean for row in rows),
        statistics.mean(row.picks["default"].accuracy.mean for row in rows),
        said["missed"],
        said["within"],
        said["within_expected"],
        statistics.mean(row.seconds_mean for row in rows),
    )
    head = ("default choice", "expected %", "test %", "difference", "within 2 SE %", "of expected alone", "seconds")
    return TextTable(head, (*lines, last))


def _note(measured: Measured[ChoiceRow]) -> Iterator[str]:
    said, about = measured.summary, measured.protocol
    yield (
        f"Test accuracy and area of whole chips, words in and encoder included, in {about['library']}; searched "
        f"for the {about['cut']} up to {about['most_nand2']:g} NAND2 equivalents, effort {about['effort']}. Seeds "
        f"{', '.join(map(str, measured.about['seeds']))}, for split, network and search; means and standard deviations."
    )
    yield (
        "Network: as it was trained, its function kept. Default: the smallest circuit expected within one standard "
        "error of the best. Best on training: among all circuits of the front. Hindsight: the most accurate on the "
        "test part, which nobody can choose."
    )
    yield (
        "Within 2 SE: how many runs have a test accuracy within two standard errors of the expected one, those of "
        "their difference; then with the standard error of the expected accuracy alone."
    )
    claims = (
        (
            said["below_training"] <= _MOST_BELOW_TRAINING,
            f"At most {100 * _MOST_BELOW_TRAINING:.1f} points below the most accurate on training samples, on average: "
            f"{100 * said['below_training']:.2f} points",
        ),
        (
            said["ratio"] <= _MOST_RATIO,
            f"At no more than half the area of that one, on average (geometric mean): {said['ratio']:.2f} of its area",
        ),
        (
            said["most_below_network"] <= _MOST_BELOW_NETWORK,
            f"At most {100 * _MOST_BELOW_NETWORK:g} points below the network, on average of each data set: "
            f"{100 * said['most_below_network']:.2f} points where it is most",
        ),
        (
            abs(said["missed"]) <= _MOST_MISSED,
            f"Expected accuracy off by at most {100 * _MOST_MISSED:.1f} points on average: "
            f"{100 * said['missed']:+.2f} points; {100 * said['missed_by_set']:.2f} without signs, by data set",
        ),
    )
    for holds, text in claims:
        yield f"{text}: {'holds' if holds else 'does not hold'}."


STUDY = Study(
    name="choice",
    question="Which circuit of a front should be chosen, and can its accuracy be told?",
    told="Take public data sets to their fronts, choose by every rule, and compare expected with test accuracy.",
    minutes=60,
    asked=Asked,
    outcome=WholeFront,
    row=ChoiceRow,
    tasks=_tasks,
    run=whole_front,
    on_arrival=_arrival,
    rows=_rows,
    findings=_findings,
    summary=_summary,
    protocol=protocol,
)

"""How right the circuits of a report are: the headline, the front, accuracies, and the confusion of classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tinydwn.data.pattern_names import outputs_of
from tinydwn.metrics import Cut
from tinydwn.report.facts import PointFacts
from tinydwn.report.run_report import RunReport
from tinydwn.report.sections import Table
from tinydwn.report.wording import area_text, count_text, expected_text, percent_text, plural

_MOST_CLASSES = 20
_NAMES = ("tiny", "balanced", "best")
_KINDS = {"network": "network", "refined": "search", "tree": "tree", "structure": "structure"}


def headline(report: RunReport) -> str:
    """Return the chosen circuit in one sentence: how right it is, and what the chip takes, encoder included.

    Where the cost of the core was what counted, that comes first.
    """
    accuracy, library = report.accuracy, report.main_library
    chip = (
        f"{plural(report.chip.gates2, 'two-input gate')}, encoder included, "
        f"{area_text(report.chip.area_um2[library])} in {library}"
    )
    if report.search.cut == "core":
        core = f"{plural(report.core.gates2, 'two-input gate')} on the core, {area_text(report.core.area_um2[library])}"
        chip = f"{core}; {chip}"
    expected = "" if accuracy.expected is None else expected_text(accuracy.expected, accuracy.expected_error)
    if accuracy.test is None:
        return f"{report.source}: {f'{expected} expected right, ' if expected else ''}a classifier of {chip}."
    unseen = plural(accuracy.test_samples, "unseen sample")
    if accuracy.kind == "balanced":
        right = f"{percent_text(accuracy.test)} balanced accuracy on {unseen}"
    else:
        right = f"{percent_text(accuracy.test)} of {unseen} right"
    return f"{report.source}: {right}{f' ({expected} expected)' if expected else ''} with {chip}."


def front_table(report: RunReport, *, cut: Cut = "chip", full: bool = False) -> Table:
    """Return the circuits that the report names, tiny, balanced and best, and the chosen one; all of them if `full`.

    `tinydwn choose` takes a circuit by the number or the name in the first column.
    """
    points = report.fronts[cut]
    if not full:
        named = [report.search.tiny, report.search.balanced, report.search.best]
        points = tuple(point for point in points if point.chosen or point.point in named)
    beaten = _beaten(points) if full else frozenset()
    rows = tuple(_front_row(point, report, full=full, beaten=point.point in beaten) for point in points)
    kinds = ("found as",) if full else ()
    columns = ("circuit", *kinds, "expected", "test part", "gates2", "area", "features")
    note = (
        f"Numbers are those of the {cut}, area in {report.search.library}. Expected accuracy is estimated for unseen "
        "samples without the test part, with its standard error; circuits are found and chosen without the test part."
    )
    if beaten:
        note += " Beaten: a smaller circuit is expected to be as right."
    return Table(f"Front of the {cut}", columns, rows, numbers_from=len(kinds) + 1, note=note)


def _beaten(points: Sequence[PointFacts]) -> frozenset[int]:
    """Return the numbers of points, by ascending area, of which no more is expected than of a smaller one."""
    beaten, best = [], -1.0
    for point in points:
        if point.expected_accuracy is None:
            continue
        if point.expected_accuracy <= best:
            beaten.append(point.point)
        best = max(best, point.expected_accuracy)
    return frozenset(beaten)


def _front_row(point: PointFacts, report: RunReport, *, full: bool, beaten: bool) -> tuple[str, ...]:
    search = report.search
    numbers = (search.tiny, search.balanced, search.best)
    names = [name for name, number in zip(_NAMES, numbers, strict=True) if number == point.point]
    said = [*([str(point.point)] if full or not names else []), *names]
    return (
        ", ".join(said) + (" (chosen)" if point.chosen else " (beaten)" if beaten else ""),
        *((_KINDS[point.kind],) if full else ()),
        expected_text(point.expected_accuracy, point.expected_error),
        percent_text(point.test_accuracy),
        count_text(point.gates2),
        area_text(point.area_um2),
        count_text(len(point.features)),
    )


def accuracy_table(report: RunReport) -> Table:
    """Return how right the chosen circuit is, measured and expected, and what answering always the same would get."""
    accuracy = report.accuracy
    rows = [
        (
            "test part, held back from training and choice",
            count_text(accuracy.test_samples),
            percent_text(accuracy.test),
        ),
        (
            "expected on unseen samples, estimated without the test part",
            "",
            expected_text(accuracy.expected, accuracy.expected_error),
        ),
        ("training part", count_text(accuracy.train_samples), percent_text(accuracy.train)),
    ]
    if accuracy.majority is not None:
        count = count_text(accuracy.test_samples)
        rows.append(("answering always the most frequent class, test part", count, percent_text(accuracy.majority)))
    balanced = "Accuracy is the mean over the classes." if accuracy.kind == "balanced" else ""
    return Table("Accuracy", ("measured on", "samples", "right"), tuple(rows), note=balanced)


def references_table(report: RunReport) -> Table | None:
    """Return what classifiers that are no circuit of the front get, None where there are none."""
    if not report.references:
        return None
    rows = tuple(
        (one.name, percent_text(one.training_accuracy), percent_text(one.test_accuracy)) for one in report.references
    )
    return Table("For comparison, no circuits", ("classifier", "training part", "test part"), rows)


def outputs_table(report: RunReport) -> Table | None:
    """Return how right each output is on the test part, None where classes are no patterns of outputs."""
    confusion, outputs = np.array(report.accuracy.confusion, dtype=np.int64), outputs_of(report.model.class_names)
    if not outputs or not confusion.size:
        return None
    places, rows = np.arange(len(confusion)), []
    for j, name in enumerate(outputs):
        bit = places >> j & 1
        right = int(confusion[bit[:, None] == bit].sum())
        ones = int(confusion[bit == 1].sum())
        rows.append((name, count_text(ones), percent_text(right / max(int(confusion.sum()), 1))))
    note = "In samples of the test part; an answer counts as right elsewhere where all outputs are."
    return Table("Outputs", ("output", "samples of 1", "right"), tuple(rows), note=note)


def confusion_table(report: RunReport) -> Table | None:
    """Return the test samples by class and answer, with the recall of each class; None without samples.

    Patterns of outputs that no test sample has are left out. With many classes only samples and recall are told.
    """
    confusion, names = report.accuracy.confusion, report.model.class_names
    if not confusion:
        return None
    shown = names if len(names) <= _MOST_CLASSES else ()
    rows = tuple(
        (
            name,
            *(map(count_text, counts) if shown else ()),
            count_text(sum(counts)),
            percent_text(counts[k] / sum(counts)) if sum(counts) else "no sample",
        )
        for k, (name, counts) in enumerate(zip(names, confusion, strict=True))
        if sum(counts) or not outputs_of(names)
    )
    columns = ("class", *(f"answered {name}" for name in shown), "samples", "recall")
    note = "In samples of the test part; recall is the share of a class that is answered as that class."
    return Table("Confusion", columns, rows, note=note)

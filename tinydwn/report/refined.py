"""Refined circuits as tables, a figure and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tinydwn.report.markdown import table_text
from tinydwn.report.sections import Table
from tinydwn.report.svg import BLUE, GREEN, ORANGE, figure, to_svg
from tinydwn.report.timings import timing_table
from tinydwn.report.wording import count_text, percent_text, plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tinydwn.flow.timing import Timing
    from tinydwn.report.refined_report import FrontFacts, PointFacts, RefinedReport

_BEFORE = {"core": "thermometer bits in, encoder left out", "chip": "feature words in, encoder included"}


def headline(report: RefinedReport) -> str:
    """Return the result in one sentence."""
    said = " and ".join(
        f"{percent_text(front.chosen_point.test_accuracy)} with {_nand2(front.chosen_point)} on the {cut} ({note})"
        for (cut, front), note in zip(report.cuts.items(), ("encoder left out", "encoder included"), strict=True)
    )
    right = "balanced accuracy" if report.accuracy == "balanced" else "accuracy"
    return f"{report.source}: {right} on {plural(report.test_samples, 'unseen sample')}: {said}."


def difference_sentence(cut: str, report: RefinedReport) -> str:
    """Say that a refined circuit is another function than the network, how much, and what that did."""
    front = report.cuts[cut]
    network, chosen = front.network, front.chosen_point
    return (
        f"The refined {cut} is a different function from the trained network ({network.descends_from}): they "
        f"answer {count_text(front.differing_test_samples)} of {count_text(report.test_samples)} test samples "
        f"differently. The network has {percent_text(network.test_accuracy)} right in {_nand2(network)}, the refined "
        f"circuit {percent_text(chosen.test_accuracy)} in {_nand2(chosen)}. The circuit descends from "
        f"{chosen.descends_from}."
    )


def front_table(cut: str, front: FrontFacts) -> Table:
    """Return every point of the front, the chosen one marked."""
    rows = tuple(
        (
            f"{k:02}" + (" chosen" if k == front.chosen else ""),
            point.descends_from,
            f"{point.nand2_equivalent:.1f}",
            percent_text(point.training_accuracy),
            percent_text(point.test_accuracy),
        )
        for k, point in enumerate(front.points)
    )
    return Table(
        f"Front of the {cut}: {_BEFORE[cut]}",
        ("point", "descends from", "NAND2 eq.", "training part", "test part"),
        rows,
        numbers_from=2,
        note="Points are found and chosen on the training part; the test part is only counted.",
    )


def starts_table(cut: str, front: FrontFacts) -> Table:
    """Return the starting points, minimized with their function kept."""
    rows = tuple(
        (
            point.descends_from,
            f"{point.nand2_equivalent:.1f}",
            percent_text(point.training_accuracy),
            percent_text(point.test_accuracy),
        )
        for point in front.starts
    )
    return Table(f"Starting points of the {cut}", ("start", "NAND2 eq.", "training part", "test part"), rows)


def proofs_table(cut: str, front: FrontFacts) -> Table:
    """Return the proofs of the chosen circuit and the comparison of its gates."""
    rows: list[tuple[str, ...]] = [(one.subject, one.method, one.outcome) for one in front.proofs]
    check = front.gate_level
    said = check.note or f"{check.compared - check.mismatches} of {check.compared} samples agree"
    rows.append((check.subject, check.method, said))
    return Table(f"Proofs of the {cut}", ("what", "by", "outcome"), tuple(rows), numbers_from=3)


def to_markdown(report: RefinedReport, *, timings: Sequence[Timing] = ()) -> str:
    """Return the report as Markdown, with the `timings` of its bundle; the figure is `front.svg` beside it."""
    blocks = [f"# Refined circuits of {report.source}", headline(report), "![accuracy over area](front.svg)"]
    for cut, front in report.cuts.items():
        blocks += [difference_sentence(cut, report), *(table_text(table) for table in tables_of(cut, front))]
    blocks += [table_text(timing_table(one)) for one in timings]
    blocks.append(provenance(report))
    return "\n\n".join(block.rstrip("\n") for block in blocks) + "\n"


def tables_of(cut: str, front: FrontFacts) -> Iterator[Table]:
    """Return the tables of one cut."""
    yield front_table(cut, front)
    yield starts_table(cut, front)
    yield proofs_table(cut, front)


def provenance(report: RefinedReport) -> str:
    """Say what accuracy and area are, and what was spent on the search."""
    balanced = "mean over the classes" if report.accuracy == "balanced" else "share of the samples"
    judged = " and ".join(f"{count_text(front.judged)} on the {cut}" for cut, front in report.cuts.items())
    return (
        f"Accuracy is the {balanced}. Area is the sum of the areas of mapped cells of {report.library}, "
        f"before placement. Effort {report.effort}, seed {report.seed}: {judged} circuits were judged."
    )


def front_figure(report: RefinedReport) -> str:
    """Draw accuracy on the test part over area, a panel per cut: front, starting points, the chosen circuit."""
    with figure(9.0, 3.4, salt="front") as drawn:
        for axes, (cut, front) in zip(drawn.subplots(1, 2), report.cuts.items(), strict=True):
            _front_axes(axes, cut, front)
        handles, labels = drawn.axes[0].get_legend_handles_labels()
        drawn.legend(handles, labels, loc="upper center", ncols=len(labels))
        drawn.subplots_adjust(left=0.07, right=0.99, bottom=0.15, top=0.8, wspace=0.2)
        title = "Accuracy on the test part over area in NAND2 equivalents, core and chip"
        return to_svg(drawn, title=title)


def _front_axes(axes: Axes, cut: str, front: FrontFacts) -> None:
    axes.plot(*_places(front.points), color=BLUE, marker="o", markersize=4, label="refined")
    axes.plot(*_places(front.starts), "x", color=ORANGE, label="starting points")
    chosen = _places((front.chosen_point,))
    axes.plot(*chosen, "o", markersize=11, fillstyle="none", color=GREEN, label="chosen")
    axes.set_xscale("symlog", linthresh=1.0)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_title(f"{cut}: {_BEFORE[cut]}", pad=8)
    axes.set_xlabel("area, NAND2 equivalents")
    axes.set_ylabel("test accuracy, %")
    axes.grid(axis="y")


def _places(points: tuple[PointFacts, ...]) -> tuple[list[float], list[float]]:
    return [point.nand2_equivalent for point in points], [100 * point.test_accuracy for point in points]


def _nand2(point: PointFacts) -> str:
    return f"{point.nand2_equivalent:.1f} NAND2 equivalents"
